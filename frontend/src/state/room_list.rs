//! The person's rooms in the list: in which section each stands, in which order, and what is unread
//! there. Pure.

use std::cmp::Ordering;

use shared::id::{Micros, RoomId, Seq, UserId};
use shared::model::{RoomKind, Sidebar};

use super::sort::sorted;

/// The order of two names.
pub(super) type Compare = fn(&str, &str) -> Ordering;

/// A section of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectionKey {
    /// What the person has made a favourite.
    Favourites,
    /// One of the person's own, by its name.
    Own(String),
    /// All other rooms.
    Rooms,
    /// All other direct conversations.
    Direct,
}

impl SectionKey {
    /// By this the browser remembers that it is collapsed.
    pub(super) fn stored(&self) -> String {
        match self {
            SectionKey::Favourites => "favourites".to_owned(),
            SectionKey::Own(name) => format!("own/{name}"),
            SectionKey::Rooms => "rooms".to_owned(),
            SectionKey::Direct => "direct".to_owned(),
        }
    }
}

/// A section with its rooms in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSection {
    /// Which.
    pub key: SectionKey,
    /// Its rooms.
    pub rooms: Vec<RoomId>,
}

/// What the list shows of one room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceRow {
    /// The name.
    pub name: String,
    /// The kind of room.
    pub kind: RoomKind,
    /// Who else is in a direct conversation; oneself if nobody is.
    pub people: Vec<UserId>,
    /// How many messages are unread; none if it draws no attention.
    pub unread: u64,
    /// It draws no attention: it is muted or archived.
    pub is_quiet: bool,
    /// It is archived.
    pub is_archived: bool,
}

/// The rooms of the list, and how they are arranged.
#[derive(Default)]
pub(super) struct RoomList {
    /// By id.
    rooms: Vec<ListedRoom>,
    /// By name, the lobby first.
    order: Vec<RoomId>,
    arrangement: Sidebar,
    /// The muted ones, by id.
    muted: Vec<RoomId>,
    /// Those that the person has put somewhere, by id.
    arranged: Vec<RoomId>,
}

/// A room of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedRoom {
    pub(super) id: RoomId,
    pub(super) name: String,
    pub(super) kind: RoomKind,
    /// Who else is in a direct conversation; oneself if nobody is.
    pub(super) people: Vec<UserId>,
    /// Whether it is the lobby, which comes before all others.
    pub(super) is_lobby: bool,
    pub(super) is_archived: bool,
    pub(super) unread: u64,
    /// The last message.
    pub(super) last: Seq,
    /// When something was said last.
    pub(super) at: Micros,
}

impl ListedRoom {
    fn is_before(&self, other: &ListedRoom, compare: Compare) -> bool {
        if self.is_lobby != other.is_lobby {
            return self.is_lobby;
        }
        let names = compare(&self.name, &other.name);
        names.then(self.id.cmp(&other.id)).is_lt()
    }

    /// Whether both stand at the same place, whatever is unread there.
    fn stands_as(&self, other: &ListedRoom) -> bool {
        let is_direct = self.kind == RoomKind::Direct;
        let same_time = !is_direct || (self.at, self.last) == (other.at, other.last);
        same_time && self.kind == other.kind && self.is_archived == other.is_archived
    }
}

impl RoomList {
    /// Updates one room; `None`: it is not in the list any more. Names are compared only for a room
    /// that is new or renamed. Returns whether it may have another place now.
    pub(super) fn update(
        &mut self,
        id: RoomId,
        room: Option<ListedRoom>,
        compare: Compare,
    ) -> bool {
        let at = self.rooms.partition_point(|listed| listed.id < id);
        let listed = self.rooms.get_mut(at).filter(|listed| listed.id == id);
        let (listed, room) = match (listed, room) {
            (Some(listed), Some(room)) => (listed, room),
            (None, Some(room)) => {
                self.rooms.insert(at, room);
                self.insert(id, compare);
                return true;
            }
            (Some(_), None) => {
                self.rooms.remove(at);
                self.take_out(id);
                return true;
            }
            (None, None) => return false,
        };
        let mut is_moved = !listed.stands_as(&room);
        let is_renamed = listed.name != room.name;
        *listed = room;
        if is_renamed {
            let before = self.take_out(id);
            is_moved |= Some(self.insert(id, compare)) != before;
        }
        is_moved
    }

    /// Arranges the rooms in another way. Returns those that are muted now, or not any more.
    pub(super) fn arrange(&mut self, arrangement: Sidebar) -> Vec<RoomId> {
        let before = std::mem::replace(&mut self.muted, by_id(arrangement.muted.clone()));
        let mut arranged = arrangement.favourites.clone();
        for section in &arrangement.sections {
            arranged.extend(&section.rooms);
        }
        self.arranged = by_id(arranged);
        self.arrangement = arrangement;
        let mut changed = Vec::new();
        for (these, others) in [(&before, &self.muted), (&self.muted, &before)] {
            for room in these {
                if !has(others, *room) {
                    changed.push(*room);
                }
            }
        }
        changed
    }

    /// How the rooms are arranged.
    pub(super) fn arrangement(&self) -> &Sidebar {
        &self.arrangement
    }

