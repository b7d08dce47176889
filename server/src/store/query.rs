//! What the store can be asked, and what it answers beyond the frames of `shared`.

use std::net::IpAddr;

use shared::error::ErrorCode;
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, OnlyRoom, Profile, UnreadHead};
use shared::stream::Item;

use super::account::SessionId;
use crate::network::Network;

/// On whose behalf the store reads. It runs one query of each client at a time, and the
/// clients take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueryClient {
    /// A person, on all connections together.
    Person(UserId),
    /// Somebody at an address who is not authenticated.
    Address(IpAddr),
    /// The server itself, or its operator. Its queries may run at the same time.
    Server,
}

/// Up to where a client knows a stream. A revision has a meaning only within its epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResumePoint {
    /// The epoch in which the client last received something; none at a first visit.
    pub epoch: Option<Epoch>,
    /// The last revision that it knows.
    pub rev: Rev,
}

/// For whom the store reads. What an answer holds depends on it: a private room exists for its
/// members alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// Somebody with a session.
    Person {
        /// The person.
        user: UserId,
        /// The only room that exists for the person, if that is a guest of one room.
        only_room: Option<OnlyRoom>,
    },
    /// Somebody without a session, who reads one public room. Nothing is stored about such a
    /// reader, and no row is the reader's.
    Reader {
        /// The only room that exists for the reader, if it is public.
        room: RoomId,
        /// Where the reader comes from.
        address: IpAddr,
    },
}

impl Viewer {
    /// A person for whom all rooms exist that may.
    pub fn of(user: UserId) -> Self {
        Viewer::Person {
            user,
            only_room: None,
        }
    }

    /// The person; none if that is nobody.
    pub fn user(self) -> Option<UserId> {
        match self {
            Viewer::Person { user, .. } => Some(user),
            Viewer::Reader { .. } => None,
        }
    }

    /// The person, where something of a person is read.
    ///
    /// # Errors
    /// `unauthorized` for who has no session.
    pub fn require_user(self) -> Result<UserId, ErrorCode> {
        self.user().ok_or(ErrorCode::Unauthorized)
    }

    /// The person as a statement's parameter. Nobody is NULL, which is equal to no row's person.
    pub fn user_parameter(self) -> Option<i64> {
        self.user().map(|user| user.0)
    }

    /// The only room that exists for the viewer, if there are not more.
    pub fn only_room(self) -> Option<OnlyRoom> {
        match self {
            Viewer::Person { only_room, .. } => only_room,
            Viewer::Reader { room, .. } => Some(OnlyRoom {
                room,
                from: Seq::ZERO,
            }),
        }
    }

    /// By which id a room is looked up for the viewer. What does not exist for a guest of one
    /// room is looked up as a room that never was.
    pub fn room_to_find(self, room: RoomId) -> RoomId {
        room_to_find(self.only_room(), room)
    }

    /// The first message of a room that exists for the viewer.
    pub fn first_message(self) -> Seq {
        self.only_room().map_or(Seq::ZERO, |only| only.from)
    }

    /// Whether the viewer's only room has messages that do not exist for the viewer.
    pub fn hides_messages(self) -> bool {
        self.only_room().is_some_and(OnlyRoom::hides_messages)
    }

    /// In whose turn the viewer's queries run.
    pub fn client(self) -> QueryClient {
        match self {
            Viewer::Person { user, .. } => QueryClient::Person(user),
            Viewer::Reader { address, .. } => QueryClient::Address(address),
        }
    }
}

/// [`Viewer::room_to_find`].
pub fn room_to_find(only_room: Option<OnlyRoom>, room: RoomId) -> RoomId {
    /// No room has this id.
    const NEVER: RoomId = RoomId(0);
    match only_room {
        Some(only) if only.room != room => NEVER,
        Some(_) | None => room,
    }
}

/// How much an answer to [`super::Store::changes`] may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResumeLimits {
    /// If the client missed more changes of a room than this, the answer is a reset.
    pub missed: usize,
    /// Changes in one page.
    pub changes: usize,
    /// Messages in a reset.
    pub newest: usize,
}

/// The answer to a client that knows a stream up to a revision.
#[derive(Debug)]
pub enum StreamAnswer {
    /// What it missed, or the first page of that.
    Changes(StreamChanges),
    /// Only of a room: its present state. The client missed too much, or what it knows is from
    /// another life of the store.
    Reset(StreamReset),
}

/// What changed in a stream between two revisions.
#[derive(Debug)]
pub struct StreamChanges {
    /// The revision before the first change. Zero if the client has to discard what it knows.
    pub from: Rev,
    /// The revision of the last change.
    pub through: Rev,
    /// The last revision of the stream.
    pub head: Rev,
    /// The present state of what changed, in ascending order of revision.
    pub items: Vec<Item>,
}

/// The present state of a room.
#[derive(Debug)]
pub struct StreamReset {
    /// The room's last revision.
    pub rev: Rev,
    /// The room, then its newest messages in ascending order of `seq`.
    pub items: Vec<Item>,
}

/// A page of a room's messages.
#[derive(Debug)]
pub struct MessagePage {
    /// The room's last revision.
    pub rev: Rev,
    /// The sequence number of the room's last message.
    pub seq: Seq,
    /// The messages, in ascending order of `seq` and without a gap.
    pub messages: Vec<Message>,
}

/// Which rooms are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomSelection {
    /// The lobby, and those of which the viewer is a member; of a guest of one room, that one.
    Own,
    /// These, as far as the viewer may read them.
    These(Vec<RoomId>),
}

/// What is unread in a room for who has not read it, and the room's revision at which this was
/// read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedHead {
    /// The last message, and which messages count.
    pub head: UnreadHead,
    /// The room's last revision.
    pub rev: Rev,
}

/// A session and its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose session it is.
    pub person: Profile,
    /// When its last use was stored.
    pub used_at: Micros,
    /// Its number.
    pub id: SessionId,
    /// When its person last proved a credential in it.
    pub confirmed_at: Option<Micros>,
    /// The only room that exists for its person, if that is a guest of one room.
    pub only_room: Option<OnlyRoom>,
}

/// Whose messages and rooms are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorFilter {
    /// A person's.
    Person(UserId),
    /// All that came from a network.
    Network(Network),
}

/// A page of the messages and rooms of an author.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthoredItems {
    /// Messages that are not deleted.
    pub messages: Vec<(RoomId, Seq)>,
    /// Rooms that are not removed. Only the first page has them.
    pub rooms: Vec<RoomId>,
    /// Where the next page begins; none after the last one.
    pub next: Option<i64>,
}

/// Figures about the store at one moment, for the operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Commands that wait for the writer.
    pub waiting_commands: usize,
    /// Queries that wait for a reader.
    pub waiting_queries: usize,
    /// The size of all files of the store.
    pub file_bytes: u64,
}

/// Whether the store works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It takes every command.
    Healthy,
    /// It takes no command that adds text: the disk is full, or the store is at its limit.
    Full,
    /// The last commit failed, a transaction takes too long, or the writer has ended.
    Failing,
}
