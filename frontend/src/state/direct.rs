//! What a direct conversation is called: by its people. Pure.

use crate::i18n::{format, t};

/// In the place of a name that has not arrived yet.
pub(super) const UNKNOWN: &str = "…";

/// The title: the names of the others, or one's own if there is nobody else.
pub(super) fn title(others: Vec<String>, own: &str) -> String {
    if others.is_empty() {
        (t().people.with_you)(own)
    } else {
        format::names(&others)
    }
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_conversation_is_called_by_the_others_or_by_oneself() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        assert_eq!(title(names(&["Ben"]), "Ada"), "Ben");
        assert_eq!(
            title(names(&["Ben", "Cora", "하나"]), "Ada"),
            "Ben, Cora, 하나"
        );
        assert_eq!(title(Vec::new(), "Ada"), "Ada (you)");
    }
}
