//! Hands commits from the writer's thread to the [`CommitSink`], in order.
//!
//! While commands wait, a task of its own publishes the commits, and the writer makes the next
//! one meanwhile. A commit behind which no command waits is published on the writer's thread:
//! waking a task would take longer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use crate::store::{Commit, CommitSink, WriterLoad};

/// Commits that may wait to be published. With more the writer waits, and with it the
/// clients that send commands.
const MAX_UNPUBLISHED: usize = 16;

/// The writer's end.
pub struct CommitSender {
    queue: mpsc::Sender<Commit>,
    unpublished: Arc<AtomicUsize>,
    sink: Arc<dyn CommitSink>,
}

/// The publishing task's end. [`CommitReceiver::run`] has to run while the store is open.
pub struct CommitReceiver {
    queue: mpsc::Receiver<Commit>,
    // Commits that went into the queue and are not published completely.
    unpublished: Arc<AtomicUsize>,
    sink: Arc<dyn CommitSink>,
}

/// Both ends of a queue to a sink.
pub fn commit_channel(sink: Arc<dyn CommitSink>) -> (CommitSender, CommitReceiver) {
    let (sender, receiver) = mpsc::channel(MAX_UNPUBLISHED);
    let unpublished = Arc::new(AtomicUsize::new(0));
    let sender = CommitSender {
        queue: sender,
        unpublished: Arc::clone(&unpublished),
        sink: Arc::clone(&sink),
    };
    let receiver = CommitReceiver {
        queue: receiver,
        unpublished,
        sink,
    };
    (sender, receiver)
}

impl CommitSender {
    /// Publishes a commit, directly or through the queue. The order is kept.
    pub fn send(&self, commit: Commit, load: WriterLoad) {
        // Only this thread increments the count. If it is zero, all earlier commits are
        // published.
        if load == WriterLoad::Idle && self.unpublished.load(Ordering::Acquire) == 0 {
            self.sink.publish(commit, WriterLoad::Idle);
            return;
        }
        self.unpublished.fetch_add(1, Ordering::Relaxed);
        // The receiver ends with the server; then there is no client left.
        let _unsent = self.queue.blocking_send(commit);
    }
}

impl CommitReceiver {
    /// Publishes commits until the store is closed.
    pub async fn run(mut self) {
        while let Some(commit) = self.queue.recv().await {
            self.sink.publish(commit, WriterLoad::Busy);
            self.unpublished.fetch_sub(1, Ordering::Release);
            // Let the connections write before the next commit: a burst of commits must not
            // overflow the outboxes of readers that keep up.
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;
    use shared::id::Rev;

    use super::*;
    use crate::store::{Batch, StreamBatch, StreamId};

    #[derive(Default)]
    struct RecordingSink(Mutex<Vec<(i64, WriterLoad)>>);

    impl CommitSink for RecordingSink {
        fn publish(&self, commit: Commit, load: WriterLoad) {
            let rev = commit.batch.streams[0].through.0;
            self.0.lock().push((rev, load));
        }
    }

    fn commit(rev: i64) -> Commit {
        let room = StreamBatch {
            stream: StreamId::Room(shared::id::RoomId::LOBBY),
            from: Rev(rev - 1),
            through: Rev(rev),
            items: Vec::new(),
        };
        let batch = Batch {
            streams: vec![room],
            ..Batch::default()
        };
        Commit {
            batch,
            replies: Vec::new(),
        }
    }

    #[test]
    fn a_commit_is_published_directly_only_if_none_waits_before_it() {
        let sink = Arc::new(RecordingSink::default());
        let (sender, receiver) = commit_channel(Arc::clone(&sink) as Arc<dyn CommitSink>);
        sender.send(commit(1), WriterLoad::Idle);
        sender.send(commit(2), WriterLoad::Busy);
        sender.send(commit(3), WriterLoad::Idle);
        assert_eq!(*sink.0.lock(), [(1, WriterLoad::Idle)]);
        drop(sender);
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(receiver.run());
        let published = [
            (1, WriterLoad::Idle),
            (2, WriterLoad::Busy),
            (3, WriterLoad::Busy),
        ];
        assert_eq!(*sink.0.lock(), published);
    }
}
