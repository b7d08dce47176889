//! The frames that a client sends.

use crate::command::Command;
use crate::id::{ClientId, Epoch, Rev, RoomId, Seq, UserId};
use crate::stream::StreamKey;

/// A frame of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientFrame {
    /// The first frame. Others may follow at once, without waiting for `welcome`.
    Hello {
        /// The protocol version, [`crate::PROTOCOL_VERSION`].
        version: u32,
        /// A bearer token, for a client without cookie and Origin.
        token: Option<String>,
        /// The public room that a client without a session wants to read, where the server lets
        /// anybody. With a session it means nothing.
        reads: Option<RoomId>,
    },
    /// Subscribes to a stream. Answered by `changes` with what changed above `rev`, or, for a
    /// room from whose revision the client cannot resume, by `reset`. For a subscribed stream:
    /// requests the next page of catching up, or the changes of a gap.
    Subscribe {
        /// Repeated in the answer.
        question: u32,
        /// The stream.
        stream: StreamKey,
        /// The epoch in which `rev` was seen; absent at a first visit.
        epoch: Option<Epoch>,
        /// The last revision of the stream seen.
        rev: Rev,
        /// Of a room, the number of missed changes above which the answer should be a `reset`.
        /// Absent or too large: the server's limit.
        most: Option<usize>,
        /// Of a room, the number of newest messages in a `reset`; absent: a full page.
        page: Option<usize>,
    },
    /// Ends the subscription to a stream.
    Unsubscribe {
        /// The stream.
        stream: StreamKey,
    },
    /// Requests messages by their `seq`. Answered by `history`.
    History {
        /// Repeated in the answer.
        question: u32,
        /// The room.
        room: RoomId,
        /// Before, after or around which message.
        anchor: Anchor,
        /// How many at most, possibly 0. Absent or larger: the server's page size.
        limit: Option<usize>,
    },
    /// Requests people by their ids. Answered by `people`.
    People {
        /// Repeated in the answer.
        question: u32,
        /// Who; at most a page of them.
        ids: Vec<UserId>,
    },
    /// Requests the state of rooms by their ids. Answered by `rooms`.
    Rooms {
        /// Repeated in the answer.
        question: u32,
        /// Which; at most a page of them.
        rooms: Vec<RoomId>,
    },
    /// Watches rooms: what is unread there, without the messages. Answered by `heads`. It adds to
    /// the rooms that are watched already.
    Watch {
        /// Repeated in the answer.
        question: u32,
        /// Which rooms; absent: the lobby, and all of which the person is a member.
        rooms: Option<Vec<RoomId>>,
        /// Whether to get a `notice` of new messages in the rooms that this connection watches.
        notices: bool,
    },
    /// Ends the watching of rooms.
    Unwatch {
        /// Which rooms.
        rooms: Vec<RoomId>,
    },
    /// Asks for a change.
    Command {
        /// The sender's own id for it; none exactly where [`Command::has_client_id`] says so.
        client_id: Option<ClientId>,
        /// The change.
        command: Command,
    },
    /// The person is typing. Never stored, never answered.
    Typing {
        /// The room.
        room: RoomId,
    },
    /// Requests a `pong`.
    Ping {},
}

/// Which messages a history page holds. Pages are in ascending order of `seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The last ones before this one.
    Before(Seq),
    /// The first ones after this one.
    After(Seq),
    /// Half of them up to and including this one, half of them after it.
    Around(Seq),
}

impl Anchor {
    /// The anchor of which exactly one field is given.
    pub fn of(before: Option<Seq>, after: Option<Seq>, around: Option<Seq>) -> Option<Self> {
        match (before, after, around) {
            (Some(seq), None, None) => Some(Anchor::Before(seq)),
            (None, Some(seq), None) => Some(Anchor::After(seq)),
            (None, None, Some(seq)) => Some(Anchor::Around(seq)),
            _ => None,
        }
    }
}

impl ClientFrame {
    /// A frame with a command that has an id.
    pub fn command(client_id: ClientId, command: Command) -> Self {
        ClientFrame::Command {
            client_id: Some(client_id),
            command,
        }
    }

    /// A frame that raises a read mark of a generation.
    pub fn mark_read(room: RoomId, seq: Seq, generation: u32) -> Self {
        ClientFrame::Command {
            client_id: None,
            command: Command::MarkRead {
                room,
                seq,
                generation,
            },
        }
    }
}
