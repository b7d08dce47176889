//! The connections that watch rooms, and which rooms each of them watches.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use shared::id::{RoomId, Seq, UserId};
use slab::Slab;
use smallvec::SmallVec;

use super::unread_heads::{CapturedHead, HeadUpdate, UnreadHeads};
use crate::gateway::delivery::encode;
use crate::gateway::delivery::outbox::Outbox;

/// Watchers that are visited while the lock is held.
const WATCHERS_PER_LOCK: usize = 256;
/// When a frame of heads has this many bytes, the others go into the next one.
const MAX_HEADS_BYTES: usize = 256 * 1024;

/// A connection that watches so many rooms gets no more of them by itself.
const MAX_BEGUN: usize = 5_000;

/// All watchers of this node.
#[derive(Debug, Default)]
pub struct Watchers(Mutex<WatcherList>);

#[derive(Debug, Default)]
struct WatcherList {
    watchers: Slab<Watcher>,
    // The watchers of each person, to find those who lose a room.
    by_user: HashMap<UserId, SmallVec<[usize; 2]>>,
}

#[derive(Debug)]
struct Watcher {
    outbox: Arc<Outbox>,
    user: UserId,
    // The first message of a room that exists for the person; 0 for all but some guests.
    first_message: Seq,
    wants_notices: bool,
    // In ascending order.
    rooms: Vec<RoomId>,
    // The rooms that the connection is subscribed to: it needs no notice of their messages.
    subscribed: SmallVec<[RoomId; 2]>,
    // Rooms that were taken from the person while a question is being answered. None if none is.
    evicted: Option<Vec<RoomId>>,
}

/// Which of the watchers a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatcherId {
    slot: usize,
    // As the watcher's own: with it heads are encoded before the lock.
    first_message: Seq,
}

impl Watchers {
    /// Adds a connection, which watches nothing yet. No message before `first_message` exists for
    /// the person.
    pub fn add(&self, outbox: &Arc<Outbox>, user: UserId, first_message: Seq) -> WatcherId {
        let mut list = self.0.lock();
        let slot = list.watchers.insert(Watcher {
            outbox: Arc::clone(outbox),
            user,
            first_message,
            wants_notices: false,
            rooms: Vec::new(),
            subscribed: SmallVec::new(),
            evicted: None,
        });
        list.by_user.entry(user).or_default().push(slot);
        WatcherId {
            slot,
            first_message,
        }
    }

    /// Removes a connection.
    pub fn remove(&self, id: WatcherId, heads: &UnreadHeads) {
        let mut list = self.0.lock();
        let Some(watcher) = list.watchers.try_remove(id.slot) else {
            return;
        };
        if let Some(ids) = list.by_user.get_mut(&watcher.user) {
            ids.retain(|other| *other != id.slot);
            if ids.is_empty() {
                list.by_user.remove(&watcher.user);
            }
        }
        drop(list);
        heads.unpin(&watcher.rooms);
        if watcher.wants_notices {
            heads.count_notice_watcher(false);
        }
    }

    /// The rooms are being looked up that a connection shall watch. Which rooms are taken from
    /// the person from now on is remembered until [`Watchers::watch`].
    pub fn begin_question(&self, id: WatcherId) {
        if let Some(watcher) = self.0.lock().watchers.get_mut(id.slot) {
            watcher.evicted = Some(Vec::new());
        }
    }

    /// Ends a question that [`Watchers::begin_question`] began, and lets no room be taken from the
    /// person meanwhile: `push` gets the rooms that were taken since then.
    pub fn answer(&self, id: WatcherId, push: impl FnOnce(&Outbox, &[RoomId])) {
        let mut list = self.0.lock();
        if let Some(watcher) = list.watchers.get_mut(id.slot) {
            let evicted = watcher.evicted.take().unwrap_or_default();
            push(&watcher.outbox, &evicted);
        }
    }

    /// Ends a question that [`Watchers::begin_question`] began, and that has no answer.
    pub fn give_up_question(&self, id: WatcherId) {
        if let Some(watcher) = self.0.lock().watchers.get_mut(id.slot) {
            watcher.evicted = None;
        }
    }

