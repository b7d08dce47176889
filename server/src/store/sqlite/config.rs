//! How the embedded store is set up.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::Clock;
use crate::critical_tasks::CriticalTasks;
use crate::metrics::Metrics;
use crate::store::RoomQuota;

/// The settings of a [`super::SqliteStore`].
#[derive(Clone, Debug)]
pub struct SqliteConfig {
    /// The data folder; it is created if it is missing.
    pub folder: PathBuf,
    /// How large the store may become.
    pub limit: StoreLimit,
    /// How many rooms there may be.
    pub room_quota: RoomQuota,
    /// How many days entries of the audit log are kept; none: as long as the store, for commands on a
    /// stopped server, which do not know its settings.
    pub audit_days: Option<u32>,
    /// How many commands may wait for the writer.
    pub queue: usize,
    /// The clock.
    pub clock: Clock,
    /// Learns of it when the writer's thread panics.
    pub critical: CriticalTasks,
    /// Counts commits and their commands.
    pub metrics: Arc<Metrics>,
    /// A fault to show, for tests that must notice it.
    #[cfg(feature = "faults")]
    pub fault: Option<crate::config::Fault>,
    /// How the rules read rows.
    #[cfg(feature = "faults")]
    pub store_tables: crate::config::StoreTables,
}

/// How large the store may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreLimit {
    /// This many bytes, and a reserve for commands that delete.
    Bytes(u64),
    /// As large as leaves a gibibyte of the disk free, or a tenth of it if that is less.
    LeaveRoom,
}
