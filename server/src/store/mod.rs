//! The truth: what was said, by whom, in which order.
//!
//! Everything that changes goes through [`Store::submit`]. Many commands are carried out
//! together and committed once, and a command is answered and published only when it is
//! durable. SQL is written here and nowhere else.
//!
//! Whether a command is allowed was decided before, by `chat`. The store checks again only
//! what another command may have changed in between.

mod batch;
mod command;
mod commit_sink;
mod error;
#[cfg(any(test, feature = "faults"))]
mod prefetch;
mod query;
mod rules;
pub mod sqlite;

use async_trait::async_trait;
use shared::frame::{Anchor, Directory, History, Stream};
use shared::id::{Epoch, Micros, RoomId, UserId};
use tokio::sync::oneshot;

use crate::network::Network;

pub use batch::{Batch, Posted, RoomBatch};
pub use command::{
    Actor, ConnectionId, Outcome, Reply, RoomQuota, SpaceDemand, SpaceLevel, TokenHash,
    WriteCommand, WriteRequest,
};
pub use commit_sink::{Commit, CommitSink, WriterLoad};
pub use error::StoreError;
pub use query::{
    AuthorFilter, AuthoredItems, Health, QueryClient, Resume, ResumeLimits, ResumePoint, Session,
    StoreFigures,
};

/// The store, whatever database is behind it.
#[async_trait]
pub trait Store: Send + Sync {
    /// The epoch of this start.
    fn epoch(&self) -> Epoch;

    /// Queues a command for the writer, and waits while the queue is full. Its reply is called
    /// after the commit, when the changes have been published. If the store takes no more
    /// commands, the reply gets [`StoreError::Closed`].
    async fn submit(&self, request: WriteRequest);

    /// Submits a command of the server or its operator, and waits until it is durable.
    ///
    /// # Errors
    /// What the reply of [`Store::submit`] gets.
    async fn carry_out(&self, command: WriteCommand) -> Result<Outcome, StoreError> {
        let (sender, receiver) = oneshot::channel();
        // The caller may have gone meanwhile; then nobody needs the result.
        let reply = Reply::new(move |result| drop(sender.send(result)));
        self.submit(WriteRequest::of_operator(command, reply)).await;
        receiver.await.unwrap_or(Err(StoreError::Closed))
    }

    /// What changed in a room above `known`, or its newest page.
    ///
    /// # Errors
    /// `no_such_room` or `room_gone` as a refusal; [`StoreError::Failed`].
    async fn resume(
        &self,
        client: QueryClient,
        room: RoomId,
        known: ResumePoint,
        limits: ResumeLimits,
    ) -> Result<Resume, StoreError>;

    /// A page of a room's messages; `request` is 0, for the caller to fill in.
    ///
    /// # Errors
    /// `no_such_room` or `room_gone` as a refusal; [`StoreError::Failed`].
    async fn history(
        &self,
        client: QueryClient,
        room: RoomId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<History, StoreError>;

    /// What changed in the directory above `known`, at most `limit` rooms and people.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn directory(
        &self,
        client: QueryClient,
        known: ResumePoint,
        limit: usize,
    ) -> Result<Directory, StoreError>;

    /// What changed in a person's own stream above `known`, at most `limit` read marks.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn stream(
        &self,
        user: UserId,
        known: ResumePoint,
        limit: usize,
    ) -> Result<Stream, StoreError>;

    /// The session of a token; none if it has ended or never was.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn session(
        &self,
        client: QueryClient,
        token: TokenHash,
    ) -> Result<Option<Session>, StoreError>;

    /// What an author has written since a moment: the page that begins at `from`, which is 0
    /// for the first.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn authored_since(
        &self,
        author: AuthorFilter,
        since: Micros,
        from: i64,
    ) -> Result<AuthoredItems, StoreError>;

    /// The blocked networks, and until when each is blocked.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn blocks(&self) -> Result<Vec<(Network, Micros)>, StoreError>;

    /// Lets the writer delete what is no longer needed, if it is time for that.
    async fn request_maintenance(&self);

    /// Whether the store works.
    fn health(&self) -> Health;

    /// Figures for the operator.
    fn figures(&self) -> StoreFigures;

    /// Takes no more commands, carries out and answers those that are queued, and returns
    /// when all is committed.
    async fn close(&self);
}
