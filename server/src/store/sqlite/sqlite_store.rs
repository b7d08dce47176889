//! The store itself: a command goes to the writer's queue, and a query to the pool of readers.

use std::path::PathBuf;

use async_trait::async_trait;
use parking_lot::Mutex;
use shared::frame::Anchor;
use shared::id::{Epoch, Micros, RoomId, UserId};
use shared::model::{Profile, Room, RoomKind};
use shared::stream::StreamKey;
use tokio::sync::mpsc;

use super::figures;
use super::read::{self, ReaderPool};
use super::writer_health::WriterHealth;
use crate::clock::Clock;
use crate::network::Network;
use crate::store::{
    AccountCredentials, Actor, Application, AuthorFilter, AuthoredItems, FoundPasskey, Health,
    Invite, InviteId, LinkHash, LinkedIdentity, ListedSession, LoadedHead, MessagePage, OpenInvite,
    OpenLink, OwnMessages, OwnPasskeys, OwnRecords, PasskeyLoss, PeoplePage, PeopleSearch,
    PersonSession, PersonSettings, Place, QueryClient, Reply, ResumeLimits, ResumePoint,
    RoomSelection, Session, SessionFilter, SignInRecord, Store, StoreError, StoreFigures,
    StreamAnswer, TokenHash, Viewer, WriteCommand, WriteRequest,
};

/// A store in a SQLite file.
pub struct SqliteStore {
    pub(super) epoch: Epoch,
    pub(super) path: PathBuf,
    // None once the store is closed.
    pub(super) queue: Mutex<Option<mpsc::Sender<WriteRequest>>>,
    pub(super) readers: ReaderPool,
    pub(super) clock: Clock,
    pub(super) health: WriterHealth,
    pub(super) writer: Mutex<Option<std::thread::JoinHandle<()>>>,
    // Locked as long as the store lives, so that no second server uses the same folder.
    pub(super) _lock: std::fs::File,
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
                StreamKey::Directory => {
                    read::directory::changes(snapshot, viewer, known, limits.changes)
                        .map(StreamAnswer::Changes)
                }
                StreamKey::Own => {
                    read::person::changes(snapshot, viewer.require_user()?, known, limits.changes)
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

    async fn rooms(&self, viewer: Viewer, rooms: Vec<RoomId>) -> Result<Vec<Room>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::visibility::rooms(snapshot, viewer, &rooms)
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
                read::person::people(snapshot, viewer, &ids)
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
                read::account::sessions(snapshot, viewer.require_user()?, now)
            })
            .await
    }

    async fn settings(&self, viewer: Viewer) -> Result<PersonSettings, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::account::settings(snapshot, viewer.require_user()?)
            })
            .await
    }
    async fn all_sessions(
        &self,
        filter: SessionFilter,
        limit: usize,
    ) -> Result<Vec<PersonSession>, StoreError> {
        let now = self.clock.now();
        self.readers
            .run(QueryClient::Server, move |snapshot| {
                read::session_list::of_everybody(snapshot, filter, limit, now)
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
                read::passkey::of_person(snapshot, viewer.require_user()?)
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
                read::credentials::credentials(snapshot, viewer.require_user()?)
            })
            .await
    }

    async fn own_records(&self, viewer: Viewer) -> Result<OwnRecords, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::own_data::records(snapshot, viewer)
            })
            .await
    }

    async fn own_messages(&self, viewer: Viewer, from: i64) -> Result<OwnMessages, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::own_data::messages(snapshot, viewer, from)
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
                read::credentials::linked_identity(snapshot, viewer.require_user()?, &issuer)
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
    ) -> Result<Option<OpenLink>, StoreError> {
        let now = self.clock.now();
        self.readers
            .run(client, move |snapshot| {
                read::link::open(snapshot, &token, now)
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

    async fn managed_rooms(
        &self,
        viewer: Viewer,
        limit: usize,
    ) -> Result<Vec<(RoomId, String)>, StoreError> {
        self.readers
            .run(viewer.client(), move |snapshot| {
                read::invite::managed_rooms(snapshot, viewer, limit)
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
