//! What the connection reports, and what it is told.

/// What happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// An attempt has begun.
    Connecting,
    /// The connection is open; nothing was sent yet.
    Open,
    /// A text frame arrived.
    Frame(String),
    /// The server has answered a ping.
    Answered,
    /// The connection is lost. The next attempt starts at this time (milliseconds since
    /// 1970), or earlier if there is a reason.
    Lost {
        /// When the next attempt starts.
        until_ms: u64,
        /// How it was lost.
        reason: LossReason,
    },
    /// The server requires a sign-in; there is no further attempt before
    /// [`Socket::connect`].
    Unauthorized,
}

/// How a connection was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossReason {
    /// It was never open. The server may have refused it; a WebSocket does not say why.
    NeverOpen,
    /// It broke.
    Broken,
    /// The server restarts.
    Restart,
}

/// A command to the task.
#[derive(Debug)]
pub(super) enum SocketCommand {
    Connect,
    Disconnect,
    Send(String),
    Welcomed {
        idle_ms: u64,
        dead_ms: u64,
    },
    /// The network or the tab has come back: check the connection.
    Probe,
    /// The browser has lost the network, or has another one: check the connection at once.
    ProbeNow,
    Tick,
}
