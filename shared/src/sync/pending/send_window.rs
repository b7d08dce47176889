//! How many commands may be in flight at once.
//!
//! A server accepts a certain rate of commands per person, from all of the person's devices
//! together, and refuses the rest temporarily. A client that then repeats all refused
//! commands at once has nearly all of them refused again. So the window grows with each
//! accepted command, as in TCP (RFC 5681). After the first rate limit, commands are sent at
//! the server's steady rate, until the queue is empty.

use crate::id::Micros;
use crate::limits::Limits;

use crate::sync::timing::{LONGEST_WAIT_MS, is_due, later};

/// Commands that may be sent on a new connection before the first answer.
const FIRST_WINDOW: usize = 4;
/// How many times slower than the server's rate a client may become if it is still refused
/// at that rate: other devices of the person or the address are sending too.
const MAX_SLOWDOWN: i64 = 8;

/// The number of commands that may be sent now.
#[derive(Debug)]
pub(super) struct SendWindow {
    /// The largest window, and the most commands in flight.
    largest: usize,
    /// Microseconds between two commands at the server's rate; 0 without a rate limit.
    interval: i64,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    /// No rate limit was hit: this many commands may be in flight.
    Window { size: usize },
    /// The rate limit was hit: commands are sent at intervals.
    Paced(Pacing),
}

#[derive(Debug)]
struct Pacing {
    /// Microseconds between two commands at the server's rate.
    interval: i64,
    /// The present interval. Longer than `interval` after further refusals.
    spacing: i64,
    /// When the next command may be sent.
    due: Micros,
    /// Commands that may be sent now.
    allowance: usize,
    /// Refusals before this time answer commands that were sent before the last refusal.
    refused_until: Micros,
}

impl Default for SendWindow {
    fn default() -> Self {
        let mut window = SendWindow {
            largest: FIRST_WINDOW,
            interval: 0,
            mode: Mode::Window { size: FIRST_WINDOW },
        };
        window.set_limits(&Limits::default());
        window
    }
}

impl SendWindow {
    /// Sets the server's limits.
    pub(super) fn set_limits(&mut self, limits: &Limits) {
        // One below the limit: at the limit the server stops reading.
        let in_flight = limits.in_flight.saturating_sub(1).max(1);
        let burst = usize::try_from(limits.rate_burst).unwrap_or(usize::MAX);
        self.largest = match burst {
            0 => in_flight,
            burst => in_flight.min(burst),
        };
        self.interval = match limits.rate_per_second {
            0 => 0,
            rate => 1_000_000 / i64::from(rate),
        };
    }

    /// Starts again, on a new connection.
    pub(super) fn reset(&mut self) {
        self.mode = Mode::Window { size: FIRST_WINDOW };
    }

    /// How many commands may be sent in addition to those in flight.
    pub(super) fn free_slots(&self, in_flight: usize) -> usize {
        let most = self.largest.saturating_sub(in_flight);
        match &self.mode {
            Mode::Window { size } => size.saturating_sub(in_flight).min(most),
            Mode::Paced(paced) => paced.allowance.min(most),
        }
    }

    /// `count` commands were sent.
    pub(super) fn sent(&mut self, count: usize) {
        if let Mode::Paced(paced) = &mut self.mode {
            paced.allowance = paced.allowance.saturating_sub(count);
        }
    }

    /// A command was answered: accepted, or refused for good.
    pub(super) fn answered(&mut self, now: Micros) {
        match &mut self.mode {
            Mode::Window { size } => *size = size.saturating_add(1).min(self.largest),
            Mode::Paced(paced) => {
                let eighth = paced.spacing / 8;
                paced.spacing = (paced.spacing - eighth).max(paced.interval);
            }
        }
        self.advance(now);
    }

    /// A command was refused by the rate limit. Returns when the next one may be sent.
    pub(super) fn rate_limited(&mut self, now: Micros, wait_ms: u64) -> Micros {
        let earliest = later(now, wait_ms);
        match &mut self.mode {
            Mode::Window { .. } => {
                let interval = match self.interval {
                    0 => earliest.0.saturating_sub(now.0).max(1),
                    interval => interval,
                };
                self.mode = Mode::Paced(Pacing {
                    interval,
                    spacing: interval,
                    due: earliest,
                    allowance: 0,
                    refused_until: earliest,
                });
                earliest
            }
            Mode::Paced(paced) => {
                if is_due(paced.refused_until, now) {
                    let slowest = paced.interval.saturating_mul(MAX_SLOWDOWN);
                    let longest = later(Micros(0), LONGEST_WAIT_MS).0;
                    let doubled = paced.spacing.saturating_mul(2);
                    paced.spacing = doubled.min(slowest).min(longest);
                    paced.due = earliest.max(Micros(now.0.saturating_add(paced.spacing)));
                    paced.refused_until = paced.due;
                } else {
                    // It was sent together with the one that was refused before.
                    paced.due = paced.due.max(earliest);
                }
                paced.allowance = 0;
                paced.due
            }
        }
    }

    /// A command was refused for a reason (such as a full disk) that concerns others too.
    pub(super) fn shrink_to_one(&mut self) {
        if let Mode::Window { size } = &mut self.mode {
            *size = 1;
        }
    }

    /// No command is waiting any more.
    pub(super) fn queue_empty(&mut self) {
        if let Mode::Paced(_) = self.mode {
            self.mode = Mode::Window { size: 1 };
        }
    }

    /// Adds to the allowance what has become due.
    pub(super) fn advance(&mut self, now: Micros) {
        let Mode::Paced(paced) = &mut self.mode else {
            return;
        };
        if is_due(paced.due, now) {
            paced.due = paced.due.min(now);
            // More than one if the timer was late.
            let due = 1 + now.0.saturating_sub(paced.due.0) / paced.spacing.max(1);
            let count = usize::try_from(due).unwrap_or(usize::MAX);
            paced.allowance = paced.allowance.saturating_add(count).min(self.largest);
            let covered = due.saturating_mul(paced.spacing);
            paced.due = Micros(paced.due.0.saturating_add(covered));
        }
    }

    /// When the next command may be sent, if that needs a timer.
    pub(super) fn next_timer(&self) -> Option<Micros> {
        match &self.mode {
            Mode::Paced(paced) if paced.allowance == 0 => Some(paced.due),
            Mode::Window { .. } | Mode::Paced(_) => None,
        }
    }
}
