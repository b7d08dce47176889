//! The unread heads of the rooms that somebody watches, in memory.
//!
//! Every commit to such a room is noted here before it is published. Once a second the heads
//! that changed are taken, and sent to those who watch the rooms.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;
use shared::frame::Notice;
use shared::id::{RoomId, Seq, UserId};

use super::encoded_head::EncodedHead;
use super::notices::{newest_notice, notice_frame, words};
use super::unread_counter::{ChangesMeanwhile, UnreadCounter};
use crate::store::{LoadedHead, QueryClient, Store, StoreError, StreamBatch};

/// How often rooms are read that changed while they were read.
const MAX_LOADS: usize = 3;
/// Rooms that are read in one query.
const ROOMS_PER_READ: usize = 100;

/// The heads by room.
#[derive(Debug, Default)]
pub struct UnreadHeads {
    // Locked for single rooms, and once a second for those that changed.
    state: Mutex<Heads>,
    // How many connections want notices. If none does, none are kept.
    notice_watchers: AtomicUsize,
    // Held while heads are read from the store, so that many who ask at once read them once.
    loading: tokio::sync::Mutex<()>,
}

/// A time at which the changes of a room began to be noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Noting(u64);

#[derive(Debug, Default)]
struct Heads {
    rooms: HashMap<RoomId, WatchedRoom>,
    last_noting: Noting,
    // The rooms that changed since the last time, each once.
    changed: Vec<RoomId>,
}

#[derive(Debug, Default)]
struct WatchedRoom {
    // None until it has been read from the store.
    counter: Option<UnreadCounter>,
    // What came while there was no counter.
    meanwhile: ChangesMeanwhile,
    // Says since when all changes are in one of the two. What was read for an earlier time is of
    // no use: changes may be missing.
    since: Noting,
    // How many connections watch it, or are about to.
    watchers: usize,
    // Counts the changes.
    version: u64,
    is_changed: bool,
    // The newest new message since the last time.
    notice: Option<Notice>,
    // The head, until it changes.
    encoded: Option<Arc<EncodedHead>>,
}

/// A room's head at one moment.
#[derive(Clone, Debug)]
pub struct CapturedHead {
    /// The room.
    pub room: RoomId,
    /// The head.
    pub head: Arc<EncodedHead>,
    version: u64,
}

/// A head that changed, with the notice of the newest message.
#[derive(Debug)]
pub struct HeadUpdate {
    /// The room.
    pub room: RoomId,
    /// The head.
    pub head: Arc<EncodedHead>,
    /// The frame of the notice, and which message it is about.
    pub notice: Option<(Seq, Bytes)>,
    /// Who wrote the newest message, if that is a person.
    pub author: Option<UserId>,
}

impl UnreadHeads {
    /// Notes a commit's changes of a room. To be called before they are published.
    pub fn note_changes(&self, room: RoomId, batch: &StreamBatch) {
        let mut heads = self.state.lock();
        let Heads { rooms, changed, .. } = &mut *heads;
        let Some(watched) = rooms.get_mut(&room) else {
            return;
        };
        if batch
            .room_state()
            .is_some_and(|room| room.removed_at.is_some())
        {
            rooms.remove(&room);
            return;
        }
        watched.revise_notice(batch);
        // After a commit of unknown outcome something may be missing.
        let has_gap = |counter: &UnreadCounter| batch.from > counter.rev();
        if watched.counter.as_ref().is_none_or(has_gap) {
            watched.counter = None;
            watched.meanwhile.note(batch);
            self.set_notice(watched, room, batch);
            watched.mark_changed(room, changed);
            return;
        }
        if watched
            .counter
            .as_mut()
            .is_some_and(|counter| counter.apply(batch))
        {
            self.set_notice(watched, room, batch);
            watched.mark_changed(room, changed);
        }
    }

    /// Keeps the notice of a new message, if somebody wants notices.
    fn set_notice(&self, watched: &mut WatchedRoom, room: RoomId, batch: &StreamBatch) {
        if self.notice_watchers.load(Ordering::Relaxed) > 0
            && let Some(notice) = newest_notice(room, batch)
        {
            watched.notice = Some(notice);
        }
    }