    /// Makes a connection watch rooms, and sends their heads as the answer to a question. The
    /// person was allowed to see the rooms after their heads were captured. What was taken from
    /// the person since then is left out.
    pub fn watch(
        &self,
        id: WatcherId,
        question: u32,
        mut captured: Vec<CapturedHead>,
        wants_notices: bool,
        heads: &UnreadHeads,
    ) {
        let first = id.first_message;
        let encode = |captured: &[CapturedHead]| {
            let heads = captured.iter();
            let heads = heads.filter_map(|captured| captured.head.json_from(first));
            heads_frames(Some(question), heads)
        };
        // Before the lock, which everybody needs: the list may be long.
        let mut frames = encode(&captured);
        let mut list = self.0.lock();
        let Some(watcher) = list.watchers.get_mut(id.slot) else {
            return;
        };
        let mut evicted = watcher.evicted.take().unwrap_or_default();
        if !evicted.is_empty() {
            evicted.sort_unstable();
            captured.retain(|head| evicted.binary_search(&head.room).is_err());
            frames = encode(&captured);
        }
        let before = std::mem::take(&mut watcher.rooms);
        let added: Vec<RoomId> = captured
            .iter()
            .map(|head| head.room)
            .filter(|room| before.binary_search(room).is_err())
            .collect();
        watcher.rooms = before;
        watcher.rooms.extend(&added);
        watcher.rooms.sort_unstable();
        if wants_notices != std::mem::replace(&mut watcher.wants_notices, wants_notices) {
            heads.count_notice_watcher(wants_notices);
        }
        heads.pin(&added);
        // What has changed since the heads were captured comes with the next update.
        heads.update_again(&captured);
        for frame in frames {
            watcher.outbox.push(frame);
        }
    }

    /// Makes those connections of a person watch a direct conversation which want notices: it begins
    /// to exist for the person with the commit that is about to be published.
    pub fn watch_begun(&self, room: RoomId, user: UserId, heads: &UnreadHeads) {
        let mut list = self.0.lock();
        let WatcherList { watchers, by_user } = &mut *list;
        for id in by_user.get(&user).into_iter().flatten() {
            if let Some(watcher) = watchers.get_mut(*id)
                && watcher.wants_notices
                && watcher.rooms.len() < MAX_BEGUN
                && let Err(place) = watcher.rooms.binary_search(&room)
            {
                watcher.rooms.insert(place, room);
                heads.pin(&[room]);
            }
        }
    }

    /// Which of these rooms the connection does not watch yet, and how many it watches.
    pub fn unwatched(&self, id: WatcherId, rooms: &[RoomId]) -> (Vec<RoomId>, usize) {
        let list = self.0.lock();
        let watched = list
            .watchers
            .get(id.slot)
            .map_or(&[][..], |watcher| &watcher.rooms);
        let unwatched = rooms
            .iter()
            .filter(|room| watched.binary_search(room).is_err());
        (unwatched.copied().collect(), watched.len())
    }

    /// Ends the watching of rooms, which are in ascending order.
    pub fn unwatch(&self, id: WatcherId, rooms: &[RoomId], heads: &UnreadHeads) {
        let mut list = self.0.lock();
        if let Some(watcher) = list.watchers.get_mut(id.slot) {
            heads.unpin(&watcher.take_rooms(|room| rooms.binary_search(room).is_ok()));
        }
    }

    /// Takes a room from a person.
    pub fn evict(&self, room: RoomId, user: UserId, heads: &UnreadHeads) {
        let mut list = self.0.lock();
        let WatcherList { watchers, by_user } = &mut *list;
        for id in by_user.get(&user).into_iter().flatten() {
            if let Some(watcher) = watchers.get_mut(*id) {
                if let Some(evicted) = &mut watcher.evicted {
                    evicted.push(room);
                }
                heads.unpin(&watcher.take_rooms(|watched| *watched == room));
            }
        }
    }

    /// Sets whether the connection is subscribed to a room.
    pub fn set_subscribed(&self, id: WatcherId, room: RoomId, is_subscribed: bool) {
        if let Some(watcher) = self.0.lock().watchers.get_mut(id.slot) {
            watcher.subscribed.retain(|other| *other != room);
            if is_subscribed {
                watcher.subscribed.push(room);
            }
        }
    }

