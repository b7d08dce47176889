//! The text of a message as DOM nodes. User text never becomes HTML.
//!
//! The nodes are made directly, without a view: a text has no signals, and most texts are one
//! node.

use shared::markup::{Address, Block, Inline, address, parse};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, FocusEvent, HtmlElement, MouseEvent};

use crate::browser::{self, Browser};
use crate::components::room_context::RoomContext;
use crate::i18n::t;
use crate::navigation;
use crate::state::ToastMessage;

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
        let _ = link.set_attribute("tabindex", "-1");
        if let Some(path) = navigation::path_of(&address.href) {
            let _ = link.set_attribute("href", path);
            return;
        }
        let _ = link.set_attribute("href", &address.href);
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
    let around = add(document, into, "div", "message__code-block", "");
    let Some(block) =
        around.and_then(|around| add_left_to_right(document, &around, "pre", "message__pre", ""))
    else {
        return;
    };
    if let Some(around) = block
        .parent_element()
        .filter(|_| browser::clipboard().is_some())
        && let Some(button) = add(document, &around, "button", COPY, "")
    {
        let _ = button.set_attribute("type", "button");
        let _ = button.set_attribute("tabindex", "-1");
        // The style shows the label: it is no part of the text that one selects.
        let _ = button.set_attribute("aria-label", t().message.copy_code);
    }
    let _ = block.set_attribute("tabindex", "-1");
    if let Some(language) = language {
        let _ = block.set_attribute("data-language", language);
    }
    add(document, &block, "code", "", code);
}

/// The buttons that copy code.
const COPY: &str = "message__copy";

/// A click in the timeline: copies the code of the button that was pressed, if one was.
pub(in crate::components) fn copy_code(context: RoomContext, event: &MouseEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let button = target.filter(|target| target.class_list().contains(COPY));
    let code = button.and_then(|button| button.previous_element_sibling()?.text_content());
    if let Some(code) = code {
        context.client.copy(code, ToastMessage::CodeCopied);
    }
}

/// The language has changed.
pub(in crate::components) fn label_copy_buttons(label: &str) {
    let Ok(buttons) = browser::document().query_selector_all(".message__copy") else {
        return;
    };
    for at in 0..buttons.length() {
        if let Some(button) = buttons.get(at) {
            let button: &Element = button.unchecked_ref();
            let _ = button.set_attribute("aria-label", label);
        }
    }
}

/// Updates the tab stops of all rows: only the current row has some, its links, the buttons that
/// copy code, those code blocks that scroll horizontally, and what opens a line. Call it when the
/// current row, its text or a size has changed.
pub(in crate::components) fn mark_stops() {
    let stops = ".message__link, .message__copy, .message__pre, button.line";
    let Ok(found) = browser::document().query_selector_all(stops) else {
        return;
    };
    for at in 0..found.length() {
        let Some(found) = found.get(at) else { continue };
        let found: &HtmlElement = found.unchecked_ref();
        let is_current = matches!(found.closest(CURRENT_ROW), Ok(Some(_)));
        let is_stop = is_current
            && (!found.class_list().contains("message__pre")
                || found.scroll_width() > found.client_width());
        found.set_tab_index(if is_stop { 0 } else { -1 });
    }
}

/// The row with this attribute had the focus last. It is [`KEYBOARD`] if the keyboard has moved the
/// focus there: such a row shows the focus, and letters run its actions.
const CURRENT: &str = "data-current";
const CURRENT_ROW: &str = ".row[data-current]";
const KEYBOARD: &str = "keyboard";
/// A link led to the row with this attribute, which has the focus since then. Its mark shows that.
pub(in crate::components) const ARRIVED: &str = "data-arrived";

/// The focus is in a row: the row becomes the current one.
pub(super) fn make_current(event: &FocusEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let row = target.and_then(|target| target.closest(".row").ok().flatten());
    if let Some(row) = row {
        let _ = row.remove_attribute(ARRIVED);
        // A click on a message is no wish to change it.
        let by_keyboard = row.matches(":focus-visible").unwrap_or(false);
        set_current(&row, by_keyboard);
    }
}

/// The row becomes the current one.
pub(in crate::components) fn set_current(row: &Element, by_keyboard: bool) {
    let before = browser::document().query_selector(CURRENT_ROW);
    let before = before.ok().flatten().filter(|before| before != row);
    let is_new = before.is_some() || !row.has_attribute(CURRENT);
    if let Some(before) = before {
        let _ = before.remove_attribute(CURRENT);
    }
    let _ = row.set_attribute(CURRENT, if by_keyboard { KEYBOARD } else { "" });
    if is_new {
        mark_stops();
    }
}

/// Whether the keyboard has moved the focus to this row.
pub(in crate::components) fn is_at_keyboard(row: &Element) -> bool {
    row.get_attribute(CURRENT).as_deref() == Some(KEYBOARD)
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
