//! A frame of one commit, in which a message was edited in the commit of its post.

#[allow(dead_code, reason = "each test uses its part")]
#[path = "support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, live, replica};
use shared::frame::ServerFrame;
use shared::id::Rev;
use shared::stream::Item;
use shared::sync::SyncEvent;

#[test]
fn a_message_behind_a_later_one_is_shown_in_its_place_and_announced() {
    let mut replica = replica();
    let mut frame = live(1..=2);
    frame.items.reverse();
    frame.through = frame.through.next();
    let Item::Message(edited) = &mut frame.items[1] else {
        panic!("it is a message");
    };
    edited.rev = frame.through;
    edited.edited_at = Some(edited.posted_at);
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
