//! The rows that the rules read and write, whatever database is behind them.

use std::net::IpAddr;

use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{MemberRole, Message, OnlyRoom, Posting, Profile, ReadMark, Room, RoomKind};

use super::account_rows::{AccountKey, AccountRow};
use crate::names::RoomNameKey;
use crate::network::Network;
use crate::store::{AuditRow, Outcome};

/// Which row a rule asked for. It names enough to fetch the row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    not(any(test, feature = "faults")),
    expect(
        dead_code,
        reason = "SQLite has every row at hand; only fetched rows can be missing"
    )
)]
pub enum RowKey {
    /// [`Tables::receipt`].
    Receipt(UserId, ClientId),
    /// [`Tables::receipt_count`].
    ReceiptCount(UserId),
    /// [`Tables::room_head`].
    RoomHead(RoomId),
    /// [`Tables::room`].
    Room(RoomId),
    /// [`Tables::room_counts`].
    RoomCounts(UserId),
    /// [`Tables::rooms_named`].
    RoomsNamed(RoomNameKey),
    /// [`Tables::direct_room`].
    DirectRoom(Vec<UserId>),
    /// [`Tables::newest_directs`].
    NewestDirects(UserId),
    /// [`Tables::person`] and [`Tables::stream_rev`].
    Person(UserId),
    /// [`Tables::membership`].
    Membership(RoomId, UserId),
    /// [`Tables::message`].
    Message(RoomId, Seq),
    /// [`Tables::read_mark`].
    ReadMark(UserId, RoomId),
    /// [`Tables::directory_rev`].
    Directory,
    /// [`Tables::new_room_id`].
    NewRoomId,
    /// [`Tables::new_user_id`].
    NewUserId,
    /// [`Tables::address_id`].
    Address(IpAddr),
    /// [`AccountTables::account`].
    Account(AccountKey),
}

/// Why a row was not read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(any(test, feature = "faults")),
    expect(
        dead_code,
        reason = "SQLite has every row at hand; only fetched rows can be missing"
    )
)]
pub enum TablesError<F> {
    /// The row has not been fetched yet. The command has changed nothing, and is to be carried
    /// out again once the row is there. Only reads have this error.
    Missing(RowKey),
    /// The database failed; the whole transaction is void.
    Failed(F),
}

/// What a method of [`Tables`] returns.
pub type TablesResult<T, F> = Result<T, TablesError<F>>;

/// What every command in a room needs to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomHead {
    /// Who may read and write in it.
    pub kind: RoomKind,
    /// The sequence number of its last message.
    pub seq: Seq,
    /// The last revision that was given.
    pub rev: Rev,
    /// Who may post in it.
    pub posting: Posting,
    /// Whether it is archived.
    pub is_archived: bool,
    /// Whether it was removed.
    pub is_removed: bool,
}

impl RoomHead {
    /// That of a room which is being made.
    pub fn new(kind: RoomKind) -> Self {
        RoomHead {
            kind,
            seq: Seq::ZERO,
            rev: Rev::ZERO.next(),
            posting: Posting::Everybody,
            is_archived: false,
            is_removed: false,
        }
    }
}

/// How many rooms there are that are not removed, besides direct conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomCounts {
    /// In all.
    pub total: usize,
    /// Created by one person.
    pub of_creator: usize,
}

/// A direct conversation that a person has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedDirect {
    /// The conversation.
    pub room: RoomId,
    /// When it was made.
    pub at: Micros,
    /// Whether anybody has written in it.
    pub is_written: bool,
}

impl OpenedDirect {
    /// Of how many a rule has to know: more than one person makes in a day.
    pub const MOST: usize = 200;
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// What others see.
    pub profile: Profile,
    /// Whether the person has ever posted. If so, the row must stay.
    pub has_posted: bool,
    /// When the person was deleted. Then nothing personal is left.
    pub removed_at: Option<Micros>,
    /// Since when nobody can sign in as the person.
    pub deactivated_at: Option<Micros>,
    /// The only room that exists for the person, if that is a guest of one room.
    pub only_room: Option<OnlyRoom>,
}

