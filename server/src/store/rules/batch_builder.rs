//! Collects what the commands of one transaction change.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use shared::frame::{Directory, Stream};
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::{Message, Profile, ReadMark, Room};

use crate::store::{Batch, ConnectionId, Posted, RoomBatch, TokenHash};

/// A batch that is not complete yet.
#[derive(Debug, Default)]
pub struct BatchBuilder {
    batch: Batch,
    // The index in `batch.rooms` of each room.
    room_indexes: HashMap<RoomId, usize>,
    // Rooms in which a message was changed that existed before the change. Only there the batch
    // can hold a message twice.
    rooms_with_changes: Vec<usize>,
}

impl BatchBuilder {
    /// What has changed: of each message, the last state.
    pub fn build(mut self) -> Batch {
        for index in self.rooms_with_changes {
            if let Some(room) = self.batch.rooms.get_mut(index) {
                keep_last_states(&mut room.messages);
            }
        }
        self.batch
    }

    fn room(&mut self, room: RoomId, rev: Rev) -> (usize, &mut RoomBatch) {
        let rooms = &mut self.batch.rooms;
        let index = match self.room_indexes.entry(room) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                rooms.push(RoomBatch {
                    room,
                    from: rev.previous(),
                    through: rev,
                    info: None,
                    messages: Vec::new(),
                });
                *entry.insert(rooms.len() - 1)
            }
        };
        let batch = &mut rooms[index];
        batch.through = rev;
        (index, batch)
    }

    /// Adds a new message.
    pub fn add_post(&mut self, room: RoomId, message: Message, connection: Option<ConnectionId>) {
        let (_, batch) = self.room(room, message.rev);
        batch.messages.push(Posted {
            message,
            connection,
            is_new: true,
        });
    }

    /// Adds the new state of a message that existed before.
    pub fn add_change(&mut self, room: RoomId, message: Message) {
        let (index, batch) = self.room(room, message.rev);
        batch.messages.push(Posted {
            message,
            connection: None,
            is_new: false,
        });
        if !self.rooms_with_changes.contains(&index) {
            self.rooms_with_changes.push(index);
        }
    }

    /// Adds a room's new state.
    pub fn add_room(&mut self, info: Room) {
        self.directory(info.directory_rev).rooms.push(info.clone());
        let (_, batch) = self.room(info.id, info.rev);
        batch.info = Some(info);
    }

    /// Adds a person's new name.
    pub fn add_name(&mut self, person: Profile) {
        self.directory(person.rev).people.push(person);
    }

    fn directory(&mut self, rev: Rev) -> &mut Directory {
        let directory = self.batch.directory.get_or_insert_with(|| Directory {
            from: rev.previous(),
            through: rev,
            head: None,
            rooms: Vec::new(),
            people: Vec::new(),
        });
        directory.through = rev;
        directory
    }

    /// Adds a person's read mark. All marks of a person must be added one after the other.
    pub fn add_read_mark(&mut self, user: UserId, mark: ReadMark) {
        match self.batch.streams.last_mut() {
            Some((last, stream)) if *last == user => {
                stream.through = mark.rev;
                stream.marks.push(mark);
            }
            _ => self.batch.streams.push((
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

    /// Adds a session that has ended.
    pub fn add_ended_session(&mut self, token: TokenHash) {
        self.batch.ended_sessions.push(token);
    }
}

/// Of several states of a message, keeps the last: a text that was cancelled in the same commit
/// is published to nobody. What was posted in this commit stays new, and keeps its connection.
fn keep_last_states(messages: &mut Vec<Posted>) {
    let mut kept: Vec<Posted> = Vec::with_capacity(messages.len());
    let mut indexes: HashMap<Seq, usize> = HashMap::with_capacity(messages.len());
    for posted in messages.drain(..).rev() {
        match indexes.entry(posted.message.seq) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(posted);
            }
            Entry::Occupied(entry) => {
                let last = &mut kept[*entry.get()];
                last.is_new |= posted.is_new;
                last.connection = last.connection.or(posted.connection);
            }
        }
    }
    kept.reverse();
    *messages = kept;
}
