//! What the store can be asked to change.

use std::net::IpAddr;

use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;

use super::StoreError;
use crate::network::Network;

/// The SHA-256 of a session's token. The token itself is never stored.
pub type TokenHash = [u8; 32];

/// Which connection of this process a command came from, so that a simple
/// client does not hear itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin(pub u64);

/// On whose behalf a command is carried out.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A person with a session.
    User(UserId),
    /// Someone on the simple protocol, who is only a name.
    Named(String),
    /// Whoever runs the server, from the command line.
    Operator,
}

impl Actor {
    /// The person, if there is a row for one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Actor::User(id) => Some(*id),
            Actor::Named(_) | Actor::Operator => None,
        }
    }
}

/// A change. Texts are valid and normalised when they get here.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are those of `shared::frame::ClientFrame`"
)]
pub enum Command {
    /// Posts a message.
    Post { room: RoomId, body: String },
    /// Changes a message's text.
    Edit {
        room: RoomId,
        seq: Seq,
        rev: Rev,
        body: String,
    },
    /// Deletes a message.
    Delete { room: RoomId, seq: Seq },
    /// Takes back a post that may or may not have arrived.
    Cancel { room: RoomId, target: ClientId },
    /// Makes a room.
    CreateRoom {
        name: String,
        topic: String,
        most: MostRooms,
    },
    /// Changes a room's name or topic.
    UpdateRoom {
        room: RoomId,
        rev: Rev,
        name: Option<String>,
        topic: Option<String>,
    },
    /// Removes a room and the text of all its messages.
    RemoveRoom { room: RoomId },
    /// Changes a room's name or topic, whatever they are now.
    SetRoom {
        room: RoomId,
        name: Option<String>,
        topic: Option<String>,
    },
    /// Changes a person's name.
    Rename { name: String },
    /// Raises a read mark.
    MarkRead { room: RoomId, seq: Seq },
    /// Makes a guest and a first session.
    CreateGuest { name: String, token: TokenHash },
    /// Notes that a session is in use.
    TouchSession { token: TokenHash },
    /// Ends one session.
    EndSession { token: TokenHash },
    /// Ends all sessions of a person, who cannot come back. What they wrote stays.
    RemoveUser { user: UserId },
    /// Keeps everybody at some addresses out until then.
    Block { network: Network, until: Micros },
    /// Lets them in again.
    Unblock { network: Network },
    /// Changes nothing: what is no longer needed is swept, if it is time.
    Tend,
}

/// How many rooms there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MostRooms {
    /// In all.
    pub all: usize,
    /// Made by one person, of those that stand.
    pub of_one: usize,
}

/// What a command does to the store's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Burden {
    /// It adds text.
    Text,
    /// It lets somebody in, or notes what somebody has read.
    Presence,
    /// It takes something away, or is the operator's.
    Relief,
}

impl Command {
    /// What it does to the store's size.
    pub fn burden(&self) -> Burden {
        match self {
            Command::Post { .. }
            | Command::Edit { .. }
            | Command::CreateRoom { .. }
            | Command::UpdateRoom { .. }
            | Command::Rename { .. } => Burden::Text,
            Command::CreateGuest { .. }
            | Command::TouchSession { .. }
            | Command::MarkRead { .. } => Burden::Presence,
            Command::Delete { .. }
            | Command::Cancel { .. }
            | Command::RemoveRoom { .. }
            | Command::SetRoom { .. }
            | Command::EndSession { .. }
            | Command::RemoveUser { .. }
            | Command::Block { .. }
            | Command::Unblock { .. }
            | Command::Tend => Burden::Relief,
        }
    }

    /// The bytes of text that everybody will be told.
    pub fn text_bytes(&self) -> usize {
        match self {
            Command::Post { body, .. } | Command::Edit { body, .. } => body.len(),
            Command::CreateRoom { name, topic, .. } => name.len() + topic.len(),
            Command::UpdateRoom { name, topic, .. } | Command::SetRoom { name, topic, .. } => {
                let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
                length(name) + length(topic)
            }
            Command::Rename { name } | Command::CreateGuest { name, .. } => name.len(),
            Command::Delete { .. }
            | Command::Cancel { .. }
            | Command::RemoveRoom { .. }
            | Command::MarkRead { .. }
            | Command::TouchSession { .. }
            | Command::EndSession { .. }
            | Command::RemoveUser { .. }
            | Command::Block { .. }
            | Command::Unblock { .. }
            | Command::Tend => 0,
        }
    }
}

/// A command with all that belongs to it.
pub struct Write {
    /// On whose behalf.
    pub actor: Actor,
    /// The sender's own id; with it a retry gets the first answer.
    pub client_id: Option<ClientId>,
    /// What to change.
    pub command: Command,
    /// Where it came from.
    pub origin: Option<Origin>,
    /// The address it came from, as far as addresses are told apart.
    pub from: Option<IpAddr>,
    /// Called once with what came of it.
    pub reply: Reply,
}

impl Write {
    /// A command on the server's or its operator's own behalf.
    pub fn of_operator(command: Command, reply: Reply) -> Self {
        Write {
            actor: Actor::Operator,
            client_id: None,
            command,
            origin: None,
            from: None,
            reply,
        }
    }
}

/// What came of a command that was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The room it was about, or the new one.
    pub room: Option<RoomId>,
    /// The message it was about.
    pub seq: Option<Seq>,
    /// The revision it made.
    pub rev: Option<Rev>,
    /// The person it made.
    pub user: Option<Profile>,
}

/// Where the answer to one command goes. Dropped without an answer, it says
/// [`StoreError::Closed`]: no one waits for ever.
pub struct Reply(Option<ReplyFn>);

type ReplyFn = Box<dyn FnOnce(Result<Outcome, StoreError>) + Send>;

impl Reply {
    /// An answer that goes to `call`, which must be quick: the others wait for it.
    pub fn new(call: impl FnOnce(Result<Outcome, StoreError>) + Send + 'static) -> Self {
        Reply(Some(Box::new(call)))
    }

    /// Takes the answer back: it is given in another way.
    pub fn dismiss(mut self) {
        self.0 = None;
    }

    /// Gives the answer.
    pub fn send(mut self, result: Result<Outcome, StoreError>) {
        if let Some(call) = self.0.take() {
            call(result);
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if let Some(call) = self.0.take() {
            call(Err(StoreError::Closed));
        }
    }
}
