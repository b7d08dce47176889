//! What people may do, and what their texts must be like.
//!
//! A command arrives as the `shared` crate defines it, is validated, normalised and checked
//! against the rate limits, and goes to the store. Nothing here knows a socket, SQL or a
//! message broker.

mod caller;
mod client_bucket;
mod command;
mod network_limiter;
pub mod presence;
pub mod rate_limits;
mod read_marks;
mod text_refusal;

use std::sync::Arc;

use shared::command::Command;
use shared::frame::{Anchor, Directory, History, Refusal, Stream};
use shared::id::{ClientId, RoomId, UserId};
use shared::limits::Limits;

use crate::store::{
    Actor, QueryClient, Reply, Resume, ResumeLimits, ResumePoint, Store, StoreError, WriteCommand,
    WriteRequest,
};
pub use caller::Caller;
use rate_limits::RateLimits;
use read_marks::ReadMarkQueue;
pub use text_refusal::refuse_text;

/// Commands and queries about rooms, as people may make them.
pub struct Chat {
    store: Arc<dyn Store>,
    limits: Limits,
    rate_limits: Arc<RateLimits>,
    read_marks: Arc<ReadMarkQueue>,
}

impl Chat {
    /// Commands go to this store, within these limits.
    pub fn new(store: Arc<dyn Store>, limits: Limits, rate_limits: Arc<RateLimits>) -> Self {
        Chat {
            read_marks: ReadMarkQueue::new(Arc::clone(&store)),
            store,
            limits,
            rate_limits,
        }
    }

    /// The limits that the `welcome` frame announces.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// When a text is not valid or a rate limit is exceeded; then `reply` is not called. A later
    /// refusal goes to `reply`.
    pub async fn carry_out(
        &self,
        caller: &Caller,
        client_id: Option<ClientId>,
        command: Command,
        reply: Reply,
    ) -> Result<(), Refusal> {
        let accepted = self.accept(caller, command);
        let command = match accepted {
            Ok(command) => command,
            Err(refusal) => {
                reply.dismiss();
                return Err(refusal);
            }
        };
        if let (Command::MarkRead { room, seq }, Some(user)) = (&command, caller.actor.user()) {
            self.read_marks
                .raise(user, caller.clone(), *room, *seq, reply)
                .await;
            return Ok(());
        }
        self.store
            .submit(WriteRequest {
                actor: caller.actor.clone(),
                client_id,
                command: WriteCommand::Client(command),
                connection: Some(caller.connection),
                address: Some(caller.limit_subject.address),
                reply,
            })
            .await;
        Ok(())
    }

    /// Counts a command against the caller's rate limits, and normalises its texts. A command
    /// that is refused for its text has been counted: it has cost as much as any other.
    fn accept(&self, caller: &Caller, command: Command) -> Result<Command, Refusal> {
        let (limits, subject) = (&self.rate_limits, &caller.limit_subject);
        let bytes = command.text_bytes();
        match (&command, &caller.actor) {
            // Read marks are merged, and nobody waits for their replies: each counts as a query.
            (Command::MarkRead { .. }, _) => limits.take_query(subject)?,
            (_, Actor::Named(_)) => limits.take_simple_post(subject, bytes)?,
            _ => limits.take_command(subject, bytes)?,
        }
        let command = command::normalise(command, &self.limits)?;
        if let Command::CreateRoom { .. } = command {
            limits.take_room(subject.address)?;
        }
        Ok(command)
    }

    /// The limits for a client that asks for at most these missed changes and newest messages.
    pub fn resume_limits(&self, missed: Option<usize>, newest: Option<usize>) -> ResumeLimits {
        ResumeLimits {
            missed: missed.unwrap_or(usize::MAX).min(self.limits.resume),
            changes: self.limits.page,
            newest: newest.unwrap_or(usize::MAX).min(self.limits.page),
        }
    }

    /// What changed in a room above `known`, or its newest messages.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn resume(
        &self,
        client: QueryClient,
        room: RoomId,
        known: ResumePoint,
        limits: ResumeLimits,
    ) -> Result<Resume, Refusal> {
        self.store
            .resume(client, room, known, limits)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// A page of a room's messages.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn history(
        &self,
        client: QueryClient,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<History, Refusal> {
        let limit = limit.unwrap_or(usize::MAX).min(self.limits.page);
        self.store
            .history(client, room, anchor, limit)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// What changed in the directory above `known`.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn directory(
        &self,
        client: QueryClient,
        known: ResumePoint,
    ) -> Result<Directory, Refusal> {
        self.store
            .directory(client, known, self.limits.page)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// What changed in a person's own stream above `known`.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn stream(&self, user: UserId, known: ResumePoint) -> Result<Stream, Refusal> {
        self.store
            .stream(user, known, self.limits.page)
            .await
            .map_err(StoreError::into_refusal)
    }
}
