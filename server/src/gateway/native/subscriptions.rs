//! What one authenticated connection subscribes to and watches.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{RoomId, Seq};
use shared::model::{OnlyRoom, Profile};
use shared::stream::StreamKey;

use crate::gateway::delivery::hub::{FeedSlot, Hub, SubscriberId, Subscription, Topic};
use crate::gateway::delivery::outbox::Outbox;
use crate::gateway::delivery::watch::WatcherId;
use crate::store::{ConnectionId, StreamId};

/// A connection's subscriptions, and the rooms that it watches. All end when this is dropped.
pub struct Subscriptions {
    hub: Arc<Hub>,
    outbox: Arc<Outbox>,
    id: SubscriberId,
    // None for who reads without a session: nobody is present then, and nothing is watched.
    person: Option<Profile>,
    only_room: Option<OnlyRoom>,
    // As long as the connection lasts: when the session ends, the connection is closed.
    _session: Option<Subscription>,
    directory: Option<Subscription>,
    own: Option<Subscription>,
    rooms: HashMap<RoomId, Subscription>,
    max_rooms: usize,
    // None if it watches nothing.
    watcher: Option<WatcherId>,
}

/// How a connection's subscription to a room began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomSubscription {
    /// It is new, and muted until it is opened.
    New,
    /// The connection had it already.
    Present,
}

impl Subscriptions {
    /// A subscription to the session's end, if there is one, and to nothing else.
    pub fn new(
        hub: &Arc<Hub>,
        outbox: &Arc<Outbox>,
        connection: ConnectionId,
        session: Option<Subscription>,
        person: Option<Profile>,
        only_room: Option<OnlyRoom>,
        max_rooms: usize,
    ) -> Self {
        Subscriptions {
            hub: Arc::clone(hub),
            outbox: Arc::clone(outbox),
            id: SubscriberId {
                connection,
                user: person.as_ref().map(|person| person.id),
                first_message: only_room.map_or(Seq::ZERO, |only| only.from),
            },
            person,
            only_room,
            _session: session,
            directory: None,
            own: None,
            rooms: HashMap::new(),
            max_rooms,
            watcher: None,
        }
    }

    /// Subscribes to the directory. To a guest of one room nothing of it comes live: what changes of
    /// the room comes with the room.
    pub fn subscribe_directory(&mut self) {
        if self.only_room.is_some() {
            return;
        }
        let topic = Topic::Stream(StreamId::Directory);
        let (hub, outbox, id) = (&self.hub, &self.outbox, self.id);
        self.directory
            .get_or_insert_with(|| hub.subscribe(topic, outbox, id));
    }

    /// Subscribes to the person's own stream; nobody has none.
    pub fn subscribe_own(&mut self) {
        let Some(user) = self.id.user else {
            return;
        };
        let topic = Topic::Stream(StreamId::Person(user));
        let (hub, outbox, id) = (&self.hub, &self.outbox, self.id);
        self.own
            .get_or_insert_with(|| hub.subscribe(topic, outbox, id));
    }

    /// Takes a slot among the subscribers of a room. A new one is muted: the caller looks up
    /// whether the person may read the room, and then calls [`Subscriptions::open_room`].
    ///
    /// # Errors
    /// `too_many_subscriptions`.
    pub fn subscribe_room(&mut self, room: RoomId) -> Result<RoomSubscription, Refusal> {
        // A slot that was evicted stays until here: the person may be a member again.
        if (self.rooms.get(&room)).is_some_and(|subscription| !subscription.slot().is_open()) {
            self.unsubscribe_room(room);
        }
        let count = self.rooms.len();
        let Entry::Vacant(entry) = self.rooms.entry(room) else {
            return Ok(RoomSubscription::Present);
        };
        if count >= self.max_rooms {
            return Err(Refusal::new(ErrorCode::TooManySubscriptions));
        }
        // The room that exists for a guest; in any other the slot stays muted.
        let hides_messages = self.only_room.is_some_and(OnlyRoom::hides_messages);
        let topic = if hides_messages {
            Topic::RoomGuests(room)
        } else {
            Topic::Stream(StreamId::Room(room))
        };
        let subscription = self.hub.subscribe_muted(topic, &self.outbox, self.id);
        entry.insert(subscription);
        Ok(RoomSubscription::New)
    }

