//! Waiting: when to try again, and whether a time has come.

use crate::id::Micros;

/// The shortest wait before a temporarily refused command is sent again.
const SHORTEST_WAIT_MS: u64 = 100;
/// The longest wait, whatever the server asks for.
pub(super) const LONGEST_WAIT_MS: u64 = 60_000;
/// The first wait if the server names none. It doubles with every refusal.
const FIRST_WAIT_MS: u64 = 500;

/// `now` plus `millis`.
pub(super) fn later(now: Micros, millis: u64) -> Micros {
    let micros = i64::try_from(millis.saturating_mul(1_000)).unwrap_or(i64::MAX);
    Micros(now.0.saturating_add(micros))
}

/// Whether a time has come. A time further away than any wait was set before the clock was
/// set back; it counts as come, so that nothing waits for days.
pub(super) fn is_due(at: Micros, now: Micros) -> bool {
    at <= now || at > later(now, LONGEST_WAIT_MS)
}

/// How long to wait after a refusal: what the server asks for, within bounds.
pub(super) fn wait_ms(requested_from: Option<u64>, refusals: u32) -> u64 {
    requested_from
        .unwrap_or_else(|| FIRST_WAIT_MS << refusals.min(7))
        .clamp(SHORTEST_WAIT_MS, LONGEST_WAIT_MS)
}
