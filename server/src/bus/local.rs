//! The bus of a single node.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::{Bus, Deliver};
use crate::store::Batch;
use crate::store::sqlite::Committed;

/// Delivers within the process.
pub struct LocalBus<D> {
    sessions: Arc<D>,
}

impl<D: Deliver> LocalBus<D> {
    /// A bus that delivers to these sessions.
    pub fn new(sessions: Arc<D>) -> Self {
        LocalBus { sessions }
    }
}

impl<D: Deliver> Bus for LocalBus<D> {
    fn publish(&self, batch: &Batch) {
        self.sessions.deliver(batch);
    }
}

/// Tells and answers what the store commits, in that order, until the store is closed.
pub async fn relay(bus: Arc<dyn Bus>, mut committed: mpsc::Receiver<Committed>) {
    while let Some(committed) = committed.recv().await {
        if !committed.batch.is_empty() {
            bus.publish(&committed.batch);
        }
        committed.answer();
        // Readers write what they have before more comes: a burst of commits must not
        // overflow those who keep up.
        tokio::task::yield_now().await;
    }
}
