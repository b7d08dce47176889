//! Live frames that came before a hole was filled.
//!
//! Without them a client that catches up in a busy room would never arrive: while
//! one page is on its way, the next posts have passed by.

use super::super::map::Map;
use crate::frame::Changes;
use crate::id::Rev;

/// More frames than this are not kept: the oldest go, the next page brings them.
const MOST_FRAMES: usize = 256;
/// Nor more messages than this in all of them.
const MOST_MESSAGES: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct Ahead {
    frames: Map<Rev, Changes>,
    messages: usize,
}

impl Ahead {
    pub(super) fn keep(&mut self, frame: Changes) {
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

    /// The next frame that follows on `known`.
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
        *self = Ahead::default();
    }

    fn pop(&mut self) -> Option<Changes> {
        let (_, frame) = self.frames.pop_first()?;
        self.messages -= frame.messages.len();
        Some(frame)
    }
}
