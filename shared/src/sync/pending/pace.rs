//! How many commands may be on their way at once.
//!
//! A server takes so many commands of a person in a second, from all of the person's devices
//! together, and refuses the rest for now. A client that sends again all that was refused as
//! soon as the wait is over is refused nearly all of it again. So a window opens with what the
//! server takes, as TCP's does (RFC 5681); and once it takes no more, commands go out at its
//! steady rate, one wait for all of them, until nothing waits.

use crate::id::Micros;
use crate::limits::Limits;

use super::queue::{LONGEST_WAIT_MS, is_due, later};

/// Commands that may go out on a new connection before the first of them is answered.
const FIRST_WINDOW: usize = 4;
/// How many times slower than the server's rate a client becomes that is refused all the
/// same: others of the same person, or of the same address, want to send too.
const SLOWEST: i64 = 8;

/// How far the way to the server is open.
#[derive(Debug)]
pub(super) struct Pace {
    /// What the window grows to at most, and how many are on their way at most.
    widest: usize,
    /// Between two commands at the server's rate, in microseconds; 0 without a rate.
    interval: i64,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    /// Nothing was refused: so many commands may be without an answer.
    Open { window: usize },
    /// The server has taken all that it takes at once.
    Paced(Paced),
}

#[derive(Debug)]
struct Paced {
    /// Between two commands, in microseconds, if all goes well.
    interval: i64,
    /// The same as things are: longer while others are in the way.
    spacing: i64,
    /// When the next command is due that may not go yet.
    due: Micros,
    /// Commands that were due already, and did not go.
    allowance: usize,
    /// Refusals up to then answer what was sent before the last one.
    refused_until: Micros,
}

impl Default for Pace {
    fn default() -> Self {
        let mut pace = Pace {
            widest: FIRST_WINDOW,
            interval: 0,
            mode: Mode::Open {
                window: FIRST_WINDOW,
            },
        };
        pace.learn(&Limits::default());
        pace
    }
}

impl Pace {
    /// Takes over what the server has told of itself.
    pub(super) fn learn(&mut self, limits: &Limits) {
        // One below the cap: at the cap the server would not read on.
        let in_flight = limits.in_flight.saturating_sub(1).max(1);
        let burst = usize::try_from(limits.rate_burst).unwrap_or(usize::MAX);
        self.widest = match burst {
            0 => in_flight,
            burst => in_flight.min(burst),
        };
        self.interval = match limits.rate_per_second {
            0 => 0,
            rate => 1_000_000 / i64::from(rate),
        };
    }

    /// Begins anew, on a new connection.
    pub(super) fn reset(&mut self) {
        self.mode = Mode::Open {
            window: FIRST_WINDOW,
        };
    }

    /// How many may go out beside those that are on their way.
    pub(super) fn room_beside(&self, on_their_way: usize) -> usize {
        let widest = self.widest.saturating_sub(on_their_way);
        match &self.mode {
            Mode::Open { window } => window.saturating_sub(on_their_way).min(widest),
            Mode::Paced(paced) => paced.allowance.min(widest),
        }
    }

    /// So many have gone out.
    pub(super) fn sent(&mut self, count: usize) {
        if let Mode::Paced(paced) = &mut self.mode {
            paced.allowance = paced.allowance.saturating_sub(count);
        }
    }

    /// A command was answered for good.
    pub(super) fn taken(&mut self, now: Micros) {
        match &mut self.mode {
            Mode::Open { window } => *window = window.saturating_add(1).min(self.widest),
            Mode::Paced(paced) => {
                let eighth = paced.spacing / 8;
                paced.spacing = (paced.spacing - eighth).max(paced.interval);
            }
        }
        self.advance(now);
    }

    /// A command was refused because there were too many; when the next one may go.
    pub(super) fn limited(&mut self, now: Micros, wait_ms: u64) -> Micros {
        let told = later(now, wait_ms);
        match &mut self.mode {
            Mode::Open { .. } => {
                let interval = match self.interval {
                    0 => told.0.saturating_sub(now.0).max(1),
                    interval => interval,
                };
                self.mode = Mode::Paced(Paced {
                    interval,
                    spacing: interval,
                    due: told,
                    allowance: 0,
                    refused_until: told,
                });
                told
            }
            Mode::Paced(paced) => {
                if is_due(paced.refused_until, now) {
                    let slowest = paced.interval.saturating_mul(SLOWEST);
                    let longest = later(Micros(0), LONGEST_WAIT_MS).0;
                    let doubled = paced.spacing.saturating_mul(2);
                    paced.spacing = doubled.min(slowest).min(longest);
                    paced.due = told.max(Micros(now.0.saturating_add(paced.spacing)));
                    paced.refused_until = paced.due;
                } else {
                    // It went out together with the one that was refused before.
                    paced.due = paced.due.max(told);
                }
                paced.allowance = 0;
                paced.due
            }
        }
    }

    /// A command was refused for a reason of the server's own, which others will meet too.
    pub(super) fn narrow(&mut self) {
        if let Mode::Open { window } = &mut self.mode {
            *window = 1;
        }
    }

    /// Nothing waits any more.
    pub(super) fn idle(&mut self) {
        if let Mode::Paced(_) = self.mode {
            self.mode = Mode::Open { window: 1 };
        }
    }

    /// Lets come due what is.
    pub(super) fn advance(&mut self, now: Micros) {
        let Mode::Paced(paced) = &mut self.mode else {
            return;
        };
        if is_due(paced.due, now) {
            paced.due = paced.due.min(now);
            // More than one where the timer was late.
            let due = 1 + now.0.saturating_sub(paced.due.0) / paced.spacing.max(1);
            let count = usize::try_from(due).unwrap_or(usize::MAX);
            paced.allowance = paced.allowance.saturating_add(count).min(self.widest);
            let covered = due.saturating_mul(paced.spacing);
            paced.due = Micros(paced.due.0.saturating_add(covered));
        }
    }

    /// When something comes due that has to wait for it.
    pub(super) fn next_due(&self) -> Option<Micros> {
        match &self.mode {
            Mode::Paced(paced) if paced.allowance == 0 => Some(paced.due),
            Mode::Open { .. } | Mode::Paced(_) => None,
        }
    }
}
