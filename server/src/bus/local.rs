//! The bus of a single node.

use std::sync::Arc;

use super::{Bus, Deliver};
use crate::store::Batch;

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
    fn publish(&self, batch: Batch) {
        self.sessions.deliver(batch);
    }
}
