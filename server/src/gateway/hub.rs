//! Who follows what on this node.
//!
//! A committed change is framed once for each protocol and noted in the topic's feed; every
//! follower gets a reference to the same bytes.

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

use super::answers::Answers;
use super::due::Due;
use super::feed::{Feed, Noted, Told};
use super::outbox::Outbox;
use super::stretches::{Place, frames};
use super::wire;
use crate::bus::Deliver;
use crate::chat::presence::Presence;
use crate::store::{Batch, Origin, RoomBatch, TokenHash};

/// Something that can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A room's changes.
    Room(RoomId),
    /// Rooms and people's names.
    Directory,
    /// A person's own stream.
    Stream(UserId),
    /// One session's connections, to close them when it ends.
    Session(TokenHash),
    /// The lobby, for simple clients.
    Simple,
}

/// A place among a topic's followers; it is given back when this is dropped.
pub struct Follow {
    hub: Arc<Hub>,
    topic: Topic,
    seat: Seat,
}

/// Which place it is.
#[derive(Clone, Debug)]
pub struct Seat {
    feed: Arc<Feed>,
    place: usize,
}

impl Follow {
    /// Which place it is.
    pub fn seat(&self) -> &Seat {
        &self.seat
    }
}

impl Seat {
    /// Puts into the follower's outbox at once what was told and would come in its turn;
    /// whoever asks for it has to flush it. Nothing if the place is another one's by now.
    pub fn catch_up(&self, outbox: &Arc<Outbox>) {
        self.feed.catch_up(self.place, outbox);
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        if self.seat.feed.unfollow(self.seat.place) {
            self.hub.forget_if_empty(self.topic);
        }
    }
}

/// All topics that someone follows.
pub struct Hub {
    // Read at every delivery, written when a topic gains its first or loses its last
    // follower.
    topics: RwLock<HashMap<Topic, Arc<Feed>>>,
    /// Who is where and typing; locked for single changes, to tell who comes, and once per
    /// second to tell all.
    pub presence: Mutex<Presence>,
    /// What those who come back are told.
    pub answers: Answers,
    /// What is to be written out.
    pub due: Due,
    // Commits that were told.
    told: AtomicU64,
}

impl Hub {
    /// Nobody follows anything.
    pub fn new(presence: Presence) -> Self {
        Hub {
            topics: RwLock::default(),
            presence: Mutex::new(presence),
            answers: Answers::default(),
            due: Due::new(available_parallelism().map_or(1, NonZero::get)),
            told: AtomicU64::new(0),
        }
    }

    /// Follows a topic for as long as the answer lives.
    pub fn follow(self: &Arc<Self>, topic: Topic, outbox: &Arc<Outbox>, origin: Origin) -> Follow {
        Follow {
            hub: Arc::clone(self),
            topic,
            seat: self.insert(topic, outbox, origin),
        }
    }

    fn insert(&self, topic: Topic, outbox: &Arc<Outbox>, origin: Origin) -> Seat {
        let seat = |feed: &Arc<Feed>| Seat {
            place: feed.follow(outbox, origin),
            feed: Arc::clone(feed),
        };
        // A topic leaves the map only under the map's write lock and when it is empty,
        // so that one found under its read lock and filled there is not lost.
        if let Some(feed) = self.topics.read().get(&topic) {
            return seat(feed);
        }
        seat(self.topics.write().entry(topic).or_default())
    }

    fn forget_if_empty(&self, topic: Topic) {
        let mut topics = self.topics.write();
        if topics.get(&topic).is_some_and(|feed| feed.is_empty()) {
            topics.remove(&topic);
        }
    }

    fn feed(&self, topic: Topic) -> Option<Arc<Feed>> {
        self.topics.read().get(&topic).cloned()
    }

    fn close(&self, topic: Topic) {
        let frame = wire::close(close::UNAUTHORIZED, &ErrorCode::Unauthorized.to_string());
        if let Some(feed) = self.feed(topic) {
            feed.each(|outbox| outbox.close(frame.clone()));
        }
    }

    /// Tells a topic's followers, through the shared writers.
    fn tell(&self, topic: Topic, told: Told) {
        let Some(feed) = self.feed(topic) else {
            return;
        };
        match feed.tell(told) {
            Noted::Nothing => {}
            Noted::Due(followers) => self.due.add(feed, followers),
            Noted::Handed(outboxes) => self.due.add_all(outboxes),
        }
    }

    fn tell_frame(&self, topic: Topic, frame: &ServerFrame) {
        if let Some(bytes) = wire::text(frame) {
            self.tell(topic, Told::All(bytes));
        }
    }

