//! A clock that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use server::clock::Clock;
use shared::id::Micros;

/// A day, in microseconds.
pub const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Runs like the machine's, but ahead of it or behind.
#[derive(Clone, Debug, Default)]
pub struct Time(Arc<AtomicI64>);

impl Time {
    /// What a server is to go by.
    pub fn clock(&self) -> Clock {
        let (ahead, machine) = (Arc::clone(&self.0), Clock::system());
        Clock::new(move || Micros(machine.now().0 + ahead.load(Ordering::Relaxed)))
    }

    /// Sets it so far ahead of the machine's.
    pub fn set_ahead(&self, micros: i64) {
        self.0.store(micros, Ordering::Relaxed);
    }
}
