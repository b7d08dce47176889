//! The writer's cache of stream heads: the last revision of each stream.
//!
//! A transaction gives new revisions here. The counters of rooms and people are not stored
//! themselves: they follow from the rows that the transaction writes. The directory's counter
//! is stored at the transaction's end. After any failure the cache is dropped and read again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension, params};
use shared::id::{Rev, RoomId, Seq, UserId};

use super::epoch::{self, StreamKind};

/// Streams and addresses that are cached between two commits at most.
const MAX_CACHED: usize = 50_000;

/// The counter of a stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamHead {
    /// The last revision that was given.
    pub rev: Rev,
    /// The last revision before this transaction, if the transaction has changed the stream.
    pub rev_before: Option<Rev>,
    /// Whether a stored row says where this epoch begins in the stream.
    has_epoch_start: bool,
}

impl StreamHead {
    fn new(rev: i64, has_epoch_start: bool) -> Self {
        StreamHead {
            rev: Rev(rev),
            rev_before: None,
            has_epoch_start,
        }
    }

    /// Gives the next revision.
    pub fn next(&mut self) -> Rev {
        self.rev_before.get_or_insert(self.rev);
        self.rev = self.rev.next();
        self.rev
    }
}

/// What is needed of a room to post there.
#[derive(Clone, Copy, Debug)]
pub struct RoomHead {
    /// The counter of its revisions.
    pub head: StreamHead,
    /// The sequence number of its last message.
    pub seq: Seq,
    /// Whether it was removed.
    pub removed: bool,
}

/// A person's own stream, and the name that is published with a post.
#[derive(Clone, Debug)]
pub struct UserHead {
    /// The counter of the own stream's revisions.
    pub head: StreamHead,
    /// The display name.
    pub name: String,
    /// The directory revision of that name.
    pub name_rev: Rev,
    /// What kind of person, as stored.
    pub kind: i64,
    /// Whether the person has ever posted.
    pub has_posted: bool,
    /// The number of receipts that are stored for the person; none if it is not known yet.
    pub receipts: Option<u32>,
    /// Whether the person was removed.
    pub removed: bool,
}

/// The heads of the streams that were used lately.
#[derive(Default)]
pub struct StreamHeads {
    rooms: HashMap<RoomId, RoomHead>,
    users: HashMap<UserId, UserHead>,
    directory: Option<StreamHead>,
    // The ids of addresses, each with the day of its last stored use.
    addresses: HashMap<IpAddr, (i64, i64)>,
    // The streams that this transaction has changed, each once.
    changed_rooms: Vec<RoomId>,
    changed_users: Vec<UserId>,
}

