//! Commands that can be pending, and their state.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, Field};
use crate::frame::ClientFrame;
use crate::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};

/// A command that the server answers with `ack` or `error`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatCommand {
    /// Posts a message.
    Send {
        /// The room.
        room: RoomId,
        /// The text.
        body: String,
    },
    /// Changes the text of one's own message.
    Edit {
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
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// Cancels a send that has no answer yet.
    Cancel {
        /// The room.
        room: RoomId,
        /// The send.
        target: ClientId,
    },
    /// Makes a room.
    CreateRoom {
        /// Its name.
        name: String,
        /// Its topic; may be empty.
        topic: String,
    },
    /// Changes a room's name or topic.
    UpdateRoom {
        /// The room.
        room: RoomId,
        /// The revision of the room that the person edited.
        rev: Rev,
        /// The new name, if it changes.
        name: Option<String>,
        /// The new topic, if it changes.
        topic: Option<String>,
    },
    /// Changes one's own display name.
    Rename {
        /// The new name.
        name: String,
    },
}

impl ChatCommand {
    /// The room, if the command has one.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            ChatCommand::Send { room, .. }
            | ChatCommand::Edit { room, .. }
            | ChatCommand::Delete { room, .. }
            | ChatCommand::Cancel { room, .. }
            | ChatCommand::UpdateRoom { room, .. } => Some(*room),
            ChatCommand::CreateRoom { .. } | ChatCommand::Rename { .. } => None,
        }
    }

    pub(super) fn frame(&self, client_id: ClientId) -> ClientFrame {
        match self.clone() {
            ChatCommand::Send { room, body } => ClientFrame::Send {
                client_id,
                room,
                body,
            },
            ChatCommand::Edit {
                room,
                seq,
                rev,
                body,
            } => ClientFrame::Edit {
                client_id,
                room,
                seq,
                rev,
                body,
            },
            ChatCommand::Delete { room, seq } => ClientFrame::Delete {
                client_id,
                room,
                seq,
            },
            ChatCommand::Cancel { room, target } => ClientFrame::Cancel {
                client_id,
                room,
                target,
            },
            ChatCommand::CreateRoom { name, topic } => ClientFrame::CreateRoom {
                client_id,
                name,
                topic,
            },
            ChatCommand::UpdateRoom {
                room,
                rev,
                name,
                topic,
            } => ClientFrame::UpdateRoom {
                client_id,
                room,
                rev,
                name,
                topic,
            },
            ChatCommand::Rename { name } => ClientFrame::Rename { client_id, name },
        }
    }
}

/// The state of a pending command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    /// It has no answer: it is in flight, or waits for a connection or for its turn.
    Waiting,
    /// The server refused it temporarily. It is sent again by itself; later commands of the
    /// same room wait behind it.
    Held {
        /// Why; [`ErrorCode::is_temporary`].
        code: ErrorCode,
        /// When it is sent again.
        until: Micros,
    },
    /// The server refused it for good. The person decides to retry or to discard it. Only
    /// sends have this state.
    Refused {
        /// Why.
        code: ErrorCode,
        /// Which text was wrong.
        field: Option<Field>,
    },
    /// It is older than the server's receipts: the server may have carried it out and have
    /// no receipt any more. The person decides. Only sends have this state.
    Expired,
    /// The server stored it; the change itself has not arrived here yet.
    Done {
        /// The message.
        seq: Seq,
        /// The room's revision of the change.
        rev: Rev,
    },
}

/// A command without an answer, or a send that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCommand {
    /// The sender's own id for it.
    pub client_id: ClientId,
    /// What it is.
    pub command: ChatCommand,
    /// Its state.
    pub state: PendingState,
    /// When it was given, by this client's clock.
    pub given_at: Micros,
    /// Whether the server may have seen it.
    pub(super) tried: bool,
    /// How often in a row it was refused temporarily.
    #[serde(skip)]
    pub(super) refusals: u32,
    /// Whether it was sent on this connection and has no answer yet.
    #[serde(skip)]
    pub(super) in_flight: bool,
    /// Whether it was acknowledged on an earlier connection.
    #[serde(skip)]
    pub(in crate::sync) acked_earlier: bool,
}

/// The pending commands of one person, to be stored over a reload. The field names are the
/// stored format: pages of other versions read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSnapshot {
    /// The person. A replica of another person ignores the snapshot.
    pub user: UserId,
    /// In the order in which they were given.
    pub commands: Vec<PendingCommand>,
}
