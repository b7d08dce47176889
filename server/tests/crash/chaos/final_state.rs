//! Reads the rooms at the end, as a new client.

use shared::frame::Anchor;
use shared::id::{RoomId, Seq};

use crate::evidence::Stored;
use crate::support::items::Items;
use crate::support::native::Native;

/// Reads a room in both ways: by place and by revision.
pub async fn read(native: &mut Native, room: RoomId) -> Stored {
    let present = native.subscribe(room).await;
    let (state, head) = (present.room(), present.rev);
    let made = state.rev;
    let mut stored = Stored {
        made,
        head,
        last: state.seq,
        members: Vec::new(),
        messages: Vec::new(),
        pages: Vec::new(),
    };
    let mut known = Seq::ZERO;
    loop {
        let after = Anchor::After(known);
        let page = native.history(room, after, None).await.unwrap();
        let messages = page.messages();
        let Some(last) = messages.last() else {
            break;
        };
        assert!(last.seq > known, "a page brings one nearer to the end");
        known = last.seq;
        stored.messages.extend(messages);
    }
    let epoch = native.epoch();
    let mut known = made;
    while known < head {
        let page = native.resume(room, epoch, known).await.changes();
        assert!(page.through > known, "a page brings one nearer to the end");
        known = page.through;
        let members = page.members().into_iter();
        stored.members.extend(members.map(|member| member.rev));
        stored.pages.push(page);
    }
    stored
}