    /// Opens a muted slot: the person may read the room, and is present there from now on. Who
    /// reads without a session is not.
    ///
    /// # Errors
    /// `no_such_room` if the permission has ended since the slot was taken.
    pub fn open_room(&mut self, room: RoomId) -> Result<(), Refusal> {
        let subscription = self.rooms.get(&room);
        // Locked meanwhile, so that an eviction finds the person either in both places or in
        // neither.
        let mut presence = self.hub.presence.lock();
        if !subscription.is_some_and(|subscription| subscription.slot().open()) {
            return Err(Refusal::new(ErrorCode::NoSuchRoom));
        }
        if let Some(person) = &self.person {
            presence.enter(room, person);
        }
        drop(presence);
        if let Some(watcher) = self.watcher {
            self.hub.watchers.set_subscribed(watcher, room, true);
        }
        Ok(())
    }

    /// Ends the subscription to a stream, if there is one.
    pub fn unsubscribe(&mut self, stream: StreamKey) {
        match stream {
            StreamKey::Directory => self.directory = None,
            StreamKey::Own => self.own = None,
            StreamKey::Room(room) => self.unsubscribe_room(room),
        }
    }

    /// Ends the subscription to a room, if there is one.
    pub fn unsubscribe_room(&mut self, room: RoomId) {
        let Some(subscription) = self.rooms.remove(&room) else {
            return;
        };
        // An eviction has removed the person from those who are present.
        let mut presence = self.hub.presence.lock();
        if let Some(user) = self.id.user
            && subscription.slot().is_open()
        {
            presence.leave(room, user);
        }
        drop(presence);
        drop(subscription);
        if let Some(watcher) = self.watcher {
            self.hub.watchers.set_subscribed(watcher, room, false);
        }
    }

    /// The slot among the subscribers of a room.
    pub fn room_slot(&self, room: RoomId) -> Option<&FeedSlot> {
        self.rooms.get(&room).map(Subscription::slot)
    }

    /// A slot among the subscribers of a room for the time of one question. It stays muted: only
    /// an eviction is to find it.
    pub fn subscribe_for_question(&self, room: RoomId) -> Subscription {
        let topic = Topic::Stream(StreamId::Room(room));
        self.hub.subscribe_muted(topic, &self.outbox, self.id)
    }

    /// The connection as one that watches rooms.
    ///
    /// # Errors
    /// `not_permitted` without a session.
    pub fn watcher(&mut self) -> Result<WatcherId, Refusal> {
        let user = self.id.user;
        let user = user.ok_or_else(|| Refusal::new(ErrorCode::NotPermitted))?;
        let (hub, rooms) = (&self.hub, &self.rooms);
        let watcher = *self.watcher.get_or_insert_with(|| {
            let first_message = self.id.first_message;
            let watcher = hub.watchers.add(&self.outbox, user, first_message);
            for room in rooms.keys() {
                hub.watchers.set_subscribed(watcher, *room, true);
            }
            watcher
        });
        Ok(watcher)
    }

    /// Ends the watching of rooms.
    pub fn unwatch(&self, mut rooms: Vec<RoomId>) {
        rooms.sort_unstable();
        if let Some(watcher) = self.watcher {
            let heads = &self.hub.unread_heads;
            self.hub.watchers.unwatch(watcher, &rooms, heads);
        }
    }

    /// The slot in the feed that brings a command's changes: the room's, the directory's or the
    /// person's own. None if it is not subscribed.
    pub fn slot_of(&self, command: &Command) -> Option<FeedSlot> {
        let subscription = match command {
            Command::CreateRoom { .. } | Command::Rename { .. } => self.directory.as_ref(),
            Command::OpenDirect { .. }
            | Command::ChangeSidebar { .. }
            | Command::SetMarks { .. } => self.own.as_ref(),
            Command::Send { room, .. }
            | Command::Edit { room, .. }
            | Command::Delete { room, .. }
            | Command::Cancel { room, .. }
            | Command::UpdateRoom { room, .. }
            | Command::ArchiveRoom { room, .. }
            | Command::RemoveRoom { room }
            | Command::JoinRoom { room }
            | Command::AddMembers { room, .. }
            | Command::RemoveMember { room, .. }
            | Command::SetMemberRole { room, .. }
            | Command::MarkRead { room, .. }
            | Command::MarkUnread { room, .. } => self.rooms.get(room),
        };
        subscription.map(Subscription::slot).cloned()
    }

    /// Moves what is published and not delivered yet into the outbox.
    pub fn deliver_pending(&self) {
        let rooms = self.rooms.values();
        for subscription in rooms.chain(&self.directory).chain(&self.own) {
            subscription.slot().deliver_pending(&self.outbox);
        }
    }

    /// Ends everything but the subscription to the session's end.
    pub fn clear(&mut self) {
        self.directory = None;
        self.own = None;
        if let Some(watcher) = self.watcher.take() {
            self.hub.watchers.remove(watcher, &self.hub.unread_heads);
        }
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
