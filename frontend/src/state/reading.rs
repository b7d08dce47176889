//! Reading a public room without a session, where the operator lets anybody. Nothing of it is stored
//! in the browser.

use leptos::prelude::*;
use shared::id::RoomId;
use wasm_bindgen_futures::spawn_local;

use super::{Client, LAST_ROOM, SessionState, SignedOut};
use crate::browser::BrowserStorage;
use crate::route::Route;

impl Client {
    /// The room whose reading has to be started with [`Client::enter_reading`].
    pub fn to_read(self) -> ReadSignal<Option<RoomId>> {
        self.0.signals.to_read.read_only()
    }

    /// Whether one can read public rooms without a session, as far as is known.
    pub fn public_reading(self) -> ReadSignal<bool> {
        self.0.signals.public_reading.read_only()
    }

    /// Whether nobody is signed in here, and a public room is read; tracked.
    pub fn is_reading(self) -> bool {
        let session = self.0.signals.session;
        session.with(|session| matches!(session, SessionState::Reading(_)))
    }

    /// Starts to read a room without a session.
    pub fn enter_reading(self, room: RoomId) {
        self.engine().enter_reading(room);
    }

    /// Whoever reads wants to write: shows the form to sign in, which leads back to the room.
    pub fn sign_in_to_write(self, room: RoomId) {
        // Some ways to sign in lead to the start, and from there to the room that was open last.
        BrowserStorage::Local.set(LAST_ROOM, &room.0);
        self.engine().cannot_read(room);
        spawn_local(self.0.authentication.take_up_session());
    }

    /// Another address is there. If nobody is signed in and it is that of another room than the one
    /// that cannot be read, reads it.
    pub fn read_instead(self, route: Route) {
        let is_out = self
            .0
            .signals
            .session
            .with_untracked(|session| *session == SessionState::SignedOut(SignedOut::Fresh));
        if is_out && self.0.signals.public_reading.get_untracked() {
            self.0.authentication.read_instead(route);
        }
    }

    /// Another address is to be shown than the room that is read.
    pub fn stop_reading(self) {
        self.engine().stop_reading();
        let _ = self.0.signals.session.try_set(SessionState::Unknown);
        self.0.authentication.ask();
    }
}
