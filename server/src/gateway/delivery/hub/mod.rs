//! Who subscribes to what on this node.
//!
//! A committed change is encoded once per protocol and published to the topic's feed. Every
//! subscriber gets a reference to the same bytes.

mod deliver;

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;

use parking_lot::{Mutex, RwLock};
use shared::error::ErrorCode;
use shared::frame::{ServerFrame, close};
use shared::id::RoomId;

use crate::chat::RoomAccess;
use crate::chat::presence::PresenceTracker;
use crate::gateway::delivery::encode;
pub use crate::gateway::delivery::feed::SubscriberId;
use crate::gateway::delivery::feed::{Feed, NextStep, Payload};
use crate::gateway::delivery::guest_frame::GuestFrame;
use crate::gateway::delivery::outbox::Outbox;
use crate::gateway::delivery::resume_cache::ResumeCache;
use crate::gateway::delivery::watch::{UnreadHeads, Watchers};
use crate::gateway::delivery::write_queue::WriteQueue;
use crate::store::{StreamId, TokenHash};

/// Something that connections subscribe to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The changes of a stream.
    Stream(StreamId),
    /// The changes of a room, for guests who came later than some of its messages.
    RoomGuests(RoomId),
    /// The connections of one session, to close them when it ends.
    Session(TokenHash),
    /// The lobby's messages, for simple clients.
    SimpleLobby,
}

impl Topic {
    /// The topics whose subscribers are in a room.
    fn of_room(room: RoomId) -> [Topic; 2] {
        [Topic::Stream(StreamId::Room(room)), Topic::RoomGuests(room)]
    }
}

/// A subscription to a topic. Dropping it unsubscribes.
pub struct Subscription {
    hub: Arc<Hub>,
    topic: Topic,
    slot: FeedSlot,
}

/// Which slot of which feed a subscriber has.
#[derive(Clone, Debug)]
pub struct FeedSlot {
    feed: Arc<Feed>,
    index: usize,
}

impl Subscription {
    /// The subscriber's slot in the feed.
    pub fn slot(&self) -> &FeedSlot {
        &self.slot
    }
}

impl FeedSlot {
    /// Lets the subscriber get what is published from now on. Returns false if the permission has
    /// ended since the subscription began.
    pub fn open(&self) -> bool {
        self.feed.open(self.index)
    }

    /// Whether the subscriber gets what is published.
    pub fn is_open(&self) -> bool {
        self.feed.is_open(self.index)
    }

    /// Calls `push` unless the slot was evicted, and lets no eviction happen meanwhile. Returns
    /// whether it was called.
    pub fn push_unless_evicted(&self, push: impl FnOnce()) -> bool {
        self.feed.push_unless_evicted(self.index, push)
    }

    /// Moves what is published and not yet delivered into the subscriber's outbox, without
    /// waiting for the writers. The caller has to flush that outbox. Does nothing if the slot
    /// belongs to another subscriber by now.
    pub fn deliver_pending(&self, outbox: &Arc<Outbox>) {
        self.feed.deliver_pending(self.index, outbox);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if self.slot.feed.unsubscribe(self.slot.index) {
            self.hub.remove_if_empty(self.topic);
        }
    }
}

/// All topics with subscribers, and what is shared to serve them.
pub struct Hub {
    // Read at every delivery; written when a topic gains its first subscriber or loses its
    // last.
    topics: RwLock<HashMap<Topic, Arc<Feed>>>,
    /// Who is present and who types. Locked for single changes, for a snapshot, and once per
    /// second for the updates of all rooms.
    pub presence: Mutex<PresenceTracker>,
    /// Answers for clients that come back.
    pub resume_cache: ResumeCache,
    /// Which rooms everybody may read.
    pub room_access: Arc<RoomAccess>,
    /// What is unread in the rooms that somebody watches.
    pub unread_heads: UnreadHeads,
    /// The connections that watch rooms.
    pub watchers: Watchers,
    /// What the writers have to write.
    pub write_queue: WriteQueue,
    delivered_commits: AtomicU64,
}

impl Hub {
    /// A hub without subscribers.
    pub fn new(presence: PresenceTracker, room_access: Arc<RoomAccess>) -> Self {
        Hub {
            topics: RwLock::default(),
            presence: Mutex::new(presence),
            resume_cache: ResumeCache::default(),
            room_access,
            unread_heads: UnreadHeads::default(),
            watchers: Watchers::default(),
            write_queue: WriteQueue::new(available_parallelism().map_or(1, NonZero::get)),
            delivered_commits: AtomicU64::new(0),
        }
    }

    /// Subscribes an outbox to a topic until the returned value is dropped.
    pub fn subscribe(
        self: &Arc<Self>,
        topic: Topic,
        outbox: &Arc<Outbox>,
        id: SubscriberId,
    ) -> Subscription {
        let subscription = self.subscribe_muted(topic, outbox, id);
        subscription.slot.open();
        subscription
    }

    /// As [`Hub::subscribe`], but nothing is delivered until the slot is opened: first the caller
    /// looks up whether the person may have the topic. A permission that ends meanwhile evicts
    /// the slot.
    pub fn subscribe_muted(
        self: &Arc<Self>,
        topic: Topic,
        outbox: &Arc<Outbox>,
        id: SubscriberId,
    ) -> Subscription {
        Subscription {
            hub: Arc::clone(self),
            topic,
            slot: self.insert(topic, outbox, id),
        }
    }

