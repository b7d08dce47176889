//! What one greeted connection follows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::Profile;

use crate::gateway::hub::{Follow, Hub, Seat, Topic};
use crate::gateway::outbox::Outbox;
use crate::store::Origin;

/// The places that a connection has among the followers of things; all are given back
/// when this is dropped.
pub struct Following {
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    origin: Origin,
    person: Profile,
    // As long as the connection lasts: an ended session closes it.
    _session: Follow,
    directory: Option<Follow>,
    stream: Option<Follow>,
    rooms: HashMap<RoomId, Follow>,
    most_rooms: usize,
}

impl Following {
    /// Follows the session's end, and nothing else.
    pub fn new(
        hub: &Arc<Hub>,
        outbox: &Arc<Outbox>,
        origin: Origin,
        session: Follow,
        person: Profile,
        most_rooms: usize,
    ) -> Self {
        Following {
            hub: Arc::clone(hub),
            outbox: Arc::clone(outbox),
            origin,
            person,
            _session: session,
            directory: None,
            stream: None,
            rooms: HashMap::new(),
            most_rooms,
        }
    }

    /// Follows the directory.
    pub fn directory(&mut self) {
        let (hub, outbox, origin) = (&self.hub, &self.outbox, self.origin);
        self.directory
            .get_or_insert_with(|| hub.follow(Topic::Directory, outbox, origin));
    }

    /// Follows the person's own stream.
    pub fn stream(&mut self) {
        let topic = Topic::Stream(self.person.id);
        let (hub, outbox, origin) = (&self.hub, &self.outbox, self.origin);
        self.stream
            .get_or_insert_with(|| hub.follow(topic, outbox, origin));
    }

    /// Follows a room; returns whether it did not before.
    ///
    /// # Errors
    /// `too_many_subscriptions`.
    pub fn enter(&mut self, room: RoomId) -> Result<bool, Refusal> {
        let followed = self.rooms.len();
        let Entry::Vacant(place) = self.rooms.entry(room) else {
            return Ok(false);
        };
        if followed >= self.most_rooms {
            return Err(Refusal::new(ErrorCode::TooManySubscriptions));
        }
        let topic = Topic::Room(room);
        place.insert(self.hub.follow(topic, &self.outbox, self.origin));
        self.hub.presence.lock().enter(room, &self.person);
        Ok(true)
    }

    /// Follows a room no longer.
    pub fn leave(&mut self, room: RoomId) {
        if self.rooms.remove(&room).is_some() {
            self.hub.presence.lock().leave(room, self.person.id);
        }
    }

    /// Where a command's changes come, if they do: the room, or the directory.
    pub fn seat(&self, room: Option<RoomId>) -> Option<Seat> {
        let follow = match room {
            Some(room) => self.rooms.get(&room),
            None => self.directory.as_ref(),
        };
        follow.map(Follow::seat).cloned()
    }

    /// Has what was told of all that is followed come at once.
    pub fn catch_up(&self) {
        let rooms = self.rooms.values();
        for follow in rooms.chain(&self.directory).chain(&self.stream) {
            follow.seat().catch_up(&self.outbox);
        }
    }

    /// Follows nothing that could be asked for anew.
    pub fn nothing(&mut self) {
        self.directory = None;
        self.stream = None;
        let rooms: Vec<_> = self.rooms.keys().copied().collect();
        for room in rooms {
            self.leave(room);
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.nothing();
    }
}
