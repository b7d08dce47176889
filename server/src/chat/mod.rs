//! What people may do, and what their words must be like.
//!
//! Pure domain: a command comes in as the `shared` crate has it, is checked and
//! normalised, and goes to the store. Nothing here names a socket, SQL or a broker.

mod command;
pub mod presence;
pub mod rate;

use std::sync::Arc;

use shared::frame::{Anchor, ClientFrame, Directory, History, Refusal, Stream};
use shared::id::{ClientId, RoomId, UserId};
use shared::limits::Limits;
use shared::text::TextError;

use crate::store::{Actor, Command, Most, Origin, Reply, Resume, Seen, Store, StoreError, Write};
use rate::Bucket;

/// Who asks, and how often they may.
#[derive(Clone, Debug)]
pub struct Caller {
    /// On whose behalf.
    pub actor: Actor,
    /// The connection, so that a simple client does not hear itself.
    pub origin: Origin,
    /// What the person may still send; shared by all of a person's connections.
    pub bucket: Arc<Bucket>,
}

/// The rooms, as people use them.
pub struct Chat {
    store: Arc<dyn Store>,
    limits: Limits,
    most_rooms: usize,
}

impl Chat {
    /// Rooms in this store, within these limits.
    pub fn new(store: Arc<dyn Store>, limits: Limits, most_rooms: usize) -> Self {
        Chat {
            store,
            limits,
            most_rooms,
        }
    }

    /// The limits that clients are told.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Posts a message.
    ///
    /// # Errors
    /// Refused at once, for its text or as one too many; any later refusal goes to `reply`.
    pub async fn send(
        &self,
        caller: &Caller,
        client_id: Option<ClientId>,
        room: RoomId,
        body: String,
        reply: Reply,
    ) -> Result<(), Refusal> {
        let checked = command::post(room, body, &self.limits).map(|command| (client_id, command));
        self.carry_out(caller, checked, reply).await
    }

    /// Carries out any other change that a native client can ask for. Frames that
    /// change nothing are refused as `bad_command`.
    ///
    /// # Errors
    /// As [`Chat::send`].
    pub async fn change(
        &self,
        caller: &Caller,
        frame: ClientFrame,
        reply: Reply,
    ) -> Result<(), Refusal> {
        let checked = command::change(frame, &self.limits, self.most_rooms);
        self.carry_out(caller, checked, reply).await
    }

    async fn carry_out(
        &self,
        caller: &Caller,
        checked: Result<(Option<ClientId>, Command), Refusal>,
        reply: Reply,
    ) -> Result<(), Refusal> {
        let allowed = checked.and_then(|(client_id, command)| {
            // A read mark only rises and costs nobody anything: it is not counted.
            if !matches!(command, Command::MarkRead { .. }) {
                caller.bucket.take()?;
            }
            Ok((client_id, command))
        });
        match allowed {
            Ok((client_id, command)) => {
                let (actor, origin) = (caller.actor.clone(), Some(caller.origin));
                self.store
                    .submit(Write {
                        actor,
                        client_id,
                        command,
                        origin,
                        reply,
                    })
                    .await;
                Ok(())
            }
            Err(refusal) => {
                reply.dismiss();
                Err(refusal)
            }
        }
    }

    /// How much somebody gets who wants so much: missed changes, and newest messages.
    pub fn most(&self, missed: Option<usize>, newest: Option<usize>) -> Most {
        Most {
            missed: missed.unwrap_or(usize::MAX).min(self.limits.resume),
            changes: self.limits.page,
            newest: newest.unwrap_or(usize::MAX).min(self.limits.page),
        }
    }

    /// What a room has above `seen`, or its newest messages.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn resume(&self, room: RoomId, seen: Seen, most: Most) -> Result<Resume, Refusal> {
        self.store
            .resume(room, seen, most)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// A page of a room's messages.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn history(
        &self,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<History, Refusal> {
        let limit = limit.unwrap_or(usize::MAX).min(self.limits.page);
        self.store
            .history(room, anchor, limit)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// What the directory has above `seen`.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn directory(&self, seen: Seen) -> Result<Directory, Refusal> {
        self.store
            .directory(seen, self.limits.page)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// What a person's own stream has above `seen`.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn stream(&self, user: UserId, seen: Seen) -> Result<Stream, Refusal> {
        self.store
            .stream(user, seen, self.limits.page)
            .await
            .map_err(StoreError::into_refusal)
    }
}

/// The refusal of a text.
pub fn refuse_text(error: TextError) -> Refusal {
    Refusal {
        field: Some(error.field),
        ..Refusal::new(error.code)
    }
}
