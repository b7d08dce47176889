//! The time, through a seam: tests have clocks of their own.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use shared::id::Micros;

/// Something that tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Micros + Send + Sync>);

impl Clock {
    /// The machine's own.
    pub fn system() -> Self {
        Clock::new(|| {
            let since = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            Micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
        })
    }

    /// One that tells what `time` gives.
    pub fn new(time: impl Fn() -> Micros + Send + Sync + 'static) -> Self {
        Clock(Arc::new(time))
    }

    /// The present time. It may be before what was told last: clocks are set.
    pub fn now(&self) -> Micros {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}
