//! What is known of one stream of changes. The directory, a person's own stream and every room
//! follow the same rules.
//!
//! The [`Cursor`] says how far the stream is known, and which question about it is open. Frames
//! that arrived before a gap was filled wait in the [`ReorderBuffer`]. What is done with an item
//! is decided by the owner of the stream, never here.

mod cursor;
mod reorder_buffer;

use crate::frame::Changes;
use crate::id::Epoch;
use crate::stream::Item;

pub(super) use cursor::Cursor;
use cursor::{RevRange, Verdict};
use reorder_buffer::ReorderBuffer;

/// A stream, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct StreamReplica {
    pub(super) cursor: Cursor,
    waiting: ReorderBuffer,
}

/// Changes that continue what is known. They have to be applied at once.
#[derive(Debug)]
pub(super) struct AcceptedChanges {
    /// Whether everything that was known before is void.
    pub(super) replaces: bool,
    /// The items, in the order of their revisions.
    pub(super) items: Vec<Item>,
}

impl StreamReplica {
    /// Takes a frame, and returns what has to be applied now. After that,
    /// [`Self::next_waiting`] returns what follows.
    pub(super) fn receive(&mut self, epoch: Epoch, frame: Changes) -> Option<AcceptedChanges> {
        let range = RevRange {
            question: frame.question,
            from: frame.from,
            through: frame.through,
            head: frame.head,
        };
        let replaces = match self.cursor.advance(epoch, range) {
            Verdict::Drop => return None,
            Verdict::Gap => {
                self.waiting.insert(frame);
                return None;
            }
            Verdict::Apply => false,
            Verdict::Replace => true,
        };
        let (stream, through) = (frame.stream, frame.through);
        let mut items = frame.items;
        // The cursor does not cover items above `through`.
        items.retain(|item| item.rev(stream) <= through);
        Some(AcceptedChanges { replaces, items })
    }

    /// Changes that have waited and can be applied now.
    pub(super) fn next_waiting(&mut self, epoch: Epoch) -> Option<AcceptedChanges> {
        // They continue the cursor only once it is confirmed in this epoch.
        while self.cursor.is_confirmed(epoch)
            && let Some(frame) = self.waiting.next(self.cursor.known())
        {
            let accepted = self.receive(epoch, frame);
            if accepted.is_some() {
                return accepted;
            }
        }
        None
    }

    /// The connection is lost, or has lost its subscriptions: no answer will arrive.
    pub(super) fn forget_connection(&mut self) {
        self.cursor.forget_connection();
        self.waiting.clear();
    }
}
