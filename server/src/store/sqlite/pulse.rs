//! How the writer is, for whoever asks whether the server is well.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::store::Health;

/// A transaction that takes longer is a sign that the disk does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the writer tells of itself.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Beat>>);

#[derive(Debug)]
struct Beat {
    health: Health,
    // Since when it has been carrying something out.
    busy_since: Option<Instant>,
}

impl Pulse {
    /// All is well.
    pub fn new() -> Self {
        Pulse(Arc::new(Mutex::new(Beat {
            health: Health::Well,
            busy_since: None,
        })))
    }

    /// A transaction begins.
    pub fn begin(&self) {
        self.0.lock().busy_since = Some(Instant::now());
    }

    /// It has ended so.
    pub fn end(&self, health: Health) {
        *self.0.lock() = Beat {
            health,
            busy_since: None,
        };
    }

    /// How the writer is.
    pub fn health(&self) -> Health {
        let beat = self.0.lock();
        match beat.busy_since {
            Some(since) if since.elapsed() > PATIENCE => Health::Ill,
            _ => beat.health,
        }
    }
}

/// Whether the store as a whole is in trouble, and not one command.
pub fn is_of_the_disk(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseCorrupt, FileLockingProtocolFailed, NotADatabase, OutOfMemory,
        PermissionDenied, ReadOnly, SystemIoFailure,
    };
    matches!(
        error.sqlite_error_code(),
        None | Some(
            CannotOpen
                | DatabaseCorrupt
                | FileLockingProtocolFailed
                | NotADatabase
                | OutOfMemory
                | PermissionDenied
                | ReadOnly
                | SystemIoFailure
        )
    )
}

/// Whether there was no space for a transaction.
pub fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}
