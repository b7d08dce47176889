//! The embedded store: one SQLite file in the data folder, in write-ahead log mode with
//! `synchronous=FULL`.
//!
//! One thread writes ([`writer`]). It takes all commands that wait, applies them in one
//! transaction, by the rules ([`apply`]), and commits once. Queries run on a small pool of read-only
//! connections ([`read`]), each within one snapshot. Only this folder contains SQL.

mod apply;
mod commit_queue;
mod config;
mod days;
mod disk_space;
mod epoch;
#[cfg(feature = "faults")]
mod faults;
mod figures;
mod migrations;
mod open;
#[cfg(feature = "faults")]
mod prefetched;
mod purge;
mod read;
mod room_names;
mod rows;
mod sqlite_error;
mod stream_heads;
mod sweep;
mod tables;
#[cfg(test)]
mod test_store;
#[cfg(test)]
mod tests;
mod writer;
mod writer_health;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::Mutex;
use rusqlite::Connection;
use shared::frame::Anchor;
use shared::id::{Epoch, Micros, RoomId, UserId};
use shared::model::{Profile, RoomKind};
use shared::stream::StreamKey;
use tokio::sync::mpsc;

use super::{
    AccountCredentials, Actor, Application, AuthorFilter, AuthoredItems, CommitSink, FoundPasskey,
    Health, Invite, InviteId, LinkHash, LinkPurpose, LinkedIdentity, ListedSession, LoadedHead,
    MessagePage, OpenInvite, OwnPasskeys, PasskeyLoss, PeoplePage, PeopleSearch, Place,
    QueryClient, Reply, ResumeLimits, ResumePoint, RoomSelection, Session, SignInRecord, Store,
    StoreError, StoreFigures, StreamAnswer, TokenHash, Viewer, WriteCommand, WriteRequest,
};
use crate::clock::Clock;
use crate::network::Network;
pub use commit_queue::CommitReceiver;
pub use config::{SqliteConfig, StoreLimit};
pub use open::{FILE, OpenError};
use read::ReaderPool;
use writer_health::WriterHealth;

/// A store in a SQLite file.
pub struct SqliteStore {
    epoch: Epoch,
    path: PathBuf,
    // None once the store is closed.
    queue: Mutex<Option<mpsc::Sender<WriteRequest>>>,
    readers: ReaderPool,
    clock: Clock,
    health: WriterHealth,
    writer: Mutex<Option<std::thread::JoinHandle<()>>>,
    // Locked as long as the store lives, so that no second server uses the same folder.
    _lock: std::fs::File,
}

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

#[async_trait]
impl Store for SqliteStore {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    async fn submit(&self, request: WriteRequest) {
        let queue = self.queue.lock().clone();
        if let Some(queue) = queue {
            // If it cannot be sent it is dropped, and its reply says `Closed`.
            let _unsent = queue.send(request).await;
        }
    }

