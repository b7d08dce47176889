//! What can be pending, and how it stands.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, Field};
use crate::frame::ClientFrame;
use crate::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};

/// A command that the server answers with `ack` or `error`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Posts a message.
    Send {
        /// The room.
        room: RoomId,
        /// The text.
        body: String,
    },
    /// Changes one's own message.
    Edit {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// The revision of the message that was edited.
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
    /// Takes back a send that has no answer yet.
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
        /// The revision of the room's state that was changed.
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

impl Command {
    /// The room that it is about.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Command::Send { room, .. }
            | Command::Edit { room, .. }
            | Command::Delete { room, .. }
            | Command::Cancel { room, .. }
            | Command::UpdateRoom { room, .. } => Some(*room),
            Command::CreateRoom { .. } | Command::Rename { .. } => None,
        }
    }

    pub(super) fn frame(&self, client_id: ClientId) -> ClientFrame {
        match self.clone() {
            Command::Send { room, body } => ClientFrame::Send {
                client_id,
                room,
                body,
            },
            Command::Edit {
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
            Command::Delete { room, seq } => ClientFrame::Delete {
                client_id,
                room,
                seq,
            },
            Command::Cancel { room, target } => ClientFrame::Cancel {
                client_id,
                room,
                target,
            },
            Command::CreateRoom { name, topic } => ClientFrame::CreateRoom {
                client_id,
                name,
                topic,
            },
            Command::UpdateRoom {
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
            Command::Rename { name } => ClientFrame::Rename { client_id, name },
        }
    }
}

/// How a pending command stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    /// It has no answer: on its way, or waiting for a connection or its turn.
    Waiting,
    /// The server does not take it now; it goes out again by itself, and later ones
    /// of the same room wait behind it.
    Held {
        /// Why; [`ErrorCode::is_temporary`].
        code: ErrorCode,
        /// When it goes out again.
        until: Micros,
    },
    /// The server does not take it: the person decides between retry and discard.
    /// Only sends stay so.
    Refused {
        /// Why.
        code: ErrorCode,
        /// Which text was wrong.
        field: Option<Field>,
    },
    /// It is so old that the server may have carried it out and forgotten: the person
    /// decides between retry and discard. Only sends stay so.
    Expired,
    /// It is stored; its effect has not arrived here yet, but will in a moment.
    Done {
        /// The message's place.
        seq: Seq,
        /// The room's revision that it made.
        rev: Rev,
    },
}

/// A command without an answer, or a send that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCommand {
    /// The sender's own id for it.
    pub client_id: ClientId,
    /// What it is.
    pub command: Command,
    /// How it stands.
    pub state: PendingState,
    /// When it was given, by this client's clock.
    pub given_at: Micros,
    /// Whether the server may have seen it.
    pub(super) tried: bool,
    /// How often it was refused for now in a row.
    #[serde(skip)]
    pub(super) refusals: u32,
    /// Whether it was sent on the present connection.
    #[serde(skip)]
    pub(super) on_its_way: bool,
    /// Whether the connection on which it was acknowledged is gone.
    #[serde(skip)]
    pub(in crate::sync) outlived: bool,
}

/// The pending commands of one person, to be kept over a reload. It serialises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSnapshot {
    /// Whose they are. Another person's replica does not take them.
    pub user: UserId,
    /// In the order in which they were given.
    pub commands: Vec<PendingCommand>,
}
