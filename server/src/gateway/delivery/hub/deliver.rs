//! Brings a commit's changes to the subscribers on this node.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use shared::frame::ServerFrame;
use shared::id::{RoomId, UserId};
use shared::model::RoomKind;
use shared::simple::SimpleMessage;
use shared::stream::Item;
use smallvec::SmallVec;

use super::{Hub, Topic};
use crate::bus::Deliver;
use crate::gateway::delivery::encode;
use crate::gateway::delivery::feed::Payload;
use crate::gateway::delivery::guest_frame::GuestFrame;
use crate::gateway::delivery::outbox::Outbox;
use crate::gateway::delivery::ranges::{FrameRange, split_into_frames};
use crate::store::{Batch, Eviction, StreamBatch, StreamId};

impl Deliver for Hub {
    fn deliver(&self, batch: Batch) {
        self.delivered_commits.fetch_add(1, Ordering::Relaxed);
        for eviction in batch.evictions {
            self.evict(eviction);
        }
        if batch.outdates_authors {
            // Cached messages carry their authors' names and revisions.
            self.resume_cache.clear();
        }
        for (room, user) in begun_directs(&batch.streams) {
            self.watchers.watch_begun(room, user, &self.unread_heads);
        }
        for stream in batch.streams {
            self.deliver_stream(stream);
        }
        for token in batch.ended_sessions {
            self.close_subscribers(Topic::Session(token));
        }
        if batch.resync {
            self.resync();
        }
    }
}

impl Hub {
    /// Publishes the changes of a stream to its subscribers.
    fn deliver_stream(&self, batch: StreamBatch) {
        match batch.stream {
            StreamId::Room(room) => self.note_room_changes(room, &batch),
            StreamId::Directory => self.note_people(&batch),
            StreamId::Person(_) => {}
        }
        let topic = Topic::Stream(batch.stream);
        let guests = match batch.stream {
            StreamId::Room(room) => Some(Topic::RoomGuests(room)),
            StreamId::Directory | StreamId::Person(_) => None,
        };
        let guests = guests.filter(|guests| self.has_subscribers(*guests));
        if guests.is_none() && !self.has_subscribers(topic) {
            return;
        }
        for changes in split_into_frames(batch) {
            let frame = ServerFrame::Changes(changes);
            let Some(bytes) = encode::text_frame(&frame) else {
                continue;
            };
            let Some(guests) = guests else {
                self.publish(topic, Payload::Everyone(bytes));
                continue;
            };
            self.publish(topic, Payload::Everyone(bytes.clone()));
            if let ServerFrame::Changes(changes) = frame {
                self.publish_to_guests(guests, GuestFrame::new(changes, bytes));
            }
        }
    }

    /// What follows from changes of a room before they are published.
    fn note_room_changes(&self, room: RoomId, batch: &StreamBatch) {
        // First, before anything is published: a client that subscribes too late for this change
        // must not get a cached answer from before it.
        self.resume_cache.invalidate(room, batch);
        if batch.room_state().is_some() {
            self.room_access.forget(room);
        }
        self.unread_heads.note_changes(room, batch);
        if room == RoomId::LOBBY && self.has_subscribers(Topic::SimpleLobby) {
            self.deliver_simple(batch);
        }
        let authors = authors(batch);
        if !authors.is_empty() {
            let mut presence = self.presence.lock();
            for author in authors {
                presence.stop_typing(room, author);
            }
        }
    }

    fn note_people(&self, batch: &StreamBatch) {
        for changed in &batch.items {
            if let Item::Person(person) = &changed.item {
                self.presence.lock().note_person(person);
            }
        }
    }

    /// Takes a room from a person, before anything of the commit is published.
    fn evict(&self, eviction: Eviction) {
        let Eviction { room, user } = eviction;
        self.watchers.evict(room, user, &self.unread_heads);
        let feeds = Topic::of_room(room).into_iter();
        for feed in feeds.filter_map(|topic| self.feed(topic)) {
            let opened = feed.evict(user);
            let mut presence = self.presence.lock();
            for _ in 0..opened {
                presence.leave(room, user);
            }
        }
    }

    /// Publishes new messages as simple frames, all in one allocation. A simple client gets
    /// all but its own. What was deleted in the commit that posted it, it never gets, nor lines about
    /// the room.
    fn deliver_simple(&self, batch: &StreamBatch) {
        let mut bytes = Vec::new();
        let mut frames: Vec<FrameRange> = Vec::with_capacity(batch.items.len());
        for (message, changed) in batch.messages() {
            if !changed.is_new_message || !message.counts() {
                continue;
            }
            let frame = SimpleMessage {
                user: message.author.name.as_str().into(),
                content: message.body.as_str().into(),
            };
            let start = bytes.len();
            if encode::append_text_frame(&mut bytes, &frame) {
                frames.push(FrameRange {
                    author: changed.connection,
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
        self.room_access.clear();
        self.unread_heads.clear();
        self.watchers.overflow_all();
        let feeds: Vec<_> = self.topics.read().values().cloned().collect();
        for feed in feeds {
            feed.for_each_outbox(Outbox::overflow);
        }
    }
}

/// The direct conversations that begin to exist for people. Nobody could watch them before, so the
/// first message would have no notice.
fn begun_directs(streams: &[StreamBatch]) -> impl Iterator<Item = (RoomId, UserId)> {
    streams.iter().flat_map(|batch| {
        let user = match batch.stream {
            StreamId::Person(user) => Some(user),
            StreamId::Room(_) | StreamId::Directory => None,
        };
        let items = user.map(|user| batch.items.iter().map(move |changed| (user, changed)));
        items.into_iter().flatten().filter_map(|(user, changed)| {
            let Item::Membership(membership) = &changed.item else {
                return None;
            };
            let begins = membership.kind == RoomKind::Direct && membership.left_at.is_none();
            begins.then_some((membership.room, user))
        })
    })
}

/// The authors of new messages. Messages in a row name their author once.
fn authors(batch: &StreamBatch) -> SmallVec<[UserId; 4]> {
    let mut authors: SmallVec<_> = batch
        .messages()
        .filter(|(message, changed)| changed.is_new_message && message.event.is_none())
        .filter_map(|(message, _)| message.author.id)
        .collect();
    authors.dedup();
    authors
}
