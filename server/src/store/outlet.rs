//! Where commits go once they are durable.

use super::{Batch, Outcome, Reply, StoreError};

/// What is handed on after a commit, in commit order: first tell, then answer.
#[derive(Default)]
pub struct Committed {
    /// What changed.
    pub batch: Batch,
    /// The answers to the commands of this commit.
    pub answers: Vec<(Reply, Result<Outcome, StoreError>)>,
}

impl Committed {
    /// Gives the answers; to be called once the batch was told.
    pub fn answer(self) {
        for (reply, result) in self.answers {
            reply.send(result);
        }
    }
}

/// How much the store has to do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressure {
    /// Nothing waits for the store, whose thread this is: what is told had better not wait
    /// for another one.
    Idle,
    /// The next commit is being made.
    Busy,
}

/// Tells and answers what the store commits.
pub trait Outlet: Send + Sync {
    /// Takes one commit. Called in commit order, never for two at once; has to be quick.
    fn tell(&self, committed: Committed, pressure: Pressure);
}
