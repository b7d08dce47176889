//! Reading a public room without a session, where the operator lets anybody do it.
//!
//! A reader is nobody: no row is written about readers, and nothing is remembered of them. Whether
//! a private room exists is not said either: whoever may not read gets the answer of a missing
//! session, after the same look-up.

use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::RoomKind;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Chat;
use crate::store::Viewer;

/// Whether there are readers, and how many more there may be.
#[derive(Debug)]
pub struct PublicReading(Option<Arc<Semaphore>>);

/// One of the readers that are connected, as long as it lives.
#[derive(Debug)]
pub struct ReaderSlot(#[expect(dead_code, reason = "it counts")] OwnedSemaphorePermit);

impl PublicReading {
    /// Who has no session reads nothing.
    pub const OFF: PublicReading = PublicReading(None);

    /// On a server with at most so many connections. Readers take half of them: a crowd of
    /// strangers keeps nobody out who has a session.
    pub fn within(max_connections: usize) -> Self {
        let most = (max_connections / 2).clamp(1, Semaphore::MAX_PERMITS);
        PublicReading(Some(Arc::new(Semaphore::new(most))))
    }
}

impl Chat {
    /// Whether who has no session may read public rooms.
    pub fn is_read_publicly(&self) -> bool {
        self.public_reading.0.is_some()
    }

    /// Lets a reader in to the room that exists for it.
    ///
    /// # Errors
    /// `unauthorized` for a room that is not to be read, whether it is private, was removed or
    /// never was, and where nobody reads without a session; `rate_limited`;
    /// `too_many_connections` while there are too many readers; `storage_failed`.
    pub async fn admit_reader(&self, reader: Viewer, room: RoomId) -> Result<ReaderSlot, Refusal> {
        let unauthorized = || Refusal::new(ErrorCode::Unauthorized);
        let (Some(slots), Viewer::Reader { address, .. }) = (&self.public_reading.0, reader) else {
            return Err(unauthorized());
        };
        self.rate_limits.take_anonymous_query(address)?;
        match self.room_kind(reader, room).await {
            Ok(RoomKind::Public) => {}
            Ok(RoomKind::Private | RoomKind::Direct) => return Err(unauthorized()),
            Err(refusal) if is_about_the_room(refusal.code) => return Err(unauthorized()),
            Err(refusal) => return Err(refusal),
        }
        let slot = Arc::clone(slots).try_acquire_owned();
        let slot = slot.map_err(|_| Refusal::new(ErrorCode::TooManyConnections))?;
        Ok(ReaderSlot(slot))
    }
}

fn is_about_the_room(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NoSuchRoom | ErrorCode::RoomGone)
}
