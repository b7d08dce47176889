//! Watching: what is unread in rooms that are not open.

mod heads;
mod notices;

use shared::frame::{Heads, ServerFrame};
use shared::id::{RoomId, Seq};
use shared::model::UnreadHead;

use crate::support::native::Native;

/// The head of a room among those of a frame.
fn head_of(heads: &Heads, room: RoomId) -> Option<&UnreadHead> {
    heads.heads.iter().find(|head| head.room == room)
}

/// Reads until live heads name this message of a room, or a later one. Returns the room's head,
/// and everything that came, as it was written.
async fn head_at(native: &mut Native, room: RoomId, seq: Seq) -> (UnreadHead, Vec<String>) {
    let mut record = Vec::new();
    let head = native
        .record_until(&mut record, "the head of a room", |frame| match frame {
            ServerFrame::Heads(heads) if heads.question.is_none() => {
                head_of(heads, room).filter(|head| head.seq >= seq).cloned()
            }
            _ => None,
        })
        .await;
    (head, record)
}
