//! What the operator's commands work on.

use shared::limits::Limits;

use crate::clock::Clock;
use crate::edge::blocked_addresses::BlockedAddresses;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::mail::Mailer;
use crate::store::Store;

/// What a command works on: the store, and a running server's state where one runs.
pub struct OperatorContext<'a> {
    /// The store.
    pub store: &'a dyn Store,
    /// The clock.
    pub clock: &'a Clock,
    /// The limits for names.
    pub limits: &'a Limits,
    /// The running server; none when `madang admin` itself has opened the store.
    pub running: Option<RunningServer<'a>>,
}

impl OperatorContext<'_> {
    /// Where people reach the server; none if no server runs.
    pub(super) fn base_url(&self) -> Option<String> {
        self.running.map(|running| running.base_url.to_owned())
    }
}

/// What a block changes in a running server.
#[derive(Clone, Copy)]
pub struct RunningServer<'a> {
    /// The blocked addresses.
    pub blocked_addresses: &'a BlockedAddresses,
    /// Knows the connections, to close those of a blocked address.
    pub memory: &'a MemoryBudget,
    /// Where people reach the server.
    pub base_url: &'a str,
    /// What writes mails, if the server sends any.
    pub mailer: Option<&'a Mailer>,
}
