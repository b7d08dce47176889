//! A room's messages, to be looked at.

use crate::error::ErrorCode;
use crate::id::Seq;
use crate::model::Message;

use super::super::output::Span;
use super::history::Load;
use super::state::RoomState;

/// A look at what is held of a room: a run of messages without a hole.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'a> {
    room: &'a RoomState,
}

impl<'a> Timeline<'a> {
    pub(in crate::sync) fn new(room: &'a RoomState) -> Self {
        Timeline { room }
    }

    /// Which places are held.
    pub fn span(&self) -> Span {
        self.room.window.span()
    }

    /// The messages, ascending.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &'a Message> + ExactSizeIterator {
        self.room.window.messages().iter()
    }

    /// The message at a place, if it is held.
    pub fn get(&self, seq: Seq) -> Option<&'a Message> {
        self.room.window.get(seq)
    }

    /// Whether anything is known of the room yet; if not, it is loading.
    pub fn is_known(&self) -> bool {
        self.room.is_known()
    }

    /// Whether the run reaches to the room's end and follows it.
    pub fn is_live(&self) -> bool {
        self.room.window.is_live()
    }

    /// The room's last message, held or not.
    pub fn head(&self) -> Seq {
        self.room.head
    }

    /// Whether there are messages below those that are held.
    pub fn has_older(&self) -> bool {
        self.span().first > Seq(1)
    }

    /// Whether there are messages above those that are held.
    pub fn has_newer(&self) -> bool {
        !self.is_live() && self.is_known()
    }

    /// Which messages were asked for and have not come yet.
    pub fn loading(&self) -> Option<Load> {
        self.room.loading()
    }

    /// Whether the room is behind what this connection has spoken of.
    pub fn is_catching_up(&self) -> bool {
        self.room.is_catching_up()
    }

    /// Why the room cannot be followed, if it cannot.
    pub fn unavailable(&self) -> Option<ErrorCode> {
        self.room.unavailable
    }
}
