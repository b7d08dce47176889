//! Reading a public room without a session: a replica without a person, of which nothing is stored.

use std::rc::Rc;

use leptos::prelude::*;
use shared::id::RoomId;
use shared::sync::Replica;

use super::Engine;
use crate::state::types::SessionState;

impl Engine {
    /// Starts to read a room.
    pub(in crate::state) fn enter_reading(self: &Rc<Self>, room: RoomId) {
        self.authentication.next_generation();
        let _ = self.signals.only_room.try_set(Some(room));
        self.forget_arrivals();
        self.replica.replace(Some(Replica::reader(room)));
        // Before the page is rendered, so that the server answers in the meantime.
        if let Some(socket) = self.socket() {
            socket.connect();
        }
        let session = SessionState::Reading(room);
        let _ = self.signals.session.try_set(session);
        self.act(|replica, _| replica.open(room));
        let _ = self.signals.to_read.try_set(None);
    }

    /// The room that is read without a session.
    pub(super) fn reads(&self) -> Option<RoomId> {
        self.read(Replica::reads).flatten()
    }

    /// Disconnects a reader.
    pub(in crate::state) fn stop_reading(&self) {
        if let Some(socket) = self.socket() {
            socket.disconnect();
        }
        self.forget_person();
        let _ = self.signals.only_room.try_set(None);
    }

    /// A room is not, or not any more, read without a session: shows the form to sign in.
    pub(in crate::state) fn cannot_read(&self, room: RoomId) {
        self.stop_reading();
        self.authentication.cannot_read(room);
    }
}
