//! Which commands the store still accepts, by the space that is left.
//!
//! Below the limit it accepts everything. At the limit it accepts nothing that adds text;
//! deletions, sessions and the operator's commands go on and use a reserve. The same holds on
//! a full disk: there the reserve is a file without content, whose space is given back to the
//! disk when it is needed.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::fs::{FallocateFlags, OFlags, fallocate, statvfs};

use super::config::StoreLimit;
use super::writer_health::WriterHealth;
use crate::store::{Health, SpaceLevel};

const RESERVE_FILE: &str = "madang.reserve";
/// The reserve, in bytes. A small store or disk has a smaller one.
const RESERVE: u64 = 16 * 1024 * 1024;
/// The reserve is at most this part of a store's limit, or of a disk.
const LIMIT_DIVISOR: u64 = 8;
const DISK_DIVISOR: u64 = 64;
/// The reserve that deleting needs at least, even if that is a larger part of a small disk.
const MIN_RESERVE: u64 = 4 * 1024 * 1024;
/// But never more than this part of the disk.
const SMALL_DISK_DIVISOR: u64 = 8;
/// Without a limit, this much of the disk is left free: the smaller of these bytes and this
/// part. A part alone would refuse messages on a large disk that has room for years of them.
const LEFT_FREE: u64 = 1024 * 1024 * 1024;
const FREE_DIVISOR: u64 = 10;
/// If something else has the reserve's name, it is not followed (a link) and not waited for (a
/// pipe).
const OPEN_FLAGS: i32 = (OFlags::NONBLOCK.bits() | OFlags::NOFOLLOW.bits()).cast_signed();
/// How long a reading of the disk's free space is used.
const DISK_CHECK_INTERVAL: Duration = Duration::from_millis(200);

/// Watches the space that is left, and owns the reserve.
#[derive(Debug)]
pub struct SpaceMonitor {
    limit: StoreLimit,
    folder: PathBuf,
    // By the last write: whether the disk was full.
    disk: SpaceLevel,
    // By the disk's free space, and when that was read.
    free_space: Option<(Instant, SpaceLevel)>,
}

impl SpaceMonitor {
    /// For a store with this limit in this folder. Creates the reserve if it is missing; if
    /// there is no space for it, the disk counts as full.
    pub fn new(limit: StoreLimit, folder: &Path) -> Self {
        let mut monitor = SpaceMonitor {
            limit,
            folder: folder.to_owned(),
            disk: SpaceLevel::Low,
            free_space: None,
        };
        monitor.refill_reserve();
        monitor
    }

    /// Warns at the start, before the first command is refused.
    pub fn warn_if_low(&mut self, connection: &Connection, health: &WriterHealth) {
        if matches!(self.level(connection), Ok(space) if space > SpaceLevel::Ample) {
            health.set(Health::Full);
            tracing::warn!(
                "commands that add text are refused: the store is at its limit, or too little of the disk is free; make room, or set --max-store-bytes"
            );
        }
    }

    /// Checks whether a disk that was full has space again. Must not be called between
    /// [`SpaceMonitor::release_reserve`] and the second try of a transaction, for which the
    /// space was released.
    pub fn recheck_disk(&mut self) {
        if self.disk > SpaceLevel::Ample {
            self.refill_reserve();
        }
    }

    /// What is accepted now.
    ///
    /// # Errors
    /// SQLite's, when it cannot tell the store's size.
    pub fn level(&mut self, connection: &Connection) -> rusqlite::Result<SpaceLevel> {
        let by_limit = match self.limit {
            StoreLimit::Bytes(limit) => {
                let bytes = size(connection)?;
                match bytes.checked_sub(limit) {
                    None => SpaceLevel::Ample,
                    Some(above) if above < reserve_of(limit) / 2 => SpaceLevel::Low,
                    Some(_) => SpaceLevel::Critical,
                }
            }
            StoreLimit::LeaveRoom => self.level_by_free_space(),
        };
        Ok(by_limit.max(self.disk))
    }

    /// Deletes the whole reserve, for a store that cannot be opened without that space. Returns
    /// whether there was one.
    pub fn delete_reserve(folder: &Path) -> bool {
        let path = folder.join(RESERVE_FILE);
        let exists = path
            .symlink_metadata()
            .is_ok_and(|file| file.is_file() && file.len() > 0);
        exists && std::fs::remove_file(path).is_ok()
    }

