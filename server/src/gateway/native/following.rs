//! What one greeted connection follows.

use std::collections::HashMap;
use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::Profile;

use crate::gateway::hub::{Hub, Place, Topic};
use crate::gateway::outbox::Outbox;
use crate::store::{Origin, TokenHash};

/// The places that a connection has among the followers of things; all are given back
/// when this is dropped.
pub struct Following {
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    origin: Origin,
    person: Profile,
    // As long as the connection lasts: its session's end, its person's removal.
    always: [(Topic, Place); 2],
    directory: Option<Place>,
    stream: Option<Place>,
    rooms: HashMap<RoomId, Place>,
    most_rooms: usize,
}

impl Following {
    /// Follows the session's and the person's end, and nothing else.
    pub fn new(
        hub: &Arc<Hub>,
        outbox: &Arc<Outbox>,
        origin: Origin,
        session: (Topic, Place),
        person: Profile,
        most_rooms: usize,
    ) -> Self {
        let all = Topic::Person(person.id);
        Following {
            always: [session, (all, hub.follow(all, outbox, origin))],
            hub: Arc::clone(hub),
            outbox: Arc::clone(outbox),
            origin,
            person,
            directory: None,
            stream: None,
            rooms: HashMap::new(),
            most_rooms,
        }
    }

    /// A place among the followers of a session, taken before the session is looked up,
    /// so that one that ends meanwhile is not missed.
    pub fn session(
        hub: &Hub,
        outbox: &Arc<Outbox>,
        origin: Origin,
        token: TokenHash,
    ) -> (Topic, Place) {
        let topic = Topic::Session(token);
        (topic, hub.follow(topic, outbox, origin))
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
        if self.rooms.contains_key(&room) {
            return Ok(false);
        }
        if self.rooms.len() >= self.most_rooms {
            return Err(Refusal::new(ErrorCode::TooManySubscriptions));
        }
        let place = self
            .hub
            .follow(Topic::Room(room), &self.outbox, self.origin);
        self.rooms.insert(room, place);
        self.hub.presence.lock().enter(room, &self.person);
        Ok(true)
    }

    /// Follows a room no longer.
    pub fn leave(&mut self, room: RoomId) {
        if let Some(place) = self.rooms.remove(&room) {
            self.hub.unfollow(Topic::Room(room), place);
            self.hub.presence.lock().leave(room, self.person.id);
        }
    }

    /// Follows nothing that could be asked for anew.
    pub fn nothing(&mut self) {
        if let Some(place) = self.directory.take() {
            self.hub.unfollow(Topic::Directory, place);
        }
        if let Some(place) = self.stream.take() {
            self.hub.unfollow(Topic::Stream(self.person.id), place);
        }
        let rooms: Vec<_> = self.rooms.keys().copied().collect();
        for room in rooms {
            self.leave(room);
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.nothing();
        for (topic, place) in self.always {
            self.hub.unfollow(topic, place);
        }
    }
}
