//! The embedded store: one SQLite file in the data folder, write-ahead log,
//! `synchronous=FULL`.
//!
//! One thread writes ([`writer`]); it takes all commands that wait, applies them in
//! one transaction ([`apply`]) and commits once. Questions are answered from a small
//! pool of read-only connections ([`read`]), each within one snapshot.

mod apply;
mod commits;
mod epoch;
#[cfg(feature = "faults")]
mod faults;
mod heads;
mod open;
mod pulse;
mod purge;
mod read;
mod rows;
mod space;
mod sweep;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use rusqlite::Connection;
use shared::frame::{Anchor, Directory, History, Stream};
use shared::id::{Epoch, Micros, RoomId, UserId};
use tokio::sync::mpsc;

use super::{
    Command, Health, Lane, Most, Outlet, Reply, Resume, Seen, Session, Store, StoreError,
    TokenHash, Write, Writer, Writings,
};
use crate::clock::Clock;
use crate::network::Network;
use crate::vital::Vital;
pub use commits::Commits;
pub use open::{FILE, OpenError};
use pulse::Pulse;
use read::Readers;

/// How the store is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder; made if it is missing.
    pub folder: PathBuf,
    /// How large the store may grow.
    pub limit: StoreLimit,
    /// Commands that may wait for the writer.
    pub queue: usize,
    /// The time.
    pub clock: Clock,
    /// Who hears of it when the writer dies.
    pub vital: Vital,
    /// A fault to show, in tests of the tests.
    #[cfg(feature = "faults")]
    pub fault: Option<crate::config::Fault>,
}

/// How large the store may grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreLimit {
    /// So many bytes, and a reserve for what takes away.
    Bytes(u64),
    /// As long as a gibibyte of the disk is free, or a tenth of it if that is more.
    LeaveRoom,
}

/// A store in a SQLite file.
pub struct SqliteStore {
    epoch: Epoch,
    queue: Mutex<Option<mpsc::Sender<Write>>>,
    readers: Readers,
    clock: Clock,
    pulse: Pulse,
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
        let path = open::path(&settings.folder)?;
        let prepared = prepare(&path, settings).or_else(|error| {
            // What the last life of the store left in its log has to be moved into the file.
            let is_retried = error.is_full() && space::Spaces::give_up_reserve(&settings.folder);
            if is_retried {
                prepare(&path, settings)
            } else {
                Err(error)
            }
        });
        let (connection, epoch, epoch_ordinal) = prepared?;
        let readers = Readers::open(&path)?;
        let (queue, waiting) = mpsc::channel(settings.queue);
        let (outgoing, commits) = commits::way(outlet);
        let pulse = Pulse::new();
        let writer = writer::Writer::new(
            connection,
            path,
            settings,
            epoch_ordinal,
            waiting,
            outgoing,
            pulse.clone(),
        );
        let guard = settings.vital.guard("store-writer");
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || {
                let _guard = guard;
                writer.run();
            })
            .map_err(OpenError::Thread)?;
        let store = SqliteStore {
            epoch,
            queue: Mutex::new(Some(queue)),
            readers,
            clock: settings.clock.clone(),
            pulse,
            writer: Mutex::new(Some(thread)),
            _lock: lock,
        };
        Ok((Arc::new(store), commits))
    }
}

/// Opens the file, brings it up to date, and opens this start's epoch.
fn prepare(path: &Path, settings: &Settings) -> Result<(Connection, Epoch, i64), OpenError> {
    let mut connection = open::writer(path, settings)?;
    open::migrate(&mut connection)?;
    let now = settings.clock.now();
    let (epoch, epoch_ordinal) = epoch::begin(&mut connection, now)?;
    open::first_room(&mut connection, epoch_ordinal, now)?;
    open::tell_rooms_apart(&mut connection, epoch_ordinal, now)?;
    Ok((connection, epoch, epoch_ordinal))
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

    async fn resume(
        &self,
        lane: Lane,
        room: RoomId,
        seen: Seen,
        most: Most,
    ) -> Result<Resume, StoreError> {
        self.readers
            .ask(lane, move |snapshot| {
                read::room::resume(snapshot, room, seen, most)
            })
            .await
    }

    async fn history(
        &self,
        lane: Lane,
        room: RoomId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<History, StoreError> {
        self.readers
            .ask(lane, move |snapshot| {
                read::room::history(snapshot, room, anchor, limit)
            })
            .await
    }

    async fn directory(
        &self,
        lane: Lane,
        seen: Seen,
        limit: usize,
    ) -> Result<Directory, StoreError> {
        self.readers
            .ask(lane, move |snapshot| read::directory(snapshot, seen, limit))
            .await
    }

    async fn stream(&self, user: UserId, seen: Seen, limit: usize) -> Result<Stream, StoreError> {
        self.readers
            .ask(Lane::Person(user), move |snapshot| {
                read::stream(snapshot, user, seen, limit)
            })
            .await
    }

    async fn session(&self, lane: Lane, token: TokenHash) -> Result<Option<Session>, StoreError> {
        let now = self.clock.now();
        self.readers
            .ask(lane, move |snapshot| read::session(snapshot, &token, now))
            .await
    }

    async fn writings(
        &self,
        writer: Writer,
        since: Micros,
        from: i64,
    ) -> Result<Writings, StoreError> {
        self.readers
            .ask(Lane::Server, move |snapshot| {
                read::writings::since(snapshot, writer, since, from)
            })
            .await
    }

    async fn blocks(&self) -> Result<Vec<(Network, Micros)>, StoreError> {
        self.readers.ask(Lane::Server, read::writings::blocks).await
    }

    async fn tend(&self) {
        let poke = Write::of_operator(Command::Tend, Reply::new(|_| {}));
        self.submit(poke).await;
    }

    fn health(&self) -> Health {
        let is_open = self
            .queue
            .lock()
            .as_ref()
            .is_some_and(|queue| !queue.is_closed());
        if is_open {
            self.pulse.health()
        } else {
            Health::Ill
        }
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