impl PersonRow {
    /// Somebody who comes in.
    pub fn new(profile: Profile) -> Self {
        PersonRow {
            profile,
            has_posted: false,
            removed_at: None,
            deactivated_at: None,
            only_room: None,
        }
    }

    /// Whether the person is neither deleted nor deactivated.
    pub fn is_active(&self) -> bool {
        self.removed_at.is_none() && self.deactivated_at.is_none()
    }
}

/// That a person is, or was, a member of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MembershipRow {
    /// What the member may do.
    pub role: MemberRole,
    /// The room's revision that last changed this.
    pub rev: Rev,
    /// The revision of the person's own stream of the same change.
    pub own_rev: Rev,
    /// Since when.
    pub joined_at: Micros,
    /// When the person left or was removed.
    pub left_at: Option<Micros>,
}

impl MembershipRow {
    /// Whether the person is a member now.
    pub fn is_member(&self) -> bool {
        self.left_at.is_none()
    }
}

/// How far a person has read a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadMarkRow {
    /// The last message that was read.
    pub seq: Seq,
    /// How often the mark was set back.
    pub generation: u32,
}

/// The result of a command that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    /// The digest of the command.
    pub digest: i64,
    /// What it has done.
    pub outcome: Outcome,
    /// Whether this is the row of a message, which is the receipt of its post.
    pub is_message: bool,
}

/// What is stored with a new message and never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageOrigin {
    /// The digest of the command; none without a `client_id`.
    pub digest: Option<i64>,
    /// The address that it came from.
    pub address_id: Option<i64>,
}

/// The rows of accounts, as one transaction sees them. What [`Tables`] says of reads and writes
/// holds here too.
pub trait AccountTables<F> {
    /// A row.
    fn account(&mut self, key: &AccountKey) -> TablesResult<Option<AccountRow>, F>;

    /// Stores a row, or deletes it. The rows that are only read follow from the others.
    fn put_account(&mut self, key: &AccountKey, row: Option<&AccountRow>) -> TablesResult<(), F>;
}

/// The rows of a store, as one transaction sees them: with everything that it has written.
///
/// A rule makes all its reads before its first write. Afterwards it only reads rows again that
/// it has read before. So it can be broken off at a read that answers
/// [`TablesError::Missing`], and be carried out again from the start.
pub trait Tables: AccountTables<<Self as Tables>::Failure> {
    /// How the database fails.
    type Failure;

    /// The result of the command that an author gave this id.
    fn receipt(
        &mut self,
        author: UserId,
        client_id: ClientId,
    ) -> TablesResult<Option<ReceiptRow>, Self::Failure>;

    /// How many receipts an author has. Messages do not count.
    fn receipt_count(&mut self, author: UserId) -> TablesResult<u32, Self::Failure>;

    /// A room's last revision and message.
    fn room_head(&mut self, room: RoomId) -> TablesResult<Option<RoomHead>, Self::Failure>;

    /// A room's own state. Its `seq` may be old: [`Tables::room_head`] has the last one.
    fn room(&mut self, room: RoomId) -> TablesResult<Option<Room>, Self::Failure>;

    /// How many rooms there are that are not removed, besides direct conversations.
    fn room_counts(&mut self, creator: UserId) -> TablesResult<RoomCounts, Self::Failure>;

    /// The rooms, not removed, that have a name's word or look.
    fn rooms_named(&mut self, key: &RoomNameKey) -> TablesResult<Vec<RoomId>, Self::Failure>;

    /// The direct conversation, not removed, of these people, who are in ascending order.
    fn direct_room(&mut self, people: &[UserId]) -> TablesResult<Option<RoomId>, Self::Failure>;

    /// The newest direct conversations, not removed, that a person has made, in any order: at least
    /// [`OpenedDirect::MOST`], if there are as many.
    fn newest_directs(&mut self, creator: UserId)
    -> TablesResult<Vec<OpenedDirect>, Self::Failure>;

    /// A person.
    fn person(&mut self, user: UserId) -> TablesResult<Option<&PersonRow>, Self::Failure>;

    /// The last revision of a person's own stream; zero if there is no such person.
    fn stream_rev(&mut self, user: UserId) -> TablesResult<Rev, Self::Failure>;

