//! Setting the signals of rooms from the replica.

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::{RoomId, UserId};
use shared::model::{Profile, Room, RoomKind};
use shared::permission::Standing;
use shared::sync::Replica;

use super::{Engine, PeopleSignals, RoomSignals};
use crate::i18n::{format, t};
use crate::state::direct;
use crate::state::set_signal::{set_if_changed, set_if_changed_rw};
use crate::state::sort::sorted_by_name;
use crate::state::types::{RoomPresence, RoomStatus};

/// What the server calls a new store's lobby.
const LOBBY_NAME: &str = "lobby";

impl Engine {
    pub(super) fn listed_rooms(&self) -> Vec<RoomId> {
        let ids = |replica: &Replica| replica.rooms().map(|room| room.id).collect();
        self.read(ids).unwrap_or_default()
    }

    /// Updates the rows of these rooms in the list of rooms, and its order.
    pub(super) fn update_room_rows(&self, rooms: &[RoomId]) {
        if rooms.is_empty() {
            return;
        }
        let lobby = self.read(Replica::lobby);
        let mut list = self.room_list.borrow_mut();
        let mut is_reordered = false;
        for room in rooms {
            let unread = self.unread(*room);
            let moved = self.read(|replica| {
                let listed = replica.listed_room(*room);
                let listed =
                    listed.map(|listed| (listed.name.as_str(), unread, lobby == Some(*room)));
                list.update(*room, listed, format::compare)
            });
            is_reordered |= moved == Some(true);
            if let Some(signals) = self.room_signals(*room) {
                set_if_changed(&signals.unread, unread);
            }
        }
        set_if_changed_rw(self.signals.unread, list.unread());
        if is_reordered {
            let _ = self.signals.room_ids.try_set(list.ids());
        }
    }

    /// The number of unread messages of a room in the list; 100 means 100 or more.
    pub(super) fn unread(&self, room: RoomId) -> u64 {
        // Before the read marks are known, nothing is shown as unread.
        if !self.read_marks_known.get() {
            return 0;
        }
        self.read(|replica| {
            let listed = replica.listed_room(room);
            listed.map_or(0, |_| replica.unread(room) as u64)
        })
        .unwrap_or(0)
    }

    pub(super) fn update_room_status(&self, room: RoomId) {
        if let Some(signals) = self.room_signals(room) {
            let state = self.read(|replica| self.room_state(replica, room));
            set_if_changed(&signals.state, state.unwrap_or(RoomStatus::Unknown));
            let standing = self.read(|replica| replica.standing(room));
            set_if_changed(&signals.standing, standing.unwrap_or(Standing::Outsider));
        }
    }

    pub(super) fn update_typing(&self, room: RoomId) {
        if let Some(signals) = self.people_signals(room) {
            let people: Vec<Profile> = self
                .read(|replica| replica.typing(room).cloned().collect())
                .unwrap_or_default();
            self.note_people(&people);
            set_if_changed(&signals.typing, people);
        }
    }

    pub(super) fn update_presence(&self, room: RoomId) {
        if let Some(signals) = self.people_signals(room) {
            let before = signals.presence.get_untracked();
            let before = before.and_then(|known| known.people).unwrap_or_default();
            let presence = self.read(|replica| presence(replica, room, &before));
            let presence = presence.flatten();
            if let Some(people) = presence.as_ref().and_then(|known| known.people.as_ref()) {
                self.note_people(people);
            }
            set_if_changed(&signals.presence, presence);
        }
    }

    /// The language has changed: names are sorted in its order, and the lobby has another one.
    pub(in crate::state) fn language_changed(&self) {
        self.room_list.borrow_mut().sort(format::compare);
        let ids = self.room_list.borrow().ids();
        set_if_changed_rw(self.signals.room_ids, ids);
        if let Some(lobby) = self.read(Replica::lobby) {
            self.update_room_status(lobby);
        }
        for room in self.direct_rooms(None) {
            self.update_room_status(room);
        }
        for room in self.rooms_with_people() {
            if let Some(signals) = self.people_signals(room) {
                let presence = self.read(|replica| presence(replica, room, &[]));
                set_if_changed(&signals.presence, presence.flatten());
            }
        }
    }

