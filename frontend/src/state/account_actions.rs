//! What the forms of accounts do besides signing in.

use std::future::pending;

use shared::id::RoomId;
use shared::model::Profile;

use super::authentication::ME;
use super::{Answer, Client, only_room};
use crate::api::Failure;
use crate::browser::{self, BrowserStorage};

impl Client {
    /// The place has this name from now on.
    pub fn note_place_name(self, name: &String) {
        self.0.signals.show_place_name(name);
    }

    /// No other room than this exists for the guest who is about to sign in.
    pub fn note_only_room(self, room: RoomId) {
        only_room::store(Some(room));
    }

    /// Runs a request of the guest who is signed in that ends the session and begins that of an
    /// account. Then the page starts anew.
    ///
    /// # Errors
    /// Those of the request; the session stays.
    pub async fn become_account(self, request: Answer<Profile>) -> Result<(), Failure> {
        let authentication = &self.0.authentication;
        authentication.replace_session(true);
        match request.await {
            Ok(profile) => {
                let _ = BrowserStorage::Local.set(ME, &profile);
                let _ = browser::window().location().replace("/");
                pending().await
            }
            Err(failure) => {
                authentication.replace_session(false);
                // It may have ended although the answer did not come.
                self.reconnect_now();
                Err(failure)
            }
        }
    }
}
