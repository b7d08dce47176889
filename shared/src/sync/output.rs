//! What a call on the replica returns: frames to send, and events for the view.

use crate::command::Command;
use crate::error::ErrorCode;
use crate::frame::{Ack, ClientFrame, Notice, Refusal};
use crate::id::{ClientId, RoomId, Seq, UserId};
use crate::model::{Message, Profile};

/// What a call on the replica returns. Send the frames in this order. The events say
/// what a view has to read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "frames that are not sent leave the replica waiting until the next connection"]
pub struct SyncOutput {
    /// Frames to send, in this order.
    pub send: Vec<ClientFrame>,
    /// What changed, in the order of the changes.
    pub events: Vec<SyncEvent>,
}

impl SyncOutput {
    /// Appends the output of another call.
    pub fn extend(&mut self, other: SyncOutput) {
        self.send.extend(other.send);
        self.events.extend(other.events);
    }

    pub(super) fn emit(&mut self, event: SyncEvent) {
        // One frame may change the same thing twice; the view needs to read it once.
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }
}

/// One thing that changed. The new state is read from the replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncEvent {
    /// The server sent `welcome`: its limits are known.
    Welcome,
    /// The session belongs to another person than this replica (the cookie changed in
    /// another tab). Close the connection and make a new replica.
    OtherPerson(Profile),
    /// The session is missing or has ended: sign in again. Pending commands are kept.
    SignedOut,
    /// These rooms were made, changed or removed, are not open any more, or have become known.
    Rooms(Vec<RoomId>),
    /// This person's memberships in these rooms began, changed or ended. Of a room in which one
    /// ended nothing is held any more, unless it is public; if it was open,
    /// [`SyncEvent::Unavailable`] comes too.
    Memberships(Vec<RoomId>),
    /// The person's rooms are arranged in another way, see [`super::Replica::sidebar`].
    Sidebar,
    /// The person may do more or less for a time, see [`super::Replica::timed_out`].
    Restriction,
    /// In these rooms, what is unread changed, or the last message.
    Heads(Vec<RoomId>),
    /// A new message in a watched room that is not open, to be shown to the person. It may be
    /// lost. Only if [`super::Replica::watch`] was called with `notices`.
    Notice(Notice),
    /// These people have another display name now.
    Names(Vec<UserId>),
    /// A room's messages changed.
    Timeline(TimelineChange),
    /// A new message: live, or received while catching up after a short absence. Messages
    /// of a reset or of a history page cause no such event.
    Posted {
        /// The room.
        room: RoomId,
        /// The message. The window does not hold it while the reader is among old messages.
        message: Box<Message>,
        /// Whether this person wrote it, here or on another device.
        mine: bool,
    },
    /// The subscription to a room was refused, or has ended: the room does not exist for this
    /// person, was removed, or the connection has too many subscriptions. It is tried again on
    /// the next connection, and when the person becomes a member.
    Unavailable {
        /// The room.
        room: RoomId,
        /// Why.
        code: ErrorCode,
    },
    /// Requested history will not arrive.
    HistoryFailed {
        /// The room.
        room: RoomId,
        /// Why; [`ErrorCode::Unknown`] if the answer was invalid.
        code: ErrorCode,
    },
    /// The pending commands of a room changed (`None`: commands without a room). Store
    /// [`super::Replica::pending_snapshot`] now if they are to survive a reload.
    Pending(Option<RoomId>),
    /// A command other than a send was carried out.
    Done {
        /// The command's own id.
        client_id: ClientId,
        /// What it was.
        command: Box<Command>,
        /// The acknowledgement; for [`Command::CreateRoom`] it holds the new room.
        ack: Ack,
    },
    /// A command was refused for good. A send stays pending until the person retries or
    /// discards it. Any other command is removed and returned here with its text.
    Refused {
        /// The command's own id.
        client_id: ClientId,
        /// What it was.
        command: Box<Command>,
        /// Why; with the current state where the command was stale.
        refusal: Box<Refusal>,
    },
    /// The person's read mark moved in these rooms.
    ReadMarks(Vec<RoomId>),
    /// Other people started or stopped typing in a room.
    Typing(RoomId),
    /// People entered or left a room.
    Presence(RoomId),
    /// A refusal that no other event tells of, such as that of the protocol
    /// version.
    Trouble(Box<Refusal>),
}

/// How the window of a room changed. Windows have no gaps: from the two ranges and the list
/// of changed messages a view knows exactly which rows to update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineChange {
    /// The room.
    pub room: RoomId,
    /// Whether the whole window was replaced: draw all rows again. If false, a message that
    /// is in both ranges and not in `changed` is unchanged.
    pub replaced: bool,
    /// What the window held before.
    pub before: SeqRange,
    /// What it holds now.
    pub after: SeqRange,
    /// Messages of both ranges that were edited or deleted, ascending.
    pub changed: Vec<Seq>,
}

/// A range of `seq`s without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeqRange {
    /// The first `seq`. With `len` 0, the `seq` that would come next.
    pub first: Seq,
    /// The number of messages.
    pub len: usize,
}

impl SeqRange {
    /// The `seq` after the last one.
    pub fn end(self) -> Seq {
        let len = i64::try_from(self.len).unwrap_or(i64::MAX);
        Seq(self.first.0.saturating_add(len))
    }

    /// Whether the range contains a `seq`.
    pub fn contains(self, seq: Seq) -> bool {
        self.first <= seq && seq < self.end()
    }
}
