//! What the store can be asked, and what it answers beyond the frames of `shared`.

use std::net::IpAddr;

use shared::frame::{Changes, Reset};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;

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

/// How much an answer to [`super::Store::resume`] may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResumeLimits {
    /// If the client missed more changes than this, the answer is a reset.
    pub missed: usize,
    /// Changes in one page.
    pub changes: usize,
    /// Messages in a reset.
    pub newest: usize,
}

/// The answer to a client that knows a room up to a revision.
#[derive(Debug)]
pub enum Resume {
    /// What it missed, or the first page of that.
    Changes(Changes),
    /// The newest page: the client missed too much, or what it knows is from another life of
    /// the store.
    Reset(Reset),
}

/// A session and its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose session it is.
    pub person: Profile,
    /// When its last use was stored.
    pub used_at: Micros,
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
