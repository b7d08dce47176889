//! Answers for clients that come back to a room, encoded and kept for the next one.
//!
//! After a restart thousands of clients ask the same. The first one's answer is read from the
//! store and encoded; the others get the same bytes, each behind the number of its own question.
//! Only answers about public rooms are kept. An answer about a private room is read in the same
//! snapshot as the membership of who asks, so it cannot be newer than the end of a membership.
//! A change of the room, or
//! of a name, drops the answers that it makes wrong before it is published, so that no deleted
//! text is served from here.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::{Changes, Refusal, Reset, ServerFrame};
use shared::id::RoomId;
use shared::stream::StreamKey;
use tokio::sync::OnceCell;

use super::encode;
use super::memory_budget::MemoryBudget;
use crate::store::{ResumeLimits, ResumePoint, StreamAnswer, StreamBatch};

/// Bytes of all answers together. When they are reached, the whole cache is dropped.
const MAX_BYTES: usize = 32 << 20;
/// The number of answers, which may be short. When it is reached, the whole cache is dropped.
const MAX_ANSWERS: usize = 20_000;
/// An answer is dropped after this many calls of [`ResumeCache::evict_idle`] in which nobody
/// asked for it.
const MAX_IDLE_CALLS: u32 = 10;

/// What a client knows of a room, and how much it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResumeQuery {
    /// What it knows.
    pub known: ResumePoint,
    /// How much it wants.
    pub limits: ResumeLimits,
}

#[derive(Debug)]
struct CachedAnswer {
    // For [`encode::answer_start`].
    shared: Bytes,
    // Whether it is a full page of changes, which later posts do not alter.
    is_full_page: bool,
}

#[derive(Debug, Default)]
struct Entry {
    // Filled by the first client that asks; the others wait for it.
    answer: Arc<OnceCell<CachedAnswer>>,
    // Of the answer, once it is filled in and counted.
    bytes: usize,
    idle_calls: u32,
}

/// The cached answers, by room and query.
#[derive(Debug, Default)]
pub struct ResumeCache {
    // Locked for a look-up, not while an answer is read from the store.
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_room: HashMap<RoomId, HashMap<ResumeQuery, Entry>>,
    count: usize,
    bytes: usize,
}

impl ResumeCache {
    /// The answer to a query about a public room, without the number of the question: see
    /// [`encode::answer_start`]. `read` reads it from the store if it is
    /// not cached. Its bytes count in `memory`, once for all clients that get it.
    ///
    /// The caller must have subscribed to the room before: a change from then on either drops
    /// the cached answer before this looks it up, or is delivered live.
    ///
    /// # Errors
    /// Those of `read`; then nothing is cached.
    pub async fn get_or_read(
        &self,
        room: RoomId,
        query: ResumeQuery,
        memory: &Arc<MemoryBudget>,
        read: impl AsyncFnOnce() -> Result<StreamAnswer, Refusal>,
    ) -> Result<Bytes, Refusal> {
        let cell = self.entries.lock().entry(room, query);
        let mut is_new = false;
        let answer = cell
            .get_or_try_init(async || {
                is_new = true;
                let mut answer = encode_answer(room, read().await?)?;
                // It counts until the last holder drops it: it may wait in many outboxes when
                // it is not in the cache any more.
                answer.shared = memory.hold(answer.shared);
                Ok::<_, Refusal>(answer)
            })
            .await?;
        if is_new {
            let bytes = answer.shared.len();
            self.entries.lock().count_bytes(room, &query, &cell, bytes);
        }
        Ok(answer.shared.clone())
    }

    /// Drops the answers that a commit's changes to a room make wrong.
    pub fn invalidate(&self, room: RoomId, batch: &StreamBatch) {
        let are_posts = batch.has_only_new_messages();
        self.entries.lock().retain_in(room, |query, entry| {
            let missed = usize::try_from(batch.through.0.saturating_sub(query.known.rev.0));
            // An answer that is still being read may lack this commit.
            are_posts
                && missed.is_ok_and(|missed| missed <= query.limits.missed)
                && entry.answer.get().is_some_and(|answer| answer.is_full_page)
        });
    }