    /// Makes every watcher ask for everything again.
    pub fn overflow_all(&self) {
        for (_, watcher) in &self.0.lock().watchers {
            watcher.outbox.overflow();
        }
    }

    /// Puts updates into the outboxes of some watchers, beginning with number `from`. Returns
    /// the outboxes to schedule, and the number to go on with, if there is one.
    pub fn deliver_some(
        &self,
        from: usize,
        updates: &[HeadUpdate],
    ) -> (Vec<Arc<Outbox>>, Option<usize>) {
        let list = self.0.lock();
        let end = list.watchers.capacity().min(from + WATCHERS_PER_LOCK);
        let mut outboxes = Vec::new();
        for watcher in (from..end).filter_map(|id| list.watchers.get(id)) {
            let mut must_schedule = false;
            for frame in watcher.frames(updates) {
                must_schedule |= watcher.outbox.enqueue_to_schedule(frame);
            }
            if must_schedule {
                outboxes.push(Arc::clone(&watcher.outbox));
            }
        }
        (outboxes, (end < list.watchers.capacity()).then_some(end))
    }
}

impl Watcher {
    /// The updates for this watcher: its heads, then notices.
    fn frames(&self, updates: &[HeadUpdate]) -> SmallVec<[Bytes; 2]> {
        let watched = self.watched_of(updates);
        if watched.is_empty() {
            return SmallVec::new();
        }
        let heads = watched.iter();
        let heads = heads.filter_map(|update| update.head.json_from(self.first_message));
        let mut frames = heads_frames(None, heads);
        if self.wants_notices {
            let is_wanted = |update: &&&HeadUpdate| {
                update.author != Some(self.user) && !self.subscribed.contains(&update.room)
            };
            let wanted = watched.iter().filter(is_wanted);
            let notices = wanted.filter_map(|update| update.notice.as_ref());
            let exist = notices.filter(|(seq, _)| *seq >= self.first_message);
            frames.extend(exist.map(|(_, frame)| frame.clone()));
        }
        frames
    }

    /// Those of the updates whose rooms are watched. Both lists are in ascending order; the
    /// shorter one is looked up in the longer one.
    fn watched_of<'a>(&self, updates: &'a [HeadUpdate]) -> SmallVec<[&'a HeadUpdate; 8]> {
        if updates.len() <= self.rooms.len() {
            let is_watched = |update: &&HeadUpdate| self.rooms.binary_search(&update.room).is_ok();
            return updates.iter().filter(is_watched).collect();
        }
        let update_of = |room: &RoomId| {
            let index = updates.binary_search_by_key(room, |update| update.room);
            index.ok().and_then(|index| updates.get(index))
        };
        self.rooms.iter().filter_map(update_of).collect()
    }

    fn take_rooms(&mut self, is_taken: impl Fn(&RoomId) -> bool) -> Vec<RoomId> {
        let mut taken = Vec::new();
        self.rooms.retain(|room| {
            let is_taken = is_taken(room);
            if is_taken {
                taken.push(*room);
            }
            !is_taken
        });
        taken
    }
}

/// The frames with these heads, at least one. They are many only if the heads of thousands of
/// rooms are long, because every second message there is deleted.
fn heads_frames<'a>(
    question: Option<u32>,
    heads: impl Iterator<Item = Cow<'a, str>>,
) -> SmallVec<[Bytes; 2]> {
    let mut heads = heads.peekable();
    let mut frames = SmallVec::new();
    loop {
        let mut list = String::new();
        while let Some(head) = heads.next_if(|_| list.len() < MAX_HEADS_BYTES) {
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(&head);
        }
        let is_last = heads.peek().is_none();
        let question = question.map_or(String::new(), |question| {
            let more = if is_last { "" } else { r#""more":true,"# };
            format!(r#""question":{question},{more}"#)
        });
        let json = format!(r#"{{"type":"heads",{question}"heads":[{list}]}}"#);
        frames.push(encode::text_frame_of_json(&json));
        if is_last {
            return frames;
        }
    }
}

#[cfg(test)]
mod tests;
