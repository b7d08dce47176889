//! What the writer keeps in memory of each stream: where it stands.
//!
//! Counters are raised here while a transaction runs. Those of rooms and people follow from
//! what the transaction writes and are not written themselves; the directory's is, at its
//! end. After any failure all of it is forgotten and read again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension, params};
use shared::id::{Rev, RoomId, Seq, UserId};

use super::epoch::{self, Kind};

/// Streams that are kept at most between two commits.
const KEPT: usize = 50_000;

/// A stream's counter.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The last revision given.
    pub rev: Rev,
    /// The revision with which this transaction began on the stream, if it did.
    pub before: Option<Rev>,
    /// Whether this epoch has changed it before, in a committed transaction.
    started: bool,
}

impl Head {
    fn new(rev: i64, started: bool) -> Self {
        Head {
            rev: Rev(rev),
            before: None,
            started,
        }
    }

    /// Gives the next revision.
    pub fn next(&mut self) -> Rev {
        self.before.get_or_insert(self.rev);
        self.rev = self.rev.next();
        self.rev
    }
}

/// A room's counters and what has to be known of it to post there.
#[derive(Clone, Copy, Debug)]
pub struct RoomHead {
    /// The room's revisions.
    pub head: Head,
    /// The last message's place.
    pub seq: Seq,
    /// Whether it was removed.
    pub removed: bool,
}

/// A person's own stream, and the name that goes out with a post.
#[derive(Clone, Debug)]
pub struct UserHead {
    /// The own stream's revisions.
    pub head: Head,
    /// The display name.
    pub name: String,
    /// The directory revision of that name.
    pub name_rev: Rev,
    /// What kind of person, as stored.
    pub kind: i64,
    /// Whether a message bears the person's name.
    pub has_posted: bool,
    /// How many answers to the person's commands are kept; none if that is not known.
    pub receipts: Option<u32>,
    /// Whether the person was removed.
    pub removed: bool,
}

/// The counters of all streams that were used lately.
#[derive(Default)]
pub struct Heads {
    rooms: HashMap<RoomId, RoomHead>,
    users: HashMap<UserId, UserHead>,
    directory: Option<Head>,
    // The numbers of addresses, each with the day on which it was noted to be used.
    addresses: HashMap<IpAddr, (i64, i64)>,
    // Which of them this transaction has raised, each once.
    raised_rooms: Vec<RoomId>,
    raised_users: Vec<UserId>,
}

