//! The record of a run: what clients sent and received, and what the store contains at the end.

use std::collections::BTreeMap;

use shared::error::ErrorCode;
use shared::frame::{Changes, Reset};
use shared::id::{ClientId, Rev, RoomId, Seq, UserId};
use shared::model::Message;

/// The record of one run.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Every command that was ever sent, however often.
    pub sent: Vec<Sent>,
    /// What was posted over the simple protocol. Each text is unique.
    pub said: Vec<String>,
    /// Native clients that were subscribed to all rooms from before the first message.
    pub readers: Vec<Reader>,
    /// Simple clients in the lobby.
    pub listeners: Vec<Listener>,
    /// The rooms as a new client reads them at the end.
    pub rooms: BTreeMap<RoomId, Stored>,
}

/// A command and its replies.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Who.
    pub author: UserId,
    /// The command's own id, the same in every attempt.
    pub client_id: ClientId,
    /// Where.
    pub room: RoomId,
    /// What.
    pub change: Change,
    /// Every acknowledgement.
    pub acks: Vec<AckPosition>,
    /// A refusal; none is expected.
    pub refused: Option<ErrorCode>,
}

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new message.
    Post {
        /// A text that no other command has.
        body: String,
    },
    /// Another text for one's own message.
    Edit {
        /// The message.
        seq: Seq,
        /// A text that no other command has.
        body: String,
    },
    /// A tombstone for one's own message.
    Delete {
        /// The message.
        seq: Seq,
    },
}

/// Where an acknowledgement says that a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AckPosition {
    /// The message.
    pub seq: Seq,
    /// The room's revision.
    pub rev: Rev,
}

/// A client that is subscribed to all rooms and resumes after each restart.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who.
    pub name: String,
    /// What it received, in order.
    pub seen: Vec<ReaderEvent>,
    /// What the client's own replica shows in the end.
    pub shown: BTreeMap<RoomId, Vec<Message>>,
}

/// Something that a reader did or received.
#[derive(Clone, Debug)]
pub enum ReaderEvent {
    /// It subscribed to everything again: on a new connection, or after `resync`.
    Resubscribed,
    /// It asked for a room as at a first visit, without saying what it knows.
    AskedFromZero(RoomId),
    /// It received a reset of a room.
    Reset(Reset),
    /// It received the changes of a room in `(from, through]`; a live frame has no head.
    Changes(Changes),
}

/// A simple client.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    /// The name under which it also posts.
    pub name: String,
    /// What it received, as `(user, content)`, over all connections.
    pub received: Vec<(String, String)>,
}

/// A room at the end of the run.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The revision at which the room was created. Its own state never changed later.
    pub made: Rev,
    /// The last revision.
    pub head: Rev,
    /// The sequence number of the last message.
    pub last: Seq,
    /// Of a private room, the revisions of its memberships.
    pub members: Vec<Rev>,
    /// All messages, as the history pages have them.
    pub messages: Vec<Message>,
    /// Everything above `made`, as a client that resumes gets it.
    pub pages: Vec<Changes>,
}
