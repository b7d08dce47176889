//! Carries what was committed to those who follow it.
//!
//! On one node that is a call within the process ([`local`]). The bus is a hint and
//! not the truth: whatever it loses, clients notice by the revisions and ask the store.

pub mod local;

use crate::store::Batch;

/// Takes what a commit changed to everyone who follows it, on whatever node.
pub trait Bus: Send + Sync {
    /// Hands on one commit's changes. Called in commit order, never for two at once.
    fn publish(&self, batch: Batch);
}

/// Where a node's bus delivers: the sessions that are connected to this node.
pub trait Deliver: Send + Sync {
    /// Tells everyone here who follows something that changed.
    fn deliver(&self, batch: Batch);
}
