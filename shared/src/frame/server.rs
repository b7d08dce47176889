//! What the server says.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, Field};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq};
use crate::limits::Limits;
use crate::model::{Message, Profile, ReadMark, Room};

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`.
    Welcome(Box<Welcome>),
    /// What the directory has in `(from, through]`: an answer or live.
    Directory(Directory),
    /// What the person's own stream has in `(from, through]`: an answer or live.
    Stream(Stream),
    /// What a room has in `(from, through]`: an answer or live.
    Changes(Changes),
    /// A room from its newest page on: what was known of it before is void.
    Reset(Reset),
    /// A page of messages that was asked for.
    History(History),
    /// A command was carried out, durably.
    Ack(Ack),
    /// A command was refused.
    Error(Refusal),
    /// Who is typing in a room now; stands for `typing_ms`.
    Typing {
        /// The room.
        room: RoomId,
        /// All who are typing.
        people: Vec<Profile>,
    },
    /// Who is in a room now.
    Presence {
        /// The room.
        room: RoomId,
        /// How many people.
        count: usize,
        /// Who they are; absent above the limit `presence_people`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        people: Option<Vec<Profile>>,
    },
    /// The connection fell too far behind: frames were dropped, and nothing is
    /// followed any more. Ask again for the directory, the stream and each room.
    Resync {},
    /// The answer to `ping`.
    Pong {},
}

/// What a client has to know of the server and of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol version that is spoken.
    pub version: u32,
    /// The store's present epoch: all revisions on this connection belong to it.
    pub epoch: Epoch,
    /// The person behind this connection.
    pub user: Profile,
    /// The room that always exists.
    pub lobby: RoomId,
    /// The server's clock.
    pub now: Micros,
    /// The server's limits.
    pub limits: Limits,
}

/// A stretch of the directory. When `from` lies above what is known, something is
/// missing: ask for `directory` again. When `through` lies below `head`, more is to come:
/// ask from `through`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// The revision before the first one told here; 0 voids what was known before.
    pub from: Rev,
    /// The last revision told here.
    pub through: Rev,
    /// The last revision there is; absent: `through`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Rev>,
    /// Rooms made, changed or removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Room>,
    /// People who took another name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Profile>,
}

/// A stretch of the person's own stream, with the same rule as [`Directory`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// The revision before the first one told here; 0 voids what was known before.
    pub from: Rev,
    /// The last revision told here.
    pub through: Rev,
    /// The last revision there is; absent: `through`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Rev>,
    /// Read marks that moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<ReadMark>,
}

/// A stretch of a room's changes: live, or a page of catching up.
///
/// It holds the whole present state of everything that changed in
/// `(from, through]`. `from` at or below what the client knows: apply, and the
/// client knows `through`. `from` above: a hole; subscribe again with what is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The room.
    pub room: RoomId,
    /// The revision before the first one told here.
    pub from: Rev,
    /// The last revision told here.
    pub through: Rev,
    /// In an answer, the last revision there is; above `through`: subscribe again
    /// from `through`. Absent in live frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Rev>,
    /// The room's own state, if it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<Room>,
    /// Messages posted, edited or deleted, in ascending order of `rev`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Message>,
}

/// A room's present, for a client that knows nothing of it or nothing that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// The revision that this shows.
    pub rev: Rev,
    /// The room's state; its `seq` is the last message's place at `rev`.
    pub info: Room,
    /// The newest messages, ascending by `seq`, ending with the last.
    pub messages: Vec<Message>,
}

/// A page of messages, ascending by `seq` and without a hole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// From the question.
    pub request: u32,
    /// The room.
    pub room: RoomId,
    /// The room's revision when the page was read.
    pub rev: Rev,
    /// The last message's place at that time.
    pub seq: Seq,
    /// The messages.
    pub messages: Vec<Message>,
}

/// A command was carried out; what it did is stored durably.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The command.
    pub client_id: ClientId,
    /// The room; the new one's id in the answer to `create_room`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The message's place; absent where the command was not about a message, and
    /// for a `cancel` that found nothing stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// The revision that the command made: the directory's for `rename`, else the room's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<Rev>,
}

/// A command was refused, or a frame could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The stable code.
    pub code: ErrorCode,
    /// A sentence for logs and developers, in English.
    pub message: String,
    /// The command, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The question, where it had a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<u32>,
    /// The room, where the command named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// Which text was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// How long to wait before the same may be accepted, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The message as it is now, when a change to it was `stale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<Message>>,
    /// The room as it is now, when a change to it was `stale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_room: Option<Box<Room>>,
}

impl Refusal {
    /// A refusal that says what its code says.
    pub fn new(code: ErrorCode) -> Self {
        Refusal {
            message: code.to_string(),
            ..Refusal::of(code)
        }
    }

    /// A refusal without a sentence: the page has its own, and does not carry these.
    pub fn of(code: ErrorCode) -> Self {
        Refusal {
            code,
            message: String::new(),
            client_id: None,
            request: None,
            room: None,
            field: None,
            retry_after_ms: None,
            current: None,
            current_room: None,
        }
    }
}
