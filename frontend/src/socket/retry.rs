//! When to reconnect.

use std::time::Duration;

/// The longest wait between two attempts.
const LONGEST: f64 = 10_000.0;
/// The range of the first random wait after a loss, in milliseconds.
const FIRST: f64 = 500.0;
/// The clients of a restarting server reconnect within this time, in milliseconds.
const RESTART: f64 = 3_000.0;
/// No wait is shorter than this, in milliseconds.
const SHORTEST: f64 = 100.0;

/// Why the connection was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryKind {
    /// It broke, or was never open.
    Broken,
    /// The server restarts (close code 1012).
    Restart,
}

/// Exponential backoff with full jitter: each wait is random within a range that doubles, so
/// that many clients do not reconnect at the same moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Retry {
    failures: i32,
}

impl Retry {
    /// The server sent `welcome`.
    pub(crate) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// The next wait. `fraction` is random in `0.0..1.0`.
    pub(crate) fn wait(&mut self, loss: RetryKind, fraction: f64) -> Duration {
        let range = match (loss, self.failures) {
            (RetryKind::Restart, 0) => RESTART,
            (_, failures) => (FIRST * 2_f64.powi(failures)).min(LONGEST),
        };
        self.failures = (self.failures + 1).min(16);
        Duration::from_millis(whole((range * fraction).max(SHORTEST)))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between SHORTEST and LONGEST"
)]
fn whole(millis: f64) -> u64 {
    millis as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest_waits(loss: RetryKind, count: usize) -> Vec<u128> {
        let mut retry = Retry::default();
        (0..count)
            .map(|_| retry.wait(loss, 1.0).as_millis())
            .collect()
    }

    #[test]
    fn the_range_doubles_up_to_ten_seconds() {
        assert_eq!(
            longest_waits(RetryKind::Broken, 8),
            [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]
        );
    }

    #[test]
    fn the_wait_is_random_in_the_whole_range() {
        let mut retry = Retry { failures: 3 };
        assert_eq!(retry.wait(RetryKind::Broken, 0.25).as_millis(), 1_000);
    }

    #[test]
    fn clients_of_a_restarting_server_reconnect_within_three_seconds() {
        assert_eq!(longest_waits(RetryKind::Restart, 3), [3_000, 1_000, 2_000]);
    }

    #[test]
    fn every_wait_has_a_minimum() {
        assert_eq!(
            Retry::default().wait(RetryKind::Broken, 0.0).as_millis(),
            100
        );
    }

    #[test]
    fn a_welcome_resets_the_backoff() {
        let mut retry = Retry { failures: 9 };
        retry.succeeded();
        assert_eq!(retry.wait(RetryKind::Broken, 1.0).as_millis(), 500);
    }
}
