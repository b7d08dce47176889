//! How many commands of a connection wait for their answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// The commands of one connection that have no answer yet.
#[derive(Debug, Default)]
pub struct InFlight {
    count: AtomicUsize,
    fell: Notify,
}

/// One command without an answer; it counts until this is dropped.
#[derive(Debug)]
pub struct Flight(Arc<InFlight>);

impl InFlight {
    /// Counts one more.
    pub fn begin(self: &Arc<Self>) -> Flight {
        self.count.fetch_add(1, Ordering::Relaxed);
        Flight(Arc::clone(self))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Waits until fewer than `limit` are left.
    pub async fn below(&self, limit: usize) {
        while self.count() >= limit {
            self.fell.notified().await;
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::Release);
        // A permit is kept when nobody waits at the moment: no wake-up is lost.
        self.0.fell.notify_one();
    }
}