    /// A message, with its author's present name.
    fn message(&mut self, room: RoomId, seq: Seq) -> TablesResult<Option<Message>, Self::Failure>;

    /// Whether a person is, or was, a member of a room.
    fn membership(
        &mut self,
        room: RoomId,
        user: UserId,
    ) -> TablesResult<Option<MembershipRow>, Self::Failure>;

    /// How far a person has read a room.
    fn read_mark(
        &mut self,
        user: UserId,
        room: RoomId,
    ) -> TablesResult<Option<ReadMarkRow>, Self::Failure>;

    /// The last revision of the directory.
    fn directory_rev(&mut self) -> TablesResult<Rev, Self::Failure>;

    /// The id of the next room. The same until that room is inserted.
    fn new_room_id(&mut self) -> TablesResult<RoomId, Self::Failure>;

    /// The id of the next person. The same until that person is inserted.
    fn new_user_id(&mut self) -> TablesResult<UserId, Self::Failure>;

    /// The id of an address. A new address is stored for this, so it has to be the last read,
    /// when the command will not be refused any more.
    fn address_id(&mut self, address: IpAddr, now: Micros) -> TablesResult<i64, Self::Failure>;

    /// Stores a room's last revision and message.
    fn put_room_head(&mut self, room: RoomId, head: RoomHead);

    /// Stores the last revision of a person's own stream.
    fn put_stream_rev(&mut self, user: UserId, rev: Rev);

    /// Stores the last revision of the directory.
    fn put_directory_rev(&mut self, rev: Rev);

    /// Inserts a message.
    fn insert_message(
        &mut self,
        room: RoomId,
        message: &Message,
        origin: MessageOrigin,
    ) -> TablesResult<(), Self::Failure>;

    /// Stores a message's revisions, text, and when it was edited or deleted.
    fn put_message(&mut self, room: RoomId, message: &Message) -> TablesResult<(), Self::Failure>;

    /// Inserts a room with [`Tables::new_room_id`]. Without a key its name need not be unique.
    fn insert_room(
        &mut self,
        room: &Room,
        key: Option<&RoomNameKey>,
        address_id: Option<i64>,
    ) -> TablesResult<(), Self::Failure>;

    /// Stores a room's name, topic, revisions, who posts, and when it was archived or removed.
    fn put_room(
        &mut self,
        room: &Room,
        key: Option<&RoomNameKey>,
    ) -> TablesResult<(), Self::Failure>;

    /// Stores that a person is, or was, a member of a room.
    fn put_membership(
        &mut self,
        room: RoomId,
        user: UserId,
        membership: MembershipRow,
    ) -> TablesResult<(), Self::Failure>;

    /// Inserts a person with [`Tables::new_user_id`].
    fn insert_person(&mut self, person: &PersonRow, now: Micros)
    -> TablesResult<(), Self::Failure>;

    /// Stores a person's name and role, whether the person has posted, when the person was deleted
    /// or deactivated, and the only room of a guest of one room.
    fn put_person(&mut self, person: &PersonRow) -> TablesResult<(), Self::Failure>;

    /// Stores a read mark.
    fn put_read_mark(&mut self, user: UserId, mark: ReadMark) -> TablesResult<(), Self::Failure>;

    /// Inserts a receipt; one that is there stays.
    fn insert_receipt(
        &mut self,
        author: UserId,
        client_id: ClientId,
        receipt: &ReceiptRow,
        now: Micros,
    ) -> TablesResult<(), Self::Failure>;

    /// Deletes this many of an author's receipts, the oldest.
    fn delete_oldest_receipts(
        &mut self,
        author: UserId,
        count: u32,
    ) -> TablesResult<(), Self::Failure>;

    /// Stores until when a network is blocked.
    fn put_block(
        &mut self,
        network: Network,
        until: Micros,
        now: Micros,
    ) -> TablesResult<(), Self::Failure>;

    /// Deletes the block of a network, if there is one.
    fn delete_block(&mut self, network: Network) -> TablesResult<(), Self::Failure>;

    /// Inserts an entry of the audit log.
    fn insert_audit(&mut self, row: &AuditRow) -> TablesResult<(), Self::Failure>;
}
