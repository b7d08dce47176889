//! Carrying out one command inside the writer's transaction.
//!
//! Every command checks all it has to before it changes anything. A refusal
//! therefore leaves no trace, and needs no savepoint; an error of SQLite undoes
//! the whole transaction, and the writer then tries each command by itself.

mod address;
mod message;
mod person;
mod receipt;
mod room;
mod room_names;
mod statements;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::Connection;
use shared::error::ErrorCode;
use shared::frame::{Directory, Refusal, Stream};
use shared::id::{Micros, Rev, RoomId, UserId};
use shared::model::{Message, Profile, ReadMark, Room};

use super::heads::{Heads, RoomHead};
use super::space::Space;
use crate::store::{Actor, Batch, Command, Origin, Outcome, Posted, RoomBatch, TokenHash, Write};
pub use address::network_address;
use statements::Statements;

/// Why a command was not carried out.
#[derive(Debug)]
pub enum Halt {
    /// It is refused; nothing was changed.
    Refused(Box<Refusal>),
    /// There is no space for it; nothing was changed.
    Full,
    /// SQLite failed; the transaction is void.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Halt {
    fn from(error: rusqlite::Error) -> Self {
        Halt::Sqlite(error)
    }
}

impl From<ErrorCode> for Halt {
    fn from(code: ErrorCode) -> Self {
        Halt::Refused(Box::new(Refusal::new(code)))
    }
}

type Applied = Result<Outcome, Halt>;

/// One transaction of the writer, and what it has changed so far.
pub struct Transaction<'a> {
    connection: &'a Connection,
    statements: Statements<'a>,
    heads: &'a mut Heads,
    epoch: i64,
    now: Micros,
    space: Space,
    rooms: Vec<RoomBatch>,
    room_index: HashMap<RoomId, usize>,
    directory: Option<Directory>,
    marks: HashMap<(UserId, RoomId), ReadMark>,
    streams: Vec<(UserId, Stream)>,
    ended_sessions: Vec<TokenHash>,
    removed_room: bool,
}

impl<'a> Transaction<'a> {
    /// Begins; the caller has sent `BEGIN IMMEDIATE`.
    pub fn new(
        connection: &'a Connection,
        heads: &'a mut Heads,
        epoch: i64,
        now: Micros,
        space: Space,
    ) -> Self {
        Transaction {
            connection,
            statements: Statements::default(),
            heads,
            epoch,
            now,
            space,
            rooms: Vec::new(),
            room_index: HashMap::new(),
            directory: None,
            marks: HashMap::new(),
            streams: Vec::new(),
            ended_sessions: Vec::new(),
            removed_room: false,
        }
    }

    /// Carries out one command.
    pub fn apply(&mut self, write: &Write) -> Applied {
        if let Some(answer) = self.answered_before(write)? {
            return answer;
        }
        if !self.space.takes(&write.command) {
            return Err(Halt::Full);
        }
        let outcome = match &write.command {
            Command::Post { room, body } => return self.post(write, *room, body),
            Command::Edit {
                room,
                seq,
                rev,
                body,
            } => self.edit(&write.actor, *room, *seq, *rev, body),
            Command::Delete { room, seq } => self.delete(&write.actor, *room, *seq),
            Command::Cancel { room, target } => self.cancel(&write.actor, *room, *target),
            Command::CreateRoom { name, topic, most } => {
                self.create_room(write, name, topic, *most)
            }
            Command::UpdateRoom {
                room,
                rev,
                name,
                topic,
            } => self.update_room(&write.actor, *room, *rev, name.as_deref(), topic.as_deref()),
            Command::RemoveRoom { room } => self.remove_room(*room),
            Command::SetRoom { room, name, topic } => {
                self.set_room(*room, name.as_deref(), topic.as_deref())
            }
            Command::Rename { name } => self.rename(&write.actor, name),
            Command::MarkRead { room, seq } => self.mark_read(&write.actor, *room, *seq),
            Command::CreateGuest { name, token } => self.create_guest(name, token),
            Command::TouchSession { token } => self.touch_session(token),
            Command::EndSession { token } => self.end_session(token),
            Command::RemoveUser { user } => self.remove_user(*user),
            Command::Block { network, until } => self.block(*network, *until),
            Command::Unblock { network } => self.unblock(*network),
            Command::Tend => Ok(Outcome::default()),
        }?;
        self.remember(write, &outcome)?;
        Ok(outcome)
    }

    /// Writes what all commands together come to: marks, the directory's counter, where
    /// streams began in this epoch. The caller commits next.
    pub fn finish(&mut self) -> rusqlite::Result<()> {
        self.flush_marks()?;
        self.heads.write(self.connection, self.epoch)
    }

    /// What was changed, to be told once the commit is durable.
    pub fn into_batch(self) -> (Batch, bool) {
        let batch = Batch {
            rooms: self.rooms,
            directory: self.directory,
            streams: self.streams,
            ended_sessions: self.ended_sessions,
            resync: false,
        };
        (batch, self.removed_room)
    }

    /// A room that exists and was not removed.
    fn open_room(&mut self, room: RoomId) -> Result<RoomHead, Halt> {
        match self.heads.room(self.connection, self.epoch, room)? {
            None => Err(ErrorCode::NoSuchRoom.into()),
            Some(head) if head.removed => Err(ErrorCode::RoomGone.into()),
            Some(head) => Ok(head),
        }
    }

    /// A person's present profile.
    fn person(&mut self, user: UserId) -> Result<Profile, Halt> {
        match self.heads.user(self.connection, self.epoch, user)? {
            Some(head) if !head.removed => Ok(Profile {
                id: user,
                name: head.name.clone(),
                rev: head.name_rev,
                kind: super::rows::kind(head.kind),
            }),
            _ => Err(ErrorCode::Unauthorized.into()),
        }
    }

    /// The person behind an actor, who must be one.
    fn actor(&mut self, actor: &Actor) -> Result<Profile, Halt> {
        match actor.user() {
            Some(user) => self.person(user),
            None => Err(ErrorCode::Unauthorized.into()),
        }
    }

    fn told_room(&mut self, room: RoomId, rev: Rev) -> &mut RoomBatch {
        let index = match self.room_index.entry(room) {
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
        let told = &mut self.rooms[index];
        told.through = rev;
        told
    }

    fn tell_message(
        &mut self,
        room: RoomId,
        message: Message,
        origin: Option<Origin>,
        is_new: bool,
    ) {
        self.told_room(room, message.rev).messages.push(Posted {
            message,
            origin,
            is_new,
        });
    }

    fn tell_room(&mut self, info: Room) {
        let directory = self.told_directory(info.directory_rev);
        directory.rooms.push(info.clone());
        let (id, rev) = (info.id, info.rev);
        self.told_room(id, rev).info = Some(info);
    }

    fn told_directory(&mut self, rev: Rev) -> &mut Directory {
        let told = self.directory.get_or_insert_with(|| Directory {
            from: rev.previous(),
            through: rev,
            head: None,
            rooms: Vec::new(),
            people: Vec::new(),
        });
        told.through = rev;
        told
    }

    /// Gives the directory's next revision.
    fn raise_directory(&mut self) -> rusqlite::Result<Rev> {
        Ok(self.heads.directory(self.connection, self.epoch)?.next())
    }
}
