//! What those who come back to a room are told, kept ready for the next one.
//!
//! After a restart thousands return with the same question. The first one's answer is
//! read from the store and framed; the others get the same bytes. Nothing in an answer
//! depends on who asks: whether somebody may read a room is decided before. A change of
//! the room, or of a name, drops what it makes untrue, before anyone is told of it, so that
//! nothing deleted is served from here.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::{Refusal, ServerFrame};
use shared::id::RoomId;
use tokio::sync::OnceCell;

use super::memory::Memory;
use super::wire;
use crate::store::{Most, Resume, RoomBatch, Seen};

/// Bytes that are kept ready, in all; beyond, everything is dropped and begun anew.
const MOST_BYTES: usize = 32 << 20;
/// The same for questions, whose answers may be short.
const MOST: usize = 20_000;
/// Turns of [`Answers::age`] for which an answer is kept that nobody asks for.
const IDLE_TURNS: u32 = 10;

/// What somebody knows of a room, and how much is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Up to where it is known.
    pub seen: Seen,
    /// How much is wanted.
    pub most: Most,
}

#[derive(Debug)]
struct Answer {
    frame: Bytes,
    // A page of changes that more follow on: later posts do not touch it.
    is_full: bool,
}

#[derive(Debug, Default)]
struct Entry {
    // Filled by the first who asks; the others wait for it.
    answer: Arc<OnceCell<Answer>>,
    // Of the answer, once it is there and counted.
    bytes: usize,
    idle: u32,
}

/// The answers, by room and question.
#[derive(Debug, Default)]
pub struct Answers {
    // Held for a look-up, not while an answer is read.
    rooms: Mutex<Rooms>,
}

#[derive(Debug, Default)]
struct Rooms {
    entries: HashMap<RoomId, HashMap<Question, Entry>>,
    count: usize,
    bytes: usize,
}

impl Answers {
    /// The answer to a question about a room, ready to be written; `read` gets it from the
    /// store if it is not there.
    ///
    /// What it takes counts in `memory`, once for all who get it.
    ///
    /// Who asks must follow the room already: what changes from then on either drops the
    /// answer before it is looked up here, or comes live.
    ///
    /// # Errors
    /// As `read`; nothing is kept then.
    pub async fn get(
        &self,
        room: RoomId,
        question: Question,
        memory: &Arc<Memory>,
        read: impl AsyncFnOnce() -> Result<Resume, Refusal>,
    ) -> Result<Bytes, Refusal> {
        let cell = self.rooms.lock().entry(room, question);
        let mut is_new = false;
        let answer = cell
            .get_or_try_init(async || {
                is_new = true;
                let mut answer = answer(read().await?)?;
                // As long as anybody has it: it may wait for many, and lie here no more.
                answer.frame = memory.hold(answer.frame);
                Ok::<_, Refusal>(answer)
            })
            .await?;
        if is_new {
            let bytes = answer.frame.len();
            self.rooms.lock().weigh(room, &question, &cell, bytes);
        }
        Ok(answer.frame.clone())
    }

    /// Drops what a commit's changes to a room make untrue.
    pub fn changed(&self, batch: &RoomBatch) {
        let are_posts = batch.info.is_none() && batch.messages.iter().all(|posted| posted.is_new);
        self.rooms.lock().retain_in(batch.room, |question, entry| {
            let missed = usize::try_from(batch.through.0.saturating_sub(question.seen.rev.0));
            // One that is being read may miss what was just committed.
            are_posts
                && missed.is_ok_and(|missed| missed <= question.most.missed)
                && entry.answer.get().is_some_and(|answer| answer.is_full)
        });
    }

    /// Drops everything.
    pub fn clear(&self) {
        *self.rooms.lock() = Rooms::default();
    }

    /// Drops what nobody has asked for during the last turns. To be called at a steady pace.
    pub fn age(&self) {
        let mut rooms = self.rooms.lock();
        let ids: Vec<_> = rooms.entries.keys().copied().collect();
        for room in ids {
            rooms.retain_in(room, |_, entry| {
                entry.idle += 1;
                entry.idle < IDLE_TURNS
            });
        }
    }
}

fn answer(resume: Resume) -> Result<Answer, Refusal> {
    let (frame, is_full) = match resume {
        Resume::Changes(changes) => {
            let is_full = changes.head.is_some_and(|head| changes.through < head);
            (ServerFrame::Changes(changes), is_full)
        }
        Resume::Reset(reset) => (ServerFrame::Reset(reset), false),
    };
    let frame = wire::text(&frame).ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
    Ok(Answer { frame, is_full })
}

impl Rooms {
    fn entry(&mut self, room: RoomId, question: Question) -> Arc<OnceCell<Answer>> {
        if self.count >= MOST || self.bytes >= MOST_BYTES {
            *self = Rooms::default();
        }
        let entries = self.entries.entry(room).or_default();
        let before = entries.len();
        let entry = entries.entry(question).or_default();
        entry.idle = 0;
        let answer = Arc::clone(&entry.answer);
        self.count += entries.len() - before;
        answer
    }

    /// Counts an answer that has come, unless it was dropped meanwhile.
    fn weigh(
        &mut self,
        room: RoomId,
        question: &Question,
        answer: &Arc<OnceCell<Answer>>,
        bytes: usize,
    ) {
        let entries = self.entries.get_mut(&room);
        if let Some(entry) = entries.and_then(|entries| entries.get_mut(question))
            && Arc::ptr_eq(&entry.answer, answer)
        {
            entry.bytes = bytes;
            self.bytes += bytes;
        }
    }

