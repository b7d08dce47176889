//! Publishes each commit: first what changed, then the replies to the commands.

use std::sync::Arc;

use super::hub::Hub;
use crate::bus::Bus;
use crate::store::{Commit, CommitSink, WriterLoad};

/// Receives the store's commits on this node.
pub struct CommitPublisher {
    bus: Arc<dyn Bus>,
    hub: Arc<Hub>,
}

impl CommitPublisher {
    /// Changes go over `bus`; replies go to the connections of `hub`.
    pub fn new(bus: Arc<dyn Bus>, hub: Arc<Hub>) -> Self {
        CommitPublisher { bus, hub }
    }
}

impl CommitSink for CommitPublisher {
    fn publish(&self, mut commit: Commit, load: WriterLoad) {
        // An idle store's thread writes a few frames itself, which is quicker than waking
        // another thread.
        let paused = (load == WriterLoad::Idle).then(|| self.hub.write_queue.pause_wakeups());
        let batch = std::mem::take(&mut commit.batch);
        if !batch.is_empty() {
            self.bus.publish(batch);
        }
        commit.send_replies();
        if let Some(paused) = paused {
            paused.write_if_small();
        }
    }
}
