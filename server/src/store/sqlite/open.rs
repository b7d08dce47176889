//! Opens the data folder and its file, and refuses a file that cannot be trusted.

use std::fs::{File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use thiserror::Error;

use super::config::SqliteConfig;
use super::disk_space;
use super::epoch::{self, StreamKind};
use super::room_names;
use super::sqlite_error::is_disk_full;
use shared::id::{Micros, RoomId};

/// The database's name in the data folder.
pub const FILE: &str = "madang.sqlite";
const LOCK: &str = "madang.lock";

/// Why the store cannot be opened. Each text tells the operator what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder cannot be created or written.
    #[error(
        "the data folder {folder} cannot be written ({source}); give another with --data, or the right to write there"
    )]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another server uses the folder.
    #[error(
        "the data folder {0} is in use by another madang; stop that one, or give another folder with --data"
    )]
    InUse(PathBuf),
    /// The file was written by a newer version.
    #[error(
        "the data in {path} was written by a newer version of madang (schema {found}, this one knows {known}); start that version, or give another folder with --data"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its schema version.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// SQLite would not make commits durable.
    #[error(
        "SQLite does not take the setting {setting} on this disk (it says {found}); use a local disk"
    )]
    NotDurable {
        /// The setting.
        setting: &'static str,
        /// What SQLite answered.
        found: String,
    },
    /// The file is damaged, or not a database.
    #[error("the data in {path} is damaged ({detail}); restore it from a backup")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// There is no file to restore.
    #[error("there is no backup at {0}; name a file that SQLite has written")]
    NoBackup(PathBuf),
    /// The file to restore holds something else.
    #[error("{0} is a database, but no store of madang")]
    NotAStore(PathBuf),
    /// The disk is full.
    #[error(
        "the disk is full, and the store cannot be opened without some space; make room, and start again"
    )]
    Full,
    /// Any other error of SQLite.
    #[error("the store cannot be opened: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The writer's thread could not be started.
    #[error("a thread cannot be started: {0}")]
    Thread(std::io::Error),
}

impl OpenError {
    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        matches!(self, OpenError::Full)
            || matches!(self, OpenError::Sqlite(error) if is_disk_full(error))
    }
}

/// Creates the folder, if it is missing, and locks it for this process.
pub fn lock(folder: &Path) -> Result<File, OpenError> {
    let unwritable = |source| OpenError::Folder {
        folder: folder.to_owned(),
        source,
    };
    create_folder(folder).map_err(unwritable)?;
    warn_if_open_to_others(folder);
    let file = open_private(&folder.join(LOCK)).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}

/// The absolute path of the database in a folder. SQLite reads a name that begins with `file:`
/// as a URI, in which some characters have another meaning.
pub fn path(folder: &Path) -> Result<PathBuf, OpenError> {
    std::path::absolute(folder.join(FILE)).map_err(|source| OpenError::Folder {
        folder: folder.to_owned(),
        source,
    })
}

/// Opens a file for writing. A new one is readable by this user alone.
pub fn open_private(path: &Path) -> std::io::Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
}

fn warn_if_open_to_others(folder: &Path) {
    let mode = std::fs::metadata(folder).map(|folder| folder.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o077 != 0) {
        tracing::warn!(
            "the data folder {} is open to other users of this machine; chmod 700 closes it",
            folder.display()
        );
    }
}

/// Creates the folder and syncs its parents, so that its name survives a power cut. SQLite
/// syncs the folder that its files lie in, but not the folder above.
fn create_folder(folder: &Path) -> std::io::Result<()> {
    let missing = folder
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .count();
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    // At least one parent always: an earlier start may have created the folder and ended
    // before the sync.
    for parent in folder.ancestors().skip(1).take(missing.max(1)) {
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        if let Err(error) = File::open(parent).and_then(|parent| parent.sync_all()) {
            tracing::warn!(%error, "the folder {} cannot be synced", parent.display());
        }
    }
    Ok(())
}

