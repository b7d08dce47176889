//! Counts the commands of a connection that have no reply yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// The number of commands without a reply.
#[derive(Debug, Default)]
pub struct InFlight {
    count: AtomicUsize,
    decreased: Notify,
}

/// One command without a reply. It counts until this is dropped.
#[derive(Debug)]
pub struct InFlightGuard(Arc<InFlight>);

impl InFlight {
    /// Counts one more command.
    pub fn begin(self: &Arc<Self>) -> InFlightGuard {
        self.count.fetch_add(1, Ordering::Relaxed);
        InFlightGuard(Arc::clone(self))
    }

    /// How many there are now.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Waits until there are fewer than `limit`.
    pub async fn wait_below(&self, limit: usize) {
        while self.count() >= limit {
            self.decreased.notified().await;
        }
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Release);
        // `notify_one` stores a permit if nobody waits, so no wake-up is lost.
        self.0.decreased.notify_one();
    }
}
