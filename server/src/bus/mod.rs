//! Carries committed changes to the nodes whose connections subscribe to them.
//!
//! With one node that is a call within the process ([`local`]). The bus may lose changes:
//! clients notice gaps by the revisions and ask the store.

pub mod local;

use crate::store::Batch;

/// Publishes a commit's changes to all nodes.
pub trait Bus: Send + Sync {
    /// Publishes one commit's changes. Called in commit order and never twice at once.
    fn publish(&self, batch: Batch);
}

/// Receives a node's changes for the connections of that node.
pub trait Deliver: Send + Sync {
    /// Delivers one commit's changes to their subscribers here.
    fn deliver(&self, batch: Batch);
}
