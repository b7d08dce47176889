//! The bus of a single node.

use std::sync::Arc;

use super::{Bus, Deliver};
use crate::store::Batch;

/// Delivers within the process.
pub struct LocalBus<D> {
    receiver: Arc<D>,
}

impl<D: Deliver> LocalBus<D> {
    /// A bus that delivers to this receiver.
    pub fn new(receiver: Arc<D>) -> Self {
        LocalBus { receiver }
    }
}

impl<D: Deliver> Bus for LocalBus<D> {
    fn publish(&self, batch: Batch) {
        self.receiver.deliver(batch);
    }
}
