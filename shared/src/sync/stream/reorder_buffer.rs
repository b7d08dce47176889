//! Frames that arrived before a gap was filled.
//!
//! Without this buffer a client in a busy room would never catch up: while one page is in
//! flight, further messages are posted.

use super::super::vec_map::VecMap;
use crate::frame::Changes;
use crate::id::Rev;

/// The most frames. Beyond, the oldest are dropped: the next page holds their changes.
const MOST_FRAMES: usize = 256;
/// The most items in all frames together.
const MOST_ITEMS: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct ReorderBuffer {
    frames: VecMap<Rev, Changes>,
    items: usize,
}

impl ReorderBuffer {
    pub(super) fn insert(&mut self, mut frame: Changes) {
        if frame.through <= frame.from || frame.items.len() > MOST_ITEMS {
            return;
        }
        // A later question must not be taken for the one that this answers.
        frame.question = None;
        self.items += frame.items.len();
        if let Some(old) = self.frames.insert(frame.from, frame) {
            self.items -= old.items.len();
        }
        while self.frames.len() > MOST_FRAMES || self.items > MOST_ITEMS {
            self.pop();
        }
    }

    /// Removes and returns the next frame that continues `known`.
    pub(super) fn next(&mut self, known: Rev) -> Option<Changes> {
        while *self.frames.first_key_value()?.0 <= known {
            let frame = self.pop()?;
            if frame.through > known {
                return Some(frame);
            }
        }
        None
    }

    pub(super) fn clear(&mut self) {
        *self = ReorderBuffer::default();
    }

    fn pop(&mut self) -> Option<Changes> {
        let (_, frame) = self.frames.pop_first()?;
        self.items -= frame.items.len();
        Some(frame)
    }
}
