//! The results of pushing to an outbox and of flushing it.

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It will be written.
    Queued,
    /// It was dropped. More frames for this connection would be dropped too.
    Dropped,
}

/// How far a flush came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// All that waited is written.
    All,
    /// All is written, and the last frame was the close frame.
    Closed,
    /// The socket is full.
    Blocked,
    /// More frames came during the write, and wait.
    MorePending,
}

/// When a flush ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlushMode {
    /// After what waits now: other outboxes have to be written too.
    Once,
    /// When nothing more waits.
    UntilEmpty,
}
