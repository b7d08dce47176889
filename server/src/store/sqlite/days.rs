//! Days in the store's unit of time, the microsecond.

use shared::id::Micros;

/// One day in microseconds.
pub const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The moment this many days before `now`, in microseconds.
pub fn days_before(now: Micros, days: i64) -> i64 {
    now.0.saturating_sub(days * DAY)
}
