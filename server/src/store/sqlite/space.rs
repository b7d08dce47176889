//! How much the store may still take.
//!
//! Below the limit, everything. At it nothing that adds text: what takes away, what lets
//! people in and what the operator does go on from a reserve. The same holds on a disk that
//! is full: a file that holds nothing keeps some of it free for that.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::fs::{FallocateFlags, OFlags, fallocate, statvfs};

use super::StoreLimit;
use super::pulse::Pulse;
use crate::store::{Burden, Command, Health};

const FILE: &str = "madang.reserve";
/// The reserve, in bytes; a small store or disk has a smaller one.
const RESERVE: u64 = 16 * 1024 * 1024;
/// The part of a store's limit, or of a disk, that is its reserve at most.
const PART_OF_LIMIT: u64 = 8;
const PART_OF_DISK: u64 = 64;
/// What it takes to delete at all, where the disk is small; and no more than so much of it.
const LEAST_RESERVE: u64 = 4 * 1024 * 1024;
const PART_OF_SMALL_DISK: u64 = 8;
/// What is left of a disk where no limit is set: the larger of so much and a tenth.
const LEFT: u64 = 1024 * 1024 * 1024;
const PART_LEFT: u64 = 10;
/// Whatever lies there instead of the reserve is not waited for and not followed.
const SAFELY: i32 = (OFlags::NONBLOCK.bits() | OFlags::NOFOLLOW.bits()).cast_signed();
/// How long what was seen of the disk is believed.
const SEEN: Duration = Duration::from_millis(200);

/// What is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Everything.
    Ample,
    /// Nothing that adds text.
    Reserve,
    /// Only what takes away, and what the operator does.
    Last,
}

impl Space {
    /// Whether a command is taken.
    pub fn takes(self, command: &Command) -> bool {
        match command.burden() {
            Burden::Text => self == Space::Ample,
            Burden::Presence => self <= Space::Reserve,
            Burden::Relief => true,
        }
    }
}

/// What is known of the space there is.
#[derive(Debug)]
pub struct Spaces {
    limit: StoreLimit,
    folder: PathBuf,
    // What the disk itself has said: full, or not.
    disk: Space,
    // By the disk's free space, and when it was looked at.
    left: Option<(Instant, Space)>,
}

impl Spaces {
    /// Within a limit, on the disk that the folder lies on. The reserve is made if it is not
    /// there; if there is no space for it, the disk is full.
    pub fn new(limit: StoreLimit, folder: &Path) -> Self {
        let mut spaces = Spaces {
            limit,
            folder: folder.to_owned(),
            disk: Space::Reserve,
            left: None,
        };
        spaces.refill();
        spaces
    }

    /// Says at the start what would otherwise be found out by the first who writes.
    pub fn warn_if_scarce(&mut self, connection: &Connection, pulse: &Pulse) {
        if matches!(self.of(connection), Ok(space) if space > Space::Ample) {
            pulse.end(Health::Full);
            tracing::warn!(
                "nothing is taken that adds to the store: it is at its limit, or too little of the disk is free; make room, or set --max-store-bytes"
            );
        }
    }

    /// Looks whether a disk that was full has room again. Not while what it had no room for is
    /// tried once more: it would get the reserve back that was just given for that.
    pub fn recover(&mut self) {
        if self.disk > Space::Ample {
            self.refill();
        }
    }

    /// What is taken by a store of this size at the moment.
    pub fn of(&mut self, connection: &Connection) -> rusqlite::Result<Space> {
        let by_limit = match self.limit {
            StoreLimit::Bytes(limit) => {
                let bytes = size(connection)?;
                match bytes.checked_sub(limit) {
                    None => Space::Ample,
                    Some(above) if above < reserve_of(limit) / 2 => Space::Reserve,
                    Some(_) => Space::Last,
                }
            }
            StoreLimit::LeaveRoom => self.by_disk(),
        };
        Ok(by_limit.max(self.disk))
    }

    /// Gives all of the reserve away, for a store that cannot be opened without.
    pub fn give_up_reserve(folder: &Path) -> bool {
        let path = folder.join(FILE);
        let is_some = path
            .symlink_metadata()
            .is_ok_and(|file| file.is_file() && file.len() > 0);
        is_some && std::fs::remove_file(path).is_ok()
    }

    /// SQLite had no space. Gives some of the reserve; false if there is none left.
    pub fn give_way(&mut self) -> bool {
        self.disk = match self.disk {
            Space::Ample => Space::Reserve,
            Space::Reserve => Space::Last,
            Space::Last => return false,
        };
        let path = self.folder.join(FILE);
        let file = File::options().write(true).custom_flags(SAFELY).open(path);
        let given = file.and_then(|file| {
            let length = file.metadata()?.len();
            match self.disk {
                Space::Last => file.set_len(0),
                _ => file.set_len(length / 2),
            }
        });
        if let Err(error) = given {
            tracing::warn!(%error, "the disk is full, and its reserve cannot be used");
        }
        true
    }

    /// Takes the reserve back from the disk, if there is space for it.
    fn refill(&mut self) {
        match self.fill() {
            Ok(()) => self.disk = Space::Ample,
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {}
            Err(error) => {
                // A file system that cannot set space aside: then there is no reserve.
                tracing::debug!(%error, "no space can be set aside for a full disk");
                self.disk = Space::Ample;
            }
        }
    }

    fn fill(&self) -> io::Result<()> {
        let disk = statvfs(&self.folder)?;
        let size = disk.f_blocks.saturating_mul(disk.f_frsize);
        let least = LEAST_RESERVE.min(size / PART_OF_SMALL_DISK);
        let length = RESERVE.min(size / PART_OF_DISK).max(least);
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .custom_flags(SAFELY)
            .open(self.folder.join(FILE))?;
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let there = file.metadata()?.len();
        if there != length {
            if there + free < 2 * length {
                // It would be used up again at once.
                return Err(io::ErrorKind::StorageFull.into());
            }
            file.set_len(0)?;
            if let Err(error) = fallocate(&file, FallocateFlags::empty(), 0, length.max(1)) {
                file.set_len(0)?;
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn by_disk(&mut self) -> Space {
        if let Some((seen, space)) = self.left
            && seen.elapsed() < SEEN
        {
            return space;
        }
        let space = match statvfs(&self.folder) {
            Ok(disk) => {
                let all = disk.f_blocks.saturating_mul(disk.f_frsize);
                let free = disk.f_bavail.saturating_mul(disk.f_frsize);
                let left = LEFT.max(all / PART_LEFT);
                match free {
                    free if free >= left => Space::Ample,
                    free if free >= left / 2 => Space::Reserve,
                    _ => Space::Last,
                }
            }
            // Then only the disk itself says when it is full.
            Err(_) => Space::Ample,
        };
        self.left = Some((Instant::now(), space));
        space
    }
}

/// Pages that SQLite may use at most: to the end of the reserve.
pub fn most_pages(limit: StoreLimit, page: u64) -> Option<i64> {
    match limit {
        StoreLimit::LeaveRoom => None,
        StoreLimit::Bytes(limit) => {
            let bytes = limit.saturating_add(reserve_of(limit));
            let pages = i64::try_from(bytes / page.max(1)).unwrap_or(i64::MAX);
            Some(pages.max(1))
        }
    }
}

fn reserve_of(limit: u64) -> u64 {
    RESERVE.min(limit / PART_OF_LIMIT)
}

fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let pragma = |name: &str| {
        connection
            .prepare_cached(name)?
            .query_row([], |row| row.get::<_, u64>(0))
    };
    Ok(pragma("PRAGMA page_count")? * pragma("PRAGMA page_size")?)
}