impl StreamHeads {
    /// A room's head; none if there is no such room.
    pub fn room(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
        room: RoomId,
    ) -> rusqlite::Result<Option<RoomHead>> {
        if let Entry::Vacant(entry) = self.rooms.entry(room) {
            let found = connection
                .prepare_cached(
                    "SELECT seq, rev, removed_at IS NOT NULL, EXISTS (SELECT 1 FROM epoch_starts
                       WHERE kind = ?2 AND stream = rooms_now.id AND epoch = ?3)
                     FROM rooms_now WHERE id = ?1",
                )?
                .query_row(
                    params![room.0, StreamKind::Room as i64, epoch_ordinal],
                    |row| {
                        Ok(RoomHead {
                            seq: Seq(row.get(0)?),
                            head: StreamHead::new(row.get(1)?, row.get(3)?),
                            removed: row.get(2)?,
                        })
                    },
                )
                .optional()?;
            if let Some(found) = found {
                entry.insert(found);
            }
        }
        Ok(self.rooms.get(&room).copied())
    }

    /// A person's head; none if there is no such person.
    pub fn user(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
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
                .query_row(params![user.0, StreamKind::User as i64, epoch_ordinal], |row| {
                    Ok(UserHead {
                        head: StreamHead::new(row.get(0)?, row.get(6)?),
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

    /// The id of an address whose use was stored on that day.
    pub fn address_id(&self, address: IpAddr, day: i64) -> Option<i64> {
        let (id, stored_day) = self.addresses.get(&address)?;
        (*stored_day == day).then_some(*id)
    }

    /// Caches the id of an address.
    pub fn cache_address(&mut self, address: IpAddr, day: i64, id: i64) {
        self.addresses.insert(address, (id, day));
    }

    /// The directory's head.
    pub fn directory(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
    ) -> rusqlite::Result<&mut StreamHead> {
        let head = match self.directory {
            Some(head) => head,
            None => connection
                .prepare_cached(
                    "SELECT rev, EXISTS (SELECT 1 FROM epoch_starts
                       WHERE kind = ?1 AND stream = 0 AND epoch = ?2) FROM directory",
                )?
                .query_row(
                    params![StreamKind::Directory as i64, epoch_ordinal],
                    |row| Ok(StreamHead::new(row.get(0)?, row.get(1)?)),
                )?,
        };
        Ok(self.directory.insert(head))
    }

    /// Gives a room's next revision. The caller has looked the room up.
    pub fn next_room_rev(&mut self, room: RoomId) -> Rev {
        let entry = self.rooms.entry(room).or_insert_with(RoomHead::new_room);
        if entry.head.rev_before.is_none() {
            self.changed_rooms.push(room);
        }
        entry.head.next()
    }

    /// Gives the sequence number of a room's next message. The caller has looked the room up.
    pub fn next_seq(&mut self, room: RoomId) -> Seq {
        let entry = self.rooms.entry(room).or_insert_with(RoomHead::new_room);
        entry.seq = entry.seq.next();
        entry.seq
    }

    /// Marks a room as removed. The caller has looked the room up.
    pub fn mark_removed(&mut self, room: RoomId) {
        if let Some(entry) = self.rooms.get_mut(&room) {
            entry.removed = true;
        }
    }

    /// Gives the next revision of a person's own stream; none if the caller has not looked the
    /// person up.
    pub fn next_user_rev(&mut self, user: UserId) -> Option<Rev> {
        let entry = self.users.get_mut(&user)?;
        if entry.head.rev_before.is_none() {
            self.changed_users.push(user);
        }
        Some(entry.head.next())
    }

    /// Stores what does not follow from other rows: the directory's counter, and where the
    /// epoch begins in the streams that this transaction has changed.
    pub fn store(&mut self, connection: &Connection, epoch_ordinal: i64) -> rusqlite::Result<()> {
        for room in &self.changed_rooms {
            if let Some(entry) = self.rooms.get_mut(room) {
                store_epoch_start(
                    connection,
                    StreamKind::Room,
                    room.0,
                    epoch_ordinal,
                    &mut entry.head,
                )?;
            }
        }
        for user in &self.changed_users {
            if let Some(entry) = self.users.get_mut(user) {
                store_epoch_start(
                    connection,
                    StreamKind::User,
                    user.0,
                    epoch_ordinal,
                    &mut entry.head,
                )?;
            }
        }
        if let Some(head) = &mut self.directory
            && head.rev_before.is_some()
        {
            connection
                .prepare_cached("UPDATE directory SET rev = ?1")?
                .execute([head.rev.0])?;
            store_epoch_start(connection, StreamKind::Directory, 0, epoch_ordinal, head)?;
        }
        Ok(())
    }

    /// The transaction is durable. The next one begins with these heads.
    pub fn committed(&mut self) {
        if self.rooms.len() + self.users.len() + self.addresses.len() > MAX_CACHED {
            *self = StreamHeads::default();
            return;
        }
        for room in self.changed_rooms.drain(..) {
            if let Some(entry) = self.rooms.get_mut(&room) {
                entry.head.rev_before = None;
            }
        }
        for user in self.changed_users.drain(..) {
            if let Some(entry) = self.users.get_mut(&user) {
                entry.head.rev_before = None;
            }
        }
        if let Some(head) = &mut self.directory {
            head.rev_before = None;
        }
    }
}

impl RoomHead {
    /// The head of a room that this transaction creates.
    fn new_room() -> Self {
        RoomHead {
            head: StreamHead::new(0, false),
            seq: Seq::ZERO,
            removed: false,
        }
    }
}

fn store_epoch_start(
    connection: &Connection,
    kind: StreamKind,
    stream: i64,
    epoch_ordinal: i64,
    head: &mut StreamHead,
) -> rusqlite::Result<()> {
    if !head.has_epoch_start {
        let rev_before = head.rev_before.unwrap_or(head.rev.previous());
        epoch::start(connection, kind, stream, epoch_ordinal, rev_before.next().0)?;
        head.has_epoch_start = true;
    }
    Ok(())
}