    async fn changes(
        &self,
        viewer: Viewer,
        stream: StreamKey,
        known: ResumePoint,
        limits: ResumeLimits,
    ) -> Result<StreamAnswer, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| match stream {
                StreamKey::Directory => read::directory::changes(snapshot, known, limits.changes)
                    .map(StreamAnswer::Changes),
                StreamKey::Own => {
                    read::person::changes(snapshot, viewer.user, known, limits.changes)
                        .map(StreamAnswer::Changes)
                }
                StreamKey::Room(room) => read::room::changes(snapshot, viewer, room, known, limits),
            })
            .await
    }

    async fn history(
        &self,
        viewer: Viewer,
        room: RoomId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<MessagePage, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::room::history(snapshot, viewer, room, anchor, limit)
            })
            .await
    }

    async fn room_kind(&self, viewer: Viewer, room: RoomId) -> Result<RoomKind, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::visibility::room_kind(snapshot, viewer, room)
            })
            .await
    }

    async fn visible_rooms(
        &self,
        viewer: Viewer,
        selection: RoomSelection,
        limit: usize,
    ) -> Result<Vec<(RoomId, RoomKind)>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::visibility::visible_rooms(snapshot, viewer, &selection, limit)
            })
            .await
    }

    async fn unread_heads(
        &self,
        client: QueryClient,
        rooms: Vec<RoomId>,
    ) -> Result<Vec<LoadedHead>, StoreError> {
        self.readers
            .run(client, move |snapshot| {
                read::unread::heads(snapshot, &rooms)
            })
            .await
    }

    async fn people(&self, viewer: Viewer, ids: Vec<UserId>) -> Result<Vec<Profile>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::person::people(snapshot, &ids)
            })
            .await
    }

    async fn session(
        &self,
        client: QueryClient,
        token: TokenHash,
    ) -> Result<Option<Session>, StoreError> {
        let now = self.clock.now();
        self.readers
            .run(client, move |snapshot| {
                read::person::session(snapshot, &token, now)
            })
            .await
    }

    async fn sign_in_record(
        &self,
        client: QueryClient,
        key: String,
    ) -> Result<Option<SignInRecord>, StoreError> {
        self.readers
            .run(client, move |snapshot| {
                read::account::sign_in_record(snapshot, &key)
            })
            .await
    }

    async fn sessions(&self, viewer: Viewer) -> Result<Vec<ListedSession>, StoreError> {
        let now = self.clock.now();
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::account::sessions(snapshot, viewer.user, now)
            })
            .await
    }

    async fn passkey(
        &self,
        client: QueryClient,
        credential: Vec<u8>,
    ) -> Result<Option<FoundPasskey>, StoreError> {
        self.readers
            .run(client, move |snapshot| {
                read::passkey::by_credential(snapshot, &credential)
            })
            .await
    }

    async fn passkeys(&self, viewer: Viewer) -> Result<OwnPasskeys, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::passkey::of_person(snapshot, viewer.user)
            })
            .await
    }

    async fn passkey_loss(&self, relying_party: String) -> Result<PasskeyLoss, StoreError> {
        self.readers
            .run(QueryClient::Server, move |snapshot| {
                read::passkey::loss(snapshot, &relying_party)
            })
            .await
    }

    async fn credentials(&self, viewer: Viewer) -> Result<AccountCredentials, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::credentials::credentials(snapshot, viewer.user)
            })
            .await
    }

    async fn linked_identity(
        &self,
        viewer: Viewer,
        issuer: String,
    ) -> Result<Option<LinkedIdentity>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::credentials::linked_identity(snapshot, viewer.user, &issuer)
            })
            .await
    }

    async fn place(&self) -> Result<Place, StoreError> {
        self.readers
            .run(QueryClient::Server, read::account::place)
            .await
    }

    async fn open_invite(
        &self,
        client: QueryClient,
        token: LinkHash,
    ) -> Result<Option<OpenInvite>, StoreError> {
        let now = self.clock.now();
        self.readers
            .run(client, move |snapshot| {
                read::invite::open(snapshot, &token, now)
            })
            .await
    }

    async fn open_link(
        &self,
        client: QueryClient,
        token: LinkHash,
    ) -> Result<Option<(LinkPurpose, Option<Profile>)>, StoreError> {
        let now = self.clock.now();
        self.readers
            .run(client, move |snapshot| {
                read::account::open_link(snapshot, &token, now)
            })
            .await
    }

    async fn invites(
        &self,
        viewer: Viewer,
        before: Option<InviteId>,
        limit: usize,
    ) -> Result<Vec<Invite>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::invite::list(snapshot, viewer, before, limit)
            })
            .await
    }

    async fn listed_people(
        &self,
        actor: Actor,
        search: PeopleSearch,
        limit: usize,
    ) -> Result<PeoplePage, StoreError> {
        self.readers
            .run(actor.client(), move |snapshot| {
                read::people::list(snapshot, &actor, &search, limit)
            })
            .await
    }

    async fn applications(&self, viewer: Option<Viewer>) -> Result<Vec<Application>, StoreError> {
        let client = viewer.map_or(QueryClient::Server, Viewer::client);
        self.readers
            .run(client, move |snapshot| {
                read::application::list(snapshot, viewer)
            })
            .await
    }

    async fn authored_since(
        &self,
        author: AuthorFilter,
        since: Micros,
        from: i64,
    ) -> Result<AuthoredItems, StoreError> {
        self.readers
            .run(QueryClient::Server, move |snapshot| {
                read::authored::since(snapshot, author, since, from)
            })
            .await
    }

    async fn blocks(&self) -> Result<Vec<(Network, Micros)>, StoreError> {
        self.readers
            .run(QueryClient::Server, read::authored::blocks)
            .await
    }

    async fn request_maintenance(&self) {
        let request = WriteRequest::of_operator(WriteCommand::Maintain, Reply::new(|_| {}));
        self.submit(request).await;
    }

    fn health(&self) -> Health {
        let is_open = self
            .queue
            .lock()
            .as_ref()
            .is_some_and(|queue| !queue.is_closed());
        if is_open {
            self.health.health()
        } else {
            Health::Failing
        }
    }

    fn figures(&self) -> StoreFigures {
        let queue = self.queue.lock();
        let waiting = |queue: &mpsc::Sender<_>| queue.max_capacity() - queue.capacity();
        StoreFigures {
            waiting_commands: queue.as_ref().map_or(0, waiting),
            waiting_queries: self.readers.waiting(),
            file_bytes: figures::file_bytes(&self.path),
        }
    }

    async fn close(&self) {
        drop(self.queue.lock().take());
        let thread = self.writer.lock().take();
        if let Some(thread) = thread {
            // The writer's own thread has logged a panic.
            let _ended = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}