    fn retain_in(&mut self, room: RoomId, mut keep: impl FnMut(&Question, &mut Entry) -> bool) {
        let Some(entries) = self.entries.get_mut(&room) else {
            return;
        };
        entries.retain(|question, entry| {
            let is_kept = keep(question, entry);
            if !is_kept {
                self.count -= 1;
                self.bytes -= entry.bytes;
            }
            is_kept
        });
        if entries.is_empty() {
            self.entries.remove(&room);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use shared::frame::Changes;
    use shared::id::{Micros, Rev, Seq};
    use shared::model::{Author, Message};

    use super::*;
    use crate::store::Posted;

    const ROOM: RoomId = RoomId::LOBBY;

    fn memory() -> Arc<Memory> {
        Memory::new(usize::MAX)
    }

    fn question(rev: i64) -> Question {
        Question {
            seen: Seen {
                epoch: None,
                rev: Rev(rev),
            },
            most: Most {
                missed: 10,
                changes: 4,
                newest: 0,
            },
        }
    }

    fn changes(through: i64, head: i64) -> Resume {
        Resume::Changes(Changes {
            room: ROOM,
            from: Rev(1),
            through: Rev(through),
            head: Some(Rev(head)),
            info: None,
            messages: Vec::new(),
        })
    }

    fn batch(is_new: bool) -> RoomBatch {
        let message = Message {
            seq: Seq(1),
            rev: Rev(9),
            author: Author {
                id: None,
                name: "Ada".into(),
                rev: Rev::ZERO,
            },
            client_id: None,
            body: String::new(),
            posted_at: Micros(0),
            edited_at: None,
            deleted_at: None,
        };
        RoomBatch {
            room: ROOM,
            from: Rev(8),
            through: Rev(9),
            info: None,
            messages: vec![Posted {
                message,
                origin: None,
                is_new,
            }],
        }
    }

    /// Asks two questions, the first with a page that more follow on; says how often the
    /// store was read for it.
    async fn reads(answers: &Answers) -> usize {
        let reads = AtomicUsize::new(0);
        for (rev, through) in [(1, 4), (4, 8)] {
            let read = async || {
                reads.fetch_add(1, Ordering::Relaxed);
                Ok(changes(through, 8))
            };
            answers
                .get(ROOM, question(rev), &memory(), read)
                .await
                .unwrap();
        }
        reads.into_inner()
    }

    #[tokio::test]
    async fn the_store_is_read_once_however_many_ask() {
        let answers = Arc::new(Answers::default());
        let reads = Arc::new(AtomicUsize::new(0));
        let asking: Vec<_> = (0..100)
            .map(|_| {
                let (answers, reads) = (Arc::clone(&answers), Arc::clone(&reads));
                tokio::spawn(async move {
                    let read = async || {
                        reads.fetch_add(1, Ordering::Relaxed);
                        tokio::task::yield_now().await;
                        Ok(changes(4, 8))
                    };
                    answers
                        .get(ROOM, question(1), &memory(), read)
                        .await
                        .unwrap()
                })
            })
            .collect();
        let mut pointers = Vec::new();
        for asked in asking {
            pointers.push(asked.await.unwrap().as_ptr());
        }
        assert_eq!(reads.load(Ordering::Relaxed), 1);
        assert!(pointers.iter().all(|pointer| *pointer == pointers[0]));
    }

    #[tokio::test]
    async fn a_post_drops_the_last_page_and_anything_else_all_of_them() {
        let answers = Answers::default();
        assert_eq!(reads(&answers).await, 2);
        assert_eq!(reads(&answers).await, 0);
        answers.changed(&batch(true));
        assert_eq!(reads(&answers).await, 1, "the last page");
        answers.changed(&batch(false));
        assert_eq!(reads(&answers).await, 2);
        answers.clear();
        assert_eq!(reads(&answers).await, 2);
    }

    #[tokio::test]
    async fn what_changes_while_it_is_read_is_not_kept() {
        let answers = Answers::default();
        let read = async || {
            answers.changed(&batch(true));
            Ok(changes(4, 8))
        };
        answers
            .get(ROOM, question(1), &memory(), read)
            .await
            .unwrap();
        assert_eq!(reads(&answers).await, 2);
        let rooms = answers.rooms.lock();
        let weighed = rooms.entries[&ROOM].values().map(|entry| entry.bytes);
        assert_eq!((rooms.count, rooms.bytes), (2, weighed.sum()));
    }

    #[tokio::test]
    async fn a_failure_is_not_an_answer_and_nothing_is_kept_for_long() {
        let answers = Answers::default();
        let fails = async || Err(Refusal::new(ErrorCode::StorageFailed));
        assert!(
            answers
                .get(ROOM, question(1), &memory(), fails)
                .await
                .is_err()
        );
        assert_eq!(reads(&answers).await, 2);
        for _ in 0..IDLE_TURNS {
            answers.age();
        }
        let rooms = answers.rooms.lock();
        assert!(rooms.entries.is_empty());
        assert_eq!((rooms.count, rooms.bytes), (0, 0));
    }

    #[tokio::test]
    async fn a_revision_that_there_cannot_be_is_no_more_than_a_question() {
        let answers = Answers::default();
        let read = async || Ok(changes(4, 8));
        answers
            .get(ROOM, question(i64::MIN), &memory(), read)
            .await
            .unwrap();
        answers.changed(&batch(true));
        assert_eq!(answers.rooms.lock().count, 0);
    }
}
