//! When a mail is tried again.

use std::time::Duration;

/// Attempts of one mail: about a day.
pub const MAX_ATTEMPTS: u32 = 28;
/// The pause after the first attempt; each later one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause between two attempts.
const MAX_PAUSE: Duration = Duration::from_hours(1);
/// The pause of all mails after the mail server could not be used for the first time; each later
/// one is twice as long.
const FIRST_SERVER_PAUSE: Duration = Duration::from_secs(2);
/// The longest of these.
const MAX_SERVER_PAUSE: Duration = Duration::from_mins(5);

/// The pause after so many attempts of a mail. `random` makes it up to a fifth shorter or longer,
/// so that mails which failed together are not tried together.
pub fn pause(attempts: u32, random: u8) -> Duration {
    jittered(doubled(FIRST_PAUSE, attempts, MAX_PAUSE), random)
}

/// The pause of all mails after the mail server could not be used so many times in a row.
pub fn server_pause(failures: u32, random: u8) -> Duration {
    jittered(
        doubled(FIRST_SERVER_PAUSE, failures, MAX_SERVER_PAUSE),
        random,
    )
}

fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    let factor = 1_u32
        .checked_shl(times.saturating_sub(1))
        .unwrap_or(u32::MAX);
    first.saturating_mul(factor.max(1)).min(most)
}

fn jittered(pause: Duration, random: u8) -> Duration {
    // Four fifths, and up to two fifths more.
    pause * 4 / 5 + pause * u32::from(random) / u32::from(u8::MAX) * 2 / 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_differ_by_a_fifth() {
        assert_eq!(pause(1, 0), Duration::from_secs(48));
        assert_eq!(pause(1, 255), Duration::from_secs(72));
        assert_eq!(pause(3, 0), Duration::from_secs(4 * 48));
        for attempts in [7, 28, 32, 33, u32::MAX] {
            assert_eq!(pause(attempts, 0), Duration::from_mins(48));
        }
        assert_eq!(server_pause(u32::MAX, 255), Duration::from_mins(6));
    }

    #[test]
    fn a_mail_is_tried_for_about_a_day() {
        let longest: Duration = (1..MAX_ATTEMPTS).map(|number| pause(number, 127)).sum();
        assert!(
            (21..25).contains(&(longest.as_secs() / 3_600)),
            "{longest:?}"
        );
    }
}
