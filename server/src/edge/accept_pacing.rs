//! Limits how many connections are accepted per second while messages are being delivered.
//!
//! After a restart thousands of clients reconnect at once. Accepting them uses the same
//! processors as delivering messages, so that without a limit everybody who talks would
//! notice the crowd.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

/// Reads how many times messages were delivered. It may only rise.
pub type DeliveryCount = Box<dyn Fn() -> u64 + Send + Sync>;

/// Connections per tick: 3,000 in a second.
const PER_TICK: u32 = 3;
const TICK: Duration = Duration::from_millis(1);
/// For this long after the last message the limit stays on.
const LINGER: Duration = Duration::from_millis(250);

/// The limit on accepted connections.
pub struct AcceptPacing {
    ticks: Interval,
    delivery_count: DeliveryCount,
    // Connections accepted since the last tick.
    accepted: u32,
    // The number of deliveries when we last looked, and when it last changed.
    deliveries: u64,
    changed_at: Instant,
}

impl AcceptPacing {
    /// Starts with nothing accepted. Must be called within the runtime.
    pub fn start(delivery_count: DeliveryCount) -> Self {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        AcceptPacing {
            ticks,
            delivery_count,
            accepted: 0,
            deliveries: 0,
            changed_at: Instant::now(),
        }
    }

    /// Waits until the next connection may be accepted; does not wait while no messages are
    /// delivered. Cancelling the wait loses nothing.
    pub async fn ready(&mut self) {
        if self.accepted >= PER_TICK {
            if self.is_delivering() {
                self.ticks.tick().await;
            }
            self.accepted = 0;
        }
    }

    /// Counts one accepted connection.
    pub fn count_one(&mut self) {
        self.accepted += 1;
    }

    fn is_delivering(&mut self) -> bool {
        let deliveries = (self.delivery_count)();
        let now = Instant::now();
        if deliveries != self.deliveries {
            self.deliveries = deliveries;
            self.changed_at = now;
        }
        now - self.changed_at < LINGER
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// How long accepting so many connections takes, with or without deliveries meanwhile.
    async fn time_to_accept(count: u32, is_delivering: bool) -> Duration {
        let deliveries = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&deliveries);
        let mut pacing = AcceptPacing::start(Box::new(move || counted.load(Ordering::Relaxed)));
        // The first tick of an interval comes at once.
        pacing.ticks.tick().await;
        tokio::time::advance(2 * LINGER).await;
        let started = Instant::now();
        for _ in 0..count {
            if is_delivering {
                deliveries.fetch_add(1, Ordering::Relaxed);
            }
            pacing.ready().await;
            pacing.count_one();
        }
        started.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn connections_wait_only_while_messages_are_delivered() {
        assert_eq!(time_to_accept(10_000, false).await, Duration::ZERO);
        let time = time_to_accept(10_000, true).await;
        assert!(
            time > Duration::from_secs(3) && time < Duration::from_secs(5),
            "{time:?}"
        );
        assert!(
            time_to_accept(PER_TICK, true).await < TICK,
            "a few at once do not wait"
        );
    }
}
