//! The actions of the dialogs.
//!
//! The dialogs and the engine are in different pieces of the page. Code that both lead to would be in a third
//! file, which nobody could do without. So the dialogs lead to the engine through pointers only,
//! which the engine's piece sets ([`Client::make_engine`]).

use leptos::prelude::*;
use shared::frame::Ack;
use shared::id::{Rev, RoomId, Seq};
use shared::model::RoomKind;

use super::engine::GiveCommand;
use super::types::RoomStatus;
use super::{Answer, Client, DialogActions, Failure};
use crate::browser;

/// Only the piece with the engine may lead here.
const DIALOG_ACTIONS: DialogActions = DialogActions {
    create_room: |client, name, topic| {
        Box::pin(async move {
            let kind = RoomKind::Public;
            let give: GiveCommand =
                Box::new(move |replica, id, now| replica.create_room(id, name, topic, kind, now));
            let ack: Ack = client.engine().command(give).await?;
            ack.room.ok_or(Failure::Unreachable)
        })
    },
    update_room: |client, room, name, topic| {
        command(
            client,
            Box::new(move |replica, id, now| replica.update_room(id, room, name, topic, now)),
        )
    },
    sign_out: |client| Box::pin(async move { client.engine().sign_out().await }),
    withdraw_commands: |client| client.engine().withdraw_commands(),
    delete: |client, room, seq| {
        let id = browser::new_client_id();
        client
            .engine()
            .act(|replica, now| replica.delete(id, room, seq, now));
    },
    room_status: |client, room| client.room(room).get_untracked(),
};

fn command(client: Client, give: GiveCommand) -> Answer<()> {
    Box::pin(async move { client.engine().command(give).await.map(|_| ()) })
}

impl Client {
    /// The dialogs reach the engine from now on.
    pub(super) fn set_dialog_actions(self) {
        let _ = self.0.dialog_actions.set(DIALOG_ACTIONS);
    }

    /// Makes a room; waits while the connection is lost. [`Client::withdraw_commands`] takes
    /// the command back.
    ///
    /// # Errors
    /// The refusal of the server, with the field.
    pub async fn create_room(self, name: String, topic: String) -> Result<RoomId, Failure> {
        (self.dialog_actions()?.create_room)(self, name, topic).await
    }

    /// Changes a room's name, topic or both. `rev` is the room's revision that the form
    /// showed ([`shared::model::Room::rev`]).
    ///
    /// # Errors
    /// The refusal of the server, with the field; `stale` holds the current state.
    pub async fn update_room(
        self,
        room: RoomId,
        rev: Rev,
        name: Option<String>,
        topic: Option<String>,
    ) -> Result<(), Failure> {
        (self.dialog_actions()?.update_room)(self, (room, rev), name, topic).await
    }

    /// Ends the session here and on the server. Deletes drafts and pending messages of the
    /// person.
    ///
    /// # Errors
    /// If the server cannot be reached: the session then still exists.
    pub async fn sign_out(self) -> Result<(), Failure> {
        (self.dialog_actions()?.sign_out)(self).await
    }

    /// Withdraws the commands whose form is waiting for an answer: the form was closed. If one
    /// may have been sent already, a toast says so.
    pub fn withdraw_commands(self) {
        if let Ok(actions) = self.dialog_actions() {
            (actions.withdraw_commands)(self);
        }
    }

    /// Deletes one's own message.
    pub fn delete(self, room: RoomId, seq: Seq) {
        if let Ok(actions) = self.dialog_actions() {
            (actions.delete)(self, room, seq);
        }
    }

    /// Whether a room exists, with its name and topic; not tracked.
    pub fn room_status(self, room: RoomId) -> RoomStatus {
        let actions = self.dialog_actions();
        actions.map_or(RoomStatus::Unknown, |actions| {
            (actions.room_status)(self, room)
        })
    }

    /// There is no dialog without the engine.
    fn dialog_actions(self) -> Result<DialogActions, Failure> {
        let actions = self.0.dialog_actions.get();
        actions.copied().ok_or(Failure::Unreachable)
    }
}
