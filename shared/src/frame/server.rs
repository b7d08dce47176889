//! The frames that the server sends.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, Field};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq};
use crate::limits::Limits;
use crate::model::{Author, Message, OnlyRoom, Profile, Room, UnreadHead};
use crate::stream::{Item, StreamKey};

/// A frame of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`.
    Welcome(Box<Welcome>),
    /// The changes of a stream in `(from, through]`: an answer, or live.
    Changes(Changes),
    /// The present state of a room. The client discards what it knew of the room.
    Reset(Reset),
    /// A requested page of messages.
    History(History),
    /// Requested people.
    People(People),
    /// Requested rooms.
    Rooms(Rooms),
    /// What is unread in watched rooms: an answer, or live.
    Heads(Heads),
    /// A new message in a watched room, to be shown to the person. It may be lost.
    Notice(Notice),
    /// A command was carried out, durably.
    Ack(Ack),
    /// A command or a question was refused.
    Error(Refusal),
    /// Who is typing in a room now; valid for `typing_ms`.
    Typing {
        /// The room.
        room: RoomId,
        /// All who are typing, in [brief](Profile::brief).
        #[serde(default)]
        people: Vec<Profile>,
    },
    /// Who is in a room now.
    Presence {
        /// The room.
        room: RoomId,
        /// How many people.
        #[serde(default)]
        count: usize,
        /// Who they are, in [brief](Profile::brief); absent above the limit `presence_people`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        people: Option<Vec<Profile>>,
    },
    /// The connection fell too far behind: frames were dropped, and all subscriptions ended.
    /// Subscribe to each stream again, and watch again.
    Resync {},
    /// The answer to `ping`.
    Pong {},
}

/// What a client has to know about the server and about its session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol version of this connection.
    pub version: u32,
    /// The store's epoch. All revisions on this connection belong to it.
    pub epoch: Epoch,
    /// The signed-in person; absent for who reads a public room without a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Profile>,
    /// The room to begin in: the one that always exists, or the only one of a guest.
    pub lobby: RoomId,
    /// The only room that exists for a guest who came by a link to it, or for who reads without a
    /// session; absent for everybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_room: Option<OnlyRoom>,
    /// The server's clock.
    pub now: Micros,
    /// The server's limits.
    pub limits: Limits,
}

/// A range of a stream's changes: live, or a page of catching up.
///
/// It holds the whole present state of everything that changed in `(from, through]`. If `from`
/// is not above the client's revision: apply it; the client then knows `through`. If `from` is
/// above it, there is a gap: subscribe again from the client's revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// In an answer, the number of the question. Absent in live frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<u32>,
    /// The stream.
    pub stream: StreamKey,
    /// The revision before the first change of this frame. In an answer to a client that knows
    /// something, 0 means: discard what you knew.
    #[serde(default)]
    pub from: Rev,
    /// The revision of the last change of this frame.
    #[serde(default)]
    pub through: Rev,
    /// In an answer, the last revision of the stream. If it is above `through`, subscribe again
    /// from `through`. Absent in live frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Rev>,
    /// What changed, each item once, in ascending order of its revision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

/// The present state of a room, for a client that cannot resume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// The number of the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<u32>,
    /// The stream.
    pub stream: StreamKey,
    /// The stream's revision of this state.
    #[serde(default)]
    pub rev: Rev,
    /// The room, whose `seq` is that of the last message at `rev`; then its newest messages,
    /// ascending by `seq`, ending with the last.
    #[serde(default)]
    pub items: Vec<Item>,
}

/// A page of messages, ascending by `seq` and without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The number of the question.
    pub question: u32,
    /// The room.
    pub room: RoomId,
    /// The room's revision when the page was read.
    #[serde(default)]
    pub rev: Rev,
    /// The `seq` of the room's last message at that revision.
    #[serde(default)]
    pub seq: Seq,
    /// The messages.
    #[serde(default)]
    pub items: Vec<Item>,
}

/// People who were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// The number of the question.
    pub question: u32,
    /// Those who exist, in no particular order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Profile>,
}

/// Rooms that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rooms {
    /// The number of the question.
    pub question: u32,
    /// Those that exist for the person, in no particular order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Room>,
}

/// What is unread in watched rooms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    /// In an answer, the number of the question. Absent in live frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<u32>,
    /// Whether another frame of the same answer follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// The rooms: in an answer, those that were asked for; else those that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<UnreadHead>,
}

/// The last of the messages that came in a watched room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The room.
    pub room: RoomId,
    /// The message.
    pub seq: Seq,
    /// Who wrote it.
    pub author: Author,
    /// How its text begins, cut after [`Notice::MAX_CHARS`] characters.
    #[serde(default)]
    pub words: String,
}

impl Notice {
    /// The most characters of a text, in Unicode scalar values.
    pub const MAX_CHARS: usize = 200;
}

/// A command was carried out, and its effect is stored durably.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The command.
    pub client_id: ClientId,
    /// The room; the new one's id in the answer to `create_room`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The message. Absent if the command is not about a message, and for a `cancel` that
    /// found no stored message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// The revision of the change: the directory's for `rename`, else the room's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<Rev>,
}

/// A command or request was refused, or a frame was invalid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// The stable code.
    pub code: ErrorCode,
    /// A sentence for logs and developers, in English.
    #[serde(default)]
    pub message: String,
    /// The command, if the refusal is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub client_id: Option<ClientId>,
    /// The number of the question, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<u32>,
    /// The room, if the frame named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The text that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// How long to wait before trying again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The current message, if an edit was `stale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<Message>>,
    /// The current room, if a change of it was `stale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_room: Option<Box<Room>>,
}

impl Refusal {
    /// A refusal with the sentence of its code.
    pub fn new(code: ErrorCode) -> Self {
        Refusal {
            message: code.to_string(),
            ..Refusal::of(code)
        }
    }

    /// `bad_command`, with a sentence that says what is not valid.
    pub fn bad_command(message: &str) -> Self {
        Refusal {
            message: message.to_owned(),
            ..Refusal::of(ErrorCode::BadCommand)
        }
    }

    /// A refusal without a sentence. The page uses this one: it has its own sentences, and
    /// so those of the codes need not be in its WebAssembly.
    pub fn of(code: ErrorCode) -> Self {
        Refusal {
            code,
            message: String::new(),
            client_id: None,
            question: None,
            room: None,
            field: None,
            retry_after_ms: None,
            current: None,
            current_room: None,
        }
    }
}