    fn insert(&self, topic: Topic, outbox: &Arc<Outbox>, id: SubscriberId) -> FeedSlot {
        let slot_in = |feed: &Arc<Feed>| FeedSlot {
            index: feed.subscribe_muted(outbox, id),
            feed: Arc::clone(feed),
        };
        // An empty topic is removed under the write lock only. A feed that is found and
        // subscribed to under the read lock can therefore not be lost.
        if let Some(feed) = self.topics.read().get(&topic) {
            return slot_in(feed);
        }
        slot_in(self.topics.write().entry(topic).or_default())
    }

    fn remove_if_empty(&self, topic: Topic) {
        let mut topics = self.topics.write();
        if topics.get(&topic).is_some_and(|feed| feed.is_empty()) {
            topics.remove(&topic);
        }
    }

    fn feed(&self, topic: Topic) -> Option<Arc<Feed>> {
        self.topics.read().get(&topic).cloned()
    }

    fn has_subscribers(&self, topic: Topic) -> bool {
        self.topics.read().contains_key(&topic)
    }

    fn close_subscribers(&self, topic: Topic) {
        let frame = encode::close_frame(close::UNAUTHORIZED, &ErrorCode::Unauthorized.to_string());
        if let Some(feed) = self.feed(topic) {
            feed.for_each_outbox(|outbox| outbox.close(frame.clone()));
        }
    }

    /// Publishes to a topic's subscribers, through the shared writers.
    fn publish(&self, topic: Topic, payload: Payload) {
        if let Some(feed) = self.feed(topic) {
            let next = feed.publish(payload);
            self.schedule(feed, next);
        }
    }

    /// Publishes a frame to guests who came later than some of a room's messages.
    fn publish_to_guests(&self, topic: Topic, frame: GuestFrame) {
        if let Some(feed) = self.feed(topic) {
            let next = feed.publish_to_guests(frame);
            self.schedule(feed, next);
        }
    }

    fn schedule(&self, feed: Arc<Feed>, next: NextStep) {
        match next {
            NextStep::Nothing => {}
            NextStep::ScheduleFeed(subscribers) => {
                self.write_queue.schedule_feed(feed, subscribers);
            }
            NextStep::ScheduleOutboxes(outboxes) => self.write_queue.schedule_outboxes(outboxes),
        }
    }

    /// Publishes a frame that may be lost: slow readers do not get it.
    pub fn publish_ephemeral(&self, room: RoomId, frame: &ServerFrame) {
        if let Some(bytes) = encode::text_frame(frame) {
            for topic in Topic::of_room(room) {
                self.publish(topic, Payload::Ephemeral(bytes.clone()));
            }
        }
    }

    /// Commits delivered since the start. It grows while people talk.
    pub fn delivered_commits(&self) -> u64 {
        self.delivered_commits.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use shared::id::Seq;

    use super::*;
    use crate::store::ConnectionId;

    fn hub() -> Arc<Hub> {
        let presence = PresenceTracker::new(10, Duration::from_secs(5));
        Arc::new(Hub::new(presence, Arc::default()))
    }

    const DIRECTORY: Topic = Topic::Stream(StreamId::Directory);

    fn connection(number: u64) -> SubscriberId {
        SubscriberId {
            connection: ConnectionId(number),
            user: None,
            first_message: Seq::ZERO,
        }
    }

    #[test]
    fn a_topic_without_subscribers_is_removed() {
        let hub = hub();
        let outbox = Arc::new(Outbox::new(1000));
        let first = hub.subscribe(DIRECTORY, &outbox, connection(1));
        let second = hub.subscribe(DIRECTORY, &outbox, connection(2));
        drop(first);
        assert!(hub.has_subscribers(DIRECTORY));
        drop(second);
        assert!(!hub.has_subscribers(DIRECTORY));
    }

    #[test]
    fn a_feed_that_nobody_writes_out_overflows_bounded_outboxes() {
        let hub = hub();
        let outbox = Arc::new(Outbox::new(1000));
        let _subscription = hub.subscribe(DIRECTORY, &outbox, connection(1));
        // No writer was started.
        for _ in 0..20 {
            hub.publish(
                DIRECTORY,
                Payload::Everyone(Bytes::from(vec![b'x'; 100_000])),
            );
        }
        assert!(outbox.has_overflowed());
    }

    #[test]
    fn subscribers_share_one_copy_of_the_bytes() {
        let hub = hub();
        let outboxes: Vec<_> = (0..2).map(|_| Arc::new(Outbox::new(1000))).collect();
        let _subscriptions: Vec<_> = (0..)
            .zip(&outboxes)
            .map(|(index, outbox)| hub.subscribe(DIRECTORY, outbox, connection(index)))
            .collect();
        let frame = encode::text_frame(&ServerFrame::Pong {}).unwrap();
        hub.publish(DIRECTORY, Payload::Everyone(frame));
        while hub.write_queue.write_next_batch() {}
        let pointers: Vec<*const u8> = outboxes
            .iter()
            .map(|outbox| {
                let mut pointer = std::ptr::null();
                let flushed = outbox.flush_into(|slices| {
                    pointer = slices[0].as_ptr();
                    Ok(slices.iter().map(|slice| slice.len()).sum())
                });
                assert!(flushed.is_ok() && !pointer.is_null());
                pointer
            })
            .collect();
        assert_eq!(pointers[0], pointers[1]);
    }
}
