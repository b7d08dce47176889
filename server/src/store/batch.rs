//! What one commit changed, on its way to those who follow it.

use shared::frame::{Directory, Stream};
use shared::id::{Rev, RoomId, UserId};
use shared::model::{Message, Room};

use super::command::{Origin, TokenHash};

/// Everything that one commit changed, each stream's part in the order of its
/// revisions.
#[derive(Debug, Default)]
pub struct Batch {
    /// Rooms with changes.
    pub rooms: Vec<RoomBatch>,
    /// The directory's changes, if it has any.
    pub directory: Option<Directory>,
    /// Changes of people's own streams.
    pub streams: Vec<(UserId, Stream)>,
    /// Sessions that have ended: their connections are closed.
    pub ended_sessions: Vec<TokenHash>,
    /// Whether a commit ended without a known outcome: whoever follows anything
    /// must ask again.
    pub resync: bool,
}

impl Batch {
    /// Whether a message was deleted. An edit is none: its former text may stand in the
    /// log until the next checkpoint.
    pub fn has_deletion(&self) -> bool {
        let mut messages = self.rooms.iter().flat_map(|room| &room.messages);
        messages.any(|posted| posted.message.deleted_at.is_some())
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
            && self.directory.is_none()
            && self.streams.is_empty()
            && self.ended_sessions.is_empty()
            && !self.resync
    }
}

/// What one commit changed in one room.
#[derive(Debug)]
pub struct RoomBatch {
    /// The room.
    pub room: RoomId,
    /// The revision before the first one told here.
    pub from: Rev,
    /// The last revision told here.
    pub through: Rev,
    /// The room's own state, if it changed.
    pub info: Option<Room>,
    /// The messages' states after the commit, ascending by revision.
    pub messages: Vec<Posted>,
}

/// A message, and how it came to change.
#[derive(Debug)]
pub struct Posted {
    /// Its state after the commit.
    pub message: Message,
    /// The connection that posted it, for a post that came in through one here.
    /// None for edits and deletions.
    pub origin: Option<Origin>,
    /// Whether this is its first state.
    pub is_new: bool,
}
