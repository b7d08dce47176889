//! Newcomers and those who talk share the processors: while messages go out, connections
//! are let in at a pace that leaves room for them. After a restart thousands come back at
//! once, and those who talk should notice as little of it as can be.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use crate::gateway::delivery::hub::Hub;

/// Connections that are let in on a tick: 3,000 in a second.
const SHARE: u32 = 3;
const TICK: Duration = Duration::from_millis(1);
/// For so long after a message people are taken to talk.
const LINGER: Duration = Duration::from_millis(250);

/// The pace at which connections are let in.
pub struct Pace {
    ticks: Interval,
    // Let in since the last tick.
    share: u32,
    told: u64,
    heard: Instant,
}

impl Pace {
    /// Nobody was let in yet. To be called within the runtime.
    pub fn start() -> Self {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Pace {
            ticks,
            share: 0,
            told: 0,
            heard: Instant::now(),
        }
    }

    /// Waits until the next one may be let in: not at all while nobody talks. Nothing is
    /// lost when this is given up.
    pub async fn turn(&mut self, hub: &Hub) {
        if self.share >= SHARE {
            if self.is_talked(hub.delivered_commits()) {
                self.ticks.tick().await;
            }
            self.share = 0;
        }
    }

    /// One is let in.
    pub fn step(&mut self) {
        self.share += 1;
    }

    fn is_talked(&mut self, told: u64) -> bool {
        let now = Instant::now();
        if told != self.told {
            self.told = told;
            self.heard = now;
        }
        now - self.heard < LINGER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::Deliver;
    use crate::chat::presence::PresenceTracker;
    use crate::store::Batch;

    /// How long so many take to be let in, while somebody talks all the time or not.
    async fn taken(count: u32, talks: bool) -> Duration {
        let hub = Hub::new(PresenceTracker::new(10, Duration::from_secs(5)));
        let mut pace = Pace::start();
        // What is before the first tick is no pace.
        pace.ticks.tick().await;
        tokio::time::advance(2 * LINGER).await;
        let begun = Instant::now();
        for _ in 0..count {
            if talks {
                hub.deliver(Batch::default());
            }
            pace.turn(&hub).await;
            pace.step();
        }
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn only_while_people_talk_do_newcomers_wait() {
        assert_eq!(taken(10_000, false).await, Duration::ZERO);
        let took = taken(10_000, true).await;
        assert!(
            took > Duration::from_secs(3) && took < Duration::from_secs(5),
            "{took:?}"
        );
        assert!(taken(SHARE, true).await < TICK, "a few at once need not");
    }
}