impl Heads {
    /// A room's counters; none if there is no such room.
    pub fn room(
        &mut self,
        connection: &Connection,
        epoch: i64,
        room: RoomId,
    ) -> rusqlite::Result<Option<RoomHead>> {
        if let Entry::Vacant(entry) = self.rooms.entry(room) {
            let found = connection
                .prepare_cached(
                    "SELECT seq, rev, removed_at IS NOT NULL, EXISTS (SELECT 1 FROM epoch_starts
                       WHERE kind = ?2 AND stream = rooms_now.id AND epoch = ?3)
                     FROM rooms_now WHERE id = ?1",
                )?
                .query_row(params![room.0, Kind::Room as i64, epoch], |row| {
                    Ok(RoomHead {
                        seq: Seq(row.get(0)?),
                        head: Head::new(row.get(1)?, row.get(3)?),
                        removed: row.get(2)?,
                    })
                })
                .optional()?;
            if let Some(found) = found {
                entry.insert(found);
            }
        }
        Ok(self.rooms.get(&room).copied())
    }

    /// A person's counter and name; none if there is no such person.
    pub fn user(
        &mut self,
        connection: &Connection,
        epoch: i64,
        user: UserId,
    ) -> rusqlite::Result<Option<&mut UserHead>> {
        if let Entry::Vacant(entry) = self.users.entry(user) {
            let found = connection
                .prepare_cached(
                    "SELECT stream_rev, name, directory_rev, kind, removed_at IS NOT NULL, has_posted,
                       EXISTS (SELECT 1 FROM epoch_starts
                         WHERE kind = ?2 AND stream = users_now.id AND epoch = ?3)
                     FROM users_now WHERE id = ?1",
                )?
                .query_row(params![user.0, Kind::User as i64, epoch], |row| {
                    Ok(UserHead {
                        head: Head::new(row.get(0)?, row.get(6)?),
                        has_posted: row.get(5)?,
                        receipts: None,
                        name: row.get(1)?,
                        name_rev: Rev(row.get(2)?),
                        kind: row.get(3)?,
                        removed: row.get(4)?,
                    })
                })
                .optional()?;
            if let Some(found) = found {
                entry.insert(found);
            }
        }
        Ok(self.users.get_mut(&user))
    }

    /// The number of an address that was noted to be used on that day.
    pub fn address(&self, address: IpAddr, day: i64) -> Option<i64> {
        let (id, noted) = self.addresses.get(&address)?;
        (*noted == day).then_some(*id)
    }

    /// Keeps the number of an address.
    pub fn keep_address(&mut self, address: IpAddr, day: i64, id: i64) {
        self.addresses.insert(address, (id, day));
    }

    /// The directory's counter.
    pub fn directory(
        &mut self,
        connection: &Connection,
        epoch: i64,
    ) -> rusqlite::Result<&mut Head> {
        let head = match self.directory {
            Some(head) => head,
            None => connection
                .prepare_cached(
                    "SELECT rev, EXISTS (SELECT 1 FROM epoch_starts
                       WHERE kind = ?1 AND stream = 0 AND epoch = ?2) FROM directory",
                )?
                .query_row(params![Kind::Directory as i64, epoch], |row| {
                    Ok(Head::new(row.get(0)?, row.get(1)?))
                })?,
        };
        Ok(self.directory.insert(head))
    }

    /// Gives a room's next revision. The room was looked up before.
    pub fn raise_room(&mut self, room: RoomId) -> Rev {
        let entry = self.rooms.entry(room).or_insert_with(RoomHead::fresh);
        if entry.head.before.is_none() {
            self.raised_rooms.push(room);
        }
        entry.head.next()
    }

    /// Gives a room's next place for a message. The room was looked up before.
    pub fn place(&mut self, room: RoomId) -> Seq {
        let entry = self.rooms.entry(room).or_insert_with(RoomHead::fresh);
        entry.seq = entry.seq.next();
        entry.seq
    }

    /// Marks a room as removed. The room was looked up before.
    pub fn remove_room(&mut self, room: RoomId) {
        if let Some(entry) = self.rooms.get_mut(&room) {
            entry.removed = true;
        }
    }

    /// Gives the next revision of a person's own stream. The person was looked up before.
    pub fn raise_user(&mut self, user: UserId) -> Option<Rev> {
        let entry = self.users.get_mut(&user)?;
        if entry.head.before.is_none() {
            self.raised_users.push(user);
        }
        Some(entry.head.next())
    }

    /// Writes what cannot be derived: the directory's counter, and where an epoch begins in
    /// the streams that this transaction raised.
    pub fn write(&mut self, connection: &Connection, epoch: i64) -> rusqlite::Result<()> {
        for room in &self.raised_rooms {
            if let Some(entry) = self.rooms.get_mut(room) {
                begin_epoch(connection, Kind::Room, room.0, epoch, &mut entry.head)?;
            }
        }
        for user in &self.raised_users {
            if let Some(entry) = self.users.get_mut(user) {
                begin_epoch(connection, Kind::User, user.0, epoch, &mut entry.head)?;
            }
        }
        if let Some(head) = &mut self.directory
            && head.before.is_some()
        {
            connection
                .prepare_cached("UPDATE directory SET rev = ?1")?
                .execute([head.rev.0])?;
            begin_epoch(connection, Kind::Directory, 0, epoch, head)?;
        }
        Ok(())
    }

    /// The transaction is durable: the next one begins here.
    pub fn committed(&mut self) {
        if self.rooms.len() + self.users.len() + self.addresses.len() > KEPT {
            *self = Heads::default();
            return;
        }
        for room in self.raised_rooms.drain(..) {
            if let Some(entry) = self.rooms.get_mut(&room) {
                entry.head.before = None;
            }
        }
        for user in self.raised_users.drain(..) {
            if let Some(entry) = self.users.get_mut(&user) {
                entry.head.before = None;
            }
        }
        if let Some(head) = &mut self.directory {
            head.before = None;
        }
    }
}

impl RoomHead {
    /// A room that this transaction makes.
    fn fresh() -> Self {
        RoomHead {
            head: Head::new(0, false),
            seq: Seq::ZERO,
            removed: false,
        }
    }
}

fn begin_epoch(
    connection: &Connection,
    kind: Kind,
    stream: i64,
    epoch: i64,
    head: &mut Head,
) -> rusqlite::Result<()> {
    if !head.started {
        let before = head.before.unwrap_or(head.rev.previous());
        epoch::start(connection, kind, stream, epoch, before.next().0)?;
        head.started = true;
    }
    Ok(())
}
