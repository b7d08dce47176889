//! A pressed key of the page: which shortcut it is, or whether it is text.

/// The action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortcutAction {
    ShowKeys,
    Switch,
    NextRoom,
    PreviousRoom,
    NextUnread,
    PreviousUnread,
    MarkRead,
    MarkAllRead,
    CloseDrawer,
    NextPane,
    PreviousPane,
}

impl ShortcutAction {
    /// Whether it is also for who reads without a session.
    pub fn works_signed_out(self) -> bool {
        match self {
            ShortcutAction::CloseDrawer
            | ShortcutAction::NextPane
            | ShortcutAction::PreviousPane => true,
            ShortcutAction::ShowKeys
            | ShortcutAction::Switch
            | ShortcutAction::NextRoom
            | ShortcutAction::PreviousRoom
            | ShortcutAction::NextUnread
            | ShortcutAction::PreviousUnread
            | ShortcutAction::MarkRead
            | ShortcutAction::MarkAllRead => false,
        }
    }
}

/// A pressed key, independent of the browser.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a keyboard event has these four modifiers"
)]
pub(super) struct Press<'a> {
    pub key: &'a str,
    pub alt: bool,
    pub shift: bool,
    /// Ctrl or Cmd.
    pub command: bool,
    /// Whether it was pressed in a text field.
    pub writing: bool,
}

impl Press<'_> {
    /// The shortcut that it is.
    pub fn action(self) -> Option<ShortcutAction> {
        match (self.key, self.alt, self.shift, self.command) {
            ("?", false, _, false) if !self.writing => Some(ShortcutAction::ShowKeys),
            ("/", false, _, true) => Some(ShortcutAction::ShowKeys),
            ("k", false, false, true) => Some(ShortcutAction::Switch),
            ("ArrowDown", true, false, false) => Some(ShortcutAction::NextRoom),
            ("ArrowUp", true, false, false) => Some(ShortcutAction::PreviousRoom),
            ("ArrowDown", true, true, false) => Some(ShortcutAction::NextUnread),
            ("ArrowUp", true, true, false) => Some(ShortcutAction::PreviousUnread),
            ("r", true, true, false) => Some(ShortcutAction::MarkAllRead),
            ("Escape", false, true, false) => Some(ShortcutAction::MarkRead),
            ("Escape", false, false, false) => Some(ShortcutAction::CloseDrawer),
            ("F6", false, false, false) => Some(ShortcutAction::NextPane),
            ("F6", false, true, false) => Some(ShortcutAction::PreviousPane),
            _ => None,
        }
    }

    /// Whether it types a text that no field gets. Space presses buttons and scrolls.
    pub fn is_text(self, by_input_method: bool, alt_graph: bool) -> bool {
        let is_character = self.key.chars().count() == 1 && self.key != " ";
        let has_modifier = (self.alt || self.command) && !alt_graph;
        !self.writing && !has_modifier && (is_character || by_input_method || self.key == "Dead")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_mark_is_a_letter_while_writing() {
        let press = Press {
            key: "?",
            shift: true,
            ..Press::default()
        };
        assert_eq!(press.action(), Some(ShortcutAction::ShowKeys));
        let writing = Press {
            writing: true,
            ..press
        };
        assert_eq!(writing.action(), None);
        let command = Press {
            key: "/",
            command: true,
            shift: false,
            ..writing
        };
        assert_eq!(command.action(), Some(ShortcutAction::ShowKeys));
    }

    #[test]
    fn only_characters_without_a_modifier_are_text() {
        let press = |key| Press {
            key,
            ..Press::default()
        };
        for key in ["a", "ㅎ", "1", "Dead"] {
            assert!(press(key).is_text(false, false), "{key}");
            let writing = Press {
                writing: true,
                ..press(key)
            };
            assert!(!writing.is_text(false, false), "{key}");
        }
        for key in [" ", "Enter", "Backspace", "ArrowUp", "Process"] {
            assert!(!press(key).is_text(false, false), "{key}");
        }
        assert!(press("Process").is_text(true, false));
        let at_sign = Press {
            alt: true,
            command: true,
            ..press("@")
        };
        assert!(!at_sign.is_text(false, false));
        assert!(at_sign.is_text(false, true));
    }
}
