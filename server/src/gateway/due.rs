//! The shared writers: outboxes that were delivered to, and those who write them out.
//!
//! A delivery to a thousand members would otherwise wake a thousand tasks, each for one
//! write. Here a few tasks, one for each processor, go through the list and write what
//! each outbox holds by then. While they are behind, deliveries gather in the outboxes:
//! the more there is to do, the more goes into one write. No delivery waits longer for
//! that than one turn through the list takes.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::hub::Hub;
use super::outbox::Outbox;

/// Outboxes that are written between two looks at what else is to be done: about a tenth
/// of a millisecond.
const SHARE: usize = 32;

/// The list.
#[derive(Debug, Default)]
pub struct Due {
    // First come, first written.
    list: Mutex<VecDeque<Arc<Outbox>>>,
    // Memory for the next delivery's outboxes, so that it need not be asked for.
    spare: Mutex<Vec<Arc<Outbox>>>,
    filled: Notify,
}

impl Due {
    /// Memory for [`Due::add`].
    pub fn spare(&self) -> Vec<Arc<Outbox>> {
        std::mem::take(&mut *self.spare.lock())
    }

    /// Puts outboxes on the list.
    pub fn add(&self, mut outboxes: Vec<Arc<Outbox>>) {
        if !outboxes.is_empty() {
            self.list.lock().extend(outboxes.drain(..));
            self.filled.notify_one();
        }
        *self.spare.lock() = outboxes;
    }

    /// Takes the next ones, and says whether there are more.
    fn take(&self, share: &mut Vec<Arc<Outbox>>) -> bool {
        let mut list = self.list.lock();
        let count = list.len().min(SHARE);
        share.extend(list.drain(..count));
        !list.is_empty()
    }
}

/// Writes out what is due, as long as the server runs.
pub async fn write_out(hub: Arc<Hub>) {
    let due = &hub.due;
    let mut share = Vec::with_capacity(SHARE);
    loop {
        if due.take(&mut share) {
            // Another writer takes some of it, if one is free.
            due.filled.notify_one();
        }
        if share.is_empty() {
            due.filled.notified().await;
            continue;
        }
        for outbox in share.drain(..) {
            outbox.flush_listed();
        }
        tokio::task::yield_now().await;
    }
}
