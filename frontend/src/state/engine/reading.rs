//! Reading a public room without a session: a replica without a person, of which nothing is stored.

use std::rc::Rc;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::sync::Replica;

use super::Engine;
use crate::state::types::{OfflineReason, SessionState};

impl Engine {
    /// Asks the server to let this page read a room. Nothing is shown of it before the answer: it
    /// may be a room that is not to be read.
    pub(in crate::state) fn enter_reading(self: &Rc<Self>, room: RoomId) {
        self.authentication.next_generation();
        // What is to be known of the place, the page has just asked.
        self.knows_place.set(true);
        let _ = self.signals.only_room.try_set(Some(room));
        self.forget_arrivals();
        self.replica.replace(Some(Replica::reader(room)));
        if let Some(socket) = self.socket() {
            socket.connect();
        }
        self.act(|replica, _| replica.open(room));
        let _ = self.signals.to_read.try_set(None);
    }

    /// The server lets this page read the room.
    pub(super) fn reading_begins(&self, room: RoomId) {
        let session = SessionState::Reading(room);
        let signal = self.signals.session;
        if signal.try_with_untracked(|old| *old != session) == Some(true) {
            let _ = signal.try_set(session);
        }
    }

    /// Whether the server has not answered yet that this page may read a room, on this connection.
    pub(super) fn awaits_reading(&self) -> bool {
        let awaits = |replica: &Replica| replica.reads().is_some() && !replica.is_welcome();
        self.read(awaits) == Some(true)
    }

    /// The server lets no more readers in for now.
    pub(super) fn reader_is_kept_out(self: &Rc<Self>, code: ErrorCode) {
        let session = self.signals.session;
        let is_shown = |session: &SessionState| matches!(session, SessionState::Reading(_));
        if session.try_with_untracked(is_shown) == Some(true) {
            // Shown in the offline notice, as long as it lasts.
            self.set_offline_reason(OfflineReason::Refused(code));
        } else {
            // Who has an account can come in.
            self.session_ended();
        }
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