/// Opens the writing connection. Settings for durability are read back and checked.
pub fn writer(path: &Path, config: &SqliteConfig) -> Result<Connection, OpenError> {
    // SQLite gives its log files the permissions of the database file.
    open_private(path).map_err(|source| OpenError::Folder {
        folder: path.to_owned(),
        source,
    })?;
    let connection = Connection::open(path).map_err(|error| open_error(path, error))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection
        .pragma_update(None, "journal_mode", "wal")
        .map_err(|error| open_error(path, error))?;
    connection.pragma_update(None, "synchronous", synchronous(config))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Deleted text is overwritten in the file.
    connection.pragma_update(None, "secure_delete", true)?;
    // A cache of 16 MiB holds the often used ends of the indexes. With more, commits become
    // slower: SQLite visits all cached pages after it has split a page of an index.
    connection.pragma_update(None, "cache_size", -16_384)?;
    // After a checkpoint the log file keeps its size; this is the most that it keeps.
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    let page: u64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    if let Some(pages) = disk_space::max_pages(config.limit, page) {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    expect(&connection, "journal_mode", "wal")?;
    expect(&connection, "synchronous", synchronous(config))?;
    Ok(connection)
}

/// `FULL`: a commit is on the disk when it returns. With `NORMAL` it would survive a killed
/// process, but not a power cut.
#[cfg(not(feature = "faults"))]
fn synchronous(_: &SqliteConfig) -> &'static str {
    "2"
}

#[cfg(feature = "faults")]
fn synchronous(config: &SqliteConfig) -> &'static str {
    if config.fault == Some(crate::config::Fault::SyncOff) {
        "0"
    } else {
        "2"
    }
}

fn expect(connection: &Connection, setting: &'static str, wanted: &str) -> Result<(), OpenError> {
    let found = connection.pragma_query_value(None, setting, |row| {
        row.get_ref(0).map(|value| match value {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => other.as_str().unwrap_or("nothing").to_owned(),
        })
    })?;
    if found == wanted {
        Ok(())
    } else {
        Err(OpenError::NotDurable { setting, found })
    }
}

/// Creates the lobby in a new store.
pub fn create_lobby(
    connection: &mut Connection,
    epoch_ordinal: i64,
    now: Micros,
) -> Result<(), OpenError> {
    let transaction = connection.transaction()?;
    let exists: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM rooms WHERE id = ?1)",
        [RoomId::LOBBY.0],
        |row| row.get(0),
    )?;
    if !exists {
        transaction.execute(
            "INSERT INTO rooms (id, name, name_key, topic, info_rev, directory_rev, created_at)
             VALUES (?1, 'lobby', 'lobby', '', 1, 1, ?2)",
            [RoomId::LOBBY.0, now.0],
        )?;
        transaction.execute("UPDATE directory SET rev = 1", [])?;
        epoch::start(&transaction, StreamKind::Directory, 0, epoch_ordinal, 1)?;
        epoch::start(
            &transaction,
            StreamKind::Room,
            RoomId::LOBBY.0,
            epoch_ordinal,
            1,
        )?;
    }
    transaction.commit()?;
    Ok(())
}

/// Gives the keys that make names unique to rooms without them: a new store's lobby, and the
/// rooms of a store from before there were such keys.
pub fn assign_name_keys(
    connection: &mut Connection,
    epoch_ordinal: i64,
    now: Micros,
) -> Result<(), OpenError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    room_names::assign_name_keys(&transaction, epoch_ordinal, now)?;
    transaction.commit()?;
    Ok(())
}

/// Opens a connection for queries.
pub fn reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // More than there are statements. With rusqlite's default of 16, a client that comes back
    // would have most of them parsed again.
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

pub fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            OpenError::Damaged {
                path: path.to_owned(),
                detail: error.to_string(),
            }
        }
        Some(rusqlite::ErrorCode::DiskFull) => OpenError::Full,
        _ => OpenError::Sqlite(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_data_folder_is_readable_by_its_owner_alone() {
        let around = tempfile::TempDir::new().unwrap();
        let folder = around.path().join("one/two");
        let _lock = lock(&folder).unwrap();
        for created in [folder.as_path(), &around.path().join("one")] {
            let mode = created.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", created.display());
        }
    }
}
