//! Counts refusals by their error code.

use shared::error::ErrorCode;

use super::counter::Counter;

/// How often each code was answered.
#[derive(Debug)]
pub struct Refusals([Counter; ErrorCode::ALL.len()]);

impl Default for Refusals {
    fn default() -> Self {
        Refusals(std::array::from_fn(|_| Counter::default()))
    }
}

impl Refusals {
    /// Counts one refusal.
    pub fn count(&self, code: ErrorCode) {
        if let Some(counter) = self.0.get(code as usize) {
            counter.add(1);
        }
    }

    /// Each code that was answered, and how often.
    pub fn counts(&self) -> impl Iterator<Item = (ErrorCode, u64)> {
        let counts = self.0.iter().map(Counter::get);
        ErrorCode::ALL
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
    }
}
