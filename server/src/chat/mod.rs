//! What people may do, and what their words must be like.
//!
//! Pure domain: a command comes in as the `shared` crate has it, is checked and
//! normalised, and goes to the store. Nothing here names a socket, SQL or a broker.

pub mod budgets;
mod command;
mod levels;
mod marks;
pub mod presence;
pub mod rate;

use std::sync::Arc;

use shared::frame::{Anchor, ClientFrame, Directory, History, Refusal, Stream};
use shared::id::{ClientId, RoomId, UserId};
use shared::limits::Limits;
use shared::text::TextError;

use crate::store::{
    Actor, Command, Lane, Most, MostRooms, Origin, Reply, Resume, Seen, Store, StoreError, Write,
};
use budgets::{Budgets, Payer};
use marks::Marks;

/// Who asks, and how often they may.
#[derive(Clone, Debug)]
pub struct Caller {
    /// On whose behalf.
    pub actor: Actor,
    /// The connection, so that a simple client does not hear itself.
    pub origin: Origin,
    /// Whose budget it takes from.
    pub payer: Payer,
}

/// The rooms, as people use them.
pub struct Chat {
    store: Arc<dyn Store>,
    limits: Limits,
    most_rooms: MostRooms,
    budgets: Arc<Budgets>,
    marks: Arc<Marks>,
}

impl Chat {
    /// Rooms in this store, within these limits.
    pub fn new(
        store: Arc<dyn Store>,
        limits: Limits,
        most_rooms: MostRooms,
        budgets: Arc<Budgets>,
    ) -> Self {
        Chat {
            marks: Marks::new(Arc::clone(&store)),
            store,
            limits,
            most_rooms,
            budgets,
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
        let paid = match checked {
            Ok((client_id, command)) => self.pay(caller, &command).map(|()| (client_id, command)),
            refused => refused,
        };
        match paid {
            Ok((None, Command::MarkRead { room, seq })) if let Some(user) = caller.actor.user() => {
                self.marks
                    .raise(user, caller.clone(), room, seq, reply)
                    .await;
                Ok(())
            }
            Ok((client_id, command)) => {
                self.store
                    .submit(Write {
                        actor: caller.actor.clone(),
                        client_id,
                        command,
                        origin: Some(caller.origin),
                        from: Some(caller.payer.from),
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

    /// Takes from the caller's budget what a command costs.
    fn pay(&self, caller: &Caller, command: &Command) -> Result<(), Refusal> {
        let payer = &caller.payer;
        match (command, &caller.actor) {
            // Nobody waits for its answer, and it is merged with others: a question's price.
            (Command::MarkRead { .. }, _) => self.budgets.question(payer),
            (Command::CreateRoom { .. }, _) => {
                self.budgets.command(payer, command.text_bytes())?;
                self.budgets.room(payer.from)
            }
            (_, Actor::Named(_)) => self.budgets.speak(payer, command.text_bytes()),
            _ => self.budgets.command(payer, command.text_bytes()),
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
    pub async fn resume(
        &self,
        lane: Lane,
        room: RoomId,
        seen: Seen,
        most: Most,
    ) -> Result<Resume, Refusal> {
        self.store
            .resume(lane, room, seen, most)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// A page of a room's messages.
    ///
    /// # Errors
    /// `no_such_room`, `room_gone`, `storage_failed`.
    pub async fn history(
        &self,
        lane: Lane,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<History, Refusal> {
        let limit = limit.unwrap_or(usize::MAX).min(self.limits.page);
        self.store
            .history(lane, room, anchor, limit)
            .await
            .map_err(StoreError::into_refusal)
    }

    /// What the directory has above `seen`.
    ///
    /// # Errors
    /// `storage_failed`.
    pub async fn directory(&self, lane: Lane, seen: Seen) -> Result<Directory, Refusal> {
        self.store
            .directory(lane, seen, self.limits.page)
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
