//! Times as the operator writes and reads them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use shared::id::Micros;

/// A length of time, written `30m`, `12h` or `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    pub(super) micros: i64,
}

impl FromStr for TimeSpan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("{text:?} is no time like 30m, 12h or 7d");
        let unit_at = text.len().checked_sub(1).ok_or_else(invalid)?;
        let (number, unit) = text.split_at_checked(unit_at).ok_or_else(invalid)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return Err(invalid()),
        };
        let number: u32 = number.parse().map_err(|_| invalid())?;
        let micros = i64::from(number).checked_mul(seconds * 1_000_000);
        micros.map(|micros| TimeSpan { micros }).ok_or_else(invalid)
    }
}

impl TimeSpan {
    /// In minutes, rounded up.
    pub(super) fn minutes(self) -> u32 {
        const MINUTE: u64 = 60_000_000;
        let minutes = self.micros.unsigned_abs().div_ceil(MINUTE);
        u32::try_from(minutes).unwrap_or(u32::MAX)
    }
}

/// A moment, to the second.
pub(super) fn format_time(time: Micros) -> String {
    jiff::Timestamp::from_microsecond(time.0).map_or_else(
        |_| time.0.to_string(),
        |time| time.round(jiff::Unit::Second).unwrap_or(time).to_string(),
    )
}
