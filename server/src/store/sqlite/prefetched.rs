//! Rows that are fetched for a whole batch, over SQLite. Tests use this in place of
//! [`super::apply::apply_all`], so that the rules are known to work over such rows: every story
//! has to pass.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use shared::id::{ClientId, Micros, Rev, RoomId};

use super::apply::{AppliedAll, sqlite_error};
use super::rows;
use super::stream_heads::StreamHeads;
use super::tables::SqliteTables;
use crate::store::WriteRequest;
use crate::store::prefetch::{
    BlockWrite, FetchedRow, FetchedRows, RowSource, Written, WrittenAccounts, WrittenMessage,
    run_batch,
};
use crate::store::rules::{
    AccountKey, AccountTables, MessageOrigin, RowKey, RuleConfig, Tables, TablesResult,
};

/// Messages that one statement inserts.
const ROWS_PER_INSERT: usize = 50;
const MESSAGE_COLUMNS: &str = "room, seq, rev, posted_rev, author, author_name, client_id, digest, \
     body, posted_at, posted_from, client_id_case, edited_at, deleted_at, content_rev, event";

/// As [`super::apply::apply_all`].
///
/// # Errors
/// SQLite's; then the caller rolls back.
pub fn apply_prefetched(
    connection: &Connection,
    heads: &mut StreamHeads,
    epoch_ordinal: i64,
    config: RuleConfig,
    requests: &[WriteRequest],
) -> rusqlite::Result<AppliedAll> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let tables = SqliteTables::new(connection, heads, epoch_ordinal);
    let mut source = SqliteSource {
        tables,
        now: config.now,
    };
    let (written, batch, results) = run_batch(&mut source, config, requests)?;
    let mut tables = source.tables;
    tables.store_written(&written).map_err(sqlite_error)?;
    tables.store_heads()?;
    Ok((batch, results))
}

struct SqliteSource<'a> {
    tables: SqliteTables<'a>,
    now: Micros,
}

impl RowSource for SqliteSource<'_> {
    type Failure = rusqlite::Error;

    fn fetch(&mut self, keys: HashSet<RowKey>, rows: &mut FetchedRows) -> rusqlite::Result<()> {
        for key in keys {
            let row = self.fetch_row(&key).map_err(sqlite_error)?;
            rows.insert(key, row);
        }
        Ok(())
    }

    fn endless(&self) -> rusqlite::Error {
        rusqlite::Error::InvalidQuery
    }
}

impl SqliteSource<'_> {
    fn fetch_row(&mut self, key: &RowKey) -> TablesResult<FetchedRow, rusqlite::Error> {
        let tables = &mut self.tables;
        Ok(match key {
            RowKey::Receipt(author, id) => FetchedRow::Receipt(tables.receipt(*author, *id)?),
            RowKey::ReceiptCount(author) => {
                FetchedRow::ReceiptCount(tables.receipt_count(*author)?)
            }
            RowKey::RoomHead(room) => FetchedRow::RoomHead(tables.room_head(*room)?),
            RowKey::Room(room) => FetchedRow::Room(tables.room(*room)?),
            RowKey::RoomCounts(creator) => FetchedRow::RoomCounts(tables.room_counts(*creator)?),
            RowKey::RoomsNamed(name) => FetchedRow::RoomsNamed(tables.rooms_named(name)?),
            RowKey::DirectRoom(people) => FetchedRow::DirectRoom(tables.direct_room(people)?),
            RowKey::NewestDirects(user) => FetchedRow::NewestDirects(tables.newest_directs(*user)?),
            RowKey::Person(user) => {
                let rev = tables.stream_rev(*user)?;
                let person = tables.person(*user)?;
                FetchedRow::Person(person.map(|person| (person.clone(), rev)))
            }
            RowKey::Membership(room, user) => {
                FetchedRow::Membership(tables.membership(*room, *user)?)
            }
            RowKey::Message(room, seq) => FetchedRow::Message(tables.message(*room, *seq)?),
            RowKey::ReadMark(user, room) => FetchedRow::ReadMark(tables.read_mark(*user, *room)?),
            RowKey::Directory => FetchedRow::Directory(tables.directory_rev()?),
            RowKey::NewRoomId => FetchedRow::NewRoomId(tables.new_room_id()?),
            RowKey::NewUserId => FetchedRow::NewUserId(tables.new_user_id()?),
            RowKey::Account(key) => FetchedRow::Account(tables.account(key)?),
            RowKey::Address(address) => FetchedRow::Address(tables.address_id(*address, self.now)?),
        })
    }
}

