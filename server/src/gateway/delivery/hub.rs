//! Who subscribes to what on this node.
//!
//! A committed change is encoded once per protocol and published to the topic's feed. Every
//! subscriber gets a reference to the same bytes.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use shared::error::ErrorCode;
use shared::frame::{ServerFrame, close};
use shared::id::{RoomId, UserId};
use shared::simple::SimpleMessage;
use smallvec::SmallVec;

use super::encode;
use super::feed::{Feed, NextStep, Payload};
use super::outbox::Outbox;
use super::ranges::{FrameRange, split_into_frames};
use super::resume_cache::ResumeCache;
use super::write_queue::WriteQueue;
use crate::bus::Deliver;
use crate::chat::presence::PresenceTracker;
use crate::store::{Batch, ConnectionId, Posted, RoomBatch, TokenHash};

/// Something that connections subscribe to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A room's changes.
    Room(RoomId),
    /// Rooms and people's names.
    Directory,
    /// A person's own stream.
    PersonalStream(UserId),
    /// The connections of one session, to close them when it ends.
    Session(TokenHash),
    /// The lobby's messages, for simple clients.
    SimpleLobby,
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
    /// What the writers have to write.
    pub write_queue: WriteQueue,
    delivered_commits: AtomicU64,
}

impl Hub {
    /// A hub without subscribers.
    pub fn new(presence: PresenceTracker) -> Self {
        Hub {
            topics: RwLock::default(),
            presence: Mutex::new(presence),
            resume_cache: ResumeCache::default(),
            write_queue: WriteQueue::new(available_parallelism().map_or(1, NonZero::get)),
            delivered_commits: AtomicU64::new(0),
        }
    }

    /// Subscribes an outbox to a topic until the returned value is dropped.
    pub fn subscribe(
        self: &Arc<Self>,
        topic: Topic,
        outbox: &Arc<Outbox>,
        connection: ConnectionId,
    ) -> Subscription {
        Subscription {
            hub: Arc::clone(self),
            topic,
            slot: self.insert(topic, outbox, connection),
        }
    }

