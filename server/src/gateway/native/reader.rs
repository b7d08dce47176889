//! Clients without a session, which read one public room where the operator lets anybody read.
//!
//! A reader is treated as a guest of that one room who sees all messages of it. There is no person:
//! so no command has anybody on whose behalf it could be carried out, and nobody is present.

use shared::error::ErrorCode;
use shared::frame::{Refusal, close};
use shared::id::RoomId;

use super::reply::Rejection;
use super::{ClientIdentity, Native, WelcomedClient};
use crate::store::Viewer;

impl Native {
    /// Welcomes a client that has no valid session, if it may read this room.
    pub(super) async fn hello_of_reader(&mut self, reads: Option<RoomId>) -> Result<(), Rejection> {
        let Some(room) = reads else {
            return Err(no_session(Refusal::new(ErrorCode::Unauthorized)));
        };
        let viewer = Viewer::Reader {
            room,
            address: self.address,
        };
        let slot = self.gateway.chat.admit_reader(viewer, room).await;
        let slot = slot.map_err(no_session)?;
        self.client = Some(WelcomedClient {
            viewer,
            limit_subject: self.gateway.rate_limits.reader(self.address),
            identity: ClientIdentity::Reader(slot),
            subscriptions: self.subscriptions(None, None, viewer.only_room()),
        });
        self.welcome(None, viewer.only_room());
        Ok(())
    }
}

/// What is refused for good closes the connection, as for anybody without a session. The rest may
/// be tried again.
fn no_session(refusal: Refusal) -> Rejection {
    let is_final = refusal.code == ErrorCode::Unauthorized;
    Rejection {
        refusal,
        close: is_final.then_some(close::UNAUTHORIZED),
    }
}
