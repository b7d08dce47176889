//! For how long somebody who has proved a credential may change credentials.

use shared::id::Micros;

/// The time after a proof, in microseconds: ten minutes.
const CONFIRMATION_TIME: i64 = 10 * 60 * 1_000_000;

/// Until when a session may change its person's credentials; none if it may not now.
///
/// A clock that was set back does not extend the time by more than it is.
pub fn confirmed_until(confirmed_at: Option<Micros>, now: Micros) -> Option<Micros> {
    let at = confirmed_at?;
    let is_recent = at.0.abs_diff(now.0) < CONFIRMATION_TIME.unsigned_abs();
    is_recent.then_some(Micros(at.0.saturating_add(CONFIRMATION_TIME)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_counts_for_ten_minutes() {
        let minute = 60 * 1_000_000;
        let until = |now: i64| confirmed_until(Some(Micros(minute)), Micros(now));
        assert_eq!(until(minute), Some(Micros(11 * minute)));
        assert_eq!(until(11 * minute - 1), Some(Micros(11 * minute)));
        assert_eq!(until(11 * minute), None);
        // The clock was set back: by a little, and by much.
        assert_eq!(until(minute - 1), Some(Micros(11 * minute)));
        assert_eq!(until(-9 * minute), None);
        assert_eq!(confirmed_until(None, Micros(minute)), None);
    }
}
