//! Rows that were fetched for a batch of commands, for a database that answers slowly.
//!
//! The rules run over the fetched rows ([`PrefetchedTables`]). Each row that a command misses is
//! noted, and all are fetched together ([`rounds`]). What the rules write is kept in memory
//! ([`Written`]) and stored at the end.
//!
//! PostgreSQL will work this way. SQLite does in tests, so that the rules are known to bear it.
//! There is no SQL here.

mod accounts;
mod first_reads;
mod overlay;
mod people;
mod rounds;
mod written;

use std::collections::HashMap;
use std::net::IpAddr;

use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, ReadMark, Room};

use super::AuditRow;
use super::rules::{
    AccountKey, AccountRow, AccountTables, MembershipRow, MessageOrigin, OpenedDirect, PersonRow,
    ReadMarkRow, ReceiptRow, RoomCounts, RoomHead, RowKey, Tables, TablesError, TablesResult,
};
use crate::names::RoomNameKey;
use crate::network::Network;
pub use accounts::WrittenAccounts;
pub use rounds::{RowSource, run_batch};
pub use written::{BlockWrite, Written, WrittenMessage};

/// A row, or that there is none, as the database has it.
#[derive(Clone, Debug)]
pub enum FetchedRow {
    /// For [`RowKey::Receipt`].
    Receipt(Option<ReceiptRow>),
    /// For [`RowKey::ReceiptCount`].
    ReceiptCount(u32),
    /// For [`RowKey::RoomHead`].
    RoomHead(Option<RoomHead>),
    /// For [`RowKey::Room`].
    Room(Option<Room>),
    /// For [`RowKey::RoomCounts`].
    RoomCounts(RoomCounts),
    /// For [`RowKey::RoomsNamed`].
    RoomsNamed(Vec<RoomId>),
    /// For [`RowKey::DirectRoom`].
    DirectRoom(Option<RoomId>),
    /// For [`RowKey::NewestDirects`].
    NewestDirects(Vec<OpenedDirect>),
    /// For [`RowKey::Person`], with the last revision of the own stream.
    Person(Option<(PersonRow, Rev)>),
    /// For [`RowKey::Membership`].
    Membership(Option<MembershipRow>),
    /// For [`RowKey::Message`].
    Message(Option<Message>),
    /// For [`RowKey::ReadMark`].
    ReadMark(Option<ReadMarkRow>),
    /// For [`RowKey::Directory`].
    Directory(Rev),
    /// For [`RowKey::NewRoomId`].
    NewRoomId(RoomId),
    /// For [`RowKey::NewUserId`].
    NewUserId(UserId),
    /// For [`RowKey::Address`].
    Address(i64),
    /// For [`RowKey::Account`].
    Account(Option<AccountRow>),
}

/// The rows that were fetched.
pub type FetchedRows = HashMap<RowKey, FetchedRow>;

/// The database cannot fail while the rules run: they run in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFailure {}

type Answer<T> = TablesResult<T, NoFailure>;

/// The rows that were fetched, under those that were written since.
#[derive(Debug, Default)]
pub struct PrefetchedTables {
    /// What was fetched.
    pub fetched: FetchedRows,
    /// What the rules have written.
    pub written: Written,
}

impl PrefetchedTables {
    fn fetched<R>(&self, key: RowKey, row: impl Fn(&FetchedRow) -> Option<R>) -> Answer<R> {
        match self.fetched.get(&key).and_then(row) {
            Some(row) => Ok(row),
            None => Err(TablesError::Missing(key)),
        }
    }
}

/// Reads the row of a key; the closure's pattern names what is fetched for the key.
macro_rules! fetched {
    ($tables:expr, $key:expr, $variant:ident) => {
        $tables.fetched($key, |row| match row {
            FetchedRow::$variant(row) => Some(row.clone()),
            _ => None,
        })
    };
}

impl AccountTables<NoFailure> for PrefetchedTables {
    fn account(&mut self, key: &AccountKey) -> Answer<Option<AccountRow>> {
        if let Some(row) = self.written.accounts.get(key) {
            return Ok(row.clone());
        }
        let fetched = fetched!(self, RowKey::Account(key.clone()), Account)?;
        let row = accounts::over(&self.written.accounts, key, fetched);
        Ok(people::over(&self.written.people, key, row))
    }

