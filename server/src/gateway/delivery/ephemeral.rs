//! A task that runs every second: it publishes changes of presence and typing, and drops cached
//! answers that nobody asked for lately.

use std::sync::Arc;
use std::time::Instant;

use tokio::time::{MissedTickBehavior, interval};

use super::hub::Hub;
use crate::chat::presence::PUBLISH_INTERVAL;

/// Runs as long as the server does.
pub async fn publish_ephemeral_state(hub: Arc<Hub>) {
    let mut ticks = interval(PUBLISH_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
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
