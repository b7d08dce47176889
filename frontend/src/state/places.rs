//! What the person may do in rooms, and which rooms and people are known.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures::channel::oneshot;
use leptos::prelude::*;
use shared::id::{RoomId, UserId};
use shared::model::{Profile, Room, RoomKind};
use shared::permission::{Action, Standing, is_allowed_in};

use super::{Client, recent};
use crate::browser;
use crate::view::{effect, memo};

/// How long a room that was made waits for the streams to tell of it: they may be cut off.
const LONGEST_WAY_IN: Duration = Duration::from_secs(2);

/// A room that can be gone to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRoom {
    /// The room.
    pub id: RoomId,
    /// Its name, as the page shows it.
    pub name: String,
    /// What kind of room it is.
    pub kind: RoomKind,
    /// Whether it is archived.
    pub is_archived: bool,
    /// Whether the person is a member; of the lobby everybody is.
    pub is_mine: bool,
}

impl Client {
    /// What the person is in a room.
    pub fn standing(self, room: RoomId) -> ReadSignal<Standing> {
        self.engine().room(room).standing.clone().into()
    }

    /// Waits until the page knows that the person is in a room. The answer to the command that
    /// made it may be here before the streams tell what it did; who goes there at once would be
    /// asked to join for a moment.
    pub async fn until_member(self, room: RoomId) {
        let standing = self.standing(room);
        let (tell, told) = oneshot::channel();
        let tell = Rc::new(Cell::new(Some(tell)));
        let late = Rc::clone(&tell);
        browser::after(LONGEST_WAY_IN, move || drop(late.take()));
        let owner = Owner::new();
        owner.with(|| {
            effect(move || {
                if standing.get() != Standing::Outsider
                    && let Some(tell) = tell.take()
                {
                    let _ = tell.send(());
                }
            });
        });
        let _ = told.await;
    }

    /// Whether the person may do something in a room, as far as is known. What may not be done is
    /// not shown.
    pub fn may(self, action: Action, room: RoomId) -> Memo<bool> {
        let (state, standing) = (self.room(room), self.standing(room));
        let (me, only_room) = (self.me(), self.only_room());
        memo(move || {
            let role = me.with(|me| me.as_ref().map(|me| me.role));
            let may_guests = action.is_open_to_guests_of_one_room();
            let standing = standing.get();
            let is_allowed = |room: &Room| {
                role.is_some_and(|role| is_allowed_in(action, role, room, standing))
                    && (may_guests || only_room.get().is_none())
            };
            state.with(|state| state.here().is_some_and(is_allowed))
        })
    }

    /// The others of a direct conversation, in the order of their numbers; tracked.
    pub fn others_in(self, room: RoomId) -> Vec<UserId> {
        let me = self.engine().user();
        self.room(room).with(|state| {
            let people = state.here().map(|room| room.people.clone());
            let mut people = people.unwrap_or_default();
            people.retain(|id| Some(*id) != me);
            people
        })
    }

    /// A person's name, as far as it is known; tracked.
    pub fn name_of(self, id: UserId) -> String {
        self.0.signals.people.track();
        let name = |replica: &shared::sync::Replica| replica.name(id).map(str::to_owned);
        self.engine().read(name).flatten().unwrap_or_default()
    }

    /// A person's profile, as far as it is known; not tracked.
    pub fn profile_of(self, id: UserId) -> Option<Profile> {
        self.engine().read(|replica| replica.profile(id)).flatten()
    }

    /// All rooms that are known to exist for the person; not tracked.
    pub fn known_rooms(self) -> Vec<KnownRoom> {
        let engine = self.engine();
        let rooms = engine.read(|replica| {
            let known = |room: &Room| KnownRoom {
                id: room.id,
                name: engine.shown_room(replica, room).name,
                kind: room.kind,
                is_archived: room.archived_at.is_some(),
                is_mine: replica.my_room(room.id).is_some(),
            };
            let mut rooms: Vec<KnownRoom> = replica.rooms().map(known).collect();
            let unlisted = replica.my_rooms().filter_map(|id| replica.room(id));
            rooms.extend(
                unlisted
                    .filter(|room| room.kind != RoomKind::Public)
                    .map(known),
            );
            rooms
        });
        rooms.unwrap_or_default()
    }

    /// The people whose names the page has shown; not tracked.
    pub fn known_people(self) -> Vec<Profile> {
        let engine = self.engine();
        let ids = engine.people().ids();
        let known = |id: UserId| engine.read(|replica| replica.profile(id)).flatten();
        let people = ids.into_iter().filter_map(known);
        people
            .filter(|person| !person.deleted && !person.deactivated)
            .collect()
    }

    /// The rooms that were open lately in this browser, the last one first.
    pub fn recent_rooms(self) -> Vec<RoomId> {
        recent::rooms()
    }
}