    /// Puts all rooms into order again, because names are compared in another way.
    pub(super) fn sort(&mut self, compare: Compare) {
        for id in std::mem::take(&mut self.order) {
            self.insert(id, compare);
        }
    }

    /// Puts a room into the order. Returns where it stands.
    fn insert(&mut self, id: RoomId, compare: Compare) -> usize {
        let room = self.find(id);
        let to = self.order.partition_point(|other| {
            let both = self.find(*other).zip(room);
            both.is_some_and(|(other, room)| other.is_before(room, compare))
        });
        self.order.insert(to, id);
        to
    }

    /// Takes a room out of the order. Returns where it stood.
    fn take_out(&mut self, id: RoomId) -> Option<usize> {
        let at = self.order.iter().position(|other| *other == id)?;
        self.order.remove(at);
        Some(at)
    }

    /// All rooms by name, the lobby first.
    pub(super) fn ids(&self) -> Vec<RoomId> {
        self.order.clone()
    }

    /// The sections that the list has, each with its rooms in order. `current` is shown although it
    /// was closed.
    pub(super) fn sections(&self, current: Option<RoomId>) -> Vec<ListedSection> {
        // Loops, which are a third of the code of the same with iterators.
        let arrangement = &self.arrangement;
        let mut sections = Vec::new();
        let favourites = self.those(&arrangement.favourites, current);
        if !favourites.is_empty() {
            sections.push(self.section(SectionKey::Favourites, &favourites));
        }
        for own in &arrangement.sections {
            let rooms = self.those(&own.rooms, current);
            sections.push(self.section(SectionKey::Own(own.name.clone()), &rooms));
        }
        let (mut rooms, mut direct) = (Vec::new(), Vec::new());
        for room in self.those(&self.order, current) {
            if has(&self.arranged, room.id) {
                continue;
            }
            if room.kind == RoomKind::Direct {
                direct.push(room);
            } else {
                rooms.push(room);
            }
        }
        // The last one to say something first.
        let direct = sorted(direct, |room| (String::new(), room.at.0.saturating_neg()));
        sections.push(self.section(SectionKey::Rooms, &rooms));
        sections.push(self.section(SectionKey::Direct, &direct));
        sections
    }

    /// Those of these rooms that the list shows.
    fn those(&self, ids: &[RoomId], current: Option<RoomId>) -> Vec<&ListedRoom> {
        let mut rooms = Vec::new();
        for id in ids {
            if let Some(room) = self.find(*id).filter(|room| self.is_shown(room, current)) {
                rooms.push(room);
            }
        }
        rooms
    }

    fn is_shown(&self, room: &ListedRoom, current: Option<RoomId>) -> bool {
        room.kind != RoomKind::Direct
            || Some(room.id) == current
            || !self.arrangement.is_closed(room.id, room.last)
    }

    /// A section. What is quiet is last.
    fn section(&self, key: SectionKey, listed: &[&ListedRoom]) -> ListedSection {
        let mut rooms = Vec::new();
        for quiet in [false, true] {
            for room in listed {
                if self.is_quiet(room) == quiet {
                    rooms.push(room.id);
                }
            }
        }
        ListedSection { key, rooms }
    }

    fn find(&self, id: RoomId) -> Option<&ListedRoom> {
        let at = self.rooms.partition_point(|listed| listed.id < id);
        self.rooms.get(at).filter(|listed| listed.id == id)
    }

    /// Whether a room draws no attention.
    fn is_quiet(&self, room: &ListedRoom) -> bool {
        room.is_archived || has(&self.muted, room.id)
    }

    /// What the list shows of a room.
    pub(super) fn row(&self, id: RoomId) -> PlaceRow {
        let row = self.find(id).map(|room| PlaceRow {
            name: room.name.clone(),
            kind: room.kind,
            people: room.people.clone(),
            unread: self.asked_for(room),
            is_quiet: self.is_quiet(room),
            is_archived: room.is_archived,
        });
        row.unwrap_or_default()
    }

    /// How many messages of a room ask for attention.
    pub(super) fn unread_in(&self, id: RoomId) -> u64 {
        self.find(id).map_or(0, |room| self.asked_for(room))
    }

    fn asked_for(&self, room: &ListedRoom) -> u64 {
        if self.is_quiet(room) { 0 } else { room.unread }
    }

    /// The number of unread messages in all rooms that draw attention. Nothing leads to a closed
    /// conversation.
    pub(super) fn unread(&self) -> u64 {
        self.unread_where(|_| true)
    }

    /// The same for those that are addressed to the person.
    pub(super) fn addressed(&self) -> u64 {
        self.unread_where(|room| room.kind == RoomKind::Direct)
    }

    fn unread_where(&self, is_meant: impl Fn(&ListedRoom) -> bool) -> u64 {
        let rooms = self.rooms.iter();
        let meant = rooms.filter(|room| is_meant(room) && self.is_shown(room, None));
        meant.map(|room| self.asked_for(room)).sum()
    }
}

/// Rooms in the order of their ids.
pub(super) fn by_id(rooms: Vec<RoomId>) -> Vec<RoomId> {
    sorted(rooms, |room| (String::new(), room.0))
}

/// Whether a room is among others, which are in the order of their ids.
fn has(rooms: &[RoomId], room: RoomId) -> bool {
    rooms.binary_search(&room).is_ok()
}

#[cfg(test)]
mod tests;
