//! A hub with subscribers whose outboxes are emptied without sockets, for tests and benchmarks of
//! a message's delivery.

use std::sync::Arc;
use std::time::Duration;

use server::bus::Deliver;
use server::chat::presence::PresenceTracker;
use server::gateway::delivery::hub::{Hub, SubscriberId, Subscription, Topic};
use server::gateway::delivery::outbox::Outbox;
use server::store::{Batch, ConnectionId};
use shared::id::Seq;

/// The subscribers of one topic.
pub struct Subscribers {
    hub: Arc<Hub>,
    outboxes: Vec<Arc<Outbox>>,
    _subscriptions: Vec<Subscription>,
}

impl Subscribers {
    pub fn of(topic: Topic, count: u64) -> Self {
        let presence = PresenceTracker::new(200, Duration::from_secs(5));
        let hub = Arc::new(Hub::new(presence, Arc::default()));
        let outboxes: Vec<_> = (0..count)
            .map(|_| Arc::new(Outbox::new(1_000_000)))
            .collect();
        let subscriptions = (0..)
            .zip(&outboxes)
            .map(|(connection, outbox)| {
                let id = SubscriberId {
                    connection: ConnectionId(connection),
                    user: None,
                    first_message: Seq::ZERO,
                };
                hub.subscribe(topic, outbox, id)
            })
            .collect();
        Subscribers {
            hub,
            outboxes,
            _subscriptions: subscriptions,
        }
    }

    /// Delivers a commit and empties every outbox.
    pub fn deliver(&mut self, batch: Batch) {
        self.hub.deliver(batch);
        while self.hub.write_queue.write_next_batch() {}
        for outbox in &self.outboxes {
            let flushed =
                outbox.flush_into(|slices| Ok(slices.iter().map(|slice| slice.len()).sum()));
            assert!(flushed.is_ok());
        }
    }
}
