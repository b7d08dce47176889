//! The truth: what was said, by whom, in which order.
//!
//! Everything that changes goes through [`Store::submit`]. Many commands are carried out
//! together and committed once, and a command is answered and published only when it is
//! durable. SQL is written here and nowhere else.
//!
//! Whether a command is allowed was decided before, by `chat`. The store checks again only
//! what another command may have changed in between.

mod account;
mod audit;
mod batch;
mod command;
mod commit_sink;
mod error;
pub mod fair_queue;
mod listing;
mod mail;
#[cfg(any(test, feature = "faults"))]
mod prefetch;
mod query;
mod rules;
pub mod sqlite;

use async_trait::async_trait;
use shared::frame::Anchor;
use shared::id::{Epoch, Micros, RoomId, UserId};
use shared::model::{Profile, Room, RoomKind};
use shared::stream::StreamKey;
use tokio::sync::oneshot;

use crate::network::Network;

pub use account::{
    AccountCommand, AccountCredentials, Application, ApplicationId, ExternalIdentity, ExternalRole,
    ExternalSession, ExternalSignIn, FoundPasskey, Invite, InviteId, LinkHash, LinkPurpose,
    LinkTarget, LinkedIdentity, ListedPerson, ListedSession, MailAction, NewAccount,
    NewApplication, NewCredential, NewExternalAccount, NewInvite, NewSession, OpenInvite, OpenLink,
    OwnInvite, OwnMembership, OwnMessage, OwnMessages, OwnPasskeys, OwnRecords, OwnRoom,
    PasskeyLoss, PasskeyRow, PasswordHash, PeopleFilter, PeoplePage, PeopleSearch, PersonPosition,
    PersonSession, PersonSettings, Place, PlaceChange, ProfileChange, RecoveryCodeHash,
    RegisteredPasskey, SecondFactor, SecondFactorFate, SessionFilter, SessionId, SessionSelector,
    SignInProof, SignInRecord, TokenHash, TotpKey, TotpRecord, UsernameKeys, ValueChange,
    confirmed_until,
};
pub use audit::{AuditDetail, AuditEntry, AuditId, AuditQueries, AuditRow, AuditSearch};
pub use batch::{Batch, ChangedItem, Eviction, StreamBatch, StreamId};
pub use command::{
    Actor, ConnectionId, Outcome, Reply, RoomQuota, SpaceDemand, SpaceLevel, WriteCommand,
    WriteRequest,
};
pub use commit_sink::{Commit, CommitSink, WriterLoad};
pub use error::StoreError;
pub use listing::{
    ListQueries, ListedRoom, MemberPage, MemberPosition, MemberSearch, RoomPage, RoomSearch,
};
pub use mail::{
    AskedAddress, MailAddressCommand, MailAddressRow, MailDelivery, MailId, MailQueries,
    MailRecipient, MailRow, MailText, ResetCandidate, ResetSearch, WaitingMail, mail_address_key,
};
pub use query::{
    AuthorFilter, AuthoredItems, Health, LoadedHead, MessagePage, QueryClient, ResumeLimits,
    ResumePoint, RoomSelection, Session, StoreFigures, StreamAnswer, StreamChanges, StreamReset,
    Viewer, room_to_find,
};
pub use rules::{MAX_PASSKEYS, may_manage, published_bytes};

/// The store, whatever database is behind it.
#[async_trait]
pub trait Store: MailQueries + ListQueries + AuditQueries + Send + Sync {
    /// The epoch of this start.
    fn epoch(&self) -> Epoch;

    /// Queues a command for the writer, and waits while the queue is full. Its reply is called
    /// after the commit, when the changes have been published. If the store takes no more
    /// commands, the reply gets [`StoreError::Closed`].
    async fn submit(&self, request: WriteRequest);

    /// Submits a command of the server or its operator, and waits until it is durable.
    ///
    /// # Errors
    /// What the reply of [`Store::submit`] gets.
    async fn carry_out(&self, command: WriteCommand) -> Result<Outcome, StoreError> {
        let (sender, receiver) = oneshot::channel();
        // The caller may have gone meanwhile; then nobody needs the result.
        let reply = Reply::new(move |result| drop(sender.send(result)));
        self.submit(WriteRequest::of_operator(command, reply)).await;
        receiver.await.unwrap_or(Err(StoreError::Closed))
    }

    /// What changed in a stream above `known`, or, of a room, its present state. At most
    /// `limits.changes` items.
    ///
    /// # Errors
    /// As a refusal, `no_such_room` for a room that does not exist for the viewer, and
    /// `room_gone`; [`StoreError::Failed`].
    async fn changes(
        &self,
        viewer: Viewer,
        stream: StreamKey,
        known: ResumePoint,
        limits: ResumeLimits,
    ) -> Result<StreamAnswer, StoreError>;

    /// A page of a room's messages.
    ///
    /// # Errors
    /// As [`Store::changes`].
    async fn history(
        &self,
        viewer: Viewer,
        room: RoomId,
        anchor: Anchor,
        limit: usize,
    ) -> Result<MessagePage, StoreError>;

    /// The kind of a room that the viewer may read.
    ///
    /// # Errors
    /// As [`Store::changes`].
    async fn room_kind(&self, viewer: Viewer, room: RoomId) -> Result<RoomKind, StoreError>;

