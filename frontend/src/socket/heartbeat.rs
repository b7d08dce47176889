//! Whether the server still answers.
//!
//! A browser cannot send WebSocket pings, and after sleep a dead connection looks open for
//! minutes. So the page sends a `ping` frame after a silence. Only an unanswered ping means
//! that the connection is dead. Silence alone does not: the page itself may have slept.

/// How often to call [`Heartbeat::tick`], in milliseconds.
pub(crate) const TICK_MS: u32 = 5_000;
/// A tick after such a pause means that the machine slept.
const SLEPT_MS: f64 = 15_000.0;
/// How long a ping may be unanswered if there is a reason to check the connection.
const PROBE_MS: f64 = 5_000.0;
/// The same if the browser says that the network has changed. Call [`Heartbeat::tick`] then.
pub(crate) const URGENT_MS: u32 = 2_000;

/// What the connection needs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Nothing.
    Alive,
    /// Send a ping.
    Ping,
    /// The connection is dead: close it.
    Dead,
}

/// The heartbeat of one connection. All times are in milliseconds of one clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heartbeat {
    idle: f64,
    timeout: f64,
    received: f64,
    ticked: f64,
    open_ping: Option<OpenPing>,
}

#[derive(Clone, Copy, Debug)]
struct OpenPing {
    until: f64,
}

impl Heartbeat {
    /// Sends a ping after `idle` without a frame, and gives up if no answer has arrived
    /// `timeout` later.
    pub(crate) fn new(now: f64, idle: f64, timeout: f64) -> Self {
        Heartbeat {
            idle,
            timeout,
            received: now,
            ticked: now,
            open_ping: None,
        }
    }

    /// Sets the server's times.
    pub(crate) fn set(&mut self, idle: f64, timeout: f64) {
        self.idle = idle;
        self.timeout = timeout;
    }

    /// A frame arrived. Returns whether it is the answer to a ping.
    pub(crate) fn received(&mut self, now: f64) -> bool {
        self.received = now;
        self.open_ping.take().is_some()
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: f64) -> Beat {
        let slept = now - self.ticked > SLEPT_MS;
        self.ticked = now;
        if slept {
            // An unanswered ping from before the sleep proves nothing.
            self.open_ping = None;
            return self.probe(now);
        }
        match self.open_ping {
            Some(ping) if now >= ping.until => Beat::Dead,
            None if now - self.received >= self.idle => self.ping(now, self.timeout),
            Some(_) | None => Beat::Alive,
        }
    }

    /// There is a reason to check the connection: the network changed, or the tab came back.
    pub(crate) fn probe(&mut self, now: f64) -> Beat {
        if now - self.received < 1_000.0 {
            return Beat::Alive;
        }
        match &mut self.open_ping {
            Some(ping) => {
                ping.until = ping.until.min(now + PROBE_MS);
                Beat::Alive
            }
            None => self.ping(now, PROBE_MS),
        }
    }

    /// The browser says that the network has changed. A frame from before proves nothing, and
    /// neither does an unanswered ping.
    pub(crate) fn probe_now(&mut self, now: f64) -> Beat {
        self.ping(now, f64::from(URGENT_MS))
    }

    fn ping(&mut self, now: f64, timeout: f64) -> Beat {
        self.open_ping = Some(OpenPing {
            until: now + timeout,
        });
        Beat::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect() -> Heartbeat {
        Heartbeat::new(0.0, 25_000.0, 35_000.0)
    }

    /// Ticks every five seconds up to `until`; returns pings and deaths with their times.
    fn ticks(heartbeat: &mut Heartbeat, from: u32, until: u32) -> Vec<(u32, Beat)> {
        (from..=until)
            .step_by(TICK_MS as usize)
            .map(|now| (now, heartbeat.tick(f64::from(now))))
            .filter(|(_, beat)| *beat != Beat::Alive)
            .collect()
    }

    #[test]
    fn silence_causes_a_ping_and_an_unanswered_ping_means_dead() {
        assert_eq!(
            ticks(&mut effect(), 5_000, 60_000),
            [(25_000, Beat::Ping), (60_000, Beat::Dead)]
        );
    }

    #[test]
    fn an_answer_restarts_the_heartbeat() {
        let mut heartbeat = effect();
        ticks(&mut heartbeat, 5_000, 25_000);
        heartbeat.received(25_050.0);
        assert_eq!(ticks(&mut heartbeat, 30_000, 45_000), []);
        assert_eq!(heartbeat.tick(50_050.0), Beat::Ping);
    }

    #[test]
    fn after_sleep_a_ping_is_sent_before_the_connection_counts_as_dead() {
        let mut heartbeat = effect();
        ticks(&mut heartbeat, 5_000, 30_000);
        let woken = 3_600_000.0;
        assert_eq!(heartbeat.tick(woken), Beat::Ping);
        assert_eq!(heartbeat.tick(woken + 4_000.0), Beat::Alive);
        assert_eq!(heartbeat.tick(woken + 5_000.0), Beat::Dead);
    }

    #[test]
    fn a_probed_connection_has_five_seconds_to_answer() {
        let mut heartbeat = effect();
        assert_eq!(heartbeat.probe(10_000.0), Beat::Ping);
        assert_eq!(heartbeat.probe(11_000.0), Beat::Alive);
        assert_eq!(heartbeat.tick(12_000.0), Beat::Alive);
        assert_eq!(heartbeat.tick(15_000.0), Beat::Dead);
    }

    #[test]
    fn when_the_network_changes_a_new_ping_has_two_seconds_to_be_answered() {
        let mut heartbeat = effect();
        heartbeat.received(10_000.0);
        assert_eq!(heartbeat.probe_now(10_500.0), Beat::Ping);
        assert_eq!(heartbeat.tick(12_000.0), Beat::Alive);
        assert!(heartbeat.received(12_100.0));
        assert!(!heartbeat.received(12_200.0));
        assert_eq!(heartbeat.probe_now(13_000.0), Beat::Ping);
        assert_eq!(heartbeat.tick(15_000.0), Beat::Dead);
    }

    #[test]
    fn a_connection_with_a_recent_frame_is_not_probed() {
        let mut heartbeat = effect();
        heartbeat.received(10_000.0);
        assert_eq!(heartbeat.probe(10_500.0), Beat::Alive);
    }
}
