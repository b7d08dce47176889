//! What a direct conversation is called: by its people. Pure.

use crate::i18n::t;

/// In the place of a name that has not arrived yet.
pub(super) const UNKNOWN: &str = "…";

/// The title: the names of the others, or one's own if there is nobody else.
pub(super) fn title(others: &[String], own: &str) -> String {
    if others.is_empty() {
        (t().people.with_you)(own)
    } else {
        // Not as `Intl` lists them: in Korean that is without commas.
        others.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_called_by_the_others_or_by_oneself() {
        let title = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            title(&names, "Ada")
        };
        assert_eq!(title(&["Ben"]), "Ben");
        assert_eq!(title(&["Ben", "Cora", "하나"]), "Ben, Cora, 하나");
        assert_eq!(title(&[]), "Ada (you)");
    }
}
