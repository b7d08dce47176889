//! The writer's cache of stream heads: the last revision of each stream.
//!
//! The rules' new revisions are set here. The counters of rooms and people are not stored
//! themselves: they follow from the rows that the transaction writes. The directory's counter
//! is stored at the transaction's end. After any failure the cache is dropped and read again.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension, params};
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Posting, Profile, RoomKind};

use super::epoch::{self, StreamKind};
use super::rows;
use crate::store::rules::{PersonRow, RoomHead};

/// Streams and addresses that are cached between two commits at most.
const MAX_CACHED: usize = 50_000;

/// The counter of a stream.
#[derive(Clone, Copy, Debug)]
struct StreamHead {
    // The last revision that was given.
    rev: Rev,
    // The last revision before this transaction, if the transaction has changed the stream.
    rev_before: Option<Rev>,
    // Whether a stored row says where this epoch begins in the stream.
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

    fn advance(&mut self, rev: Rev) {
        self.rev_before.get_or_insert(self.rev);
        self.rev = rev;
    }
}

/// A room's head as it is cached.
#[derive(Clone, Copy, Debug)]
struct CachedRoom {
    kind: RoomKind,
    stream: StreamHead,
    seq: Seq,
    posting: Posting,
    is_archived: bool,
    is_removed: bool,
}

/// A person as it is cached: the own stream, and the name that is published with a post.
#[derive(Clone, Debug)]
struct CachedPerson {
    stream: StreamHead,
    row: PersonRow,
    // The number of receipts that are stored for the person; none if it is not known yet.
    receipts: Option<u32>,
}

