//! The actions of the dialogs.
//!
//! Three of them are also reached from what may be here before the engine is, and that must not lead to
//! the engine: all that it leads to would be loaded with it. So these go through pointers, which the
//! engine's piece sets.

use leptos::prelude::*;
use shared::command::Command;
use shared::frame::Ack;
use shared::id::{RoomId, Seq};
use shared::sync::Replica;

use super::types::RoomStatus;
use super::{Client, EngineActions, Failure};
use crate::browser;

/// Only the piece with the engine may lead here.
const ACTIONS: EngineActions = EngineActions {
    sign_out: |client| Box::pin(async move { client.engine().sign_out().await }),
    withdraw_commands: |client| client.engine().withdraw_commands(),
    mark_rooms_unread_again: Client::mark_rooms_unread_again,
};

impl Client {
    /// The engine is here.
    pub(super) fn set_engine_actions(self) {
        let _ = self.0.engine_actions.set(ACTIONS);
    }

    /// Gives a command and waits for its answer, also while the connection is lost.
    /// [`Client::withdraw_commands`] takes the command back.
    ///
    /// # Errors
    /// The refusal of the server, with the field; `stale` holds the current state.
    pub async fn give(self, command: Command) -> Result<Ack, Failure> {
        let give =
            Box::new(move |replica: &mut Replica, id, now| replica.command(id, command, now));
        self.engine().command(give).await
    }

    /// The same for a command that makes or finds a room. Returns the room.
    ///
    /// # Errors
    /// As [`Client::give`].
    pub async fn make_room(self, command: Command) -> Result<RoomId, Failure> {
        self.give(command).await?.room.ok_or(Failure::Unreachable)
    }

    /// Ends the session here and on the server. Deletes drafts and pending messages of the
    /// person.
    ///
    /// # Errors
    /// If the server cannot be reached: the session then still exists.
    pub async fn sign_out(self) -> Result<(), Failure> {
        let actions = self.0.engine_actions.get();
        let sign_out = actions.ok_or(Failure::Unreachable)?.sign_out;
        sign_out(self).await
    }

    /// Withdraws the commands whose form is waiting for an answer: the form was closed. If one
    /// may have been sent already, a toast says so.
    pub fn withdraw_commands(self) {
        if let Some(actions) = self.0.engine_actions.get() {
            (actions.withdraw_commands)(self);
        }
    }

    /// Undoes that all rooms were marked as read.
    pub fn undo_all_read(self) {
        if let Some(actions) = self.0.engine_actions.get() {
            (actions.mark_rooms_unread_again)(self);
        }
    }

    /// Deletes one's own message.
    pub fn delete(self, room: RoomId, seq: Seq) {
        let id = browser::new_client_id();
        (self.engine()).act(|replica, now| replica.delete(id, room, seq, now));
    }

    /// Whether a room exists, with its name and topic; not tracked.
    pub fn room_status(self, room: RoomId) -> RoomStatus {
        self.room(room).get_untracked()
    }
}