    fn put_account(&mut self, key: &AccountKey, row: Option<&AccountRow>) -> Answer<()> {
        self.written.accounts.insert(key.clone(), row.cloned());
        Ok(())
    }
}

impl Tables for PrefetchedTables {
    type Failure = NoFailure;

    fn receipt(&mut self, author: UserId, client_id: ClientId) -> Answer<Option<ReceiptRow>> {
        let fetched = fetched!(self, RowKey::Receipt(author, client_id), Receipt)?;
        let written = self.written.receipts.get(&(author, client_id));
        Ok(written.cloned().or(fetched))
    }

    fn receipt_count(&mut self, author: UserId) -> Answer<u32> {
        let fetched = fetched!(self, RowKey::ReceiptCount(author), ReceiptCount)?;
        let change = self.written.receipt_counts.get(&author);
        Ok(fetched.saturating_add_signed(change.copied().unwrap_or(0)))
    }

    fn room_head(&mut self, room: RoomId) -> Answer<Option<RoomHead>> {
        match self.written.room_heads.get(&room) {
            Some(head) => Ok(Some(*head)),
            None => fetched!(self, RowKey::RoomHead(room), RoomHead),
        }
    }

    fn room(&mut self, room: RoomId) -> Answer<Option<Room>> {
        match self.written.rooms.get(&room) {
            Some(written) => Ok(Some(written.room.clone())),
            None => fetched!(self, RowKey::Room(room), Room),
        }
    }

    fn room_counts(&mut self, creator: UserId) -> Answer<RoomCounts> {
        let fetched = fetched!(self, RowKey::RoomCounts(creator), RoomCounts)?;
        Ok(self.written.count_rooms(fetched, creator))
    }

    fn rooms_named(&mut self, key: &RoomNameKey) -> Answer<Vec<RoomId>> {
        let fetched = fetched!(self, RowKey::RoomsNamed(key.clone()), RoomsNamed)?;
        Ok(self.written.rooms_named(fetched, key))
    }

    fn direct_room(&mut self, people: &[UserId]) -> Answer<Option<RoomId>> {
        let fetched = fetched!(self, RowKey::DirectRoom(people.to_vec()), DirectRoom)?;
        Ok(self.written.direct_room(fetched, people))
    }

    fn newest_directs(&mut self, creator: UserId) -> Answer<Vec<OpenedDirect>> {
        let fetched = fetched!(self, RowKey::NewestDirects(creator), NewestDirects)?;
        Ok(self.written.newest_directs(fetched, creator))
    }

    fn person(&mut self, user: UserId) -> Answer<Option<&PersonRow>> {
        if let Some(written) = self.written.people.get(&user) {
            return Ok(Some(&written.row));
        }
        match self.fetched.get(&RowKey::Person(user)) {
            Some(FetchedRow::Person(person)) => Ok(person.as_ref().map(|(row, _)| row)),
            _ => Err(TablesError::Missing(RowKey::Person(user))),
        }
    }

    fn stream_rev(&mut self, user: UserId) -> Answer<Rev> {
        if let Some(rev) = self.written.stream_revs.get(&user) {
            return Ok(*rev);
        }
        let written = self.written.people.get(&user);
        if written.is_some_and(|person| person.inserted_at.is_some()) {
            return Ok(Rev::ZERO);
        }
        let person = fetched!(self, RowKey::Person(user), Person)?;
        Ok(person.map_or(Rev::ZERO, |(_, rev)| rev))
    }

    fn message(&mut self, room: RoomId, seq: Seq) -> Answer<Option<Message>> {
        let mut message = match self.written.messages.get(&(room, seq)) {
            Some(written) => Some(written.message.clone()),
            None => fetched!(self, RowKey::Message(room, seq), Message)?,
        };
        // The person may have been renamed since the message was fetched or written.
        if let Some(author) = message.as_mut().map(|message| &mut message.author)
            && let Some(written) = author.id.and_then(|id| self.written.people.get(&id))
        {
            author.name.clone_from(&written.row.profile.name);
            author.rev = written.row.profile.rev;
        }
        Ok(message)
    }

