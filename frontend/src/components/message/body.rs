//! The text of a message as DOM nodes. User text never becomes HTML.
//!
//! The nodes are made directly, without a view: a text has no signals, and most texts are one
//! node.

use shared::markup::{Address, Block, Inline, address, parse};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, FocusEvent, HtmlElement};

use crate::browser::{self, Browser};

/// Replaces the content of an element by the nodes of a text.
pub(super) fn fill(into: &Element, text: &str) {
    into.set_text_content(None);
    into.set_class_name(if browser::is_few_emoji(text) {
        "message__text message__text--emoji"
    } else {
        "message__text"
    });
    let document = browser::document();
    let mut after_text = false;
    for block in parse(text, &Browser) {
        match block {
            Block::Text(lines) => {
                for line in lines {
                    if after_text {
                        add_text(&document, into, "\n");
                    }
                    for part in line {
                        add_part(&document, into, part);
                    }
                    after_text = true;
                }
            }
            Block::Code(fence) => {
                add_code(&document, into, fence.language, fence.code);
                // A block has its own lines; no line feed is added around it.
                after_text = false;
            }
        }
    }
}

fn add_part(document: &Document, into: &Element, part: Inline<'_>) {
    match part {
        // Text with direction controls is isolated. Most texts have none and are one node.
        Inline::Text(text) if text.chars().any(turns_direction) => {
            add(document, into, "bdi", "", text);
        }
        Inline::Text(text) => add_text(document, into, text),
        Inline::Code { text, .. } => {
            add_left_to_right(document, into, "code", "message__code", text);
        }
        Inline::Link(written) => match address(written, &Browser) {
            Some(address) => add_link(document, into, &address),
            None => add_text(document, into, written),
        },
    }
}

fn add_link(document: &Document, into: &Element, address: &Address) {
    if !address.unlinked.is_empty() {
        let class = "message__unlinked";
        add_left_to_right(document, into, "span", class, &address.unlinked);
    }
    if let Some(link) = add_left_to_right(document, into, "a", "message__link", &address.text) {
        let _ = link.set_attribute("href", &address.href);
        let _ = link.set_attribute("tabindex", "-1");
        let _ = link.set_attribute("target", "_blank");
        let _ = link.set_attribute("rel", "noopener noreferrer nofollow");
    }
}

/// Whether a character is a direction control: an embedding, override or isolate.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Adds an element with `dir`, which isolates its direction from the text around it.
fn add_left_to_right(
    document: &Document,
    into: &Element,
    tag: &str,
    class: &str,
    text: &str,
) -> Option<Element> {
    let element = add(document, into, tag, class, text)?;
    let _ = element.set_attribute("dir", "ltr");
    Some(element)
}

fn add_code(document: &Document, into: &Element, language: Option<&str>, code: &str) {
    let Some(block) = add_left_to_right(document, into, "pre", "message__pre", "") else {
        return;
    };
    let _ = block.set_attribute("tabindex", "-1");
    if let Some(language) = language {
        let _ = block.set_attribute("data-language", language);
    }
    add(document, &block, "code", "", code);
}

/// Updates the tab stops of all messages: only the current row has some, its links and those code
/// blocks that scroll horizontally. Call it when the current row, its text or a size has changed.
pub(in crate::components) fn mark_stops() {
    let Ok(found) = browser::document().query_selector_all(".message__link, .message__pre") else {
        return;
    };
    for at in 0..found.length() {
        let Some(found) = found.get(at) else { continue };
        let found: &HtmlElement = found.unchecked_ref();
        let is_current = matches!(found.closest(CURRENT_ROW), Ok(Some(_)));
        let is_stop = is_current
            && (found.has_attribute("href") || found.scroll_width() > found.client_width());
        found.set_tab_index(if is_stop { 0 } else { -1 });
    }
}

/// The row with this attribute had the focus last.
const CURRENT: &str = "data-current";
const CURRENT_ROW: &str = ".row[data-current]";
/// A link led to the row with this attribute, which has the focus since then. Its mark shows that.
pub(in crate::components) const ARRIVED: &str = "data-arrived";

/// The focus is in a row: the row becomes the current one.
pub(super) fn make_current(event: &FocusEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let row = target.and_then(|target| target.closest(".row").ok().flatten());
    if let Some(row) = &row {
        let _ = row.remove_attribute(ARRIVED);
    }
    let Some(row) = row.filter(|row| !row.has_attribute(CURRENT)) else {
        return;
    };
    if let Ok(Some(before)) = browser::document().query_selector(CURRENT_ROW) {
        let _ = before.remove_attribute(CURRENT);
    }
    let _ = row.set_attribute(CURRENT, "");
    mark_stops();
}

fn add(document: &Document, into: &Element, tag: &str, class: &str, text: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element.set_text_content(Some(text));
    into.append_child(&element).ok()?;
    Some(element)
}

fn add_text(document: &Document, into: &Element, text: &str) {
    let _ = into.append_child(&document.create_text_node(text));
}
