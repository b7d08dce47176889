//! What those who come back to a room are told, kept ready for the next one.
//!
//! After a restart thousands return with the same question. The first one's answer is
//! read from the store and framed; the others get the same bytes. Nothing in an answer
//! depends on who asks: whether somebody may read a room is decided before. A change of
//! the room drops what it makes untrue, before anyone is told of it, so that nothing
//! deleted is served from here.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use shared::error::ErrorCode;
use shared::frame::{Refusal, ServerFrame};
use shared::id::{Epoch, Rev, RoomId};
use tokio::sync::OnceCell;

use super::wire;
use crate::store::{Resume, RoomBatch};

/// Bytes that are kept ready, in all; beyond, everything is dropped and begun anew.
const MOST_BYTES: usize = 32 << 20;
/// The same for questions, whose answers may be short.
const MOST: usize = 20_000;
/// Turns of [`Answers::age`] for which an answer is kept that nobody asks for.
const IDLE_TURNS: u32 = 10;

/// What somebody knows of a room, and how much is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// The epoch of what is known.
    pub epoch: Option<Epoch>,
    /// Up to where the room is known.
    pub rev: Rev,
    /// Missed changes beyond which a reset is the answer.
    pub most: Option<usize>,
    /// Messages that a reset brings.
    pub page: Option<usize>,
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
    /// Who asks must follow the room already: what changes from then on either drops the
    /// answer before it is looked up here, or comes live.
    ///
    /// # Errors
    /// As `read`; nothing is kept then.
    pub async fn get(
        &self,
        room: RoomId,
        question: Question,
        read: impl AsyncFnOnce() -> Result<Resume, Refusal>,
    ) -> Result<Bytes, Refusal> {
        let cell = self.rooms.lock().entry(room, question);
        let mut is_new = false;
        let answer = cell
            .get_or_try_init(async || {
                is_new = true;
                answer(read().await?)
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
        self.rooms.lock().retain_in(batch.room, |entry| {
            // One that is being read may miss what was just committed.
            are_posts && entry.answer.get().is_some_and(|answer| answer.is_full)
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
            rooms.retain_in(room, |entry| {
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

    fn retain_in(&mut self, room: RoomId, mut keep: impl FnMut(&mut Entry) -> bool) {
        let Some(entries) = self.entries.get_mut(&room) else {
            return;
        };
        entries.retain(|_, entry| {
            let is_kept = keep(entry);
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
