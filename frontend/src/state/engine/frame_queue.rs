//! Received frames that wait for their batch.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use crate::browser;

#[derive(Default)]
pub(super) struct FrameQueue {
    pub(super) queue: RefCell<VecDeque<String>>,
    pub(super) scheduled: Cell<bool>,
    /// When the last batch was applied.
    pub(super) last: Cell<f64>,
    /// Until when the frames wait for the rows of the last visit.
    waits_until: Cell<f64>,
}

/// The longest that frames wait for rows, in milliseconds. It ends only a wait for rows that never come.
const LONGEST_WAIT_MS: f64 = 5_000.0;

impl FrameQueue {
    /// The last visit's conversation is shown first: what came since then is put below the line that
    /// is read there, which has to have its place before.
    pub(super) fn wait_for_rows(&self) {
        self.waits_until.set(browser::now_ms() + LONGEST_WAIT_MS);
    }

    /// The rows are there.
    pub(super) fn go_on(&self) {
        self.waits_until.set(0.0);
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.waits_until.get() > 0.0 && browser::now_ms() < self.waits_until.get()
    }
}
