//! The rows of the rules in SQLite: each read and each write is a prepared statement in the
//! writer's transaction. Streams' heads and people come from the writer's cache.

mod account;
mod address;
mod application;
mod audit;
mod credential;
mod erasure;
mod external;
mod invite;
mod link;
mod mail;
mod membership;
mod message;
mod passkey;
mod person;
mod profile;
mod room;
mod sidebar;
mod statements;

use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, ReadMark, Room};

use super::days::DAY;
use super::rows;
use super::stream_heads::StreamHeads;
use crate::names::RoomNameKey;
use crate::network::Network;
use crate::store::rules::{
    MembershipRow, MessageOrigin, OpenedDirect, PersonRow, ReadMarkRow, ReceiptRow, RoomCounts,
    RoomHead, Tables, TablesResult,
};
use crate::store::{AuditRow, Outcome};
pub use address::{network_address, network_bytes};
pub use invite::{INVITE, invite};
pub use link::{LINK, link};
pub use mail::{MAIL, MAIL_ADDRESS, mail, mail_address};
use statements::Statements;

type Answer<T> = TablesResult<T, rusqlite::Error>;

/// The rows as one transaction of the writer sees them.
pub struct SqliteTables<'a> {
    pub(super) connection: &'a Connection,
    statements: Statements<'a>,
    heads: &'a mut StreamHeads,
    epoch_ordinal: i64,
}

impl<'a> SqliteTables<'a> {
    /// In a transaction that the caller has begun.
    pub fn new(connection: &'a Connection, heads: &'a mut StreamHeads, epoch_ordinal: i64) -> Self {
        SqliteTables {
            connection,
            statements: Statements::default(),
            heads,
            epoch_ordinal,
        }
    }

    /// Stores the directory's counter, and where the epoch begins in the streams that have
    /// changed. To be called at the end of the transaction.
    ///
    /// # Errors
    /// SQLite's.
    pub fn store_heads(&mut self) -> rusqlite::Result<()> {
        self.heads.store(self.connection, self.epoch_ordinal)
    }

    fn execute(&self, sql: &str, params: impl Params) -> Answer<()> {
        self.connection.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    /// The only row of a query, if there is one.
    fn one<R>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<R>,
    ) -> Answer<Option<R>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(parameters, read).optional()?)
    }

    /// All rows of a query.
    fn all<R>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<R>,
    ) -> Answer<Vec<R>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(parameters, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The id that a table with AUTOINCREMENT gives next.
    fn next_id(&self, table: &str) -> Answer<i64> {
        let last: Option<i64> = self
            .connection
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = ?1")?
            .query_row([table], |row| row.get(0))
            .optional()?;
        Ok(last.unwrap_or(0) + 1)
    }
}

fn read_receipt(row: &Row<'_>, is_message: bool) -> rusqlite::Result<ReceiptRow> {
    let outcome = Outcome::of_parts(
        row.get::<_, Option<i64>>(1)?.map(RoomId),
        row.get::<_, Option<i64>>(2)?.map(Seq),
        row.get::<_, Option<i64>>(3)?.map(Rev),
    );
    Ok(ReceiptRow {
        digest: row.get(0)?,
        outcome,
        is_message,
    })
}

