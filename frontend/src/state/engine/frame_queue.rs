//! Received frames that wait for their batch.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

#[derive(Default)]
pub(super) struct FrameQueue {
    pub(super) queue: RefCell<VecDeque<String>>,
    pub(super) scheduled: Cell<bool>,
    /// When the last batch was applied.
    pub(super) last: Cell<f64>,
}
