//! Commands that can be pending, and their state.

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::error::{ErrorCode, Field};
use crate::id::{ClientId, Epoch, Micros, Rev, Seq, UserId};

/// The state of a pending command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingState {
    /// It has no answer: it is in flight, or waits for a connection or for its turn.
    Waiting,
    /// The server refused it temporarily. It is sent again by itself; later commands of the
    /// same room wait behind it.
    Held {
        /// Why; [`ErrorCode::is_temporary`].
        code: ErrorCode,
        /// When it is sent again.
        until: Micros,
    },
    /// The server refused it for good. The person decides to retry or to discard it. Only
    /// sends have this state.
    Refused {
        /// Why.
        code: ErrorCode,
        /// Which text was wrong.
        field: Option<Field>,
    },
    /// It is older than the server's receipts: the server may have carried it out and have
    /// no receipt any more. Or the server was restored and has lost the past in which it was
    /// given: its room may be another one. The person decides. Only sends have this state.
    Expired,
    /// The server stored it; the change itself has not arrived here yet.
    Done {
        /// The message.
        seq: Seq,
        /// The room's revision of the change.
        rev: Rev,
    },
}

/// A command without an answer, or a send that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCommand {
    /// The sender's own id for it.
    pub client_id: ClientId,
    /// What it is.
    pub command: Command,
    /// Its state.
    pub state: PendingState,
    /// When it was given, by this client's clock.
    pub given_at: Micros,
    /// Whether the server may have seen it.
    pub(super) tried: bool,
    /// How often in a row it was refused temporarily.
    #[serde(skip)]
    pub(super) refusals: u32,
    /// Whether it was sent on this connection and has no answer yet.
    #[serde(skip)]
    pub(super) in_flight: bool,
    /// The epoch in which it was last sent. It was then known that its room is what it was.
    #[serde(skip)]
    pub(super) sent_in: Option<Epoch>,
    /// Whether it was acknowledged on an earlier connection.
    #[serde(skip)]
    pub(in crate::sync) acked_earlier: bool,
}

/// The pending commands of one person, to be stored over a reload. The field names are the
/// stored format: pages of other versions read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSnapshot {
    /// The person. A replica of another person ignores the snapshot.
    pub user: UserId,
    /// In the order in which they were given.
    pub commands: Vec<PendingCommand>,
}