impl Tables for SqliteTables<'_> {
    type Failure = rusqlite::Error;

    fn receipt(&mut self, author: UserId, client_id: ClientId) -> Answer<Option<ReceiptRow>> {
        let key = params![client_id.as_bytes(), author.0];
        let posted = self
            .statements
            .find_posted
            .prepared(self.connection)?
            .query_row(key, |row| read_receipt(row, true))
            .optional()?;
        if posted.is_some() {
            return Ok(posted);
        }
        let receipt = self
            .statements
            .find_receipt
            .prepared(self.connection)?
            .query_row(key, |row| read_receipt(row, false))
            .optional()?;
        Ok(receipt)
    }

    fn receipt_count(&mut self, author: UserId) -> Answer<u32> {
        Ok(self
            .heads
            .receipt_count(self.connection, self.epoch_ordinal, author)?)
    }

    fn room_head(&mut self, room: RoomId) -> Answer<Option<RoomHead>> {
        Ok(self.heads.room(self.connection, self.epoch_ordinal, room)?)
    }

    fn room(&mut self, room: RoomId) -> Answer<Option<Room>> {
        let sql = format!("SELECT {} FROM rooms_now WHERE id = ?1", rows::ROOM);
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([room.0], rows::room).optional()?)
    }

    fn room_counts(&mut self, creator: UserId) -> Answer<RoomCounts> {
        let sql = "SELECT (SELECT count(*) FROM rooms WHERE removed_at IS NULL AND kind <> 2),
                (SELECT count(*) FROM rooms
                 WHERE created_by = ?1 AND removed_at IS NULL AND kind <> 2)";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([creator.0], |row| {
            Ok(RoomCounts {
                total: row.get(0)?,
                of_creator: row.get(1)?,
            })
        })?)
    }

    fn direct_room(&mut self, people: &[UserId]) -> Answer<Option<RoomId>> {
        self.find_direct_room(people)
    }

    fn newest_directs(&mut self, creator: UserId) -> Answer<Vec<OpenedDirect>> {
        self.find_newest_directs(creator)
    }

    fn rooms_named(&mut self, key: &RoomNameKey) -> Answer<Vec<RoomId>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id FROM rooms WHERE name_key = ?1 AND removed_at IS NULL
               AND name_look IS NOT NULL
             UNION SELECT id FROM rooms WHERE name_look = ?2 AND removed_at IS NULL",
        )?;
        let rooms = statement.query_map([&key.word, &key.look], |row| Ok(RoomId(row.get(0)?)))?;
        Ok(rooms.collect::<rusqlite::Result<_>>()?)
    }

    fn person(&mut self, user: UserId) -> Answer<Option<&PersonRow>> {
        Ok(self
            .heads
            .person(self.connection, self.epoch_ordinal, user)?)
    }

    fn stream_rev(&mut self, user: UserId) -> Answer<Rev> {
        Ok(self
            .heads
            .stream_rev(self.connection, self.epoch_ordinal, user)?)
    }

    fn message(&mut self, room: RoomId, seq: Seq) -> Answer<Option<Message>> {
        let sql = format!(
            "SELECT {} FROM messages m LEFT JOIN users u ON u.id = m.author
             WHERE m.room = ?1 AND m.seq = ?2",
            rows::MESSAGE
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement
            .query_row([room.0, seq.0], rows::message)
            .optional()?)
    }

    fn membership(&mut self, room: RoomId, user: UserId) -> Answer<Option<MembershipRow>> {
        self.find_membership(room, user)
    }

    fn read_mark(&mut self, user: UserId, room: RoomId) -> Answer<Option<ReadMarkRow>> {
        let sql = "SELECT seq, generation FROM read_marks WHERE user = ?1 AND room = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mark = statement.query_row([user.0, room.0], |row| {
            Ok(ReadMarkRow {
                seq: Seq(row.get(0)?),
                generation: row.get(1)?,
            })
        });
        Ok(mark.optional()?)
    }

    fn directory_rev(&mut self) -> Answer<Rev> {
        Ok(self.heads.directory(self.connection, self.epoch_ordinal)?)
    }

    fn new_room_id(&mut self) -> Answer<RoomId> {
        Ok(RoomId(self.next_id("rooms")?))
    }

    fn new_user_id(&mut self) -> Answer<UserId> {
        Ok(UserId(self.next_id("users")?))
    }

    fn address_id(&mut self, address: IpAddr, now: Micros) -> Answer<i64> {
        // The last use of an address is stored once a day.
        let day = now.0 / DAY;
        if let Some(id) = self.heads.address_id(address, day) {
            return Ok(id);
        }
        let id = self
            .connection
            .prepare_cached(
                "INSERT INTO addresses (network, used_at) VALUES (?1, ?2)
                 ON CONFLICT (network) DO UPDATE SET used_at = excluded.used_at RETURNING id",
            )?
            .query_row(params![network_bytes(address), now.0], |row| row.get(0))?;
        self.heads.cache_address(address, day, id);
        Ok(id)
    }

    // The counters of rooms and people follow from the rows that are written.
    fn put_room_head(&mut self, room: RoomId, head: RoomHead) {
        self.heads.put_room(room, head);
    }

    fn put_stream_rev(&mut self, user: UserId, rev: Rev) {
        self.heads.put_stream_rev(user, rev);
    }

    fn put_directory_rev(&mut self, rev: Rev) {
        self.heads.put_directory(rev);
    }

    fn insert_message(
        &mut self,
        room: RoomId,
        message: &Message,
        origin: MessageOrigin,
    ) -> Answer<()> {
        self.insert_message_row(room, message, origin)
    }

    fn put_message(&mut self, room: RoomId, message: &Message) -> Answer<()> {
        self.update_message_row(room, message)
    }

    fn insert_room(
        &mut self,
        room: &Room,
        key: Option<&RoomNameKey>,
        from: Option<i64>,
    ) -> Answer<()> {
        self.insert_room_row(room, key, from)
    }

    fn put_room(&mut self, room: &Room, key: Option<&RoomNameKey>) -> Answer<()> {
        self.update_room_row(room, key)
    }

    fn put_membership(&mut self, room: RoomId, user: UserId, row: MembershipRow) -> Answer<()> {
        self.put_membership_row(room, user, row)
    }

    fn insert_person(&mut self, person: &PersonRow, now: Micros) -> Answer<()> {
        self.insert_person_row(person, now)
    }

    fn put_person(&mut self, person: &PersonRow) -> Answer<()> {
        self.update_person_row(person)?;
        self.heads.put_person(person);
        Ok(())
    }

    fn put_read_mark(&mut self, user: UserId, mark: ReadMark) -> Answer<()> {
        self.execute(
            "INSERT INTO read_marks (user, room, seq, generation, rev) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (user, room) DO UPDATE SET seq = excluded.seq,
               generation = excluded.generation, rev = excluded.rev",
            params![user.0, mark.room.0, mark.seq.0, mark.generation, mark.rev.0],
        )
    }

    fn insert_receipt(
        &mut self,
        author: UserId,
        client_id: ClientId,
        receipt: &ReceiptRow,
        now: Micros,
    ) -> Answer<()> {
        let (room, seq, rev) = receipt.outcome.parts();
        self.execute(
            "INSERT INTO receipts (client_id, author, digest, room, seq, rev, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            params![
                client_id.as_bytes(),
                author.0,
                receipt.digest,
                room.map(|room| room.0),
                seq.map(|seq| seq.0),
                rev.map(|rev| rev.0),
                now.0,
            ],
        )?;
        self.heads.change_receipt_count(author, 1);
        Ok(())
    }

    fn delete_oldest_receipts(&mut self, author: UserId, count: u32) -> Answer<()> {
        let deleted = self
            .connection
            .prepare_cached(
                "DELETE FROM receipts WHERE (client_id, author) IN
                 (SELECT client_id, author FROM receipts WHERE author = ?1 ORDER BY at LIMIT ?2)",
            )?
            .execute(params![author.0, count])?;
        let deleted = i32::try_from(deleted).unwrap_or(i32::MAX);
        self.heads.change_receipt_count(author, -deleted);
        Ok(())
    }

    fn put_block(&mut self, network: Network, until: Micros, now: Micros) -> Answer<()> {
        self.execute(
            "INSERT INTO blocks (network, until, created_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (network) DO UPDATE SET until = excluded.until",
            params![network.to_string(), until.0, now.0],
        )
    }

    fn delete_block(&mut self, network: Network) -> Answer<()> {
        self.execute(
            "DELETE FROM blocks WHERE network = ?1",
            [network.to_string()],
        )
    }

    fn insert_audit(&mut self, row: &AuditRow) -> Answer<()> {
        self.insert_audit_row(row)
    }
}
