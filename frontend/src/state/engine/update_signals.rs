//! Setting the signals of rooms from the replica.

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::Profile;
use shared::sync::Replica;

use super::{Engine, PeopleSignals, RoomSignals};
use crate::browser::small_letters;
use crate::state::set_signal::{set_if_changed, set_if_changed_rw};
use crate::state::sort::sorted;
use crate::state::types::{RoomPresence, RoomStatus};

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
            // The lobby sorts before every name.
            let sort_key = |name: &str| match lobby {
                Some(lobby) if lobby == *room => String::new(),
                _ => small_letters(name),
            };
            let moved = self.read(|replica| {
                let listed = replica.listed_room(*room);
                let listed = listed.map(|room| (room.name.as_str(), unread));
                list.update(*room, listed, sort_key)
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
            let presence = self.read(|replica| presence(replica, room)).flatten();
            if let Some(people) = presence.as_ref().and_then(|known| known.people.as_ref()) {
                self.note_people(people);
            }
            set_if_changed(&signals.presence, presence);
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
            RoomStatus::Here(known.clone())
        };
    }
    match replica.timeline(room).and_then(|t| t.unavailable()) {
        Some(ErrorCode::NoSuchRoom) => RoomStatus::Missing,
        Some(ErrorCode::RoomGone) => RoomStatus::Gone,
        _ => RoomStatus::Unknown,
    }
}

fn presence(replica: &Replica, room: RoomId) -> Option<RoomPresence> {
    let known = replica.presence(room)?;
    let people = known.people.as_ref().map(|people| {
        let mut people = people.clone();
        for person in &mut people {
            if let Some(name) = replica.name(person.id) {
                name.clone_into(&mut person.name);
            }
        }
        sorted(people, |person| (small_letters(&person.name), person.id.0))
    });
    Some(RoomPresence {
        count: known.count,
        people,
    })
}
