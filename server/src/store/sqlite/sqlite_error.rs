//! What an error of SQLite means for the store.

use rusqlite::ErrorCode::{
    CannotOpen, DatabaseCorrupt, DiskFull, FileLockingProtocolFailed, NotADatabase, OutOfMemory,
    PermissionDenied, ReadOnly, SystemIoFailure,
};

use crate::store::rules::TablesError;

/// Whether the store as a whole is in trouble, and not one command alone.
pub fn is_storage_failure(error: &rusqlite::Error) -> bool {
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
pub fn is_disk_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(DiskFull)
}

impl From<rusqlite::Error> for TablesError<rusqlite::Error> {
    fn from(error: rusqlite::Error) -> Self {
        TablesError::Failed(error)
    }
}
