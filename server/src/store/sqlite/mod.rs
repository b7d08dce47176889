//! The embedded store: one SQLite file in the data folder, write-ahead log,
//! `synchronous=FULL`.
//!
//! One thread writes ([`writer`]); it takes all commands that wait, applies them in
//! one transaction ([`apply`]) and commits once. Questions are answered from a small
//! pool of read-only connections ([`read`]), each within one snapshot.

mod apply;
mod commits;
mod epoch;
mod heads;
mod open;
mod purge;
mod read;
mod rows;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use shared::frame::{Anchor, Directory, History, Stream};
use shared::id::{Epoch, RoomId, UserId};
use shared::model::{Profile, Room};
use tokio::sync::mpsc;

use super::{Most, Outlet, Resume, Seen, Store, StoreError, TokenHash, Write};
pub use commits::Commits;
pub use open::{FILE, OpenError};
use read::Readers;
pub use writer::now;

/// How the store is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder; made if it is missing.
    pub folder: PathBuf,
    /// The size in bytes beyond which the store refuses to grow; none is without limit.
    pub most_bytes: Option<u64>,
    /// Commands that may wait for the writer.
    pub queue: usize,
    /// A fault to show, in tests of the tests.
    #[cfg(feature = "faults")]
    pub fault: Option<crate::config::Fault>,
}

/// A store in a SQLite file.
pub struct SqliteStore {
    epoch: Epoch,
    queue: Mutex<Option<mpsc::Sender<Write>>>,
    readers: Readers,
    writer: Mutex<Option<std::thread::JoinHandle<()>>>,
    // Held as long as the store lives: no second server in the same folder.
    _lock: std::fs::File,
}

impl SqliteStore {
    /// Opens the store and starts its writer. What is committed goes to the outlet, in
    /// commit order, as long as what is returned beside the store runs.
    ///
    /// # Errors
    /// When the folder cannot be written, is in use, holds a newer version's file or
    /// one that is damaged, or when SQLite cannot promise durability.
    pub fn open(
        settings: &Settings,
        outlet: Arc<dyn Outlet>,
    ) -> Result<(Arc<Self>, Commits), OpenError> {
        let lock = open::lock(&settings.folder)?;
        let path = settings.folder.join(open::FILE);
        let mut connection = open::writer(&path, settings)?;
        open::migrate(&mut connection)?;
        let (epoch, epoch_ordinal) = epoch::begin(&mut connection)?;
        open::first_room(&mut connection, epoch_ordinal)?;
        open::tell_rooms_apart(&mut connection, epoch_ordinal)?;
        let readers = Readers::open(&path)?;
        let (queue, waiting) = mpsc::channel(settings.queue);
        let (outgoing, commits) = commits::way(outlet);
        let writer =
            writer::Writer::new(connection, path, settings, epoch_ordinal, waiting, outgoing);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run())
            .map_err(OpenError::Thread)?;
        let store = SqliteStore {
            epoch,
            queue: Mutex::new(Some(queue)),
            readers,
            writer: Mutex::new(Some(thread)),
            _lock: lock,
        };
        Ok((Arc::new(store), commits))
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    async fn submit(&self, write: Write) {
        let queue = self.queue.lock().clone();
        if let Some(queue) = queue {
            // A write that comes back unsent is dropped, and its reply says so.
            let _unsent = queue.send(write).await;
        }
    }

    async fn resume(&self, room: RoomId, seen: Seen, most: Most) -> Result<Resume, StoreError> {
        self.readers
            .ask(move |snapshot| read::room::resume(snapshot, room, seen, most))
            .await
    }

    async fn history(
        &self,
        room: RoomId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<History, StoreError> {
        self.readers
            .ask(move |snapshot| read::room::history(snapshot, room, anchor, limit))
            .await
    }

    async fn directory(&self, seen: Seen, limit: usize) -> Result<Directory, StoreError> {
        self.readers
            .ask(move |snapshot| read::directory(snapshot, seen, limit))
            .await
    }

    async fn stream(&self, user: UserId, seen: Seen, limit: usize) -> Result<Stream, StoreError> {
        self.readers
            .ask(move |snapshot| read::stream(snapshot, user, seen, limit))
            .await
    }

    async fn session(&self, token: TokenHash) -> Result<Option<Profile>, StoreError> {
        self.readers
            .ask(move |snapshot| read::session(snapshot, &token))
            .await
    }

    async fn room(&self, room: RoomId) -> Result<Room, StoreError> {
        self.readers
            .ask(move |snapshot| read::room::state(snapshot, room))
            .await
    }

    async fn close(&self) {
        drop(self.queue.lock().take());
        let thread = self.writer.lock().take();
        if let Some(thread) = thread {
            // A panic of the writer was reported by its own thread already.
            let _ended = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}
