//! How much a client holds.

/// How closely a room is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// Someone reads it: a large window, and long absences are caught up on.
    Open,
    /// For its unread count and for notices: a small window.
    Background,
}

/// How much a client holds of each room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Messages held of an open room.
    pub window: usize,
    /// Messages held of a room in the background.
    pub background_window: usize,
    /// Messages asked for at first of a room in the background.
    pub background_page: usize,
    /// Messages asked for at once when reading old ones; `None`: the server's page.
    pub history_page: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            window: 2_000,
            background_window: 100,
            background_page: 20,
            history_page: Some(100),
        }
    }
}

impl Settings {
    pub(super) fn window(&self, attention: Attention) -> usize {
        match attention {
            Attention::Open => self.window,
            Attention::Background => self.background_window,
        }
        .max(1)
    }

    /// Changes worth catching up on: more than the window holds are not.
    pub(super) fn most(&self, attention: Attention) -> usize {
        self.window(attention)
    }

    pub(super) fn page(&self, attention: Attention) -> Option<usize> {
        match attention {
            Attention::Open => None,
            Attention::Background => Some(self.background_page),
        }
    }
}
