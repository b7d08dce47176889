//! Reading a public room without a session, where the operator lets anybody do it.
//!
//! A reader is nobody: no row is written about readers, and nothing is remembered of them. Whether
//! a private room exists is not said either: whoever may not read gets the answer of a missing
//! session, after the same look-up.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::RoomKind;

use super::Chat;
use super::reader_slots::ReaderSlot;
use crate::store::Viewer;

impl Chat {
    /// Whether who has no session may read public rooms.
    pub fn is_read_publicly(&self) -> bool {
        self.public_reading.is_on()
    }

    /// Lets a reader in to the room that exists for it.
    ///
    /// # Errors
    /// `unauthorized` for a room that is not to be read, whether it is private, was removed or
    /// never was, and where nobody reads without a session; `rate_limited`;
    /// `too_many_connections` while there are too many readers; `storage_failed`.
    pub async fn admit_reader(&self, reader: Viewer, room: RoomId) -> Result<ReaderSlot, Refusal> {
        let unauthorized = || Refusal::new(ErrorCode::Unauthorized);
        let Viewer::Reader { address, .. } = reader else {
            return Err(unauthorized());
        };
        if !self.public_reading.is_on() {
            return Err(unauthorized());
        }
        self.rate_limits.take_anonymous_query(address)?;
        match self.room_kind(reader, room).await {
            Ok(RoomKind::Public) => {}
            Ok(RoomKind::Private | RoomKind::Direct) => return Err(unauthorized()),
            Err(refusal) if is_about_the_room(refusal.code) => return Err(unauthorized()),
            Err(refusal) => return Err(refusal),
        }
        let slot = self.public_reading.enter();
        slot.ok_or(Refusal::new(ErrorCode::TooManyConnections))
    }
}

fn is_about_the_room(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NoSuchRoom | ErrorCode::RoomGone)
}
