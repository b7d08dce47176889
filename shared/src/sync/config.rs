//! How much a replica holds.

/// How much a replica holds of rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaConfig {
    /// Messages kept of an open room. If a client missed more changes than this, a reset is
    /// better than catching up.
    pub window: usize,
    /// Messages kept of a room that was closed.
    pub closed_window: usize,
    /// Closed rooms of which messages are kept, so that they are shown at once when they are
    /// opened again.
    pub closed_rooms: usize,
    /// Messages of one history request; `None`: the server's page size.
    pub history_page: Option<usize>,
}

impl Default for ReplicaConfig {
    fn default() -> Self {
        ReplicaConfig {
            window: 2_000,
            closed_window: 100,
            closed_rooms: 20,
            history_page: Some(100),
        }
    }
}

impl ReplicaConfig {
    pub(super) fn window(&self) -> usize {
        self.window.max(1)
    }
}