    /// The rooms of a selection that exist for the viewer and are not removed, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn visible_rooms(
        &self,
        viewer: Viewer,
        selection: RoomSelection,
        limit: usize,
    ) -> Result<Vec<(RoomId, RoomKind)>, StoreError>;

    /// The state of those of the rooms that exist for the viewer and are not removed.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn rooms(&self, viewer: Viewer, rooms: Vec<RoomId>) -> Result<Vec<Room>, StoreError>;

    /// What is unread in rooms for who has read nothing. Rooms that do not exist are left out.
    /// Whether somebody may know this was decided before.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn unread_heads(
        &self,
        client: QueryClient,
        rooms: Vec<RoomId>,
    ) -> Result<Vec<LoadedHead>, StoreError>;

    /// The people with these ids who exist.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn people(&self, viewer: Viewer, ids: Vec<UserId>) -> Result<Vec<Profile>, StoreError>;

    /// The session of a token; none if it has ended or never was.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn session(
        &self,
        client: QueryClient,
        token: TokenHash,
    ) -> Result<Option<Session>, StoreError>;

    /// What decides about a sign-in with a username, by the username's key; none if nobody has it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn sign_in_record(
        &self,
        client: QueryClient,
        key: String,
    ) -> Result<Option<SignInRecord>, StoreError>;

    /// The viewer's sessions, the one that was used last first.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn sessions(&self, viewer: Viewer) -> Result<Vec<ListedSession>, StoreError>;

    /// What the viewer has set for the own pages.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn settings(&self, viewer: Viewer) -> Result<PersonSettings, StoreError>;
    /// Sessions of everybody, for the operator: those that were used last, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn all_sessions(
        &self,
        filter: SessionFilter,
        limit: usize,
    ) -> Result<Vec<PersonSession>, StoreError>;

    /// The passkey with a credential id; none if nobody has it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn passkey(
        &self,
        client: QueryClient,
        credential: Vec<u8>,
    ) -> Result<Option<FoundPasskey>, StoreError>;

    /// The viewer's passkeys.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn passkeys(&self, viewer: Viewer) -> Result<OwnPasskeys, StoreError>;

    /// Who would lose what, if passkeys for this host name alone were of use.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn passkey_loss(&self, relying_party: String) -> Result<PasskeyLoss, StoreError>;

    /// How the viewer can prove to be the person.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn credentials(&self, viewer: Viewer) -> Result<AccountCredentials, StoreError>;

    /// What is stored about the viewer besides the profile, sessions and messages.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn own_records(&self, viewer: Viewer) -> Result<OwnRecords, StoreError>;

    /// The page of the viewer's messages that begins at `from`, which is 0 for the first.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn own_messages(&self, viewer: Viewer, from: i64) -> Result<OwnMessages, StoreError>;

    /// The viewer's identity at this provider, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn linked_identity(
        &self,
        viewer: Viewer,
        issuer: String,
    ) -> Result<Option<LinkedIdentity>, StoreError>;

    /// This place.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn place(&self) -> Result<Place, StoreError>;

    /// What an invite offers; none if nobody can join by it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn open_invite(
        &self,
        client: QueryClient,
        token: LinkHash,
    ) -> Result<Option<OpenInvite>, StoreError>;

    /// A link that works once; none if it does not work (any more).
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn open_link(
        &self,
        client: QueryClient,
        token: LinkHash,
    ) -> Result<Option<OpenLink>, StoreError>;

    /// Invites, the newest first: those before `before`, at most `limit`.
    ///
    /// # Errors
    /// As a refusal, `forbidden` for who may not invite; [`StoreError::Failed`].
    async fn invites(
        &self,
        viewer: Viewer,
        before: Option<InviteId>,
        limit: usize,
    ) -> Result<Vec<Invite>, StoreError>;

    /// All applications for an account, the oldest first; no viewer: for the operator.
    ///
    /// # Errors
    /// As a refusal, `forbidden` for who may not decide about them; [`StoreError::Failed`].
    async fn applications(&self, viewer: Option<Viewer>) -> Result<Vec<Application>, StoreError>;
    /// A page of people who are not deleted, at most `limit`, for who manages people. A page may be
    /// shorter, and even empty, where few are found among many.
    ///
    /// # Errors
    /// As a refusal, `forbidden` for who manages nobody; [`StoreError::Failed`].
    async fn listed_people(
        &self,
        actor: Actor,
        search: PeopleSearch,
        limit: usize,
    ) -> Result<PeoplePage, StoreError>;

    /// The private rooms that the viewer manages, with their names, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn managed_rooms(
        &self,
        viewer: Viewer,
        limit: usize,
    ) -> Result<Vec<(RoomId, String)>, StoreError>;

    /// What an author has written since a moment: the page that begins at `from`, which is 0
    /// for the first.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn authored_since(
        &self,
        author: AuthorFilter,
        since: Micros,
        from: i64,
    ) -> Result<AuthoredItems, StoreError>;

    /// The blocked networks, and until when each is blocked.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    async fn blocks(&self) -> Result<Vec<(Network, Micros)>, StoreError>;

    /// Lets the writer delete what is no longer needed, if it is time for that.
    async fn request_maintenance(&self);

    /// Whether the store works.
    fn health(&self) -> Health;

    /// Figures for the operator.
    fn figures(&self) -> StoreFigures;

    /// Takes no more commands, carries out and answers those that are queued, and returns
    /// when all is committed.
    async fn close(&self);
}
