//! What one authenticated connection subscribes to.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::RoomId;
use shared::model::Profile;

use crate::gateway::delivery::hub::{FeedSlot, Hub, Subscription, Topic};
use crate::gateway::delivery::outbox::Outbox;
use crate::store::ConnectionId;

/// A connection's subscriptions. All end when this is dropped.
pub struct Subscriptions {
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    connection: ConnectionId,
    person: Profile,
    // As long as the connection lasts: when the session ends, the connection is closed.
    _session: Subscription,
    directory: Option<Subscription>,
    stream: Option<Subscription>,
    rooms: HashMap<RoomId, Subscription>,
    max_rooms: usize,
}

impl Subscriptions {
    /// A subscription to the session's end, and to nothing else.
    pub fn new(
        hub: &Arc<Hub>,
        outbox: &Arc<Outbox>,
        connection: ConnectionId,
        session: Subscription,
        person: Profile,
        max_rooms: usize,
    ) -> Self {
        Subscriptions {
            hub: Arc::clone(hub),
            outbox: Arc::clone(outbox),
            connection,
            person,
            _session: session,
            directory: None,
            stream: None,
            rooms: HashMap::new(),
            max_rooms,
        }
    }

    /// Subscribes to the directory.
    pub fn subscribe_directory(&mut self) {
        let (hub, outbox, connection) = (&self.hub, &self.outbox, self.connection);
        self.directory
            .get_or_insert_with(|| hub.subscribe(Topic::Directory, outbox, connection));
    }

    /// Subscribes to the person's own stream.
    pub fn subscribe_stream(&mut self) {
        let topic = Topic::PersonalStream(self.person.id);
        let (hub, outbox, connection) = (&self.hub, &self.outbox, self.connection);
        self.stream
            .get_or_insert_with(|| hub.subscribe(topic, outbox, connection));
    }

    /// Subscribes to a room. Returns whether it was not subscribed before.
    ///
    /// # Errors
    /// `too_many_subscriptions`.
    pub fn subscribe_room(&mut self, room: RoomId) -> Result<bool, Refusal> {
        let count = self.rooms.len();
        let Entry::Vacant(entry) = self.rooms.entry(room) else {
            return Ok(false);
        };
        if count >= self.max_rooms {
            return Err(Refusal::new(ErrorCode::TooManySubscriptions));
        }
        let topic = Topic::Room(room);
        entry.insert(self.hub.subscribe(topic, &self.outbox, self.connection));
        self.hub.presence.lock().enter(room, &self.person);
        Ok(true)
    }

    /// Ends the subscription to a room, if there is one.
    pub fn unsubscribe_room(&mut self, room: RoomId) {
        if self.rooms.remove(&room).is_some() {
            self.hub.presence.lock().leave(room, self.person.id);
        }
    }

    /// The slot in the feed that brings a command's changes: the room's, or the directory's
    /// for a command without a room. None if it is not subscribed.
    pub fn slot_of(&self, room: Option<RoomId>) -> Option<FeedSlot> {
        let subscription = match room {
            Some(room) => self.rooms.get(&room),
            None => self.directory.as_ref(),
        };
        subscription.map(Subscription::slot).cloned()
    }

    /// Moves what is published and not delivered yet into the outbox.
    pub fn deliver_pending(&self) {
        let rooms = self.rooms.values();
        for subscription in rooms.chain(&self.directory).chain(&self.stream) {
            subscription.slot().deliver_pending(&self.outbox);
        }
    }

    /// Ends all subscriptions but that to the session's end.
    pub fn clear(&mut self) {
        self.directory = None;
        self.stream = None;
        let rooms: Vec<_> = self.rooms.keys().copied().collect();
        for room in rooms {
            self.unsubscribe_room(room);
        }
    }
}

impl Drop for Subscriptions {
    fn drop(&mut self) {
        self.clear();
    }
}
