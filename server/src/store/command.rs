//! The commands that change something, and how they are submitted.

use std::net::IpAddr;

use shared::command::Command;
use shared::frame::Ack;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{OnlyRoom, Posting, Profile, RoomKind};

use super::account::AccountCommand;
use super::error::StoreError;
use super::query::{AuthorFilter, QueryClient};
use crate::network::Network;

/// The connection of this process that a command came from. A simple client does not get its
/// own messages back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub u64);

/// On whose behalf a command is carried out.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A person with a session.
    User(UserId),
    /// A guest with a session, for whom one room exists.
    RoomGuest(UserId, OnlyRoom),
    /// Somebody on the simple protocol, who has a name and no account.
    Named(String),
    /// The operator of the server, from the command line.
    Operator,
}

impl Actor {
    /// The person, if the actor has an account.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Actor::User(id) | Actor::RoomGuest(id, _) => Some(*id),
            Actor::Named(_) | Actor::Operator => None,
        }
    }

    /// The only room that exists for the actor, if that is a guest of one room.
    pub fn only_room(&self) -> Option<OnlyRoom> {
        match self {
            Actor::RoomGuest(_, only) => Some(*only),
            Actor::User(_) | Actor::Named(_) | Actor::Operator => None,
        }
    }

    /// In whose turn the store reads.
    pub fn client(&self) -> QueryClient {
        self.user().map_or(QueryClient::Server, QueryClient::Person)
    }
}

/// A change. Its texts have been validated and normalised.
#[derive(Clone, Debug)]
pub enum WriteCommand {
    /// What a client asks for, or the operator in a client's place.
    Client(Command),
    /// Removes a room and the text of all its messages.
    RemoveRoom {
        /// The room.
        room: RoomId,
    },
    /// Removes a direct conversation that nobody uses, by the server itself.
    RemoveUnusedDirect {
        /// The conversation.
        room: RoomId,
    },
    /// Makes a room in the name of who is to manage it, by the operator.
    CreateRoomFor {
        /// Who is its creator and first member.
        manager: UserId,
        /// The name.
        name: String,
        /// What it is for.
        topic: String,
        /// Who can see it.
        kind: RoomKind,
    },
    /// Notes that the operator begins to remove what somebody wrote.
    BeginRemoval {
        /// Who wrote it.
        author: AuthorFilter,
        /// Since when.
        since: Micros,
    },
    /// Erases the text of one message of many that are removed together: the log has one entry for all
    /// of them.
    EraseWriting {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// Changes a room's name or topic, or who posts, whatever its revision is.
    SetRoom {
        /// The room.
        room: RoomId,
        /// The new name, if it changes.
        name: Option<String>,
        /// The new topic, if it changes.
        topic: Option<String>,
        /// Who posts from now on, if that changes.
        posting: Option<Posting>,
    },
    /// A change of accounts, sessions, invites or links. In a box: it is large and seldom, and
    /// must not make the room that a message takes larger.
    Account(Box<AccountCommand>),
    /// Blocks a network until a moment.
    Block {
        /// The network.
        network: Network,
        /// When the block ends.
        until: Micros,
    },
    /// Ends the block of a network.
    Unblock {
        /// The network.
        network: Network,
    },
    /// Changes nothing. It wakes the writer, which deletes what is no longer needed if it is
    /// time for that.
    Maintain,
}

impl From<AccountCommand> for WriteCommand {
    fn from(command: AccountCommand) -> Self {
        WriteCommand::Account(Box::new(command))
    }
}

/// How many rooms there may be that are not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomQuota {
    /// In all.
    pub total: usize,
    /// Created by one person.
    pub per_person: usize,
}

impl RoomQuota {
    /// As many as somebody creates, for where nobody does.
    pub const UNLIMITED: RoomQuota = RoomQuota {
        total: usize::MAX,
        per_person: usize::MAX,
    };
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

/// What the store accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpaceLevel {
    /// Everything.
    Ample,
    /// Nothing that adds text.
    Low,
    /// Only deletions and the operator's commands.
    Critical,
}

