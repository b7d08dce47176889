//! Two tasks that run every second. One publishes changes of presence and typing, and drops cached
//! answers that nobody asked for lately. The other sends the heads of watched rooms that changed:
//! it waits for the store, so it is a task of its own.

use std::sync::Arc;
use std::time::Instant;

use tokio::time::{Interval, MissedTickBehavior, interval};

use super::hub::Hub;
use crate::chat::presence::PUBLISH_INTERVAL;
use crate::store::Store;

/// Runs as long as the server does.
pub async fn publish_ephemeral_state(hub: Arc<Hub>) {
    let mut ticks = ticks();
    loop {
        ticks.tick().await;
        let updates = hub.presence.lock().take_updates(Instant::now());
        for (room, frame) in updates {
            hub.publish_ephemeral(room, &frame);
            // Many rooms may have changed at once: let other tasks run in between.
            tokio::task::yield_now().await;
        }
        hub.resume_cache.evict_idle();
    }
}

/// Sends the heads of watched rooms that changed, as long as the server runs.
pub async fn publish_unread_heads(hub: Arc<Hub>, store: Arc<dyn Store>) {
    let mut ticks = ticks();
    loop {
        ticks.tick().await;
        send_heads(&hub, &*store).await;
    }
}

fn ticks() -> Interval {
    let mut ticks = interval(PUBLISH_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Sends the heads that have changed to those who watch the rooms.
async fn send_heads(hub: &Hub, store: &dyn Store) {
    let unknown = hub.unread_heads.changed_and_unknown();
    if let Err(error) = hub.unread_heads.load(&unknown, store).await {
        tracing::debug!(%error, "unread messages cannot be counted at the moment");
        return;
    }
    let updates = hub.unread_heads.take_updates();
    let mut next = (!updates.is_empty()).then_some(0);
    while let Some(from) = next {
        let (outboxes, rest) = hub.watchers.deliver_some(from, &updates);
        hub.write_queue.schedule_outboxes(outboxes);
        next = rest;
        tokio::task::yield_now().await;
    }
}
