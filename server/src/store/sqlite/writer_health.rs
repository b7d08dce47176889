//! Whether the writer works, for health checks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::store::Health;

/// A transaction that takes longer means that the disk does not answer.
const MAX_TRANSACTION_TIME: Duration = Duration::from_secs(10);

/// The writer's state, shared between the writer and those who ask.
#[derive(Clone, Debug)]
pub struct WriterHealth(Arc<Mutex<HealthState>>);

#[derive(Debug)]
struct HealthState {
    last: Health,
    // When the current transaction began, if there is one.
    busy_since: Option<Instant>,
}

impl WriterHealth {
    /// Healthy, without a transaction.
    pub fn new() -> Self {
        WriterHealth(Arc::new(Mutex::new(HealthState {
            last: Health::Healthy,
            busy_since: None,
        })))
    }

    /// A transaction begins.
    pub fn begin_transaction(&self) {
        self.0.lock().busy_since = Some(Instant::now());
    }

    /// Sets the health after a transaction.
    pub fn set(&self, health: Health) {
        *self.0.lock() = HealthState {
            last: health,
            busy_since: None,
        };
    }

    /// The writer's health now.
    pub fn health(&self) -> Health {
        let state = self.0.lock();
        match state.busy_since {
            Some(since) if since.elapsed() > MAX_TRANSACTION_TIME => Health::Failing,
            _ => state.last,
        }
    }
}
