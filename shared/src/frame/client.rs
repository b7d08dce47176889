//! What a client says.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::{ClientId, Epoch, Rev, RoomId, Seq};

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
        /// How many at most, which may be none; the server's page if absent or larger.
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
#[serde(rename_all = "snake_case", try_from = "AnchorFields")]
pub enum Anchor {
    /// The last ones below this place.
    Before(Seq),
    /// The first ones above this place.
    After(Seq),
    /// Half of them up to and with this place, half of them after.
    Around(Seq),
}

/// An [`Anchor`] as it is sent: exactly one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct AnchorFields {
    /// See [`Anchor::Before`].
    pub before: Option<Seq>,
    /// See [`Anchor::After`].
    pub after: Option<Seq>,
    /// See [`Anchor::Around`].
    pub around: Option<Seq>,
}

/// None of an anchor's fields was given, or more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("give one of before, after and around")]
pub struct NotOneAnchor;

impl TryFrom<AnchorFields> for Anchor {
    type Error = NotOneAnchor;

    fn try_from(fields: AnchorFields) -> Result<Self, NotOneAnchor> {
        match (fields.before, fields.after, fields.around) {
            (Some(seq), None, None) => Ok(Anchor::Before(seq)),
            (None, Some(seq), None) => Ok(Anchor::After(seq)),
            (None, None, Some(seq)) => Ok(Anchor::Around(seq)),
            _ => Err(NotOneAnchor),
        }
    }
}
