//! Who sends a command.

use super::rate_limits::LimitSubject;
use crate::store::{Actor, ConnectionId};

/// The sender of a command.
#[derive(Clone, Debug)]
pub struct Caller {
    /// On whose behalf it is carried out.
    pub actor: Actor,
    /// The connection. A simple client does not get its own messages back.
    pub connection: ConnectionId,
    /// Whose rate limits apply.
    pub limit_subject: LimitSubject,
}
