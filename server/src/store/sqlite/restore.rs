//! Puts a backup in the place of a store. Whoever has got a session, a link or an invite since the
//! backup was made, or has lost one, must not be let in by what it holds: all of them end.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};
use serde::Serialize;
use shared::audit::AuditAction;
use shared::id::Micros;

use super::migrations;
use super::open::{self, OpenError, open_error};

/// What a restore has done.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// Sessions of the backup that have ended.
    pub sessions: usize,
    /// Links of the backup that have ended.
    pub links: usize,
    /// Invites of the backup that have ended.
    pub invites: usize,
    /// Where the store is kept that was there before.
    pub replaced: Option<PathBuf>,
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Restored {
            sessions,
            links,
            invites,
            replaced,
        } = self;
        write!(
            f,
            "restored; everybody signs in again: {sessions} sessions, {links} links and {invites} invitations of the backup have ended"
        )?;
        if let Some(path) = replaced {
            write!(f, "\nthe store that was there is now {}", path.display())?;
        }
        Ok(())
    }
}

/// Copies a backup into a data folder, ends in the copy what lets anybody in, and only then puts
/// it in the place of the store, which is kept beside it. If this fails or is interrupted, there
/// is always a whole store in the folder, if there was one.
///
/// # Errors
/// When a server uses the folder, the backup is no store that this version can read, or the folder
/// cannot be written.
pub fn restore(folder: &Path, backup: &Path, now: Micros) -> Result<Restored, OpenError> {
    if !backup.is_file() {
        return Err(OpenError::NoBackup(backup.to_owned()));
    }
    let _lock = open::lock(folder)?;
    let unwritable = |source| OpenError::Folder {
        folder: folder.to_owned(),
        source,
    };
    let store = open::path(folder)?;
    let copy = with_ending(&store, ".restoring");
    // Of an attempt that was interrupted.
    remove_database(&copy).map_err(unwritable)?;
    let prepared = copy_backup(backup, &copy).and_then(|()| end_everything(&copy, now));
    if prepared.is_err() {
        // The copy is of no use; the error says more than this one would.
        let _removed = remove_database(&copy);
    }
    let ended = prepared?;
    let replaced = put_in_place(&store, &copy).map_err(unwritable)?;
    Ok(Restored { replaced, ..ended })
}

/// Copies a store as it is at one moment, with what is in its write-ahead log.
fn copy_backup(backup: &Path, copy: &Path) -> Result<(), OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| open_error(backup, error);
    let source = Connection::open_with_flags(backup, flags).map_err(failed)?;
    let version: i64 = source
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed)?;
    if version == 0 {
        return Err(OpenError::NotAStore(backup.to_owned()));
    }
    // SQLite would let everybody read it, and writes into a file that is there and empty.
    open::open_private(copy).map_err(|source| OpenError::Folder {
        folder: copy.to_owned(),
        source,
    })?;
    let target = copy.to_string_lossy();
    source
        .execute("VACUUM INTO ?1", [&*target])
        .map_err(failed)?;
    Ok(())
}

/// Brings the copy to this version, and ends what lets anybody in.
fn end_everything(copy: &Path, now: Micros) -> Result<Restored, OpenError> {
    let mut connection = Connection::open(copy)?;
    migrations::migrate(&mut connection)?;
    connection.pragma_update(None, "secure_delete", true)?;
    let transaction = connection.transaction()?;
    let sessions = transaction.execute("DELETE FROM sessions", [])?;
    let links = transaction.execute("DELETE FROM links", [])?;
    // Their links have ended, and some have been sent since the backup was made.
    transaction.execute("DELETE FROM mails", [])?;
    transaction.execute(
        "UPDATE mail_addresses SET asked = NULL, asked_token = NULL, asked_until = NULL",
        [],
    )?;
    let invites = transaction.execute(
        "UPDATE invites SET revoked_at = ?1 WHERE revoked_at IS NULL AND spent_at IS NULL
         AND (expires_at IS NULL OR expires_at > ?1)",
        params![now.0],
    )?;
    // What was done since the backup is not in its log, nor that it was undone.
    transaction.execute(
        "INSERT INTO audit (at, action, detail) VALUES (?1, ?2, '{}')",
        params![now.0, AuditAction::RestoreBackup.name()],
    )?;
    transaction.commit()?;
    Ok(Restored {
        sessions,
        links,
        invites,
        replaced: None,
    })
}

/// Replaces the store by the copy. The store that was there gets another name; its write-ahead
/// log goes with it, since SQLite would apply a log that it finds beside a file.
fn put_in_place(store: &Path, copy: &Path) -> io::Result<Option<PathBuf>> {
    File::open(copy)?.sync_all()?;
    // With two names, the store is in its place until the copy takes it.
    let replaced = if store.exists() {
        Some(link_to_free_name(store)?)
    } else {
        None
    };
    let log = with_ending(store, "-wal");
    if log.exists() {
        match &replaced {
            Some(path) => fs::rename(&log, with_ending(path, "-wal"))?,
            None => fs::remove_file(&log)?,
        }
    }
    remove_if_there(&with_ending(store, "-shm"))?;
    fs::rename(copy, store)?;
    if let Some(folder) = store.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(replaced)
}

/// Gives a store a second name: the first that is free.
fn link_to_free_name(store: &Path) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let path = with_ending(store, &format!(".replaced-{number}"));
        match fs::hard_link(store, &path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            linked => return linked.map(|()| path),
        }
    }
}

fn remove_database(path: &Path) -> io::Result<()> {
    ["", "-wal", "-shm", "-journal"]
        .iter()
        .try_for_each(|ending| remove_if_there(&with_ending(path, ending)))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}
