//! Whose own data is being exported: one export of a person at a time, and few of all.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;

/// Exports that may be read at the same time: each reads through all messages.
const MAX_EXPORTS: usize = 4;
/// How long to wait if there are too many, in milliseconds.
const BUSY_RETRY_MS: u64 = 10_000;

/// Whose exports are being read.
pub(super) type RunningExports = Arc<Mutex<BTreeSet<UserId>>>;

/// One of the places for exports, as long as it is read.
pub(super) struct ExportPlace {
    running: RunningExports,
    user: UserId,
}

impl ExportPlace {
    /// Takes a place for an export of this person.
    ///
    /// # Errors
    /// `rate_limited` while another export of the person is read, or too many of others.
    pub fn take(exports: &RunningExports, user: UserId) -> Result<Self, Refusal> {
        let mut running = exports.lock();
        if running.len() >= MAX_EXPORTS || !running.insert(user) {
            return Err(Refusal {
                retry_after_ms: Some(BUSY_RETRY_MS),
                ..Refusal::new(ErrorCode::RateLimited)
            });
        }
        Ok(ExportPlace {
            running: Arc::clone(exports),
            user,
        })
    }
}

impl Drop for ExportPlace {
    fn drop(&mut self) {
        self.running.lock().remove(&self.user);
    }
}
