//! What people may do, and what their texts must be like.
//!
//! A command arrives as the `shared` crate defines it, is validated, normalised and checked
//! against the rate limits, and goes to the store. Nothing here knows a socket, SQL or a
//! message broker.

mod caller;
mod client_bucket;
mod command;
mod lists;
pub mod presence;
mod public_reading;
pub mod rate_limits;
mod read_marks;
mod room_access;
mod text_refusal;

use std::sync::Arc;

use shared::command::Command;
use shared::frame::{Anchor, Refusal};
use shared::id::{ClientId, RoomId, UserId};
use shared::limits::Limits;
use shared::model::{Profile, Room, RoomKind};
use shared::stream::StreamKey;

use crate::store::fair_queue::FairQueue;
use crate::store::{
    Actor, MessagePage, Reply, ResumeLimits, ResumePoint, RoomSelection, Store, StoreError,
    StreamAnswer, Viewer, WriteCommand, WriteRequest, published_bytes,
};
pub use caller::Caller;
pub use public_reading::{PublicReading, ReaderSlot};
use rate_limits::RateLimits;
use read_marks::{RaisedMark, ReadMarkQueue};
pub use room_access::RoomAccess;
pub use text_refusal::refuse_text;

/// Searches that are made at once: they look at many rows, and half of the store's readers are left
/// for other questions. People take turns.
const SEARCHES_AT_ONCE: usize = 2;

/// Commands and queries about rooms, as people may make them.
pub struct Chat {
    store: Arc<dyn Store>,
    limits: Limits,
    rate_limits: Arc<RateLimits>,
    read_marks: Arc<ReadMarkQueue>,
    room_access: Arc<RoomAccess>,
    public_reading: PublicReading,
    searches: Arc<FairQueue>,
}

impl Chat {
    /// Commands go to this store, within these limits. `room_access` learns of changes.
    pub fn new(
        store: Arc<dyn Store>,
        limits: Limits,
        rate_limits: Arc<RateLimits>,
        room_access: Arc<RoomAccess>,
        public_reading: PublicReading,
    ) -> Self {
        Chat {
            room_access,
            public_reading,
            searches: FairQueue::new(SEARCHES_AT_ONCE),
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
        if let (
            Command::MarkRead {
                room,
                seq,
                generation,
            },
            Some(user),
        ) = (&command, caller.actor.user())
        {
            let mark = RaisedMark {
                seq: *seq,
                generation: *generation,
            };
            self.read_marks
                .raise(user, caller.clone(), *room, mark, reply)
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
        let bytes = published_bytes(&command);
        match (&command, &caller.actor) {
            // Read marks are merged, and nobody waits for their replies: each counts as a query.
            (Command::MarkRead { .. }, _) => limits.take_query(subject)?,
            (_, Actor::Named(_)) => limits.take_simple_post(subject, bytes)?,
            (_, Actor::User(_) | Actor::RoomGuest(..) | Actor::Operator) => {
                limits.take_commands(subject, command::cost(&command), bytes)?;
            }
        }
        let command = command::normalise(command, &self.limits)?;
        match command {
            Command::CreateRoom { .. } => limits.take_room(subject.address)?,
            Command::OpenDirect { .. } => limits.take_direct(subject.address)?,
            _ => {}
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

    /// The kind of a room that the viewer may read. A subscription asks this after it has taken
    /// its slot, and before anything else of the room.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn room_kind(&self, viewer: Viewer, room: RoomId) -> Result<RoomKind, Refusal> {
        self.room_access.room_kind(&*self.store, viewer, room).await
    }

    /// What changed in a stream above `known`, or, of a room, its present state.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn changes(
        &self,
        viewer: Viewer,
        stream: StreamKey,
        known: ResumePoint,
        limits: ResumeLimits,
    ) -> Result<StreamAnswer, Refusal> {
        self.store
            .changes(viewer, stream, known, limits)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// A page of a room's messages.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn history(
        &self,
        viewer: Viewer,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<MessagePage, Refusal> {
        let limit = limit.unwrap_or(usize::MAX).min(self.limits.page);
        self.store
            .history(viewer, room, anchor, limit)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// The people with these ids.
    ///
    /// # Errors
    /// `bad_command` for more than a page of them, `storage_failed`.
    pub async fn people(&self, viewer: Viewer, ids: Vec<UserId>) -> Result<Vec<Profile>, Refusal> {
        if ids.len() > self.limits.page {
            let most = self.limits.page;
            return Err(Refusal::bad_command(&format!(
                "ask for at most {most} people at once"
            )));
        }
        self.store
            .people(viewer, ids)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// The state of those of the rooms that exist for the viewer.
    ///
    /// # Errors
    /// `bad_command` for more than a page of them, `storage_failed`.
    pub async fn rooms(&self, viewer: Viewer, ids: Vec<RoomId>) -> Result<Vec<Room>, Refusal> {
        if ids.len() > self.limits.page {
            let most = self.limits.page;
            return Err(Refusal::bad_command(&format!(
                "ask for at most {most} rooms at once"
            )));
        }
        self.store
            .rooms(viewer, ids)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// The rooms of a selection that the viewer may watch, in ascending order, and their kinds.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn watchable_rooms(
        &self,
        viewer: Viewer,
        selection: RoomSelection,
    ) -> Result<Vec<(RoomId, RoomKind)>, Refusal> {
        let mut rooms = self
            .store
            .visible_rooms(viewer, selection, self.limits.watched)
            .await
            .map_err(StoreError::into_refusal)?;
        rooms.sort_unstable_by_key(|(room, _)| *room);
        rooms.dedup_by_key(|(room, _)| *room);
        Ok(rooms)
    }
}