impl SqliteTables<'_> {
    /// Stores what a batch has written. Rows come after those that they refer to.
    fn store_written(&mut self, written: &Written) -> TablesResult<(), rusqlite::Error> {
        for person in written.people.values() {
            if let Some(now) = person.inserted_at {
                self.insert_person(&person.row, now)?;
            }
            self.put_person(&person.row)?;
        }
        for room in &written.room_writes {
            match room.inserted {
                Some(origin) => {
                    self.insert_room(&room.room, room.key.as_ref(), origin.address_id)?;
                }
                None => self.put_room(&room.room, room.key.as_ref())?,
            }
        }
        for (room, head) in &written.room_heads {
            self.put_room_head(*room, *head);
        }
        let mut new_messages = Vec::new();
        for ((room, _), message) in &written.messages {
            match message.inserted {
                Some((origin, rev)) => new_messages.push((*room, message, origin, rev)),
                None => self.put_message(*room, &message.message)?,
            }
        }
        for rows in new_messages.chunks(ROWS_PER_INSERT) {
            self.insert_messages(rows)?;
        }
        for (author, client_id, receipt, now) in &written.new_receipts {
            self.insert_receipt(*author, *client_id, receipt, *now)?;
        }
        for (author, count) in &written.old_receipts {
            self.delete_oldest_receipts(*author, *count)?;
        }
        for (user, rev) in &written.stream_revs {
            // A person who is new was not looked up yet.
            self.stream_rev(*user)?;
            self.put_stream_rev(*user, *rev);
        }
        for ((room, user), row) in &written.memberships {
            self.put_membership(*room, *user, *row)?;
        }
        for (user, mark) in &written.read_marks {
            self.put_read_mark(*user, *mark)?;
        }
        self.store_accounts(&written.accounts)?;
        for write in &written.blocks {
            match write {
                BlockWrite::Put(network, until, now) => self.put_block(*network, *until, *now)?,
                BlockWrite::Delete(network) => self.delete_block(*network)?,
            }
        }
        for row in &written.audit {
            self.insert_audit(row)?;
        }
        if let Some(rev) = written.directory {
            self.put_directory_rev(rev);
        }
        Ok(())
    }

    /// Stores the last states of rows of accounts. Usernames, and identities at providers, may have
    /// moved between people: so all are taken away first.
    fn store_accounts(&mut self, accounts: &WrittenAccounts) -> TablesResult<(), rusqlite::Error> {
        // What belongs to deleted people is deleted after all that the batch has written of it.
        let is_erasure = |key: &AccountKey| matches!(key, AccountKey::PersonalData(_));
        for (key, row) in accounts.iter().filter(|(key, _)| !is_erasure(key)) {
            if row.is_none() || matches!(key, AccountKey::Identity(_)) {
                self.put_account(key, None)?;
            }
        }
        for (key, row) in accounts.iter().filter(|(_, row)| row.is_some()) {
            self.put_account(key, row.as_ref())?;
        }
        for key in accounts.keys().filter(|key| is_erasure(key)) {
            self.put_account(key, None)?;
        }
        Ok(())
    }

    /// Inserts messages with one statement.
    fn insert_messages(
        &mut self,
        rows: &[(RoomId, &WrittenMessage, MessageOrigin, Rev)],
    ) -> TablesResult<(), rusqlite::Error> {
        let columns = MESSAGE_COLUMNS.split(',').count();
        let row = format!("({})", vec!["?"; columns].join(", "));
        let sql = format!(
            "INSERT INTO messages ({MESSAGE_COLUMNS}) VALUES {}",
            vec![row; rows.len()].join(", ")
        );
        let values = rows.iter().flat_map(message_values);
        self.connection
            .prepare(&sql)?
            .execute(params_from_iter(values))?;
        Ok(())
    }
}

fn message_values(
    (room, written, origin, posted_rev): &(RoomId, &WrittenMessage, MessageOrigin, Rev),
) -> Vec<Value> {
    let message = &written.message;
    let author = &message.author;
    let stored_name = author.id.is_none().then(|| author.name.clone());
    let client_id = message.client_id.as_ref().map(ClientId::as_bytes);
    let case = message.client_id.and_then(rows::client_id_case);
    vec![
        room.0.into(),
        message.seq.0.into(),
        message.rev.0.into(),
        posted_rev.0.into(),
        author.id.map(|id| id.0).into(),
        stored_name.into(),
        client_id.map(|bytes| bytes.to_vec()).into(),
        origin.digest.into(),
        message.body.clone().into(),
        message.posted_at.0.into(),
        origin.address_id.into(),
        case.map(i64::from).into(),
        message.edited_at.map(|at| at.0).into(),
        message.deleted_at.map(|at| at.0).into(),
        message.content_rev.map(|rev| rev.0).into(),
        rows::stored_event(message).into(),
    ]
}

#[cfg(test)]
mod tests;
