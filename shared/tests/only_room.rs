//! A guest of one room: the room begins with the first message that exists for the guest.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use serde_json::{Value, json};
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;
use shared::stream::StreamKey;
use shared::sync::{Replica, SyncOutput};

const ROOM: RoomId = RoomId(9);
const NOW: Micros = Micros(1_000_000);
const EPOCH: &str = "05050505-0505-0505-0505-050505050505";

fn frame(json: Value) -> ServerFrame {
    serde_json::from_value(json).unwrap()
}

fn message(seq: i64, rev: i64) -> Value {
    json!({ "message": { "seq": seq, "rev": rev, "author": { "name": "John" }, "body": "hello",
        "posted_at": 1 } })
}

fn asks_history(output: &SyncOutput) -> bool {
    let mut frames = output.send.iter();
    frames.any(|frame| matches!(frame, ClientFrame::History { .. }))
}

/// Connected, with the room open and nothing in it yet. `only_room` is what the server says.
fn connected(only_room: &Value) -> Replica {
    let me = Profile::guest(UserId(1), "Gus".into(), Rev::ZERO);
    let mut replica = Replica::new(me.clone());
    let _ = replica.open(ROOM);
    let asked = replica.connected().send;
    let question = asked.iter().find_map(|frame| match frame {
        ClientFrame::Subscribe {
            question,
            stream: StreamKey::Room(ROOM),
            ..
        } => Some(*question),
        _ => None,
    });
    let welcome = json!({ "type": "welcome", "version": 2, "epoch": EPOCH, "user": me, "lobby": 9,
        "only_room": only_room, "now": 1, "limits": shared::limits::Limits::default() });
    let _ = replica.receive(frame(welcome), NOW);
    let reset = json!({ "type": "reset", "question": question, "stream": "room/9", "rev": 50,
        "items": [{ "room": { "id": 9, "name": "garden", "seq": 41, "created_at": 1 } }] });
    let _ = replica.receive(frame(reset), NOW);
    replica
}

#[test]
fn nothing_is_asked_for_before_the_first_message_that_exists_for_the_guest() {
    let mut replica = connected(&json!({ "room": 9, "from": 42 }));
    assert_eq!(replica.only_room(), Some(ROOM));
    assert!(!replica.timeline(ROOM).unwrap().has_older());
    // That of somebody else was passed over.
    let changes = json!({ "type": "changes", "stream": "room/9", "from": 50, "through": 51 });
    let _ = replica.receive(frame(changes), NOW);
    let changes = json!({ "type": "changes", "stream": "room/9", "from": 51, "through": 52,
        "items": [message(42, 52)] });
    let _ = replica.receive(frame(changes), NOW);
    let timeline = replica.timeline(ROOM).unwrap();
    let held: Vec<_> = timeline.messages().map(|message| message.seq).collect();
    assert_eq!(held, [Seq(42)]);
    assert!(!timeline.has_older() && !timeline.is_catching_up());
    assert!(!asks_history(&replica.load_older(ROOM)));
    assert!(!asks_history(&replica.open(ROOM)));
    assert_eq!(replica.unread(ROOM), 1);
}

#[test]
fn for_everybody_else_the_room_begins_with_its_first_message() {
    for only_room in [json!(null), json!({ "room": 9, "from": 0 })] {
        let mut replica = connected(&only_room);
        assert!(replica.timeline(ROOM).unwrap().has_older());
        assert!(asks_history(&replica.load_older(ROOM)));
        assert_eq!(replica.unread(ROOM), 41);
    }
}
