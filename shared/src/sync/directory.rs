//! The rooms that exist and the names that people go by.

use crate::frame::Directory as Frame;
use crate::id::{Epoch, Rev, RoomId, UserId};
use crate::model::{Author, Profile, Room};

use super::cursor::{Cursor, Stretch, Verdict};
use super::map::Map;

/// More rooms than any server holds; what lies above is not kept.
const MOST_ROOMS: usize = 20_000;
/// More people than a page meets; whoever lies above is shown by the name on the
/// message.
const MOST_PEOPLE: usize = 50_000;

#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) cursor: Cursor,
    rooms: Map<RoomId, Room>,
    /// What the directory itself has told.
    names: Map<UserId, Name>,
    /// What messages and notices of presence have told, maybe ahead of the directory.
    /// It is kept apart because the cursor does not vouch for it: when the store was
    /// restored from a backup, these names may never have been.
    overheard: Map<UserId, Name>,
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
    /// All rooms, removed ones included, by id.
    pub(super) fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.rooms.values()
    }

    pub(super) fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.get(&id)
    }

    fn newest(&self, id: UserId) -> Option<&Name> {
        let (told, overheard) = (self.names.get(&id), self.overheard.get(&id));
        match (told, overheard) {
            (Some(told), Some(heard)) if heard.rev > told.rev => Some(heard),
            _ => told.or(overheard),
        }
    }

    pub(super) fn name(&self, id: UserId) -> Option<&str> {
        self.newest(id).map(|known| known.name.as_str())
    }

    /// The name under which to show an author: the newer one of what the message
    /// says and what has been heard since.
    pub(super) fn display_name<'a>(&'a self, author: &'a Author) -> &'a str {
        author
            .id
            .and_then(|id| self.newest(id))
            .filter(|known| known.rev >= author.rev)
            .map_or(&author.name, |known| &known.name)
    }

    pub(super) fn apply(&mut self, epoch: Epoch, frame: Frame) -> Change {
        let mut change = Change::default();
        let same_epoch = self.cursor.is_confirmed(epoch);
        let stretch = Stretch {
            from: frame.from,
            through: frame.through,
            head: frame.head,
        };
        let verdict = self.cursor.take(epoch, stretch);
        if matches!(verdict, Verdict::Drop | Verdict::Ahead) {
            return change;
        }
        // Names may differ from those shown up to now: compare with all of them.
        let mut before = Map::new();
        if !same_epoch || verdict == Verdict::Replace {
            before = std::mem::take(&mut self.overheard);
        }
        if verdict == Verdict::Replace {
            change.rooms = !self.rooms.is_empty();
            self.rooms.clear();
            before.append(&mut self.names);
        }
        for room in frame.rooms {
            change.rooms |= self.learn_room(room);
        }
        for person in frame.people {
            if learn(&mut self.names, person.id, &person.name, person.rev) {
                change.names.push(person.id);
            }
        }
        for (id, old) in before {
            if self.name(id).is_some_and(|name| name != old.name) && !change.names.contains(&id) {
                change.names.push(id);
            }
        }
        change
    }

    fn learn_room(&mut self, room: Room) -> bool {
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

    /// Overhears a person's name; whether they go by another one now than before.
    pub(super) fn overhear(&mut self, id: UserId, name: &str, rev: Rev) -> bool {
        if self.newest(id).is_some_and(|known| known.rev >= rev) {
            return false;
        }
        let changed = self.name(id).is_some_and(|known| known != name);
        learn(&mut self.overheard, id, name, rev);
        changed
    }

    pub(super) fn overhear_profile(&mut self, profile: &Profile) -> bool {
        self.overhear(profile.id, &profile.name, profile.rev)
    }

    pub(super) fn overhear_author(&mut self, author: &Author) -> Option<UserId> {
        let id = author.id?;
        self.overhear(id, &author.name, author.rev).then_some(id)
    }
}

/// Takes over a name if it is newer; whether another one was there.
fn learn(names: &mut Map<UserId, Name>, id: UserId, name: &str, rev: Rev) -> bool {
    let is_full = names.len() >= MOST_PEOPLE;
    match names.get_mut(&id) {
        Some(known) if known.rev >= rev => false,
        Some(known) => {
            known.rev = rev;
            let changed = known.name != name;
            name.clone_into(&mut known.name);
            changed
        }
        None => {
            if !is_full {
                let name = name.to_owned();
                names.insert(id, Name { name, rev });
            }
            false
        }
    }
}