    /// Drops everything.
    pub fn clear(&self) {
        *self.entries.lock() = Entries::default();
    }

    /// Drops what nobody has asked for lately. To be called at regular intervals.
    pub fn evict_idle(&self) {
        let mut entries = self.entries.lock();
        let rooms: Vec<_> = entries.by_room.keys().copied().collect();
        for room in rooms {
            entries.retain_in(room, |_, entry| {
                entry.idle_calls += 1;
                entry.idle_calls < MAX_IDLE_CALLS
            });
        }
    }
}

fn encode_answer(room: RoomId, answer: StreamAnswer) -> Result<CachedAnswer, Refusal> {
    let is_full_page = match &answer {
        StreamAnswer::Changes(changes) => changes.through < changes.head,
        StreamAnswer::Reset(_) => false,
    };
    let frame = answer_frame(StreamKey::Room(room), answer, None);
    let shared =
        encode::shared_answer(&frame).ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
    Ok(CachedAnswer {
        shared,
        is_full_page,
    })
}

/// The frame that answers a question about a stream.
pub fn answer_frame(stream: StreamKey, answer: StreamAnswer, question: Option<u32>) -> ServerFrame {
    match answer {
        StreamAnswer::Changes(changes) => ServerFrame::Changes(Changes {
            question,
            stream,
            from: changes.from,
            through: changes.through,
            head: Some(changes.head),
            items: changes.items,
        }),
        StreamAnswer::Reset(reset) => ServerFrame::Reset(Reset {
            question,
            stream,
            rev: reset.rev,
            items: reset.items,
        }),
    }
}

impl Entries {
    fn entry(&mut self, room: RoomId, query: ResumeQuery) -> Arc<OnceCell<CachedAnswer>> {
        if self.count >= MAX_ANSWERS || self.bytes >= MAX_BYTES {
            *self = Entries::default();
        }
        let entries = self.by_room.entry(room).or_default();
        let before = entries.len();
        let entry = entries.entry(query).or_default();
        entry.idle_calls = 0;
        let answer = Arc::clone(&entry.answer);
        self.count += entries.len() - before;
        answer
    }

    /// Counts the bytes of a new answer, unless it was dropped meanwhile.
    fn count_bytes(
        &mut self,
        room: RoomId,
        query: &ResumeQuery,
        answer: &Arc<OnceCell<CachedAnswer>>,
        bytes: usize,
    ) {
        let entries = self.by_room.get_mut(&room);
        if let Some(entry) = entries.and_then(|entries| entries.get_mut(query))
            && Arc::ptr_eq(&entry.answer, answer)
        {
            entry.bytes = bytes;
            self.bytes += bytes;
        }
    }

