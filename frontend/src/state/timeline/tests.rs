//! What the rows show of changes that are pending.

use leptos::prelude::*;
use serde_json::json;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;
use shared::sync::{Attention, Replica};

use super::{Content, Delivery, RoomView};

const ROOM: RoomId = RoomId(1);
const EPOCH: &str = "00000000-0000-4000-8000-000000000001";
const NOW: Micros = Micros(1_700_000_000_000_000);

/// A page of one person, told what a server tells.
struct Told(Replica);

impl Told {
    /// Welcome, in a room with one message of their own.
    fn new() -> Self {
        let mut replica = Replica::new(Profile {
            id: UserId(7),
            name: "Ada".to_owned(),
            rev: Rev(1),
            kind: shared::model::UserKind::Guest,
        });
        let _ = replica.connected();
        let _ = replica.follow(ROOM, Attention::Open);
        let mut told = Told(replica);
        told.hears(&json!({
            "type": "welcome", "version": 1, "epoch": EPOCH, "lobby": 1, "now": NOW,
            "user": {"id": 7, "name": "Ada", "rev": 1, "kind": "guest"}, "limits": shared::limits::Limits::default(),
        }));
        told.hears(&json!({
            "type": "reset", "rev": 1, "messages": [message("first", 1)],
            "info": {"id": 1, "name": "lobby", "topic": "", "rev": 1, "directory_rev": 1,
                "seq": 1, "created_at": NOW},
        }));
        told
    }

    fn hears(&mut self, frame: &serde_json::Value) {
        let frame = serde_json::from_value(frame.clone()).unwrap();
        let _ = self.0.receive(frame, NOW);
    }

    fn is_answered(&mut self, id: ClientId, seq: i64, rev: i64) {
        self.hears(&json!({"type": "ack", "client_id": id, "room": ROOM, "seq": seq, "rev": rev}));
    }

    /// The last row.
    fn row(&self) -> Content {
        let view = RoomView::new(ROOM, None);
        view.refresh(&self.0, true);
        let last = view.rows.with_untracked(|rows| *rows.last().unwrap());
        view.row(last).unwrap().content.get_untracked()
    }
}

fn message(body: &str, rev: i64) -> serde_json::Value {
    json!({"seq": 1, "rev": rev, "author": {"id": 7, "name": "Ada", "rev": 1}, "body": body,
        "posted_at": NOW})
}

fn id(last: u8) -> ClientId {
    let text = format!("018bcfe5-6800-7707-8707-0000000000{last:02x}");
    serde_json::from_value(json!(text)).unwrap()
}

#[test]
fn what_is_stored_and_not_yet_told_is_what_the_next_change_rests_on() {
    let mut page = Told::new();
    let _ = page
        .0
        .edit(id(1), ROOM, (Seq(1), Rev(1)), "second".to_owned(), NOW);
    assert_eq!(page.row().delivery, Delivery::Sending);
    page.is_answered(id(1), 1, 2);
    let row = page.row();
    assert_eq!((&*row.body, row.rev), ("second", Rev(2)));
    assert_eq!(row.delivery, Delivery::Sent);

    page.hears(
        &json!({"type": "changes", "room": 1, "from": 1, "through": 2,
        "messages": [message("second", 2)]}),
    );
    assert_eq!((&*page.row().body, page.row().rev), ("second", Rev(2)));
    assert!(page.0.all_pending().next().is_none());
}

#[test]
fn a_message_that_is_stored_and_not_yet_told_can_be_changed() {
    let mut page = Told::new();
    let _ = page.0.post(id(1), ROOM, "frist".to_owned(), NOW);
    page.is_answered(id(1), 2, 2);
    assert_eq!(page.row().rev, Rev(2));
    let _ = page
        .0
        .edit(id(2), ROOM, (Seq(2), Rev(2)), "first".to_owned(), NOW);
    let row = page.row();
    assert_eq!((&*row.body, row.delivery), ("first", Delivery::Sending));
    page.is_answered(id(2), 2, 3);
    let row = page.row();
    assert_eq!((&*row.body, row.rev), ("first", Rev(3)));
}

#[test]
fn a_change_in_another_room_changes_nothing_here() {
    let mut page = Told::new();
    let other = RoomId(2);
    let _ = page
        .0
        .edit(id(1), other, (Seq(1), Rev(1)), "there".to_owned(), NOW);
    let _ = page.0.delete(id(2), other, Seq(1), NOW);
    let row = page.row();
    assert_eq!((&*row.body, row.deleted), ("first", false));
}
