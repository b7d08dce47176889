//! The rooms that exist and the names that people go by.

use std::collections::BTreeMap;

use crate::frame::Directory as Frame;
use crate::id::{Epoch, Rev, RoomId, UserId};
use crate::model::{Author, Profile, Room};

use super::cursor::{Cursor, Stretch, Verdict};

/// More rooms than any server holds; what lies above is not kept.
const MOST_ROOMS: usize = 20_000;
/// More people than a page meets; whoever lies above is shown by the name on the
/// message.
const MOST_PEOPLE: usize = 50_000;

/// Of a name that was heard in another life of the store.
const OUTDATED: Rev = Rev(-1);

#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) cursor: Cursor,
    rooms: BTreeMap<RoomId, Room>,
    names: BTreeMap<UserId, Name>,
}

#[derive(Debug)]
struct Name {
    name: String,
    rev: Rev,
}

/// What a directory frame changed.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) rooms: bool,
    pub(super) names: Vec<UserId>,
}

impl Directory {
    /// The rooms that exist, by id.
    pub(super) fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.rooms.values().filter(|room| room.removed_at.is_none())
    }

    pub(super) fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.get(&id)
    }

    pub(super) fn name(&self, id: UserId) -> Option<&str> {
        self.names.get(&id).map(|known| known.name.as_str())
    }

    /// The name under which to show an author: the newer one of what the message
    /// says and what has been heard since.
    pub(super) fn display_name<'a>(&'a self, author: &'a Author) -> &'a str {
        author
            .id
            .and_then(|id| self.names.get(&id))
            .filter(|known| known.rev >= author.rev)
            .map_or(&author.name, |known| &known.name)
    }

    pub(super) fn apply(&mut self, epoch: Epoch, frame: Frame) -> Change {
        let mut change = Change::default();
        let verdict = self.cursor.take(
            epoch,
            Stretch {
                from: frame.from,
                through: frame.through,
                head: frame.head,
            },
        );
        match verdict {
            Verdict::Drop | Verdict::Ahead => return change,
            Verdict::Apply => {}
            Verdict::Replace => {
                change.rooms = !self.rooms.is_empty();
                self.rooms.clear();
                // Names stay until a better one comes: any is.
                for known in self.names.values_mut() {
                    known.rev = OUTDATED;
                }
            }
        }
        for room in frame.rooms {
            change.rooms |= self.learn_room(room);
        }
        for person in frame.people {
            if self.learn_name(person.id, &person.name, person.rev) {
                change.names.push(person.id);
            }
        }
        change
    }

    /// Takes over a room's state if it is newer; whether it was.
    pub(super) fn learn_room(&mut self, room: Room) -> bool {
        let is_full = self.rooms.len() >= MOST_ROOMS;
        match self.rooms.get_mut(&room.id) {
            Some(known) if known.rev >= room.rev => false,
            Some(known) => {
                *known = room;
                true
            }
            None if is_full => false,
            None => {
                self.rooms.insert(room.id, room);
                true
            }
        }
    }

    /// Takes over a person's name if it is newer; whether one that was shown before
    /// changed by it.
    pub(super) fn learn_name(&mut self, id: UserId, name: &str, rev: Rev) -> bool {
        match self.names.get_mut(&id) {
            Some(known) if known.rev >= rev => false,
            Some(known) => {
                known.rev = rev;
                let changed = known.name != name;
                if changed {
                    name.clone_into(&mut known.name);
                }
                changed
            }
            None => {
                if self.names.len() < MOST_PEOPLE {
                    let name = name.to_owned();
                    self.names.insert(id, Name { name, rev });
                }
                false
            }
        }
    }

    pub(super) fn learn_profile(&mut self, profile: &Profile) -> bool {
        self.learn_name(profile.id, &profile.name, profile.rev)
    }

    pub(super) fn learn_author(&mut self, author: &Author) -> Option<UserId> {
        let id = author.id?;
        self.learn_name(id, &author.name, author.rev).then_some(id)
    }
}
