//! From the writer to those who are told.
//!
//! While commands wait, commits are told by a task of their own, so that the next one is
//! made meanwhile. A commit that nothing waits behind is told by the writer itself:
//! waking another thread would take longer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use crate::store::{Committed, Outlet, Pressure};

/// Commits that may wait to be told; then the writer waits, and so do those who send.
const UNTOLD: usize = 16;

/// The writer's end.
pub struct Outgoing {
    queue: mpsc::Sender<Committed>,
    untold: Arc<AtomicUsize>,
    outlet: Arc<dyn Outlet>,
}

/// The other end: it has to run for as long as the store is open.
pub struct Commits {
    queue: mpsc::Receiver<Committed>,
    // Of those that went into the queue, how many are not told to the end.
    untold: Arc<AtomicUsize>,
    outlet: Arc<dyn Outlet>,
}

/// Both ends of the way to an outlet.
pub fn way(outlet: Arc<dyn Outlet>) -> (Outgoing, Commits) {
    let (sender, receiver) = mpsc::channel(UNTOLD);
    let untold = Arc::new(AtomicUsize::new(0));
    let outgoing = Outgoing {
        queue: sender,
        untold: Arc::clone(&untold),
        outlet: Arc::clone(&outlet),
    };
    let commits = Commits {
        queue: receiver,
        untold,
        outlet,
    };
    (outgoing, commits)
}

impl Outgoing {
    /// Hands a commit on; in order, whichever way it goes.
    pub fn hand_on(&self, committed: Committed, pressure: Pressure) {
        // Only this thread adds to them: once there are none, all before were told.
        if pressure == Pressure::Idle && self.untold.load(Ordering::Acquire) == 0 {
            self.outlet.tell(committed, Pressure::Idle);
            return;
        }
        self.untold.fetch_add(1, Ordering::Relaxed);
        // The receiver ends with the server: then nobody is left to be told.
        let _untold = self.queue.blocking_send(committed);
    }
}

impl Commits {
    /// Tells what comes, until the store is closed.
    pub async fn run(mut self) {
        while let Some(committed) = self.queue.recv().await {
            self.outlet.tell(committed, Pressure::Busy);
            self.untold.fetch_sub(1, Ordering::Release);
            // Connections have their turn before more comes, as their sockets may take more by
            // now: a burst of commits must not overflow those who keep up.
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;
    use shared::id::Rev;

    use super::*;
    use crate::store::{Batch, RoomBatch};

    #[derive(Default)]
    struct Heard(Mutex<Vec<(i64, Pressure)>>);

    impl Outlet for Heard {
        fn tell(&self, committed: Committed, pressure: Pressure) {
            let rev = committed.batch.rooms[0].through.0;
            self.0.lock().push((rev, pressure));
        }
    }

    fn commit(rev: i64) -> Committed {
        let room = RoomBatch {
            room: shared::id::RoomId::LOBBY,
            from: Rev(rev - 1),
            through: Rev(rev),
            info: None,
            messages: Vec::new(),
        };
        let batch = Batch {
            rooms: vec![room],
            ..Batch::default()
        };
        Committed {
            batch,
            answers: Vec::new(),
        }
    }

    #[test]
    fn a_commit_is_told_at_once_only_when_none_before_it_waits() {
        let heard = Arc::new(Heard::default());
        let (outgoing, commits) = way(Arc::clone(&heard) as Arc<dyn Outlet>);
        outgoing.hand_on(commit(1), Pressure::Idle);
        outgoing.hand_on(commit(2), Pressure::Busy);
        outgoing.hand_on(commit(3), Pressure::Idle);
        assert_eq!(*heard.0.lock(), [(1, Pressure::Idle)]);
        drop(outgoing);
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(commits.run());
        let told = [
            (1, Pressure::Idle),
            (2, Pressure::Busy),
            (3, Pressure::Busy),
        ];
        assert_eq!(*heard.0.lock(), told);
    }
}
