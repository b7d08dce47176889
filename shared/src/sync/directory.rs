//! The rooms that exist, and people's display names.

use crate::frame::Directory as Frame;
use crate::id::{Epoch, Rev, RoomId, UserId};
use crate::model::{Author, Profile, Room};

use super::cursor::{Cursor, RevRange, Verdict};
use super::vec_map::VecMap;

/// An upper bound. More rooms than a server holds; further ones are not kept.
const MOST_ROOMS: usize = 20_000;
/// An upper bound. Further people are shown by the name on their message.
const MOST_PEOPLE: usize = 50_000;

#[derive(Debug, Default)]
pub(super) struct DirectoryReplica {
    pub(super) cursor: Cursor,
    rooms: VecMap<RoomId, Room>,
    /// Names that the directory stream has sent.
    names: VecMap<UserId, Name>,
    /// Names that came with messages and presence, possibly newer than the directory's.
    /// They are kept apart because the cursor does not cover them: after the store was
    /// restored from a backup, such a name may not exist any more.
    names_elsewhere: VecMap<UserId, Name>,
}

#[derive(Debug)]
struct Name {
    name: String,
    rev: Rev,
}

/// Where a name came from.
#[derive(Clone, Copy)]
enum NameSource {
    Directory,
    Elsewhere,
}

impl Name {
    fn new(name: &str, rev: Rev) -> Self {
        let name = name.to_owned();
        Name { name, rev }
    }
}

/// What a directory frame changed.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) rooms: Vec<RoomId>,
    pub(super) names: Vec<UserId>,
}

impl DirectoryReplica {
    /// All rooms, removed ones included, by id.
    pub(super) fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.rooms.values()
    }

    pub(super) fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.get(&id)
    }

    fn newest(&self, id: UserId) -> Option<&Name> {
        let (confirmed, elsewhere) = (self.names.get(&id), self.names_elsewhere.get(&id));
        match (confirmed, elsewhere) {
            (Some(confirmed), Some(elsewhere)) if elsewhere.rev > confirmed.rev => Some(elsewhere),
            _ => confirmed.or(elsewhere),
        }
    }

    pub(super) fn name(&self, id: UserId) -> Option<&str> {
        self.newest(id).map(|known| known.name.as_str())
    }

    /// The name to show for an author: the newer one of the message's and the known one.
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
        let range = RevRange {
            from: frame.from,
            through: frame.through,
            head: frame.head,
        };
        let verdict = self.cursor.advance(epoch, range);
        if matches!(verdict, Verdict::Drop | Verdict::Gap) {
            return change;
        }
        if verdict == Verdict::Replace {
            change.rooms = std::mem::take(&mut self.rooms).into_keys().collect();
        }
        let before = self.discard_names(verdict, same_epoch);
        for room in frame.rooms {
            let id = room.id;
            let is_newer = (self.rooms).insert_newer(id, room, |room| room.rev, MOST_ROOMS);
            if is_newer && !change.rooms.contains(&id) {
                change.rooms.push(id);
            }
        }
        for person in frame.people {
            let name = Name::new(&person.name, person.rev);
            if self.store_name(person.id, name, NameSource::Directory) {
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

    /// Discards names that are not valid any more. Returns those that were shown.
    fn discard_names(&mut self, verdict: Verdict, same_epoch: bool) -> VecMap<UserId, Name> {
        let mut shown = VecMap::new();
        if verdict == Verdict::Replace {
            shown = std::mem::take(&mut self.names);
        } else if same_epoch {
            return shown;
        }
        for (id, name) in std::mem::take(&mut self.names_elsewhere) {
            let confirmed = self.names.get(&id);
            if confirmed.is_none_or(|confirmed| confirmed.rev < name.rev) {
                shown.insert_newer(id, name, |name| name.rev, usize::MAX);
            }
        }
        shown
    }

    /// Notes a name that came with a message or with presence. Returns whether the person's
    /// shown name has changed.
    pub(super) fn note_name(&mut self, id: UserId, name: &str, rev: Rev) -> bool {
        if self.newest(id).is_some_and(|known| known.rev >= rev) {
            return false;
        }
        let name = Name::new(name, rev);
        self.store_name(id, name, NameSource::Elsewhere)
    }

    /// Stores a name if it is newer. Returns whether a different name was shown before.
    fn store_name(&mut self, id: UserId, name: Name, source: NameSource) -> bool {
        let shown = self.name(id).map(str::to_owned);
        let names = match source {
            NameSource::Directory => &mut self.names,
            NameSource::Elsewhere => &mut self.names_elsewhere,
        };
        names.insert_newer(id, name, |name| name.rev, MOST_PEOPLE);
        shown.is_some_and(|shown| self.name(id) != Some(shown.as_str()))
    }

    pub(super) fn note_profile_name(&mut self, profile: &Profile) -> bool {
        self.note_name(profile.id, &profile.name, profile.rev)
    }

    pub(super) fn note_author_name(&mut self, author: &Author) -> Option<UserId> {
        let id = author.id?;
        self.note_name(id, &author.name, author.rev).then_some(id)
    }
}