    fn retain_in(&mut self, room: RoomId, mut keep: impl FnMut(&ResumeQuery, &mut Entry) -> bool) {
        let Some(entries) = self.by_room.get_mut(&room) else {
            return;
        };
        entries.retain(|query, entry| {
            let is_kept = keep(query, entry);
            if !is_kept {
                self.count -= 1;
                self.bytes -= entry.bytes;
            }
            is_kept
        });
        if entries.is_empty() {
            self.by_room.remove(&room);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use shared::id::{Micros, Rev, Seq};
    use shared::model::{Author, Message};
    use shared::stream::Item;

    use super::*;
    use crate::store::{ChangedItem, StreamChanges, StreamId};

    const ROOM: RoomId = RoomId::LOBBY;

    fn memory() -> Arc<MemoryBudget> {
        MemoryBudget::new(usize::MAX)
    }

    fn query(rev: i64) -> ResumeQuery {
        ResumeQuery {
            known: ResumePoint {
                epoch: None,
                rev: Rev(rev),
            },
            limits: ResumeLimits {
                missed: 10,
                changes: 4,
                newest: 0,
            },
        }
    }

    fn changes(through: i64, head: i64) -> StreamAnswer {
        StreamAnswer::Changes(StreamChanges {
            from: Rev(1),
            through: Rev(through),
            head: Rev(head),
            items: Vec::new(),
        })
    }

    fn batch(is_new_message: bool) -> StreamBatch {
        let message = Message {
            seq: Seq(1),
            rev: Rev(9),
            content_rev: None,
            author: Author {
                id: None,
                name: "Ada".into(),
                rev: Rev::ZERO,
            },
            client_id: None,
            body: String::new(),
            event: None,
            posted_at: Micros(0),
            edited_at: None,
            deleted_at: None,
        };
        StreamBatch {
            stream: StreamId::Room(ROOM),
            from: Rev(8),
            through: Rev(9),
            items: vec![ChangedItem {
                item: Item::Message(message),
                connection: None,
                is_new_message,
            }],
        }
    }

    /// Asks two queries; only the first one's answer is a full page. Returns how often the store
    /// was read.
    async fn reads(cache: &ResumeCache) -> usize {
        let reads = AtomicUsize::new(0);
        for (rev, through) in [(1, 4), (4, 8)] {
            let read = async || {
                reads.fetch_add(1, Ordering::Relaxed);
                Ok(changes(through, 8))
            };
            cache
                .get_or_read(ROOM, query(rev), &memory(), read)
                .await
                .unwrap();
        }
        reads.into_inner()
    }

    #[tokio::test]
    async fn the_store_is_read_once_when_many_clients_ask_the_same() {
        let cache = Arc::new(ResumeCache::default());
        let reads = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..100)
            .map(|_| {
                let (cache, reads) = (Arc::clone(&cache), Arc::clone(&reads));
                tokio::spawn(async move {
                    let read = async || {
                        reads.fetch_add(1, Ordering::Relaxed);
                        tokio::task::yield_now().await;
                        Ok(changes(4, 8))
                    };
                    cache
                        .get_or_read(ROOM, query(1), &memory(), read)
                        .await
                        .unwrap()
                })
            })
            .collect();
        let mut pointers = Vec::new();
        for client in clients {
            pointers.push(client.await.unwrap().as_ptr());
        }
        assert_eq!(reads.load(Ordering::Relaxed), 1);
        assert!(pointers.iter().all(|pointer| *pointer == pointers[0]));
    }

    #[tokio::test]
    async fn a_post_drops_the_last_page_and_any_other_change_drops_all_pages() {
        let cache = ResumeCache::default();
        assert_eq!(reads(&cache).await, 2);
        assert_eq!(reads(&cache).await, 0);
        cache.invalidate(ROOM, &batch(true));
        assert_eq!(reads(&cache).await, 1, "the last page");
        cache.invalidate(ROOM, &batch(false));
        assert_eq!(reads(&cache).await, 2);
        cache.clear();
        assert_eq!(reads(&cache).await, 2);
    }

    #[tokio::test]
    async fn an_answer_is_not_cached_if_the_room_changed_while_it_was_read() {
        let cache = ResumeCache::default();
        let read = async || {
            cache.invalidate(ROOM, &batch(true));
            Ok(changes(4, 8))
        };
        cache
            .get_or_read(ROOM, query(1), &memory(), read)
            .await
            .unwrap();
        assert_eq!(reads(&cache).await, 2);
        let entries = cache.entries.lock();
        let counted = entries.by_room[&ROOM].values().map(|entry| entry.bytes);
        assert_eq!((entries.count, entries.bytes), (2, counted.sum()));
    }

    #[tokio::test]
    async fn failures_are_not_cached_and_idle_answers_are_evicted() {
        let cache = ResumeCache::default();
        let fails = async || Err(Refusal::new(ErrorCode::StorageFailed));
        assert!(
            cache
                .get_or_read(ROOM, query(1), &memory(), fails)
                .await
                .is_err()
        );
        assert_eq!(reads(&cache).await, 2);
        for _ in 0..MAX_IDLE_CALLS {
            cache.evict_idle();
        }
        let entries = cache.entries.lock();
        assert!(entries.by_room.is_empty());
        assert_eq!((entries.count, entries.bytes), (0, 0));
    }

    #[tokio::test]
    async fn a_query_with_an_impossible_revision_is_harmless() {
        let cache = ResumeCache::default();
        let read = async || Ok(changes(4, 8));
        cache
            .get_or_read(ROOM, query(i64::MIN), &memory(), read)
            .await
            .unwrap();
        cache.invalidate(ROOM, &batch(true));
        assert_eq!(cache.entries.lock().count, 0);
    }
}
