//! Read marks that somebody sets while the room is shown, and where the divider stands.

use shared::command::Command;
use shared::model::MarkChange;

use super::*;

/// A room of ten messages, shown, read up to one of them.
fn room_read_to(seq: i64) -> TestPage {
    let mut page = TestPage::new();
    let more: Vec<_> = (2..=10).map(|number| (number, number, "more")).collect();
    page.receive(&changes(1, &more));
    let question = page.question(StreamKey::Own);
    page.receive(
        &json!({"type": "changes", "question": question, "stream": "own", "from": 0, "through": 1,
            "head": 1, "items": [{"read_mark": {"room": 1, "seq": seq, "rev": 1}}]}),
    );
    divider(&page);
    page
}

/// The mark arrives, in its next revision.
fn mark(page: &mut TestPage, rev: i64, seq: i64, generation: u32) {
    let mark = json!({"room": 1, "seq": seq, "generation": generation, "rev": rev});
    page.receive(
        &json!({"type": "changes", "stream": "own", "from": rev - 1, "through": rev,
            "items": [{"read_mark": mark}]}),
    );
}

/// The message below the divider "new messages".
pub(super) fn divider(page: &TestPage) -> Option<Seq> {
    page.1.refresh(&page.0, true);
    let rows = page.1.rows.get_untracked().into_iter();
    let mut rows = rows.map(|key| page.1.row(key).unwrap());
    let first = rows.find(|row| row.layout.get_untracked().first_unread)?;
    first.content.get_untracked().seq
}

#[test]
fn a_room_that_another_device_marks_as_unread_stays_so_until_some_device_reads_on() {
    let mut page = room_read_to(10);
    assert!(!page.1.stays_unread());
    mark(&mut page, 2, 5, 1);
    assert_eq!(divider(&page), Some(Seq(6)));
    assert!(page.1.stays_unread());
    mark(&mut page, 3, 10, 1);
    assert_eq!(divider(&page), None);
    assert!(!page.1.stays_unread());
}

#[test]
fn a_room_marked_as_unread_from_above_the_mark_stays_so_from_there() {
    let mut page = room_read_to(1);
    assert_eq!(divider(&page), Some(Seq(2)));
    page.1.stay_unread_from(Seq(6));
    let marks = vec![MarkChange::new(ROOM, Seq(5))];
    let given = (page.0).command(id(1), Command::SetMarks { marks }, NOW);
    page.apply(given);
    assert_eq!(divider(&page), Some(Seq(6)));
    // The answer overtakes the change: for that moment the mark is what it was.
    page.receive(&json!({"type": "ack", "client_id": id(1)}));
    assert!(page.1.stays_unread());
    mark(&mut page, 2, 5, 0);
    assert_eq!(divider(&page), Some(Seq(6)));
    assert!(page.1.stays_unread());
    mark(&mut page, 3, 10, 0);
    assert!(!page.1.stays_unread());
}
