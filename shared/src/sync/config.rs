//! How much a replica holds.

/// How much of a room a client subscribes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionLevel {
    /// Someone reads it: a large window, and catching up after a long absence.
    Open,
    /// For its unread count and for notifications: a small window.
    Background,
}

/// How much a replica holds of each room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaConfig {
    /// Messages kept of an open room.
    pub window: usize,
    /// Messages kept of a room in the background.
    pub background_window: usize,
    /// Messages requested at first for a room in the background.
    pub background_page: usize,
    /// Messages of one history request; `None`: the server's page size.
    pub history_page: Option<usize>,
}

impl Default for ReplicaConfig {
    fn default() -> Self {
        ReplicaConfig {
            window: 2_000,
            background_window: 100,
            background_page: 20,
            history_page: Some(100),
        }
    }
}

impl ReplicaConfig {
    pub(super) fn window(&self, level: SubscriptionLevel) -> usize {
        match level {
            SubscriptionLevel::Open => self.window,
            SubscriptionLevel::Background => self.background_window,
        }
        .max(1)
    }

    /// The number of missed changes up to which catching up is better than a reset: not
    /// more than the window holds.
    pub(super) fn most(&self, level: SubscriptionLevel) -> usize {
        self.window(level)
    }

    pub(super) fn page(&self, level: SubscriptionLevel) -> Option<usize> {
        match level {
            SubscriptionLevel::Open => None,
            SubscriptionLevel::Background => Some(self.background_page),
        }
    }
}
