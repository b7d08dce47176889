//! A view's read access to the messages of a room.

use crate::error::ErrorCode;
use crate::id::Seq;
use crate::model::Message;

use super::super::output::SeqRange;
use super::history_request::HistoryLoad;
use super::replica::RoomReplica;

/// The messages held of a room: a run without a gap.
#[derive(Clone, Copy, Debug)]
pub struct TimelineRef<'a> {
    room: &'a RoomReplica,
}

impl<'a> TimelineRef<'a> {
    pub(in crate::sync) fn new(room: &'a RoomReplica) -> Self {
        TimelineRef { room }
    }

    /// The range of messages held.
    pub fn span(&self) -> SeqRange {
        self.room.window.span()
    }

    /// The messages, ascending.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &'a Message> + ExactSizeIterator {
        self.room.window.messages().iter()
    }

    /// A message, if it is held.
    pub fn get(&self, seq: Seq) -> Option<&'a Message> {
        self.room.window.get(seq)
    }

    /// Whether anything is known of the room; if not, it is loading.
    pub fn is_known(&self) -> bool {
        self.room.is_known()
    }

    /// Whether the run reaches the room's end, so that new messages are appended.
    pub fn is_live(&self) -> bool {
        self.room.window.is_live()
    }

    /// The room's last message, held or not.
    pub fn head(&self) -> Seq {
        self.room.head
    }

    /// Whether there are messages before those held.
    pub fn has_older(&self) -> bool {
        self.room.has_older()
    }

    /// Whether there are messages after those held.
    pub fn has_newer(&self) -> bool {
        !self.is_live() && self.is_known()
    }

    /// The history that was requested and has not arrived.
    pub fn loading(&self) -> Option<HistoryLoad> {
        self.room.loading()
    }

    /// Whether changes are missing that this connection has named.
    pub fn is_catching_up(&self) -> bool {
        self.room.is_catching_up()
    }

    /// Why the subscription was refused, if it was.
    pub fn unavailable(&self) -> Option<ErrorCode> {
        self.room.unavailable
    }
}
