//! Reads the rooms at the end, as a new client.

use shared::frame::Anchor;
use shared::id::{RoomId, Seq};

use crate::evidence::Stored;
use crate::support::native::Native;

/// Reads a room in both ways: by place and by revision.
pub async fn read(native: &mut Native, room: RoomId) -> Stored {
    let present = native.subscribe(room).await;
    let (made, head) = (present.info.rev, present.rev);
    let mut stored = Stored {
        made,
        head,
        last: present.info.seq,
        messages: Vec::new(),
        pages: Vec::new(),
    };
    let mut known = Seq::ZERO;
    loop {
        let after = Anchor::After(known);
        let page = native.history(room, after, None).await.unwrap();
        let Some(last) = page.messages.last() else {
            break;
        };
        assert!(last.seq > known, "a page brings one nearer to the end");
        known = last.seq;
        stored.messages.extend(page.messages);
    }
    let epoch = native.epoch();
    let mut known = made;
    while known < head {
        let page = native.resume(room, epoch, known).await.changes();
        assert!(page.through > known, "a page brings one nearer to the end");
        known = page.through;
        stored.pages.push(page);
    }
    stored
}