    /// Releases a part of the reserve after SQLite had no space. Returns false if nothing is
    /// left of it.
    pub fn release_reserve(&mut self) -> bool {
        self.disk = match self.disk {
            SpaceLevel::Ample => SpaceLevel::Low,
            SpaceLevel::Low => SpaceLevel::Critical,
            SpaceLevel::Critical => return false,
        };
        let path = self.folder.join(RESERVE_FILE);
        let file = File::options()
            .write(true)
            .custom_flags(OPEN_FLAGS)
            .open(path);
        let released = file.and_then(|file| {
            let length = file.metadata()?.len();
            match self.disk {
                SpaceLevel::Critical => file.set_len(0),
                _ => file.set_len(length / 2),
            }
        });
        if let Err(error) = released {
            tracing::warn!(%error, "the disk is full, and its reserve cannot be used");
        }
        true
    }

    /// Allocates the whole reserve again, if the disk has the space.
    fn refill_reserve(&mut self) {
        match self.allocate_reserve() {
            Ok(()) => self.disk = SpaceLevel::Ample,
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {}
            Err(error) => {
                // The file system cannot allocate space: then there is no reserve.
                tracing::debug!(%error, "no space can be set aside for a full disk");
                self.disk = SpaceLevel::Ample;
            }
        }
    }

    fn allocate_reserve(&self) -> io::Result<()> {
        let disk = statvfs(&self.folder)?;
        let size = disk.f_blocks.saturating_mul(disk.f_frsize);
        let min = MIN_RESERVE.min(size / SMALL_DISK_DIVISOR);
        let length = RESERVE.min(size / DISK_DIVISOR).max(min);
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .custom_flags(OPEN_FLAGS)
            .open(self.folder.join(RESERVE_FILE))?;
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let present = file.metadata()?.len();
        if present != length {
            if present + free < 2 * length {
                // Too little would be left to write; the reserve would be released at once.
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

    fn level_by_free_space(&mut self) -> SpaceLevel {
        if let Some((read_at, space)) = self.free_space
            && read_at.elapsed() < DISK_CHECK_INTERVAL
        {
            return space;
        }
        let space = match statvfs(&self.folder) {
            Ok(disk) => {
                let all = disk.f_blocks.saturating_mul(disk.f_frsize);
                let free = disk.f_bavail.saturating_mul(disk.f_frsize);
                free_space_level(all, free)
            }
            // Then a full disk is noticed by a failed write only.
            Err(_) => SpaceLevel::Ample,
        };
        self.free_space = Some((Instant::now(), space));
        space
    }
}

/// What is accepted on a disk of so many bytes, of which so many are free.
fn free_space_level(all: u64, free: u64) -> SpaceLevel {
    let left = LEFT_FREE.min(all / FREE_DIVISOR);
    match free {
        free if free >= left => SpaceLevel::Ample,
        free if free >= left / 2 => SpaceLevel::Low,
        _ => SpaceLevel::Critical,
    }
}

/// The most pages that SQLite may use: up to the end of the reserve.
pub fn max_pages(limit: StoreLimit, page: u64) -> Option<i64> {
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
    RESERVE.min(limit / LIMIT_DIVISOR)
}

fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let pragma = |name: &str| {
        connection
            .prepare_cached(name)?
            .query_row([], |row| row.get::<_, u64>(0))
    };
    Ok(pragma("PRAGMA page_count")? * pragma("PRAGMA page_size")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gibibyte_stays_free_and_less_of_a_small_disk() {
        const GIB: u64 = 1 << 30;
        // A disk of two tebibytes that is nearly full has room for years of messages.
        let large = 2048 * GIB;
        assert_eq!(free_space_level(large, 20 * GIB), SpaceLevel::Ample);
        assert_eq!(free_space_level(large, GIB), SpaceLevel::Ample);
        assert_eq!(free_space_level(large, GIB - 1), SpaceLevel::Low);
        assert_eq!(free_space_level(large, GIB / 2 - 1), SpaceLevel::Critical);
        let small = GIB;
        assert_eq!(free_space_level(small, GIB / 10), SpaceLevel::Ample);
        assert_eq!(free_space_level(small, GIB / 10 - 1), SpaceLevel::Low);
        assert_eq!(free_space_level(small, GIB / 20 - 1), SpaceLevel::Critical);
    }
}
