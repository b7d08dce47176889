//! A hub with followers whose outboxes are emptied as by their writing sides, but without
//! sockets: for what counts or measures the way of a message.

use std::sync::Arc;
use std::time::Duration;

use server::bus::Deliver;
use server::chat::presence::Presence;
use server::gateway::hub::{Follow, Hub, Topic};
use server::gateway::outbox::Outbox;
use server::store::{Batch, Origin};

/// Followers of one topic.
pub struct Followers {
    hub: Arc<Hub>,
    outboxes: Vec<Arc<Outbox>>,
    _follows: Vec<Follow>,
}

impl Followers {
    pub fn of(topic: Topic, count: u64) -> Self {
        let hub = Arc::new(Hub::new(Presence::new(200, Duration::from_secs(5))));
        let outboxes: Vec<_> = (0..count)
            .map(|_| Arc::new(Outbox::new(1_000_000)))
            .collect();
        let follows = (0..)
            .zip(&outboxes)
            .map(|(origin, outbox)| hub.follow(topic, outbox, Origin(origin)))
            .collect();
        Followers {
            hub,
            outboxes,
            _follows: follows,
        }
    }

    /// Delivers a commit and takes it out of every outbox.
    pub fn deliver(&mut self, batch: Batch) {
        self.hub.deliver(batch);
        while self.hub.due.write() {}
        for outbox in &self.outboxes {
            let flushed =
                outbox.flush_into(|slices| Ok(slices.iter().map(|slice| slice.len()).sum()));
            assert!(flushed.is_ok());
        }
    }
}
