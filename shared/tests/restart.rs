//! A client comes back to a server that was started again, in a busy room.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, answer, changes, empty_room, question, replica, welcome};
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Epoch, Rev};
use shared::sync::Replica;

#[test]
fn a_live_frame_before_the_first_answer_waits_for_it() {
    let mut replica = replica();
    let _ = replica.receive(changes(1..=2), NOW);
    let asked = replica.connected().send;
    assert!(
        asked
            .iter()
            .any(|frame| matches!(frame, ClientFrame::Subscribe { rev: Rev(3), .. }))
    );
    // The server subscribes first and reads then. A message posted in between arrives first,
    // and its revision seems to continue what the client knows from the last epoch.
    let _ = replica.receive(welcome(Epoch::new([2; 16])), NOW);
    let _ = replica.receive(changes(3..=3), NOW);
    assert_eq!(shown(&replica), [1, 2]);
    let _ = replica.receive(answer(question(&asked), 3..=4, 5), NOW);
    assert_eq!(shown(&replica), [1, 2, 3, 4]);
    assert!(!replica.timeline(ROOM).unwrap().is_catching_up());
}

#[test]
fn an_answer_from_before_a_resync_confirms_nothing_and_answers_nothing() {
    let mut replica = replica();
    let _ = replica.receive(changes(1..=2), NOW);
    let first = question(&replica.connected().send);
    let _ = replica.receive(welcome(Epoch::new([2; 16])), NOW);
    let _ = replica.receive(ServerFrame::Pong {}, NOW);
    let second = question(&replica.receive(ServerFrame::Resync {}, NOW).send);
    // The store was restored: its room is empty. What the server read before the resync is
    // not the answer to what was asked after it.
    let _ = replica.receive(answer(first, 3..=4, 5), NOW);
    let _ = replica.receive(empty_room(first), NOW);
    assert_eq!(shown(&replica), [1, 2]);
    assert!(replica.timeline(ROOM).unwrap().is_catching_up());
    let _ = replica.receive(empty_room(second), NOW);
    assert!(shown(&replica).is_empty());
}

#[test]
fn a_second_resync_before_an_answer_is_obeyed_when_something_arrives() {
    let mut replica = replica();
    let _ = replica.connected();
    let _ = replica.receive(welcome(Epoch::new([1; 16])), NOW);
    let first = question(&replica.receive(ServerFrame::Resync {}, NOW).send);
    // Were each of these answered with questions, two programs could keep each other busy.
    assert_eq!(replica.receive(ServerFrame::Resync {}, NOW).send, []);
    assert_eq!(replica.receive(ServerFrame::Resync {}, NOW).send, []);
    // What was asked may have been dropped with the rest, and its answer never comes.
    let second = question(&replica.receive(ServerFrame::Pong {}, NOW).send);
    assert_ne!(first, second);
    assert_eq!(replica.receive(ServerFrame::Pong {}, NOW).send, []);
}

fn shown(replica: &Replica) -> Vec<i64> {
    let timeline = replica.timeline(ROOM).unwrap();
    timeline.messages().map(|message| message.seq.0).collect()
}