impl SpaceLevel {
    /// Whether a command is accepted.
    pub fn allows(self, command: &WriteCommand) -> bool {
        match command.space_demand() {
            SpaceDemand::AddsText => self == SpaceLevel::Ample,
            SpaceDemand::AddsRecord => self <= SpaceLevel::Low,
            SpaceDemand::FreesSpace => true,
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
    pub command: WriteCommand,
    /// The connection that it came from.
    pub connection: Option<ConnectionId>,
    /// The address that it came from.
    pub address: Option<IpAddr>,
    /// Called once with the outcome.
    pub reply: Reply,
}

impl WriteRequest {
    /// A command of the server or its operator.
    pub fn of_operator(command: WriteCommand, reply: Reply) -> Self {
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

/// What a command that was carried out has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It posted, changed or deleted a message, or found it deleted already.
    Message {
        /// The message's room.
        room: RoomId,
        /// The message.
        seq: Seq,
        /// The room's revision of the change.
        rev: Rev,
    },
    /// It created, changed or removed a room.
    Room {
        /// The room.
        room: RoomId,
        /// The room's revision of the change.
        rev: Rev,
    },
    /// It cancelled a send that was not stored.
    Cancelled {
        /// The room of the cancellation.
        room: RoomId,
    },
    /// It changed a person's name.
    Renamed {
        /// The directory's revision of the change.
        rev: Rev,
    },
    /// It created or removed this person, or began a session of this person.
    Person(Profile),
    /// It created what has this number.
    Created(i64),
    /// It was carried out, and nothing more is to be said.
    Done,
    /// What it asks for was so before.
    Unchanged,
}

impl Outcome {
    /// The person of [`Outcome::Person`].
    pub fn into_person(self) -> Option<Profile> {
        match self {
            Outcome::Person(person) => Some(person),
            Outcome::Message { .. }
            | Outcome::Room { .. }
            | Outcome::Cancelled { .. }
            | Outcome::Renamed { .. }
            | Outcome::Created(_)
            | Outcome::Done
            | Outcome::Unchanged => None,
        }
    }

    /// The number of what was created.
    pub fn created(&self) -> Option<i64> {
        match self {
            Outcome::Created(number) => Some(*number),
            Outcome::Message { .. }
            | Outcome::Room { .. }
            | Outcome::Cancelled { .. }
            | Outcome::Renamed { .. }
            | Outcome::Person(_)
            | Outcome::Done
            | Outcome::Unchanged => None,
        }
    }

    /// The acknowledgement for the sender.
    pub fn ack(&self, client_id: ClientId) -> Ack {
        let (room, seq, rev) = self.parts();
        Ack {
            client_id,
            room,
            seq,
            rev,
        }
    }

    /// The room, the message and the revision, as far as there are any.
    pub fn parts(&self) -> (Option<RoomId>, Option<Seq>, Option<Rev>) {
        match self {
            Outcome::Message { room, seq, rev } => (Some(*room), Some(*seq), Some(*rev)),
            Outcome::Room { room, rev } => (Some(*room), None, Some(*rev)),
            Outcome::Cancelled { room } => (Some(*room), None, None),
            Outcome::Renamed { rev } => (None, None, Some(*rev)),
            Outcome::Person(_) | Outcome::Created(_) | Outcome::Done | Outcome::Unchanged => {
                (None, None, None)
            }
        }
    }

    /// The outcome of which [`Outcome::parts`] were stored.
    pub fn of_parts(room: Option<RoomId>, seq: Option<Seq>, rev: Option<Rev>) -> Self {
        match (room, seq, rev) {
            (Some(room), Some(seq), Some(rev)) => Outcome::Message { room, seq, rev },
            (Some(room), None, Some(rev)) => Outcome::Room { room, rev },
            (Some(room), _, None) => Outcome::Cancelled { room },
            (None, _, Some(rev)) => Outcome::Renamed { rev },
            (None, _, None) => Outcome::Done,
        }
    }
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