    fn membership(&mut self, room: RoomId, user: UserId) -> Answer<Option<MembershipRow>> {
        match self.written.memberships.get(&(room, user)) {
            Some(row) => Ok(Some(*row)),
            None => fetched!(self, RowKey::Membership(room, user), Membership),
        }
    }

    fn read_mark(&mut self, user: UserId, room: RoomId) -> Answer<Option<ReadMarkRow>> {
        fetched!(self, RowKey::ReadMark(user, room), ReadMark)
    }

    fn directory_rev(&mut self) -> Answer<Rev> {
        match self.written.directory {
            Some(rev) => Ok(rev),
            None => fetched!(self, RowKey::Directory, Directory),
        }
    }

    fn new_room_id(&mut self) -> Answer<RoomId> {
        let first = fetched!(self, RowKey::NewRoomId, NewRoomId)?;
        Ok(RoomId(first.0 + self.written.new_rooms))
    }

    fn new_user_id(&mut self) -> Answer<UserId> {
        let first = fetched!(self, RowKey::NewUserId, NewUserId)?;
        Ok(UserId(first.0 + self.written.new_people))
    }

    fn address_id(&mut self, address: IpAddr, _now: Micros) -> Answer<i64> {
        fetched!(self, RowKey::Address(address), Address)
    }

    fn put_room_head(&mut self, room: RoomId, head: RoomHead) {
        self.written.room_heads.insert(room, head);
    }

    fn put_stream_rev(&mut self, user: UserId, rev: Rev) {
        self.written.stream_revs.insert(user, rev);
    }

    fn put_directory_rev(&mut self, rev: Rev) {
        self.written.directory = Some(rev);
    }

    fn insert_message(
        &mut self,
        room: RoomId,
        message: &Message,
        origin: MessageOrigin,
    ) -> Answer<()> {
        self.written.insert_message(room, message, origin);
        Ok(())
    }

    fn put_message(&mut self, room: RoomId, message: &Message) -> Answer<()> {
        self.written.put_message(room, message);
        Ok(())
    }

    fn insert_room(
        &mut self,
        room: &Room,
        key: Option<&RoomNameKey>,
        from: Option<i64>,
    ) -> Answer<()> {
        self.written.insert_room(room, key, from);
        Ok(())
    }

    fn put_room(&mut self, room: &Room, key: Option<&RoomNameKey>) -> Answer<()> {
        self.written.put_room(room, key);
        Ok(())
    }

    fn put_membership(&mut self, room: RoomId, user: UserId, row: MembershipRow) -> Answer<()> {
        self.written.memberships.insert((room, user), row);
        Ok(())
    }

    fn insert_person(&mut self, person: &PersonRow, now: Micros) -> Answer<()> {
        self.written.insert_person(person, now);
        Ok(())
    }

    fn put_person(&mut self, person: &PersonRow) -> Answer<()> {
        self.written.put_person(person);
        Ok(())
    }

    fn put_read_mark(&mut self, user: UserId, mark: ReadMark) -> Answer<()> {
        self.written.read_marks.push((user, mark));
        Ok(())
    }

    fn insert_receipt(
        &mut self,
        author: UserId,
        client_id: ClientId,
        receipt: &ReceiptRow,
        now: Micros,
    ) -> Answer<()> {
        self.written.insert_receipt(author, client_id, receipt, now);
        Ok(())
    }

    fn delete_oldest_receipts(&mut self, author: UserId, count: u32) -> Answer<()> {
        self.written.delete_oldest_receipts(author, count);
        Ok(())
    }

    fn put_block(&mut self, network: Network, until: Micros, now: Micros) -> Answer<()> {
        let write = BlockWrite::Put(network, until, now);
        self.written.blocks.push(write);
        Ok(())
    }

    fn delete_block(&mut self, network: Network) -> Answer<()> {
        self.written.blocks.push(BlockWrite::Delete(network));
        Ok(())
    }

    fn insert_audit(&mut self, row: &AuditRow) -> Answer<()> {
        self.written.audit.push(row.clone());
        Ok(())
    }
}
