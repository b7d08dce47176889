//! Percentiles and other summaries of many values.

use std::time::Duration;

/// Values in ascending order.
#[derive(Clone, Debug, Default)]
pub struct Sorted(Vec<f64>);

impl Sorted {
    /// Sorts.
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Sorted(values)
    }

    /// Durations in milliseconds.
    pub fn millis(durations: impl IntoIterator<Item = Duration>) -> Self {
        Sorted::new(durations.into_iter().map(millis).collect())
    }

    /// The percentile by nearest rank; `None` without values. `percent` is between 0 and 100.
    pub fn percentile(&self, percent: usize) -> Option<f64> {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0.get(rank.max(1) - 1).copied()
    }

    /// The middle value, or the mean of the two middle values.
    pub fn median(&self) -> Option<f64> {
        let length = self.0.len();
        let upper = *self.0.get(length / 2)?;
        if length % 2 == 1 {
            return Some(upper);
        }
        Some(f64::midpoint(self.0[length / 2 - 1], upper))
    }

    /// The smallest value.
    pub fn min(&self) -> Option<f64> {
        self.0.first().copied()
    }

    /// The largest value.
    pub fn max(&self) -> Option<f64> {
        self.0.last().copied()
    }
}

/// A duration in milliseconds.
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// A duration divided by `count`, in microseconds; `None` if `count` is 0.
pub fn micros_each(duration: Duration, count: usize) -> Option<f64> {
    (count > 0).then(|| duration.as_secs_f64() * 1e6 / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up_to(count: u32) -> Sorted {
        Sorted::new((1..=count).rev().map(f64::from).collect())
    }

    #[test]
    fn percentiles_use_the_nearest_rank() {
        assert_eq!(up_to(100).percentile(50), Some(50.0));
        assert_eq!(up_to(100).percentile(99), Some(99.0));
        assert_eq!(up_to(10).percentile(99), Some(10.0));
        assert_eq!(up_to(1).percentile(0), Some(1.0));
        assert_eq!(up_to(0).percentile(50), None);
    }

    #[test]
    fn the_median_is_the_middle_value() {
        assert_eq!(up_to(3).median(), Some(2.0));
        assert_eq!(up_to(4).median(), Some(2.5));
        assert_eq!(up_to(0).median(), None);
    }
}
