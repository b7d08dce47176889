//! A frame of one commit, in which a message was edited in the commit of its post.

#[path = "support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, changes, empty_room, person, welcome};
use shared::frame::ServerFrame;
use shared::id::{Epoch, Rev};
use shared::sync::{Replica, SubscriptionLevel, SyncEvent};

#[test]
fn a_message_behind_a_later_one_is_shown_in_its_place_and_announced() {
    let mut replica = Replica::new(person());
    let _ = replica.subscribe(ROOM, SubscriptionLevel::Open);
    let _ = replica.connected();
    for frame in [welcome(Epoch::new([1; 16])), empty_room()] {
        let _ = replica.receive(frame, NOW);
    }
    let ServerFrame::Changes(mut frame) = changes(1..=2, None) else {
        panic!("these are changes");
    };
    frame.messages.reverse();
    frame.through = frame.through.next();
    frame.messages[1].rev = frame.through;
    frame.messages[1].edited_at = Some(frame.messages[1].posted_at);
    let output = replica.receive(ServerFrame::Changes(frame), NOW);
    let announced: Vec<_> = output
        .events
        .iter()
        .filter_map(|event| match event {
            SyncEvent::Posted { message, .. } => Some(message.seq.0),
            _ => None,
        })
        .collect();
    assert_eq!(announced, [2, 1]);
    let timeline = replica.timeline(ROOM).unwrap();
    let shown: Vec<_> = timeline
        .messages()
        .map(|message| (message.seq.0, message.rev))
        .collect();
    assert_eq!(shown, [(1, Rev(4)), (2, Rev(3))]);
}
