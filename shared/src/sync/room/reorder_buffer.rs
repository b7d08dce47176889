//! Live frames that arrived before a gap was filled.
//!
//! Without this buffer a client in a busy room would never catch up: while one page is in
//! flight, further messages are posted.

use super::super::vec_map::VecMap;
use crate::frame::Changes;
use crate::id::Rev;

/// The most frames. Beyond, the oldest are dropped: the next page holds their changes.
const MOST_FRAMES: usize = 256;
/// The most messages in all frames together.
const MOST_MESSAGES: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct ReorderBuffer {
    frames: VecMap<Rev, Changes>,
    messages: usize,
}

impl ReorderBuffer {
    pub(super) fn insert(&mut self, frame: Changes) {
        if frame.through <= frame.from || frame.messages.len() > MOST_MESSAGES {
            return;
        }
        self.messages += frame.messages.len();
        if let Some(old) = self.frames.insert(frame.from, frame) {
            self.messages -= old.messages.len();
        }
        while self.frames.len() > MOST_FRAMES || self.messages > MOST_MESSAGES {
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
        self.messages -= frame.messages.len();
        Some(frame)
    }
}
