//! Where commits go once they are durable.

use super::batch::Batch;
use super::command::{Outcome, Reply};
use super::error::StoreError;

/// A durable commit: first its changes are published, then its replies are sent.
#[derive(Default)]
pub struct Commit {
    /// What changed.
    pub batch: Batch,
    /// The replies to the commands of this commit.
    pub replies: Vec<(Reply, Result<Outcome, StoreError>)>,
}

impl Commit {
    /// Sends the replies. To be called when the batch has been published.
    pub fn send_replies(self) {
        for (reply, result) in self.replies {
            reply.send(result);
        }
    }
}

/// Whether the store's writer has more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriterLoad {
    /// No command waits. The sink runs on the writer's own thread and should not hand over to
    /// another one.
    Idle,
    /// The writer makes the next commit meanwhile.
    Busy,
}

/// Publishes what the store commits.
pub trait CommitSink: Send + Sync {
    /// Takes one commit. Called in commit order and never twice at once. Must be quick: the
    /// next commit waits.
    fn publish(&self, commit: Commit, load: WriterLoad);
}
