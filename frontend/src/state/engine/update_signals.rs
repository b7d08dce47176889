//! Setting the signals of rooms from the replica.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::{RoomId, UserId};
use shared::model::{Profile, Room, RoomKind};
use shared::permission::Standing;
use shared::sync::Replica;

use super::{Engine, PeopleSignals, RoomSignals, now};
use crate::browser;
use crate::i18n::{format, t};
use crate::state::direct;
use crate::state::room_list::{ListedRoom, PlaceRow};
use crate::state::set_signal::{set_if_changed, set_if_changed_rw};
use crate::state::sort::sorted_by_name;
use crate::state::types::{RoomPresence, RoomStatus};

/// What the server calls a new store's lobby.
const LOBBY_NAME: &str = "lobby";
/// How long a time-out is waited for at once.
const LOOK_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);

impl Engine {
    pub(super) fn listed_rooms(&self) -> Vec<RoomId> {
        self.read(|replica| replica.my_rooms().collect())
            .unwrap_or_default()
    }

    /// Updates the rows of these rooms in the list of rooms, and its order.
    pub(super) fn update_room_rows(&self, rooms: &[RoomId]) {
        if rooms.is_empty() {
            return;
        }
        let mut list = self.room_list.borrow_mut();
        let mut is_moved = false;
        for room in rooms {
            let listed = self.read(|replica| self.listed_room(replica, *room));
            is_moved |= list.update(*room, listed.flatten(), format::compare);
        }
        drop(list);
        self.show_rows(rooms);
        if is_moved {
            self.update_sections();
        }
    }

    /// Shows what the list has of these rooms, and what is unread in all.
    fn show_rows(&self, rooms: &[RoomId]) {
        let list = self.room_list.borrow();
        set_if_changed_rw(self.signals.unread, list.unread());
        set_if_changed_rw(self.signals.addressed, list.addressed());
        for room in rooms {
            if let Some(signals) = self.room_signals(*room) {
                set_if_changed(&signals.row, list.row(*room));
            }
        }
    }

    /// Whether the person only reads for a time. Looked at again when that is over.
    pub(super) fn update_restriction(self: &Rc<Self>) {
        let now = now();
        let until = self.read(|replica| replica.timed_out(now)).flatten();
        set_if_changed_rw(self.signals.timed_out, until);
        let Some(until) = until else { return };
        // A browser waits no longer than 24 days. A page that is open for so long looks more often.
        let wait = Duration::from_millis(until.millis_after(now)).min(LOOK_AGAIN);
        let engine = Rc::clone(self);
        browser::after(wait, move || engine.update_restriction());
    }

    /// The person has arranged the rooms in another way.
    pub(super) fn update_arrangement(&self) {
        if let Some(arrangement) = self.read(Replica::sidebar) {
            let changed = self.room_list.borrow_mut().arrange(arrangement);
            self.show_rows(&changed);
            self.update_sections();
        }
    }

    /// Direct conversations are called by their people: when others share a name, they may be called
    /// otherwise.
    pub(in crate::state) fn update_namesakes(&self) {
        if self.namesakes_changed.take() {
            let rooms = self.direct_rooms(None);
            for room in &rooms {
                self.update_room_status(*room);
            }
            self.update_room_rows(&rooms);
        }
    }

    /// Brings the sections of the list up to date.
    pub(in crate::state) fn update_sections(&self) {
        let current = self.view().map(|view| view.room);
        let list = self.room_list.borrow();
        set_if_changed_rw(self.signals.room_ids, list.ids());
        set_if_changed_rw(self.signals.sections, list.sections(current));
    }

    /// What the list shows of a room.
    pub(super) fn place_row(&self, room: RoomId) -> PlaceRow {
        self.room_list.borrow().row(room)
    }

    /// A room as the list has it; none if it is not in the list.
    fn listed_room(&self, replica: &Replica, room: RoomId) -> Option<ListedRoom> {
        let known = replica.my_room(room)?;
        let me = replica.user().map(|me| me.id);
        let mut people = known.people.clone();
        people.retain(|id| Some(*id) != me || known.people.len() == 1);
        Some(ListedRoom {
            id: room,
            name: self.shown_room(replica, known).name,
            kind: known.kind,
            people,
            is_lobby: room == replica.lobby(),
            is_archived: known.archived_at.is_some(),
            unread: self.unread(replica, room),
            last: replica.head(room),
            at: replica.last_activity(room),
        })
    }

    /// The number of unread messages of a room; 100 means 100 or more.
    fn unread(&self, replica: &Replica, room: RoomId) -> u64 {
        // Before the read marks are known, nothing is shown as unread.
        if self.read_marks_known.get() {
            replica.unread(room) as u64
        } else {
            0
        }
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
        let rooms = self.listed_rooms();
        for room in &rooms {
            self.update_room_status(*room);
        }
        self.update_room_rows(&rooms);
        self.update_sections();
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
            let own = me.map(|me| me.id);
            let others = room.people.iter().filter(|id| Some(**id) != own);
            let name_of = |id: &UserId| self.name_in_title(replica, *id);
            let others: Vec<String> = others.map(name_of).collect();
            room.name = direct::title(&others, me.map_or("", |me| &me.name));
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
        let at = rooms.partition_point(|(id, _)| *id < room);
        let found = rooms.get(at).filter(|(id, _)| *id == room);
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
