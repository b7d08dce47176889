//! The person's own messages: the last one is edited, and those without an answer wait.

use leptos::prelude::*;
use shared::id::{Micros, Seq};

use super::super::Delivery;
use super::{NOW, ROOM, TestPage, id};

impl TestPage {
    /// The text in the editor after asking for the person's last message.
    fn edits_last_own(&self) -> Option<String> {
        self.1.editing.set(None);
        self.1.edit_last_own();
        self.1.refresh(&self.0, true);
        self.1.editing.get_untracked().map(|editing| editing.text)
    }
}

#[test]
fn the_last_own_message_is_not_editable_while_it_has_no_answer() {
    let mut page = TestPage::new();
    assert_eq!(page.last_content().seq, Some(Seq(1)));
    assert_eq!(page.edits_last_own().as_deref(), Some("first"));
    let _ = page.0.post(id(1), ROOM, "second".to_owned(), NOW);
    assert_eq!(page.last_content().delivery, Delivery::Sending);
    assert_eq!(page.edits_last_own(), None);
    page.receive_ack(id(1), 2, 2);
    page.last_content();
    assert_eq!(page.edits_last_own().as_deref(), Some("second"));
}

#[test]
fn a_message_whose_answer_is_late_is_shown_as_waiting() {
    let mut page = TestPage::new();
    let _ = page.0.post(id(1), ROOM, "early".to_owned(), NOW);
    let _ = page
        .0
        .post(id(2), ROOM, "later".to_owned(), Micros(NOW.0 + 1));
    page.1.note_late_answers(NOW);
    assert_eq!(page.last_content().delivery, Delivery::Sending);
    page.1.note_late_answers(Micros(NOW.0 + 1));
    assert_eq!(page.last_content().delivery, Delivery::Waiting);
}
