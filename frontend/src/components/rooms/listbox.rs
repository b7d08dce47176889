//! The list of a field in which one chooses by arrows while the focus stays in the field (the ARIA
//! pattern *combobox*).

use leptos::ev;

use crate::browser::{document, next_frame};
use crate::components::focus::scroll_to_nearest;

/// As many rows are rendered.
pub(super) const MOST_ROWS: usize = 50;
/// How far the keys for a page up and down go.
const PAGE: usize = 8;

/// The row that a key leads to, of so many; `None`: the key does something else.
pub(super) fn step(
    event: &ev::KeyboardEvent,
    active: Option<usize>,
    count: usize,
) -> Option<usize> {
    // An input method has handled it: the arrows choose among its candidates.
    let is_composing = event.is_composing() || event.key_code() == 229;
    let has_modifier = event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key();
    if is_composing || has_modifier {
        return None;
    }
    target(&event.key(), active, count)
}

fn target(key: &str, active: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (key, active) {
        ("ArrowDown", None) | ("Home", _) => Some(0),
        ("ArrowUp", None) | ("End", _) => Some(last),
        ("ArrowDown", Some(at)) => Some(if at >= last { 0 } else { at + 1 }),
        ("ArrowUp", Some(at)) => Some(at.checked_sub(1).unwrap_or(last)),
        ("PageDown", at) => Some((at.unwrap_or_default() + PAGE).min(last)),
        ("PageUp", at) => Some(at.unwrap_or_default().saturating_sub(PAGE)),
        _ => None,
    }
}

/// The row that Enter acts on: the one that was reached by keys or by the pointer, wherever it stands
/// now, for rows that come later may stand before it; or the first one, where that may be meant.
pub(super) fn active<R>(
    rows: &[R],
    is_reached: impl Fn(&R) -> bool,
    may_be_first: bool,
) -> Option<usize> {
    let first = (may_be_first && !rows.is_empty()).then_some(0);
    rows.iter().position(is_reached).or(first)
}

/// Scrolls a row into sight, once it is there.
pub(super) fn show(id: String) {
    next_frame(move || {
        if let Some(row) = document().get_element_by_id(&id) {
            scroll_to_nearest(&row);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{active, target};

    #[test]
    fn arrows_go_round_and_pages_end_at_the_ends() {
        for (key, active, wanted) in [
            ("ArrowDown", None, Some(0)),
            ("ArrowUp", None, Some(19)),
            ("ArrowDown", Some(19), Some(0)),
            ("ArrowUp", Some(0), Some(19)),
            ("ArrowDown", Some(3), Some(4)),
            ("Home", Some(7), Some(0)),
            ("End", Some(7), Some(19)),
            ("PageDown", Some(7), Some(15)),
            ("PageDown", Some(15), Some(19)),
            ("PageUp", Some(7), Some(0)),
            ("a", Some(7), None),
        ] {
            assert_eq!(target(key, active, 20), wanted, "{key} {active:?}");
        }
        assert_eq!(target("ArrowDown", None, 0), None);
    }

    #[test]
    fn a_row_that_was_reached_stays_the_active_one_when_others_come() {
        let at = |rows: &[&str], reached: &str, named| active(rows, |row| *row == reached, named);
        assert_eq!(at(&["Ada", "Adam"], "Adam", true), Some(1));
        assert_eq!(at(&["Ad", "Ada", "Adam"], "Adam", true), Some(2));
        // Nothing was reached, or it is not there any more.
        assert_eq!(at(&["Ad", "Ada"], "", true), Some(0));
        assert_eq!(at(&["Ad", "Ada"], "Adam", true), Some(0));
        assert_eq!(at(&["Ad", "Ada"], "", false), None);
        // What is named may still be found.
        assert_eq!(at(&[], "", true), None);
        assert_eq!(at(&["Bella"], "", true), Some(0));
    }
}