    /// Adds a watcher to rooms. Call [`UnreadHeads::unpin`] once for each of them later.
    pub fn pin(&self, rooms: &[RoomId]) {
        let mut heads = self.state.lock();
        let Heads {
            rooms: watched,
            last_noting,
            ..
        } = &mut *heads;
        for room in rooms {
            let watched = watched.entry(*room).or_insert_with(|| WatchedRoom {
                since: last_noting.next(),
                ..WatchedRoom::default()
            });
            watched.watchers += 1;
        }
    }

    /// Adds a watcher to rooms until the returned value is dropped.
    pub fn pin_meanwhile<'a>(&'a self, rooms: &'a [RoomId]) -> PinnedHeads<'a> {
        self.pin(rooms);
        PinnedHeads { heads: self, rooms }
    }

    /// Removes a watcher from rooms. A room that nobody watches is forgotten.
    pub fn unpin(&self, rooms: &[RoomId]) {
        let mut heads = self.state.lock();
        for room in rooms {
            if let Some(watched) = heads.rooms.get_mut(room) {
                watched.watchers = watched.watchers.saturating_sub(1);
                if watched.watchers == 0 {
                    heads.rooms.remove(room);
                }
            }
        }
    }

    /// Reads those of the rooms from the store that are not known. One that does not exist stays
    /// unknown.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self, rooms: &[RoomId], store: &dyn Store) -> Result<(), StoreError> {
        for _ in 0..MAX_LOADS {
            if self.unknown_of(rooms).is_empty() {
                return Ok(());
            }
            let _loading = self.loading.lock().await;
            for part in self.unknown_of(rooms).chunks(ROOMS_PER_READ) {
                let rooms = part.iter().map(|(room, _)| *room).collect();
                let loaded = store.unread_heads(QueryClient::Server, rooms);
                self.fill(part, loaded.await?);
            }
        }
        Ok(())
    }

    fn unknown_of(&self, rooms: &[RoomId]) -> Vec<(RoomId, Noting)> {
        let mut heads = self.state.lock();
        heads.unknown_of(rooms)
    }

    /// Takes what was read from the store for these rooms, with what came meanwhile.
    fn fill(&self, asked: &[(RoomId, Noting)], loaded: Vec<LoadedHead>) {
        let mut heads = self.state.lock();
        let asked: HashMap<_, _> = asked.iter().copied().collect();
        for loaded in loaded {
            if let Some(watched) = heads.rooms.get_mut(&loaded.head.room)
                && watched.counter.is_none()
                && asked.get(&loaded.head.room) == Some(&watched.since)
            {
                watched.counter = watched.meanwhile.apply_to(loaded);
                watched.meanwhile = ChangesMeanwhile::default();
                watched.encoded = None;
            }
        }
    }

    /// The present heads of rooms, as far as they are known.
    pub fn capture(&self, rooms: &[RoomId]) -> Vec<CapturedHead> {
        let mut heads = self.state.lock();
        let captured = rooms.iter().filter_map(|room| {
            let watched = heads.rooms.get_mut(room)?;
            Some(CapturedHead {
                room: *room,
                head: watched.encoded(*room)?,
                version: watched.version,
            })
        });
        captured.collect()
    }

    /// Puts the rooms that have changed since they were captured into the next update.
    pub fn update_again(&self, captured: &[CapturedHead]) {
        let mut heads = self.state.lock();
        let Heads { rooms, changed, .. } = &mut *heads;
        for head in captured {
            if let Some(watched) = rooms.get_mut(&head.room)
                && watched.version != head.version
            {
                watched.mark_changed(head.room, changed);
            }
        }
    }

    /// Those of the changed rooms that have to be read from the store: one that is not known, or
    /// of which so much was deleted that older messages count. They are without a head until then.
    pub fn changed_and_unknown(&self) -> Vec<RoomId> {
        let mut heads = self.state.lock();
        let changed = std::mem::take(&mut heads.changed);
        let unknown = heads.unknown_of(&changed);
        heads.changed = changed;
        unknown.into_iter().map(|(room, _)| room).collect()
    }

    /// The heads that have changed since the last call, in ascending order of their rooms.
    pub fn take_updates(&self) -> Vec<HeadUpdate> {
        let mut heads = self.state.lock();
        let mut changed = std::mem::take(&mut heads.changed);
        changed.sort_unstable();
        let Heads {
            rooms,
            changed: again,
            ..
        } = &mut *heads;
        let updates = changed.into_iter().filter_map(|room| {
            let watched = rooms.get_mut(&room)?;
            let Some(head) = watched.encoded(room) else {
                // It is not known yet, and comes with the next update.
                again.push(room);
                return None;
            };
            watched.is_changed = false;
            let notice = watched.notice.take();
            Some(HeadUpdate {
                room,
                head,
                author: notice.as_ref().and_then(|notice| notice.author.id),
                notice: notice.and_then(notice_frame),
            })
        });
        updates.collect()
    }

    /// Counts the connections that want notices.
    pub fn count_notice_watcher(&self, wants: bool) {
        if wants {
            self.notice_watchers.fetch_add(1, Ordering::Relaxed);
        } else {
            self.notice_watchers.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Forgets all heads: the outcome of a commit is unknown. Those who watch have to ask again.
    pub fn clear(&self) {
        let mut heads = self.state.lock();
        let Heads {
            rooms, last_noting, ..
        } = &mut *heads;
        for watched in rooms.values_mut() {
            watched.forget_counter(last_noting.next());
        }
    }
}

impl Noting {
    fn next(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}

impl Heads {
    /// Those of the rooms of which the store has to be asked: nothing is known, or so much was
    /// deleted that older messages count. Then there is no head until then.
    fn unknown_of(&mut self, rooms: &[RoomId]) -> Vec<(RoomId, Noting)> {
        let mut unknown = Vec::new();
        for room in rooms {
            let Some(watched) = self.rooms.get_mut(room) else {
                continue;
            };
            if watched
                .counter
                .as_ref()
                .is_some_and(UnreadCounter::is_short)
            {
                watched.forget_counter(self.last_noting.next());
            }
            if watched.counter.is_none() {
                unknown.push((*room, watched.since));
            }
        }
        unknown
    }
}

/// Rooms that have a watcher as long as this exists.
#[derive(Debug)]
pub struct PinnedHeads<'a> {
    heads: &'a UnreadHeads,
    rooms: &'a [RoomId],
}

impl Drop for PinnedHeads<'_> {
    fn drop(&mut self) {
        self.heads.unpin(self.rooms);
    }
}

impl WatchedRoom {
    fn mark_changed(&mut self, room: RoomId, changed: &mut Vec<RoomId>) {
        self.version += 1;
        self.encoded = None;
        if !std::mem::replace(&mut self.is_changed, true) {
            changed.push(room);
        }
    }

    fn forget_counter(&mut self, since: Noting) {
        self.counter = None;
        self.meanwhile = ChangesMeanwhile::default();
        self.since = since;
        self.encoded = None;
    }

    /// Changes the notice that waits as its message was changed. That of a deleted message is
    /// dropped.
    fn revise_notice(&mut self, batch: &StreamBatch) {
        let Some(notice) = &mut self.notice else {
            return;
        };
        let mut messages = batch.messages().map(|(message, _)| message);
        if let Some(message) = messages.find(|message| message.seq == notice.seq) {
            if message.is_deleted() {
                self.notice = None;
            } else {
                notice.words = words(message);
            }
        }
    }

    fn encoded(&mut self, room: RoomId) -> Option<Arc<EncodedHead>> {
        if self.encoded.is_none() {
            let head = self.counter.as_ref()?.head(room);
            self.encoded = EncodedHead::new(head).map(Arc::new);
        }
        self.encoded.clone()
    }
}
