//! Setting the signals of rooms from the replica.

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::{Profile, Room};
use shared::sync::Replica;

use super::{Engine, PeopleSignals, RoomSignals};
use crate::i18n::{format, t};
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
            let state = self
                .read(|replica| room_state(replica, room))
                .unwrap_or(RoomStatus::Unknown);
            set_if_changed(&signals.state, state);
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
        for room in self.rooms_with_people() {
            if let Some(signals) = self.people_signals(room) {
                let presence = self.read(|replica| presence(replica, room, &[]));
                set_if_changed(&signals.presence, presence.flatten());
            }
        }
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

fn room_state(replica: &Replica, room: RoomId) -> RoomStatus {
    if let Some(known) = replica.room(room) {
        return if known.removed_at.is_some() {
            RoomStatus::Gone
        } else {
            RoomStatus::Here(shown_room(replica, known))
        };
    }
    match replica.timeline(room).and_then(|t| t.unavailable()) {
        Some(ErrorCode::NoSuchRoom) => RoomStatus::Missing,
        Some(ErrorCode::RoomGone) => RoomStatus::Gone,
        _ => RoomStatus::Unknown,
    }
}

/// A room with the name that the page shows: an untouched lobby has one in each language.
pub(super) fn shown_room(replica: &Replica, room: &Room) -> Room {
    let mut room = room.clone();
    if room.id == replica.lobby() && room.name == LOBBY_NAME {
        t().app.lobby.clone_into(&mut room.name);
    }
    room
}

/// Of what came with the presence and by the directory, the newer. Of whom only the name came there, the
/// role is the one that came here.
fn newest(replica: &Replica, person: &Profile) -> Profile {
    match replica.profile(person.id) {
        Some(known) if known.username.is_some() => known,
        Some(known) => Profile {
            role: person.role,
            ..known
        },
        None => person.clone(),
    }
}

/// Who is in a room. `before`: who was there, in order.
fn presence(replica: &Replica, room: RoomId, before: &[Profile]) -> Option<RoomPresence> {
    let known = replica.presence(room)?;
    let people = known.people.as_ref().map(|people| {
        let people = people.iter().map(|person| newest(replica, person));
        sorted_by_name(people.collect(), before)
    });
    Some(RoomPresence {
        count: known.count,
        people,
    })
}
