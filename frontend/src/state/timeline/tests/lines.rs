//! Lines about the room among the rows.

use super::read_marks::divider;
use super::*;
use crate::state::timeline::{RowKey, ViewRequest};

/// Ben has joined.
fn line(seq: i64) -> serde_json::Value {
    json!({"message": {"seq": seq, "rev": seq, "author": {"id": 8, "name": "Ben", "rev": 1},
        "body": "", "event": {"kind": "joined"}, "posted_at": NOW}})
}

/// Ben has said something.
fn said(seq: i64) -> serde_json::Value {
    json!({"message": {"seq": seq, "rev": seq, "author": {"id": 8, "name": "Ben", "rev": 1},
        "body": "words", "posted_at": NOW}})
}

#[test]
fn lines_that_fold_into_a_row_leave_it_the_same_row() {
    let mut page = TestPage::new();
    let mut rows = |seq: i64| {
        page.receive(
            &json!({"type": "changes", "stream": "room/1", "from": seq - 1, "through": seq,
                "items": [line(seq)]}),
        );
        page.1.refresh(&page.0, true);
        let keys = page.1.rows.get_untracked();
        let row = page.1.row(keys[1]).unwrap().content.get_untracked();
        let folded = row.line.unwrap().events.len();
        assert_eq!((keys.len(), row.seq), (2, Some(Seq(seq))));
        (keys[1], folded)
    };
    for (seq, folded) in [(2, 1), (3, 2), (4, 3)] {
        assert_eq!(rows(seq), (RowKey::Seq(Seq(2)), folded));
    }
}

#[test]
fn a_room_opens_at_the_first_unread_message_below_lines_that_were_not_held() {
    let mut page = TestPage::before_room();
    let own = json!({"read_mark": {"room": 1, "seq": 2, "rev": 1}});
    page.receive(
        &json!({"type": "changes", "question": page.question(StreamKey::Own), "stream": "own",
            "from": 0, "through": 1, "head": 1, "items": [own]}),
    );
    let room = json!({"id": 1, "name": "lobby", "topic": "", "rev": 1, "directory_rev": 1,
        "seq": 60, "created_at": NOW});
    let mut items = vec![json!({"room": room})];
    items.extend((41..=60).map(said));
    page.receive(
        &json!({"type": "reset", "question": page.question(StreamKey::Room(ROOM)),
            "stream": "room/1", "rev": 60, "items": items}),
    );
    let wish = page.1.refresh(&page.0, true);
    assert_eq!(wish, Some(ViewRequest::Around(Seq(3))));
    let asked = page.0.open_around(ROOM, Seq(3)).send;
    let Some(ClientFrame::History { question, .. }) = asked.first() else {
        panic!("it asks for messages");
    };
    let items: Vec<_> = (1..=10)
        .map(|seq| {
            if seq == 3 || seq == 4 {
                line(seq)
            } else {
                said(seq)
            }
        })
        .collect();
    page.receive(
        &json!({"type": "history", "question": question, "room": 1, "rev": 60, "seq": 60,
        "items": items}),
    );
    assert_eq!(divider(&page), Some(Seq(5)));
    let target = page.1.take_scroll_target();
    assert_eq!(target, Some(ScrollTarget::Unread(Seq(5))));
}
