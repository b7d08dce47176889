//! A client comes back to a server that was started again, in a busy room.

#[path = "support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, changes, empty_room, person, welcome};
use shared::frame::ClientFrame;
use shared::id::{Epoch, Rev};
use shared::sync::{Replica, SubscriptionLevel};

#[test]
fn a_live_frame_before_the_first_answer_waits_for_it() {
    let mut replica = Replica::new(person());
    let _ = replica.subscribe(ROOM, SubscriptionLevel::Open);
    let _ = replica.connected();
    for frame in [
        welcome(Epoch::new([1; 16])),
        empty_room(),
        changes(1..=2, None),
    ] {
        let _ = replica.receive(frame, NOW);
    }
    let requests = replica.connected().send;
    assert!(
        requests
            .iter()
            .any(|frame| matches!(frame, ClientFrame::Subscribe { rev: Rev(3), .. }))
    );
    // The server subscribes first and reads then. A message posted in between arrives first,
    // and its revision seems to continue what the client knows from the last epoch.
    let _ = replica.receive(welcome(Epoch::new([2; 16])), NOW);
    let _ = replica.receive(changes(3..=3, None), NOW);
    let _ = replica.receive(changes(3..=4, Some(5)), NOW);
    let timeline = replica.timeline(ROOM).unwrap();
    let shown: Vec<_> = timeline.messages().map(|message| message.seq.0).collect();
    assert_eq!(shown, [1, 2, 3, 4]);
    assert!(!timeline.is_catching_up());
}
