//! How many clients read without a session, where the operator lets anybody read public rooms.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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

    /// Whether who has no session may read.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The place of one more reader; none while there are as many as there may be.
    pub fn enter(&self) -> Option<ReaderSlot> {
        let slots = Arc::clone(self.0.as_ref()?);
        slots.try_acquire_owned().ok().map(ReaderSlot)
    }
}