    /// Tells what may be lost, to those who keep up.
    pub fn tell_soft(&self, room: RoomId, frame: &ServerFrame) {
        if let Some(bytes) = wire::text(frame) {
            self.tell(Topic::Room(room), Told::Soft(bytes));
        }
    }

    /// How many commits were told: it grows while people talk.
    pub fn told(&self) -> u64 {
        self.told.load(Ordering::Relaxed)
    }

    fn is_followed(&self, topic: Topic) -> bool {
        self.topics.read().contains_key(&topic)
    }

    fn deliver_room(&self, batch: RoomBatch) {
        // First: whoever follows too late to be told must not get an answer from before.
        self.answers.changed(&batch);
        if batch.room == RoomId::LOBBY && self.is_followed(Topic::Simple) {
            self.deliver_simple(&batch);
        }
        let room = batch.room;
        let topic = Topic::Room(room);
        let authors = authors(&batch);
        if self.is_followed(topic) {
            for changes in frames(batch) {
                self.tell_frame(topic, &ServerFrame::Changes(changes));
            }
        }
        if !authors.is_empty() {
            let mut presence = self.presence.lock();
            for author in authors {
                presence.posted(room, author);
            }
        }
    }

    /// New messages as simple frames, all in one piece of memory; a simple client gets
    /// all but its own.
    fn deliver_simple(&self, batch: &RoomBatch) {
        let mut bytes = Vec::new();
        let mut places: Vec<Place> = Vec::with_capacity(batch.messages.len());
        for posted in batch.messages.iter().filter(|posted| posted.is_new) {
            let message = SimpleMessage {
                user: posted.message.author.name.as_str().into(),
                content: posted.message.body.as_str().into(),
            };
            let start = bytes.len();
            if wire::append_text(&mut bytes, &message) {
                places.push((posted.origin, start, bytes.len()));
            }
        }
        let bytes = Bytes::from(bytes);
        if bytes.is_empty() {
            return;
        }
        self.tell(Topic::Simple, Told::Others(bytes, places));
    }
}

/// Who has posted, each once for messages in a row.
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
        self.told.fetch_add(1, Ordering::Relaxed);
        for room in batch.rooms {
            self.deliver_room(room);
        }
        if let Some(directory) = batch.directory {
            if !directory.people.is_empty() {
                // Messages bear the names of their authors.
                self.answers.clear();
            }
            for person in &directory.people {
                self.presence.lock().rename(person);
            }
            self.tell_frame(Topic::Directory, &ServerFrame::Directory(directory));
        }
        for (user, stream) in batch.streams {
            let topic = Topic::Stream(user);
            if self.is_followed(topic) {
                self.tell_frame(topic, &ServerFrame::Stream(stream));
            }
        }
        for token in batch.ended_sessions {
            self.close(Topic::Session(token));
        }
        if batch.resync {
            self.resync();
        }
    }
}

impl Hub {
    /// Makes every native connection ask again for all that it follows, and closes simple ones.
    fn resync(&self) {
        self.answers.clear();
        let feeds: Vec<_> = self.topics.read().values().cloned().collect();
        for feed in feeds {
            feed.each(Outbox::overflow);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn hub() -> Arc<Hub> {
        Arc::new(Hub::new(Presence::new(10, Duration::from_secs(5))))
    }

    #[test]
    fn a_topic_without_followers_is_forgotten() {
        let hub = hub();
        let outbox = Arc::new(Outbox::new(1000));
        let first = hub.follow(Topic::Directory, &outbox, Origin(1));
        let second = hub.follow(Topic::Directory, &outbox, Origin(2));
        drop(first);
        assert!(hub.is_followed(Topic::Directory));
        drop(second);
        assert!(!hub.is_followed(Topic::Directory));
    }

    #[test]
    fn more_than_the_writers_can_do_waits_in_outboxes_which_are_bounded() {
        let hub = hub();
        let outbox = Arc::new(Outbox::new(1000));
        let _follow = hub.follow(Topic::Directory, &outbox, Origin(1));
        // No writer was started.
        for _ in 0..20 {
            hub.tell(
                Topic::Directory,
                Told::All(Bytes::from(vec![b'x'; 100_000])),
            );
        }
        assert!(outbox.has_overflowed());
    }

    #[test]
    fn a_bytes_reference_is_shared_and_not_copied() {
        let hub = hub();
        let outboxes: Vec<_> = (0..2).map(|_| Arc::new(Outbox::new(1000))).collect();
        let _follows: Vec<_> = (0..)
            .zip(&outboxes)
            .map(|(index, outbox)| hub.follow(Topic::Directory, outbox, Origin(index)))
            .collect();
        hub.tell_frame(Topic::Directory, &ServerFrame::Pong {});
        while hub.due.write() {}
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
