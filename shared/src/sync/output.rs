//! What a call on the replica brings about: frames to send and news for the view.

use crate::error::ErrorCode;
use crate::frame::{Ack, ClientFrame, Refusal};
use crate::id::{ClientId, RoomId, Seq, UserId};
use crate::model::{Message, Profile};

use super::pending::Command;

/// What a call brings about. The frames go to the socket in this order; the
/// notices tell a view what to look at again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "frames that are not sent leave the replica waiting until the next connection"]
pub struct Output {
    /// To be sent, in this order.
    pub send: Vec<ClientFrame>,
    /// What changed, in the order in which it did.
    pub notices: Vec<Notice>,
}

impl Output {
    /// Takes over what another call brought about, after what is here already.
    pub fn extend(&mut self, other: Output) {
        self.send.extend(other.send);
        self.notices.extend(other.notices);
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        // A frame may touch the same thing twice; a view needs to look once.
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

/// One thing that changed. The new state is read from the replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server has answered: limits and clock are known, commands go out.
    Welcome,
    /// The session belongs to someone else than this replica (the cookie changed in
    /// another tab). The connection is of no use: close it, make a new replica.
    OtherPerson(Profile),
    /// The session is missing or has ended: sign in again. What is pending stays.
    SignedOut,
    /// Rooms were made, changed or removed.
    Rooms,
    /// A person goes by another name now.
    Name(UserId),
    /// A room's messages changed.
    Timeline(TimelineChange),
    /// A message was posted that was not there before: live, or caught up on after a
    /// short absence. Not told for what a reset or a history page brings.
    Posted {
        /// The room.
        room: RoomId,
        /// The message. It is not in the window if the reader is among old messages.
        message: Box<Message>,
        /// Whether this person wrote it, here or on another device.
        mine: bool,
    },
    /// A room cannot be followed: it does not exist, was removed, or one connection
    /// may not follow more. It is tried again at the next connection.
    Unavailable {
        /// The room.
        room: RoomId,
        /// Why.
        code: ErrorCode,
    },
    /// Older or newer messages that were asked for will not come.
    HistoryFailed {
        /// The room.
        room: RoomId,
        /// Why; [`ErrorCode::Unknown`] if the answer made no sense.
        code: ErrorCode,
    },
    /// The pending commands of a room changed (`None`: those that name no room).
    /// Keep [`super::Replica::pending_snapshot`] now, if they shall survive a reload.
    Pending(Option<RoomId>),
    /// A command other than a send was carried out.
    Done {
        /// The command's own id.
        client_id: ClientId,
        /// What it was.
        command: Box<Command>,
        /// The answer; for [`Command::CreateRoom`] it holds the new room.
        ack: Ack,
    },
    /// A command was refused for good. A send stays among the pending ones, to be
    /// retried or discarded; any other is gone, and comes back here with its text.
    Refused {
        /// The command's own id.
        client_id: ClientId,
        /// What it was.
        command: Box<Command>,
        /// Why, and the present state where the command was stale.
        refusal: Box<Refusal>,
    },
    /// How far this person has read moved in these rooms.
    ReadMarks(Vec<RoomId>),
    /// Who is typing in a room changed.
    Typing(RoomId),
    /// Who is in a room changed.
    Presence(RoomId),
    /// The server refused something that cannot be laid to one command or room, such
    /// as the protocol version.
    Trouble(Box<Refusal>),
}

/// How a room's window changed. Windows have no holes: together with the two spans
/// and the list of changed messages a view knows exactly which rows to touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineChange {
    /// The room.
    pub room: RoomId,
    /// The window is another one: nothing that was drawn counts any more. If false,
    /// a place that lies in both spans and not in `changed` shows what it did.
    pub replaced: bool,
    /// What the window held before.
    pub before: Span,
    /// What it holds now.
    pub after: Span,
    /// Messages of both spans that were edited or deleted, ascending.
    pub changed: Vec<Seq>,
}

/// A run of places without a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first place; with `len` 0, the place that would come next.
    pub first: Seq,
    /// How many.
    pub len: usize,
}

impl Span {
    /// The place after the last one.
    pub fn end(self) -> Seq {
        let len = i64::try_from(self.len).unwrap_or(i64::MAX);
        Seq(self.first.0.saturating_add(len))
    }

    /// Whether a place lies in it.
    pub fn contains(self, seq: Seq) -> bool {
        self.first <= seq && seq < self.end()
    }
}
