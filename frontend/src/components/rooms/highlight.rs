//! What of a name was named by a search.

use std::ops::Range;

use leptos::prelude::*;

use crate::view::set_text;

/// A text with its named parts marked. `ranges`: whole characters, ascending, in bytes.
pub(super) fn highlighted(text: &str, ranges: &[Range<usize>]) -> AnyView {
    let parts: Vec<AnyView> = parts(text, ranges)
        .into_iter()
        .map(|(part, is_named)| {
            let part = part.to_owned();
            if is_named {
                view! { <mark use:set_text=part></mark> }.into_any()
            } else {
                view! { <span use:set_text=part></span> }.into_any()
            }
        })
        .collect();
    parts.into_any()
}

fn parts<'a>(text: &'a str, ranges: &[Range<usize>]) -> Vec<(&'a str, bool)> {
    let mut parts = Vec::new();
    let mut from = 0;
    for range in ranges {
        parts.push((text.get(from..range.start), false));
        parts.push((text.get(range.clone()), true));
        from = range.end;
    }
    parts.push((text.get(from..), false));
    let parts = parts.into_iter();
    parts
        .filter_map(|(part, is_named)| Some((part?, is_named)))
        .filter(|(part, _)| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_is_named() {
        let of = |text, typed: &str| {
            let found = shared::search::Query::new(typed).find(text).unwrap();
            parts(text, &found.ranges)
        };
        assert_eq!(of("회의실", "ㅎㅇ"), [("회의", true), ("실", false)]);
        assert_eq!(
            of("Grand Room", "grm"),
            [("Gr", true), ("and Roo", false), ("m", true)]
        );
        assert_eq!(of("garden", ""), [("garden", false)]);
    }
}