    fn room_state(&self, replica: &Replica, room: RoomId) -> RoomStatus {
        if let Some(known) = replica.room(room) {
            return if known.removed_at.is_some() {
                RoomStatus::Gone
            } else {
                RoomStatus::Here(self.shown_room(replica, known))
            };
        }
        match replica.timeline(room).and_then(|t| t.unavailable()) {
            Some(ErrorCode::NoSuchRoom) => RoomStatus::Missing,
            Some(ErrorCode::RoomGone) => RoomStatus::Gone,
            _ => RoomStatus::Unknown,
        }
    }

    /// A room with the name that the page shows: an untouched lobby has one in each language, a direct
    /// conversation those of its people.
    pub(in crate::state) fn shown_room(&self, replica: &Replica, room: &Room) -> Room {
        let mut room = room.clone();
        if room.id == replica.lobby() && room.name == LOBBY_NAME {
            t().app.lobby.clone_into(&mut room.name);
        }
        if room.kind == RoomKind::Direct {
            let me = replica.user();
            let others = room.people.iter().filter(|id| **id != me.id);
            let name_of = |id: &UserId| self.name_in_title(replica, *id);
            room.name = direct::title(others.map(name_of).collect(), &me.name);
        }
        room
    }

    fn name_in_title(&self, replica: &Replica, id: UserId) -> String {
        let Some(name) = replica.name(id) else {
            return direct::UNKNOWN.to_owned();
        };
        self.note_person(id, name);
        self.full_name(Some(id), name)
    }

    /// The direct conversations of these people; `None`: all of them.
    pub(super) fn direct_rooms(&self, of: Option<&[UserId]>) -> Vec<RoomId> {
        let is_of = |room: &Room| {
            let mut people = room.people.iter();
            room.kind == RoomKind::Direct
                && of.is_none_or(|of| people.any(|person| of.contains(person)))
        };
        let rooms = self.read(|replica| {
            let mine = replica.my_rooms();
            mine.filter(|id| replica.room(*id).is_some_and(is_of))
                .collect()
        });
        rooms.unwrap_or_default()
    }

    fn note_people(&self, people: &[Profile]) {
        for person in people {
            self.note_person(person.id, &person.name);
        }
    }

    pub(super) fn room_signals(&self, room: RoomId) -> Option<RoomSignals> {
        let rooms = self.rooms.borrow();
        let found = rooms.iter().find(|(id, _)| *id == room);
        found.map(|(_, signals)| signals.clone())
    }

    pub(super) fn people_signals(&self, room: RoomId) -> Option<PeopleSignals> {
        let rooms = self.people_in_rooms.borrow();
        let found = rooms.iter().find(|(id, _)| *id == room);
        found.map(|(_, signals)| signals.clone())
    }

    pub(super) fn rooms_with_people(&self) -> Vec<RoomId> {
        let rooms = self.people_in_rooms.borrow();
        rooms.iter().map(|(id, _)| *id).collect()
    }
}

/// Who is in a room. `before`: who was there, in order.
fn presence(replica: &Replica, room: RoomId, before: &[Profile]) -> Option<RoomPresence> {
    let known = replica.presence(room)?;
    let people = known.people.as_ref().map(|people| {
        // Of what came here and by the directory, the newer.
        let newest = |person: &Profile| replica.profile(person.id);
        let people = people
            .iter()
            .map(|person| newest(person).unwrap_or_else(|| person.clone()));
        sorted_by_name(people.collect(), before)
    });
    Some(RoomPresence {
        count: known.count,
        people,
    })
}
