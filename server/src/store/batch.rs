//! What one commit changed, for those who subscribe to it.

use shared::frame::{Directory, Stream};
use shared::id::{Rev, RoomId, UserId};
use shared::model::{Message, Room};

use super::command::{ConnectionId, TokenHash};

/// Everything that one commit changed. The changes of a stream are in the order of their
/// revisions.
#[derive(Debug, Default)]
pub struct Batch {
    /// The rooms that changed.
    pub rooms: Vec<RoomBatch>,
    /// The changes of the directory, if there are any.
    pub directory: Option<Directory>,
    /// The changes of people's own streams.
    pub streams: Vec<(UserId, Stream)>,
    /// Sessions that have ended. Their connections have to be closed.
    pub ended_sessions: Vec<TokenHash>,
    /// Whether the outcome of a commit is unknown. Then every subscriber has to ask for its
    /// streams again.
    pub resync: bool,
}

impl Batch {
    /// Whether a message was deleted. An edit does not count: its former text may stay in the
    /// write-ahead log until the next checkpoint.
    pub fn has_deletion(&self) -> bool {
        let mut messages = self.rooms.iter().flat_map(|room| &room.messages);
        messages.any(|posted| posted.message.deleted_at.is_some())
    }

    /// Whether a room was removed.
    pub fn has_removed_room(&self) -> bool {
        let mut infos = self.rooms.iter().filter_map(|room| room.info.as_ref());
        infos.any(|room| room.removed_at.is_some())
    }

    /// Whether there is nothing to publish.
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
    /// The revision before the first change.
    pub from: Rev,
    /// The revision of the last change.
    pub through: Rev,
    /// The room's own state, if it changed.
    pub info: Option<Room>,
    /// The messages' states after the commit, in the order of their revisions. Each message is
    /// there once.
    pub messages: Vec<Posted>,
}

/// A message that changed.
#[derive(Debug)]
pub struct Posted {
    /// Its state after the commit.
    pub message: Message,
    /// The connection that posted it. None if that is not on this node, or if the message is not
    /// new.
    pub connection: Option<ConnectionId>,
    /// Whether it was posted in this commit. It may have been changed or deleted in the same one.
    pub is_new: bool,
}
