//! The frames that a client sends.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::{ClientId, Epoch, Rev, RoomId, Seq};

/// A frame of a client.
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
    /// Requests the changes of the directory (rooms, people's names) above `rev`, and
    /// subscribes to it. Answered by `directory`.
    Directory {
        /// The epoch in which `rev` was seen; absent at a first visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// The last directory revision seen.
        #[serde(default)]
        rev: Rev,
    },
    /// Requests the changes of the person's own stream above `rev`, and subscribes to it.
    /// Answered by `stream`.
    Stream {
        /// The epoch in which `rev` was seen; absent at a first visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// The last revision of the stream seen.
        #[serde(default)]
        rev: Rev,
    },
    /// Subscribes to a room. Answered by `changes` if the client can resume from `epoch`
    /// and `rev`, else by `reset`. For a subscribed room: requests the next page of catching
    /// up, or the changes of a gap.
    Subscribe {
        /// The room.
        room: RoomId,
        /// The epoch in which `rev` was seen; absent at a first visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// The last revision of the room seen.
        #[serde(default)]
        rev: Rev,
        /// The number of missed changes above which the answer should be a `reset`. Absent
        /// or too large: the server's limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<usize>,
        /// The number of newest messages in a `reset`; absent: a full page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<usize>,
    },
    /// Ends the subscription to a room.
    Unsubscribe {
        /// The room.
        room: RoomId,
    },
    /// Requests messages by their `seq`. Answered by `history`.
    History {
        /// Repeated in the answer.
        request: u32,
        /// The room.
        room: RoomId,
        /// Before, after or around which message.
        #[serde(flatten)]
        anchor: Anchor,
        /// How many at most, possibly 0. Absent or larger: the server's page size.
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
        /// The revision of the message that the person edited.
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
    /// Cancels a send that has no answer yet. If it was stored, the message is deleted; if
    /// not, it never will be stored.
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
        /// The revision of the room that the person edited.
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
    /// The person is typing. Never stored, never answered.
    Typing {
        /// The room.
        room: RoomId,
    },
    /// Raises the read mark of a room. A higher mark stays.
    MarkRead {
        /// The room.
        room: RoomId,
        /// The last message that was read.
        seq: Seq,
    },
    /// Requests a `pong`.
    Ping {},
}

/// Which messages a history page holds. Pages are in ascending order of `seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "AnchorFields")]
pub enum Anchor {
    /// The last ones before this one.
    Before(Seq),
    /// The first ones after this one.
    After(Seq),
    /// Half of them up to and including this one, half of them after it.
    Around(Seq),
}

/// The JSON form of an [`Anchor`]: exactly one of the fields is present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct AnchorFields {
    /// See [`Anchor::Before`].
    pub before: Option<Seq>,
    /// See [`Anchor::After`].
    pub after: Option<Seq>,
    /// See [`Anchor::Around`].
    pub around: Option<Seq>,
}

/// No field of an anchor was given, or more than one.
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
