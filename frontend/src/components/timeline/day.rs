//! The day of the first row in sight, over the rows while its divider is scrolled away.

use wasm_bindgen::JsCast;
use web_sys::Element;

/// Shows the day in the label, or nothing while a divider is where the label is.
pub(super) fn show(scroller: &Element, label: &Element, is_away: bool) {
    let text = if is_away { day_above(scroller) } else { None };
    let text = text.unwrap_or_default();
    if label.text_content().as_ref() != Some(&text) {
        label.set_text_content(Some(&text));
    }
}

/// The text of the last divider above the sight. The first row always has one.
fn day_above(scroller: &Element) -> Option<String> {
    /// The height of a divider with its space, in pixels.
    const DIVIDER: f64 = 48.0;
    let dividers = scroller.query_selector_all(".row__day").ok()?;
    let upper = scroller.get_bounding_client_rect().top();
    let mut above = None;
    for at in 0..dividers.length() {
        let divider: Element = dividers.get(at)?.unchecked_into();
        let top = divider.get_bounding_client_rect().top();
        if top >= upper + DIVIDER {
            break;
        }
        above = (top < upper - DIVIDER).then_some(divider);
    }
    above?.text_content()
}
