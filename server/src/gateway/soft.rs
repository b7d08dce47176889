//! What happens once per second: who is here and who types is told, as far as it changed,
//! and answers that nobody asked for again are dropped.

use std::sync::Arc;
use std::time::Instant;

use tokio::time::{MissedTickBehavior, interval};

use super::hub::Hub;
use crate::chat::presence::TOLD_EVERY;

/// Runs as long as the server does.
pub async fn tell_soft_state(hub: Arc<Hub>) {
    let mut ticks = interval(TOLD_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let changes = hub.presence.lock().changes(Instant::now());
        for (room, frame) in changes {
            hub.tell_soft(room, &frame);
            // A crowd may come and go in many rooms at once: others have their turn in between.
            tokio::task::yield_now().await;
        }
        hub.answers.age();
    }
}
