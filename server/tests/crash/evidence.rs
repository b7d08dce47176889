//! What everyone did, was told and saw, and what the store holds in the end.

use std::collections::BTreeMap;

use shared::error::ErrorCode;
use shared::frame::{Changes, Reset};
use shared::id::{ClientId, Rev, RoomId, Seq, UserId};
use shared::model::Message;

/// All there is to judge a run by.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Every command that was ever sent, however often.
    pub sent: Vec<Sent>,
    /// What was said over the simple protocol, each text once.
    pub said: Vec<String>,
    /// Who followed the rooms over the native protocol, from before the first message.
    pub readers: Vec<Reader>,
    /// Who heard the lobby over the simple protocol.
    pub listeners: Vec<Listener>,
    /// The rooms as a newcomer reads them when all is over.
    pub rooms: BTreeMap<RoomId, Stored>,
}

/// A command, and what came back.
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
    pub acks: Vec<Place>,
    /// A refusal; none was to be expected.
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
pub struct Place {
    /// The message.
    pub seq: Seq,
    /// The room's revision.
    pub rev: Rev,
}

/// Someone who follows the rooms, and takes up where they were after each restart.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who.
    pub name: String,
    /// What came, in its order.
    pub seen: Vec<Seen>,
    /// What the client's own replica shows in the end.
    pub shown: BTreeMap<RoomId, Vec<Message>>,
}

/// What comes to a reader.
#[derive(Clone, Debug)]
pub enum Seen {
    /// Everything was asked for anew: a new connection, or the server said `resync`.
    Begun,
    /// A room was asked for as at a first visit, without a word of what is known.
    Anew(RoomId),
    /// The present of a room: what was known before is void.
    Reset(Reset),
    /// What a room has in `(from, through]`; live if it names no head.
    Changes(Changes),
}

/// Someone on the simple protocol.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    /// The name, under which they also speak.
    pub name: String,
    /// What was heard, as `(user, content)`, over all connections.
    pub heard: Vec<(String, String)>,
}

/// A room in the end.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The revision of the room's own state: it was made there and never changed.
    pub made: Rev,
    /// The last revision.
    pub head: Rev,
    /// The last message's place.
    pub last: Seq,
    /// All messages, as the history pages have them.
    pub messages: Vec<Message>,
    /// Everything above `made`, as one who catches up gets it.
    pub pages: Vec<Changes>,
}
