//! Lines about the room among the rows.

use super::*;
use crate::state::timeline::RowKey;

/// Ben has joined.
fn line(seq: i64) -> serde_json::Value {
    json!({"message": {"seq": seq, "rev": seq, "author": {"id": 8, "name": "Ben", "rev": 1},
        "body": "", "event": {"kind": "joined"}, "posted_at": NOW}})
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
