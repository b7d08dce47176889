//! The text of a message as nodes. User text never becomes HTML.
//!
//! The nodes are made by hand: a text has no signals inside, and most are one node.

use shared::markup::{Block, Inline, parse};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

use crate::browser;

/// Puts the nodes of a text into an element, in place of what was there.
pub(super) fn fill(into: &Element, text: &str) {
    into.set_text_content(None);
    let document = browser::document();
    let mut after_text = false;
    for block in parse(text) {
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
                if let Some(block) = add_code(&document, into, fence.language, fence.code) {
                    // Once it has a size.
                    browser::next_frame(move || mark_stop(&block));
                }
                // A block stands on lines of its own; no line feed is shown around it.
                after_text = false;
            }
        }
    }
}

fn add_part(document: &Document, into: &Element, part: Inline<'_>) {
    match part {
        Inline::Text(text) => add_text(document, into, text),
        Inline::Code { text, .. } => {
            add(document, into, "code", "message__code", text);
        }
        Inline::Link(address) => {
            if let Some(link) = add(document, into, "a", "message__link", address) {
                let _ = link.set_attribute("href", address);
                let _ = link.set_attribute("target", "_blank");
                let _ = link.set_attribute("rel", "noopener noreferrer nofollow");
            }
        }
    }
}

fn add_code(
    document: &Document,
    into: &Element,
    language: Option<&str>,
    code: &str,
) -> Option<Element> {
    let block = add(document, into, "pre", "message__pre", "")?;
    let _ = block.set_attribute("dir", "ltr");
    if let Some(language) = language {
        let _ = block.set_attribute("data-language", language);
    }
    add(document, &block, "code", "", code);
    Some(block)
}

/// Marks every code block anew. To be called when sizes have changed.
pub(in crate::components) fn mark_stops() {
    let Ok(blocks) = browser::document().query_selector_all(".message__pre") else {
        return;
    };
    for at in 0..blocks.length() {
        if let Some(block) = blocks.get(at) {
            mark_stop(block.unchecked_ref());
        }
    }
}

/// What scrolls sideways is a stop for Tab, as without a mouse only the keyboard can
/// scroll it; what does not is none.
fn mark_stop(block: &Element) {
    let wide = block.scroll_width() > block.client_width();
    let block: &HtmlElement = block.unchecked_ref();
    block.set_tab_index(if wide { 0 } else { -1 });
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