/// The heads of the streams that were used lately.
#[derive(Default)]
pub struct StreamHeads {
    rooms: HashMap<RoomId, CachedRoom>,
    // Ids that no room has. An answer about a room that never was must not take longer than one
    // about a room that does not exist for who asks.
    missing_rooms: HashSet<RoomId>,
    users: HashMap<UserId, CachedPerson>,
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
        if self.missing_rooms.contains(&room) {
            return Ok(None);
        }
        if let Entry::Vacant(entry) = self.rooms.entry(room) {
            let found = connection
                .prepare_cached(
                    "SELECT seq, rev, removed_at IS NOT NULL, EXISTS (SELECT 1 FROM epoch_starts e
                       WHERE e.kind = ?2 AND e.stream = rooms_now.id AND e.epoch = ?3), kind,
                       posting, archived_at IS NOT NULL
                     FROM rooms_now WHERE id = ?1",
                )?
                .query_row(
                    params![room.0, StreamKind::Room as i64, epoch_ordinal],
                    |row| {
                        Ok(CachedRoom {
                            seq: Seq(row.get(0)?),
                            stream: StreamHead::new(row.get(1)?, row.get(3)?),
                            is_removed: row.get(2)?,
                            kind: rows::room_kind(row.get(4)?),
                            posting: rows::posting(row.get(5)?),
                            is_archived: row.get(6)?,
                        })
                    },
                )
                .optional()?;
            match found {
                Some(found) => {
                    entry.insert(found);
                }
                None => {
                    self.missing_rooms.insert(room);
                }
            }
        }
        Ok(self.rooms.get(&room).map(|cached| RoomHead {
            kind: cached.kind,
            seq: cached.seq,
            rev: cached.stream.rev,
            posting: cached.posting,
            is_archived: cached.is_archived,
            is_removed: cached.is_removed,
        }))
    }

    /// Sets a room's head. The caller has looked the room up, or has inserted it.
    pub fn put_room(&mut self, room: RoomId, head: RoomHead) {
        self.missing_rooms.remove(&room);
        let cached = self.rooms.entry(room).or_insert_with(|| CachedRoom {
            kind: head.kind,
            stream: StreamHead::new(0, false),
            seq: Seq::ZERO,
            posting: head.posting,
            is_archived: false,
            is_removed: false,
        });
        if cached.stream.rev_before.is_none() {
            self.changed_rooms.push(room);
        }
        cached.stream.advance(head.rev);
        cached.seq = head.seq;
        cached.posting = head.posting;
        cached.is_archived = head.is_archived;
        cached.is_removed = head.is_removed;
    }

    /// A person; none if there is no such person.
    pub fn person(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
        user: UserId,
    ) -> rusqlite::Result<Option<&PersonRow>> {
        let cached = self.cached_person(connection, epoch_ordinal, user)?;
        Ok(cached.map(|cached| &cached.row))
    }

    /// The last revision of a person's own stream; zero if there is no such person.
    pub fn stream_rev(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
        user: UserId,
    ) -> rusqlite::Result<Rev> {
        let cached = self.cached_person(connection, epoch_ordinal, user)?;
        Ok(cached.map_or(Rev::ZERO, |cached| cached.stream.rev))
    }

    fn cached_person(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
        user: UserId,
    ) -> rusqlite::Result<Option<&mut CachedPerson>> {
        if let Entry::Vacant(entry) = self.users.entry(user) {
            let found = connection
                .prepare_cached(
                    "SELECT stream_rev, name, directory_rev, kind, removed_at, deactivated_at,
                       has_posted, only_room, only_room_from,
                       EXISTS (SELECT 1 FROM epoch_starts
                         WHERE kind = ?2 AND stream = users_now.id AND epoch = ?3),
                       timed_out_until, restriction_rev
                     FROM users_now WHERE id = ?1",
                )?
                .query_row(
                    params![user.0, StreamKind::User as i64, epoch_ordinal],
                    |row| {
                        let removed_at = row.get::<_, Option<i64>>(4)?.map(Micros);
                        let deactivated_at = row.get::<_, Option<i64>>(5)?.map(Micros);
                        let profile = Profile {
                            role: rows::person_role(row.get(3)?),
                            deleted: removed_at.is_some(),
                            deactivated: deactivated_at.is_some(),
                            ..Profile::guest(user, row.get(1)?, Rev(row.get(2)?))
                        };
                        Ok(CachedPerson {
                            stream: StreamHead::new(row.get(0)?, row.get(9)?),
                            row: PersonRow {
                                profile,
                                has_posted: row.get(6)?,
                                removed_at,
                                deactivated_at,
                                only_room: rows::only_room(row, 7)?,
                                restriction: rows::restriction(row, 10)?,
                            },
                            receipts: None,
                        })
                    },
                )
                .optional()?;
            if let Some(found) = found {
                entry.insert(found);
            }
        }
        Ok(self.users.get_mut(&user))
    }

    /// Sets a person's row. The caller has looked the person up.
    pub fn put_person(&mut self, row: &PersonRow) {
        if let Some(cached) = self.users.get_mut(&row.profile.id) {
            cached.row.clone_from(row);
        }
    }

    /// Sets the last revision of a person's own stream. The caller has looked the person up.
    pub fn put_stream_rev(&mut self, user: UserId, rev: Rev) {
        if let Some(cached) = self.users.get_mut(&user) {
            if cached.stream.rev_before.is_none() {
                self.changed_users.push(user);
            }
            cached.stream.advance(rev);
        }
    }

    /// The number of a person's receipts; zero if there is no such person.
    pub fn receipt_count(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
        user: UserId,
    ) -> rusqlite::Result<u32> {
        let Some(cached) = self.cached_person(connection, epoch_ordinal, user)? else {
            return Ok(0);
        };
        if let Some(count) = cached.receipts {
            return Ok(count);
        }
        let count = connection
            .prepare_cached("SELECT count(*) FROM receipts WHERE author = ?1")?
            .query_row([user.0], |row| row.get(0))?;
        cached.receipts = Some(count);
        Ok(count)
    }

    /// Adds to the number of a person's receipts, if it is known.
    pub fn change_receipt_count(&mut self, user: UserId, change: i32) {
        if let Some(count) = self.users.get_mut(&user).and_then(|c| c.receipts.as_mut()) {
            *count = count.saturating_add_signed(change);
        }
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

    /// The last revision of the directory.
    pub fn directory(
        &mut self,
        connection: &Connection,
        epoch_ordinal: i64,
    ) -> rusqlite::Result<Rev> {
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
        Ok(self.directory.insert(head).rev)
    }

    /// Sets the last revision of the directory. The caller has looked it up.
    pub fn put_directory(&mut self, rev: Rev) {
        if let Some(head) = &mut self.directory {
            head.advance(rev);
        }
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
                    &mut entry.stream,
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
                    &mut entry.stream,
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
        let cached = self.rooms.len() + self.users.len() + self.addresses.len();
        if cached + self.missing_rooms.len() > MAX_CACHED {
            *self = StreamHeads::default();
            return;
        }
        for room in self.changed_rooms.drain(..) {
            if let Some(entry) = self.rooms.get_mut(&room) {
                entry.stream.rev_before = None;
            }
        }
        for user in self.changed_users.drain(..) {
            if let Some(entry) = self.users.get_mut(&user) {
                entry.stream.rev_before = None;
            }
        }
        if let Some(head) = &mut self.directory {
            head.rev_before = None;
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
