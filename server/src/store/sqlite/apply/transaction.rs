//! One transaction of the writer: what its commands share, and what they have changed so far.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::Connection;
use shared::error::ErrorCode;
use shared::frame::{Directory, Refusal, Stream};
use shared::id::{Micros, Rev, RoomId, UserId};
use shared::model::{Message, Profile, ReadMark, Room};

use super::statements::Statements;
use crate::store::sqlite::disk_space::SpaceLevel;
use crate::store::sqlite::rows;
use crate::store::sqlite::stream_heads::{RoomHead, StreamHeads};
use crate::store::{Actor, Batch, ConnectionId, Outcome, Posted, RoomBatch, RoomQuota, TokenHash};

/// Why a command was not carried out.
#[derive(Debug)]
pub enum ApplyError {
    /// It is refused; nothing was changed.
    Refused(Box<Refusal>),
    /// There is no space for it; nothing was changed.
    Full,
    /// SQLite failed; the whole transaction is void.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for ApplyError {
    fn from(error: rusqlite::Error) -> Self {
        ApplyError::Sqlite(error)
    }
}

impl From<ErrorCode> for ApplyError {
    fn from(code: ErrorCode) -> Self {
        ApplyError::Refused(Box::new(Refusal::new(code)))
    }
}

/// The result of one command.
pub type Applied = Result<Outcome, ApplyError>;

/// One transaction of the writer.
pub struct WriteTransaction<'a> {
    pub(super) connection: &'a Connection,
    pub(super) statements: Statements<'a>,
    pub(super) heads: &'a mut StreamHeads,
    pub(super) epoch_ordinal: i64,
    pub(super) now: Micros,
    pub(super) space: SpaceLevel,
    pub(super) room_quota: RoomQuota,
    rooms: Vec<RoomBatch>,
    // The index in `rooms` of each room.
    room_indexes: HashMap<RoomId, usize>,
    directory: Option<Directory>,
    // Read marks to be raised, stored at the end.
    pub(super) read_marks: HashMap<(UserId, RoomId), ReadMark>,
    streams: Vec<(UserId, Stream)>,
    pub(super) ended_sessions: Vec<TokenHash>,
    pub(super) has_removed_room: bool,
}

impl<'a> WriteTransaction<'a> {
    /// Begins; the caller has executed `BEGIN IMMEDIATE`.
    pub fn new(
        connection: &'a Connection,
        heads: &'a mut StreamHeads,
        epoch_ordinal: i64,
        now: Micros,
        space: SpaceLevel,
        room_quota: RoomQuota,
    ) -> Self {
        WriteTransaction {
            connection,
            statements: Statements::default(),
            heads,
            epoch_ordinal,
            now,
            space,
            room_quota,
            rooms: Vec::new(),
            room_indexes: HashMap::new(),
            directory: None,
            read_marks: HashMap::new(),
            streams: Vec::new(),
            ended_sessions: Vec::new(),
            has_removed_room: false,
        }
    }

    /// What has changed, to be published once the commit is durable; and whether a room was
    /// removed.
    pub fn into_batch(self) -> (Batch, bool) {
        let batch = Batch {
            rooms: self.rooms,
            directory: self.directory,
            streams: self.streams,
            ended_sessions: self.ended_sessions,
            resync: false,
        };
        (batch, self.has_removed_room)
    }

    /// The head of a room that exists and is not removed.
    pub(super) fn open_room(&mut self, room: RoomId) -> Result<RoomHead, ApplyError> {
        match self.heads.room(self.connection, self.epoch_ordinal, room)? {
            None => Err(ErrorCode::NoSuchRoom.into()),
            Some(head) if head.removed => Err(ErrorCode::RoomGone.into()),
            Some(head) => Ok(head),
        }
    }

    /// A person's profile, with what this transaction has changed so far.
    pub(super) fn person(&mut self, user: UserId) -> Result<Profile, ApplyError> {
        match self.heads.user(self.connection, self.epoch_ordinal, user)? {
            Some(head) if !head.removed => Ok(Profile {
                id: user,
                name: head.name.clone(),
                rev: head.name_rev,
                kind: rows::kind(head.kind),
            }),
            _ => Err(ErrorCode::Unauthorized.into()),
        }
    }

    /// The profile of an actor, who must be a person.
    pub(super) fn acting_person(&mut self, actor: &Actor) -> Result<Profile, ApplyError> {
        match actor.user() {
            Some(user) => self.person(user),
            None => Err(ErrorCode::Unauthorized.into()),
        }
    }

    fn room_batch(&mut self, room: RoomId, rev: Rev) -> &mut RoomBatch {
        let index = match self.room_indexes.entry(room) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                self.rooms.push(RoomBatch {
                    room,
                    from: rev.previous(),
                    through: rev,
                    info: None,
                    messages: Vec::new(),
                });
                *entry.insert(self.rooms.len() - 1)
            }
        };
        let batch = &mut self.rooms[index];
        batch.through = rev;
        batch
    }

    /// Adds a message's new state to what will be published.
    pub(super) fn record_message(
        &mut self,
        room: RoomId,
        message: Message,
        connection: Option<ConnectionId>,
        is_new: bool,
    ) {
        self.room_batch(room, message.rev).messages.push(Posted {
            message,
            connection,
            is_new,
        });
    }

    /// Adds a room's new state to what will be published.
    pub(super) fn record_room(&mut self, info: Room) {
        let directory = self.directory_batch(info.directory_rev);
        directory.rooms.push(info.clone());
        let (id, rev) = (info.id, info.rev);
        self.room_batch(id, rev).info = Some(info);
    }

    /// Adds a person's new name to what will be published.
    pub(super) fn record_name(&mut self, person: Profile) {
        self.directory_batch(person.rev).people.push(person);
    }

    fn directory_batch(&mut self, rev: Rev) -> &mut Directory {
        let batch = self.directory.get_or_insert_with(|| Directory {
            from: rev.previous(),
            through: rev,
            head: None,
            rooms: Vec::new(),
            people: Vec::new(),
        });
        batch.through = rev;
        batch
    }

    /// Adds a person's read mark to what will be published. All marks of a person must be
    /// recorded one after the other.
    pub(super) fn record_read_mark(&mut self, user: UserId, mark: ReadMark) {
        match self.streams.last_mut() {
            Some((last, stream)) if *last == user => {
                stream.through = mark.rev;
                stream.marks.push(mark);
            }
            _ => self.streams.push((
                user,
                Stream {
                    from: mark.rev.previous(),
                    through: mark.rev,
                    head: None,
                    marks: vec![mark],
                },
            )),
        }
    }

    /// Gives the directory's next revision.
    pub(super) fn next_directory_rev(&mut self) -> rusqlite::Result<Rev> {
        let head = self.heads.directory(self.connection, self.epoch_ordinal)?;
        Ok(head.next())
    }
}
