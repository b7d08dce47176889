//! Opening the store, and starting its writer.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::Connection;
use shared::id::Epoch;
use tokio::sync::mpsc;

use super::read::ReaderPool;
use super::writer_health::WriterHealth;
use super::{
    CommitReceiver, OpenError, SqliteConfig, SqliteStore, commit_queue, disk_space, epoch,
    migrations, open, writer,
};
use crate::store::CommitSink;

impl SqliteStore {
    /// Opens the store and starts its writer. Commits go to the sink in order; the returned
    /// receiver has to run for that.
    ///
    /// # Errors
    /// When the folder cannot be written or is in use, when its file is damaged or from a newer
    /// version, or when SQLite does not promise durability.
    pub fn open(
        config: &SqliteConfig,
        sink: Arc<dyn CommitSink>,
    ) -> Result<(Arc<Self>, CommitReceiver), OpenError> {
        let lock = open::lock(&config.folder)?;
        let path = open::path(&config.folder)?;
        let prepared = prepare(&path, config).or_else(|error| {
            // Opening moves the last run's log into the file, which needs space.
            let has_more_space =
                error.is_full() && disk_space::SpaceMonitor::delete_reserve(&config.folder);
            if has_more_space {
                prepare(&path, config)
            } else {
                Err(error)
            }
        });
        let (connection, epoch, epoch_ordinal) = prepared?;
        let readers = ReaderPool::open(&path)?;
        let (queue, waiting) = mpsc::channel(config.queue);
        let (sender, receiver) = commit_queue::commit_channel(sink);
        let health = WriterHealth::new();
        let database = path.clone();
        let writer = writer::Writer::new(
            connection,
            path,
            config,
            epoch_ordinal,
            waiting,
            sender,
            health.clone(),
        );
        let guard = config.critical.guard("store-writer");
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || {
                let _guard = guard;
                writer.run();
            })
            .map_err(OpenError::Thread)?;
        let store = SqliteStore {
            epoch,
            path: database,
            queue: Mutex::new(Some(queue)),
            readers,
            clock: config.clock.clone(),
            health,
            writer: Mutex::new(Some(thread)),
            _lock: lock,
        };
        Ok((Arc::new(store), receiver))
    }
}

/// Opens the file, migrates it to this version, and begins this start's epoch.
fn prepare(path: &Path, config: &SqliteConfig) -> Result<(Connection, Epoch, i64), OpenError> {
    let mut connection = open::writer(path, config)?;
    migrations::migrate(&mut connection)?;
    let now = config.clock.now();
    let (epoch, epoch_ordinal) = epoch::begin(&mut connection, now)?;
    open::create_lobby(&mut connection, epoch_ordinal, now)?;
    open::assign_name_keys(&mut connection, epoch_ordinal, now)?;
    Ok((connection, epoch, epoch_ordinal))
}
