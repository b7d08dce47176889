//! The commands that change something, and how they are submitted.

use std::net::IpAddr;

use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;

use super::error::StoreError;
use crate::network::Network;

/// The SHA-256 of a session's token. The token itself is never stored.
pub type TokenHash = [u8; 32];

/// The connection of this process that a command came from. A simple client does not get its
/// own messages back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub u64);

/// On whose behalf a command is carried out.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A person with a session.
    User(UserId),
    /// Somebody on the simple protocol, who has a name and no account.
    Named(String),
    /// The operator of the server, from the command line.
    Operator,
}

impl Actor {
    /// The person, if the actor has an account.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Actor::User(id) => Some(*id),
            Actor::Named(_) | Actor::Operator => None,
        }
    }
}

/// A change. Its texts have been validated and normalised.
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
    /// Takes back a post, whether it has arrived or not.
    Cancel { room: RoomId, target: ClientId },
    /// Creates a room.
    CreateRoom {
        name: String,
        topic: String,
        quota: RoomQuota,
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
    /// Changes a room's name or topic, whatever its revision is.
    SetRoom {
        room: RoomId,
        name: Option<String>,
        topic: Option<String>,
    },
    /// Changes a person's name.
    Rename { name: String },
    /// Raises a read mark.
    MarkRead { room: RoomId, seq: Seq },
    /// Creates a guest and a first session.
    CreateGuest { name: String, token: TokenHash },
    /// Stores that a session is in use.
    TouchSession { token: TokenHash },
    /// Ends one session.
    EndSession { token: TokenHash },
    /// Ends all sessions of a person, who cannot come back. What the person wrote stays.
    RemoveUser { user: UserId },
    /// Blocks a network until a moment.
    Block { network: Network, until: Micros },
    /// Ends the block of a network.
    Unblock { network: Network },
    /// Changes nothing. It wakes the writer, which deletes what is no longer needed if it is
    /// time for that.
    Maintain,
}

/// How many rooms there may be that are not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomQuota {
    /// In all.
    pub total: usize,
    /// Created by one person.
    pub per_person: usize,
}

/// How a command changes the space that the store needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaceDemand {
    /// It adds text.
    AddsText,
    /// It adds a session or a read mark.
    AddsRecord,
    /// It deletes something, or comes from the operator.
    FreesSpace,
}

impl Command {
    /// How it changes the space that the store needs.
    pub fn space_demand(&self) -> SpaceDemand {
        match self {
            Command::Post { .. }
            | Command::Edit { .. }
            | Command::CreateRoom { .. }
            | Command::UpdateRoom { .. }
            | Command::Rename { .. } => SpaceDemand::AddsText,
            Command::CreateGuest { .. }
            | Command::TouchSession { .. }
            | Command::MarkRead { .. } => SpaceDemand::AddsRecord,
            Command::Delete { .. }
            | Command::Cancel { .. }
            | Command::RemoveRoom { .. }
            | Command::SetRoom { .. }
            | Command::EndSession { .. }
            | Command::RemoveUser { .. }
            | Command::Block { .. }
            | Command::Unblock { .. }
            | Command::Maintain => SpaceDemand::FreesSpace,
        }
    }

    /// Its text, in bytes, which is published to all readers.
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
            | Command::Maintain => 0,
        }
    }
}

/// A command with its actor and the reply to it.
pub struct WriteRequest {
    /// On whose behalf it is carried out.
    pub actor: Actor,
    /// The sender's own id. A retry with the same id gets the first reply.
    pub client_id: Option<ClientId>,
    /// What to change.
    pub command: Command,
    /// The connection that it came from.
    pub connection: Option<ConnectionId>,
    /// The address that it came from.
    pub address: Option<IpAddr>,
    /// Called once with the outcome.
    pub reply: Reply,
}

impl WriteRequest {
    /// A command of the server or its operator.
    pub fn of_operator(command: Command, reply: Reply) -> Self {
        WriteRequest {
            actor: Actor::Operator,
            client_id: None,
            command,
            connection: None,
            address: None,
            reply,
        }
    }
}

/// The result of a command that was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Its room, or the new room.
    pub room: Option<RoomId>,
    /// Its message.
    pub seq: Option<Seq>,
    /// The revision that it gave.
    pub rev: Option<Rev>,
    /// The person, for a command about one.
    pub user: Option<Profile>,
}

/// Receives the result of one command. If it is dropped unused, the result is
/// [`StoreError::Closed`], so that nobody waits for ever.
pub struct Reply(Option<Callback>);

type Callback = Box<dyn FnOnce(Result<Outcome, StoreError>) + Send>;

impl Reply {
    /// A reply that calls `call`, which must be quick: other replies wait for it.
    pub fn new(call: impl FnOnce(Result<Outcome, StoreError>) + Send + 'static) -> Self {
        Reply(Some(Box::new(call)))
    }

    /// Drops the reply without calling it: the sender gets its answer in another way.
    pub fn dismiss(mut self) {
        self.0 = None;
    }

    /// Calls it with the result.
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
