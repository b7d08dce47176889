//! The frames of the native protocol, version 1.
//!
//! Each is one JSON object in one text frame, told apart by its `type`. Fields
//! that a reader does not know are ignored. `docs/PROTOCOL.md` describes them for
//! someone who does not read Rust.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, Field};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq};
use crate::limits::Limits;
use crate::model::{Message, Profile, ReadMark, Room};

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame. Others may follow at once, without waiting for `welcome`.
    Hello {
        /// The protocol version, [`crate::PROTOCOL_VERSION`].
        version: u32,
        /// A bearer token, for a client without cookie and Origin.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
    /// Asks for what the directory (rooms, people's names) has above `rev`, and
    /// follows it from there. Answered by `directory`.
    Directory {
        /// The epoch in which `rev` was seen; absent at a first visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// The last directory revision seen.
        #[serde(default)]
        rev: Rev,
    },
    /// Asks for what the person's own stream has above `rev`, and follows it from
    /// there. Answered by `stream`.
    Stream {
        /// The epoch in which `rev` was seen; absent at a first visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// The last revision of the stream seen.
        #[serde(default)]
        rev: Rev,
    },
    /// Follows a room. Answered by `changes` when `epoch` and `rev` can be resumed,
    /// else by `reset`. For a room that is followed already: the next page of
    /// catching up, or what a hole has swallowed.
    Subscribe {
        /// The room.
        room: RoomId,
        /// The epoch in which `rev` was seen; absent at a first visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// The last revision of the room seen.
        #[serde(default)]
        rev: Rev,
        /// How many missed changes are worth catching up before a `reset` is the
        /// better answer; absent or too large: the server's limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<usize>,
        /// How many of the newest messages a `reset` shall bring; absent: a full page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<usize>,
    },
    /// Stops following a room.
    Unsubscribe {
        /// The room.
        room: RoomId,
    },
    /// Asks for messages by their place. Answered by `history`.
    History {
        /// Comes back in the answer.
        request: u32,
        /// The room.
        room: RoomId,
        /// Which side of which place.
        #[serde(flatten)]
        anchor: Anchor,
        /// How many at most; the server's page if absent or larger.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
    },
    /// Posts a message.
    Send {
        /// The sender's own id for it.
        client_id: ClientId,
        /// The room.
        room: RoomId,
        /// The text.
        body: String,
    },
    /// Changes the text of one's own message.
    Edit {
        /// The sender's own id for this change.
        client_id: ClientId,
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// The revision of the message that the change rests on.
        rev: Rev,
        /// The new text.
        body: String,
    },
    /// Deletes one's own message.
    Delete {
        /// The sender's own id for this deletion.
        client_id: ClientId,
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// Takes back a send that has no answer yet: what was stored is deleted, what
    /// was not never will be.
    Cancel {
        /// The sender's own id for this cancellation.
        client_id: ClientId,
        /// The room.
        room: RoomId,
        /// The `client_id` of the send.
        target: ClientId,
    },
    /// Makes a room.
    CreateRoom {
        /// The sender's own id for it.
        client_id: ClientId,
        /// The name.
        name: String,
        /// The topic; may be empty.
        #[serde(default)]
        topic: String,
    },
    /// Changes a room's name or topic.
    UpdateRoom {
        /// The sender's own id for it.
        client_id: ClientId,
        /// The room.
        room: RoomId,
        /// The revision of the room's state that the change rests on.
        rev: Rev,
        /// The new name, if it changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The new topic, if it changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
    },
    /// Changes one's own display name.
    Rename {
        /// The sender's own id for it.
        client_id: ClientId,
        /// The new name.
        name: String,
    },
    /// Says that the person is typing. Never stored, never answered.
    Typing {
        /// The room.
        room: RoomId,
    },
    /// Raises the read mark of a room. A mark that lies higher stays.
    MarkRead {
        /// The room.
        room: RoomId,
        /// The last message that was read.
        seq: Seq,
    },
    /// Asks for a `pong`.
    Ping {},
}

/// Which messages a history page holds. Pages come in ascending order of `seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The last ones below this place.
    Before(Seq),
    /// The first ones above this place.
    After(Seq),
    /// Half of them up to and with this place, half of them after.
    Around(Seq),
}

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
            code,
            message: code.to_string(),
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

/// The codes with which the server closes a WebSocket (RFC 6455 §7.4, and 4000 up
/// for Madang's own).
pub mod close {
    /// The server restarts or stops: come back after a jittered wait.
    pub const RESTART: u16 = 1012;
    /// The frame was no valid WebSocket frame.
    pub const PROTOCOL: u16 = 1002;
    /// A text frame was not UTF-8.
    pub const NOT_UTF8: u16 = 1007;
    /// The frame was larger than `frame_bytes`.
    pub const TOO_LARGE: u16 = 1009;
    /// No session, or it has ended: sign in before coming back.
    pub const UNAUTHORIZED: u16 = 4001;
    /// `hello` did not come in time, or named a version that is not spoken.
    pub const NO_HELLO: u16 = 4002;
    /// Nothing was heard for `dead_after_ms`.
    pub const SILENT: u16 = 4003;
    /// The reader stalled: what waited for it was over the limit for too long.
    pub const SLOW_READER: u16 = 4004;
    /// Command after command was refused as too many.
    pub const FLOOD: u16 = 4005;
}
