//! The truth: what was said, by whom, in which order.
//!
//! Everything that changes goes through [`Store::submit`]: many commands are
//! carried out together and committed once, and only what is durable is answered
//! or published. Here alone is SQL. What a command may do was decided before, by
//! `chat`; the store checks again only what another command may have changed in
//! between.

mod batch;
mod command;
mod outlet;
pub mod sqlite;

use std::net::IpAddr;

use async_trait::async_trait;
use shared::error::ErrorCode;
use shared::frame::{Anchor, Changes, Directory, History, Refusal, Reset, Stream};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;
use thiserror::Error;
use tokio::sync::oneshot;

use crate::network::Network;

pub use batch::{Batch, Posted, RoomBatch};
pub use command::{Actor, Burden, Command, MostRooms, Origin, Outcome, Reply, TokenHash, Write};
pub use outlet::{Committed, Outlet, Pressure};

/// Why a command or a question has no better answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The command is refused, and will be as long as nothing else changes.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The disk is full or the store at its limit. Nothing of the command was kept.
    #[error("the disk is full")]
    Full,
    /// The store failed. Whether the command was carried out is not known; the
    /// same command with the same `client_id` finds out.
    #[error("the store failed")]
    Failed,
    /// The store is shutting down and takes no more.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// A refusal that says what its code says.
    pub fn refused(code: ErrorCode) -> Self {
        StoreError::Refused(Box::new(Refusal::new(code)))
    }

    /// What the client is told.
    pub fn into_refusal(self) -> Refusal {
        match self {
            StoreError::Refused(refusal) => *refusal,
            StoreError::Full => Refusal {
                retry_after_ms: Some(5_000),
                ..Refusal::new(ErrorCode::StorageFull)
            },
            StoreError::Failed => Refusal {
                retry_after_ms: Some(1_000),
                ..Refusal::new(ErrorCode::StorageFailed)
            },
            StoreError::Closed => Refusal::new(ErrorCode::ShuttingDown),
        }
    }
}

/// The answer to someone who wants to follow a room from a revision on.
#[derive(Debug)]
pub enum Resume {
    /// What was missed, or the first page of it.
    Changes(Changes),
    /// Too much was missed, or what the client knew does not belong to this store.
    Reset(Reset),
}

/// What a client says it has seen: revisions mean something only within an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The epoch in which it was seen; none at a first visit.
    pub epoch: Option<Epoch>,
    /// The last revision seen.
    pub rev: Rev,
}

/// How much of an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Most {
    /// Missed changes beyond which a reset is the answer.
    pub missed: usize,
    /// Changes in one page of catching up.
    pub changes: usize,
    /// Messages that a reset brings.
    pub newest: usize,
}

/// Who asks: the store answers one question of each at a time, in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// A person, on all connections together.
    Person(UserId),
    /// Somebody at an address who has not said who it is.
    Address(IpAddr),
    /// The server itself, or its operator.
    Server,
}

/// A session, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub person: Profile,
    /// When it was last noted to be in use.
    pub used_at: Micros,
}

/// Whose writing is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A person's.
    Person(UserId),
    /// That which came from some addresses.
    Network(Network),
}

/// A slice of what somebody wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writings {
    /// Messages that stand.
    pub messages: Vec<(RoomId, Seq)>,
    /// Rooms that stand; told with the first slice.
    pub rooms: Vec<RoomId>,
    /// Where the next slice begins; none after the last.
    pub next: Option<i64>,
}

/// How the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It takes what it is given.
    Well,
    /// It takes no more text: the disk is full, or the store at its limit.
    Full,
    /// The last commit failed, one takes too long, or nobody writes any more.
    Ill,
}

/// The store, whatever lies beneath.
#[async_trait]
pub trait Store: Send + Sync {
    /// The present epoch.
    fn epoch(&self) -> Epoch;

    /// Hands a command to the writer. Returns once it is queued (it waits while the
    /// queue is full); its `reply` is called after the commit, after what the command
    /// changed was handed to the bus. A store that takes no more answers
    /// [`StoreError::Closed`] there.
    async fn submit(&self, write: Write);

    /// Submits a command on the server's or its operator's own behalf and waits until
    /// it is durable.
    ///
    /// # Errors
    /// What [`Store::submit`] answers.
    async fn carry_out(&self, command: Command) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        // Whoever asked may have gone meanwhile; then there is no one to tell.
        let reply = Reply::new(move |result| drop(answer.send(result)));
        self.submit(Write::of_operator(command, reply)).await;
        answered.await.unwrap_or(Err(StoreError::Closed))
    }

    /// What a room has above `seen`, or its newest page.
    ///
    /// # Errors
    /// `no_such_room` or `room_gone` as a refusal; [`StoreError::Failed`].
    async fn resume(
        &self,
        lane: Lane,
        room: RoomId,
        seen: Seen,
        most: Most,
    ) -> Result<Resume, StoreError>;

    /// A page of a room's messages; `request` is 0, for the caller to fill in.
    ///
    /// # Errors
    /// `no_such_room` or `room_gone` as a refusal; [`StoreError::Failed`].
    async fn history(
        &self,
        lane: Lane,
        room: RoomId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<History, StoreError>;

    /// What the directory has above `seen`, at most `limit` rooms and people.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn directory(
        &self,
        lane: Lane,
        seen: Seen,
        limit: usize,
    ) -> Result<Directory, StoreError>;

    /// What a person's own stream has above `seen`, at most `limit` marks.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn stream(&self, user: UserId, seen: Seen, limit: usize) -> Result<Stream, StoreError>;

    /// Whose session this is, if it still is one.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn session(&self, lane: Lane, token: TokenHash) -> Result<Option<Session>, StoreError>;

    /// What somebody wrote since a moment: the slice that begins at `from`, 0 for the first.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn writings(
        &self,
        writer: Writer,
        since: Micros,
        from: i64,
    ) -> Result<Writings, StoreError>;

    /// Addresses that are kept out, each until when.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn blocks(&self) -> Result<Vec<(Network, Micros)>, StoreError>;

    /// Lets it sweep what is no longer needed, if it is time.
    async fn tend(&self);

    /// How the store is.
    fn health(&self) -> Health;

    /// Takes no more commands, carries out and answers those that were taken, and
    /// returns when all is committed.
    async fn close(&self);
}