    fn insert(&self, topic: Topic, outbox: &Arc<Outbox>, connection: ConnectionId) -> FeedSlot {
        let slot_in = |feed: &Arc<Feed>| FeedSlot {
            index: feed.subscribe(outbox, connection),
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
        let Some(feed) = self.feed(topic) else {
            return;
        };
        match feed.publish(payload) {
            NextStep::Nothing => {}
            NextStep::ScheduleFeed(subscribers) => {
                self.write_queue.schedule_feed(feed, subscribers);
            }
            NextStep::ScheduleOutboxes(outboxes) => self.write_queue.schedule_outboxes(outboxes),
        }
    }

    fn publish_frame(&self, topic: Topic, frame: &ServerFrame) {
        if let Some(bytes) = encode::text_frame(frame) {
            self.publish(topic, Payload::Everyone(bytes));
        }
    }

    /// Publishes a frame that may be lost: slow readers do not get it.
    pub fn publish_ephemeral(&self, room: RoomId, frame: &ServerFrame) {
        if let Some(bytes) = encode::text_frame(frame) {
            self.publish(Topic::Room(room), Payload::Ephemeral(bytes));
        }
    }

    /// Commits delivered since the start. It grows while people talk.
    pub fn delivered_commits(&self) -> u64 {
        self.delivered_commits.load(Ordering::Relaxed)
    }

    fn deliver_room(&self, batch: RoomBatch) {
        // First, before anything is published: a client that subscribes too late for this change
        // must not get a cached answer from before it.
        self.resume_cache.invalidate(&batch);
        if batch.room == RoomId::LOBBY && self.has_subscribers(Topic::SimpleLobby) {
            self.deliver_simple(&batch);
        }
        let room = batch.room;
        let topic = Topic::Room(room);
        let authors = authors(&batch);
        if self.has_subscribers(topic) {
            for changes in split_into_frames(batch) {
                self.publish_frame(topic, &ServerFrame::Changes(changes));
            }
        }
        if !authors.is_empty() {
            let mut presence = self.presence.lock();
            for author in authors {
                presence.stop_typing(room, author);
            }
        }
    }

    /// Publishes new messages as simple frames, all in one allocation. A simple client gets
    /// all but its own. What was deleted in the commit that posted it, it never gets.
    fn deliver_simple(&self, batch: &RoomBatch) {
        let mut bytes = Vec::new();
        let mut frames: Vec<FrameRange> = Vec::with_capacity(batch.messages.len());
        let is_shown = |posted: &&Posted| posted.is_new && !posted.message.is_deleted();
        for posted in batch.messages.iter().filter(is_shown) {
            let message = SimpleMessage {
                user: posted.message.author.name.as_str().into(),
                content: posted.message.body.as_str().into(),
            };
            let start = bytes.len();
            if encode::append_text_frame(&mut bytes, &message) {
                frames.push(FrameRange {
                    author: posted.connection,
                    start,
                    end: bytes.len(),
                });
            }
        }
        let bytes = Bytes::from(bytes);
        if bytes.is_empty() {
            return;
        }
        self.publish(Topic::SimpleLobby, Payload::ExceptAuthor(bytes, frames));
    }

    /// Makes every native connection ask again for all that it follows, and closes the simple
    /// ones, which cannot ask.
    fn resync(&self) {
        self.resume_cache.clear();
        let feeds: Vec<_> = self.topics.read().values().cloned().collect();
        for feed in feeds {
            feed.for_each_outbox(Outbox::overflow);
        }
    }
}

/// The authors of new messages. Messages in a row name their author once.
fn authors(batch: &RoomBatch) -> SmallVec<[UserId; 4]> {
    let posted = batch.messages.iter().filter(|posted| posted.is_new);
    let mut authors: SmallVec<_> = posted
        .filter_map(|posted| posted.message.author.id)
        .collect();
    authors.dedup();
    authors
}

impl Deliver for Hub {
    fn deliver(&self, batch: Batch) {
        self.delivered_commits.fetch_add(1, Ordering::Relaxed);
        for room in batch.rooms {
            self.deliver_room(room);
        }
        if let Some(directory) = batch.directory {
            if !directory.people.is_empty() {
                // Cached messages carry their authors' names.
                self.resume_cache.clear();
            }
            for person in &directory.people {
                self.presence.lock().rename(person);
            }
            self.publish_frame(Topic::Directory, &ServerFrame::Directory(directory));
        }
        for (user, stream) in batch.streams {
            let topic = Topic::PersonalStream(user);
            if self.has_subscribers(topic) {
                self.publish_frame(topic, &ServerFrame::Stream(stream));
            }
        }
        for token in batch.ended_sessions {
            self.close_subscribers(Topic::Session(token));
        }
        if batch.resync {
            self.resync();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hub() -> Arc<Hub> {
        Arc::new(Hub::new(PresenceTracker::new(10, Duration::from_secs(5))))
    }

    #[test]
    fn a_topic_without_subscribers_is_removed() {
        let hub = hub();
        let outbox = Arc::new(Outbox::new(1000));
        let first = hub.subscribe(Topic::Directory, &outbox, ConnectionId(1));
        let second = hub.subscribe(Topic::Directory, &outbox, ConnectionId(2));
        drop(first);
        assert!(hub.has_subscribers(Topic::Directory));
        drop(second);
        assert!(!hub.has_subscribers(Topic::Directory));
    }

    #[test]
    fn a_feed_that_nobody_writes_out_overflows_bounded_outboxes() {
        let hub = hub();
        let outbox = Arc::new(Outbox::new(1000));
        let _subscription = hub.subscribe(Topic::Directory, &outbox, ConnectionId(1));
        // No writer was started.
        for _ in 0..20 {
            hub.publish(
                Topic::Directory,
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
            .map(|(index, outbox)| hub.subscribe(Topic::Directory, outbox, ConnectionId(index)))
            .collect();
        hub.publish_frame(Topic::Directory, &ServerFrame::Pong {});
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
