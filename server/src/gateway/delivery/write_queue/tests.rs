//! The order in which outboxes are written, and how many writers are woken.

use std::thread;

use bytes::Bytes;
use shared::id::Seq;

use super::super::feed::{Payload, SubscriberId};
use super::*;
use crate::store::ConnectionId;

const MANY: usize = OUTBOXES_PER_WRITER;
const FEWER: usize = OUTBOXES_PER_WRITER_KEEPING_UP;

fn outbox() -> Arc<Outbox> {
    Arc::new(Outbox::new(1000))
}

/// A feed with one payload for this many subscribers.
fn published(subscribers: usize) -> (Arc<Feed>, Vec<Arc<Outbox>>) {
    let feed = Arc::new(Feed::default());
    let outboxes: Vec<_> = (0..subscribers).map(|_| outbox()).collect();
    for outbox in &outboxes {
        let id = SubscriberId {
            connection: ConnectionId(0),
            user: None,
            first_message: Seq::ZERO,
        };
        let slot = feed.subscribe_muted(outbox, id);
        assert!(feed.open(slot));
    }
    feed.publish(Payload::Everyone(Bytes::from_static(b"x")));
    (feed, outboxes)
}

fn all_batches(queue: &WriteQueue) -> Vec<WriteBatch> {
    let mut batches = Vec::new();
    loop {
        let mut batch = queue.spare_batch();
        queue.take_batch(&mut batch);
        if batch.is_empty() {
            return batches;
        }
        batches.push(batch);
    }
}

#[test]
fn feeds_take_turns_and_each_outbox_is_in_one_batch() {
    let queue = WriteQueue::new(1);
    let (large, _) = published(100);
    let (small, in_small) = published(10);
    queue.schedule_feed(large, 100);
    queue.schedule_feed(small, 10);
    let batches = all_batches(&queue);
    let sizes: Vec<_> = batches.iter().map(Vec::len).collect();
    assert_eq!(
        sizes,
        [BATCH_SIZE, BATCH_SIZE, BATCH_SIZE, 110 - 3 * BATCH_SIZE]
    );
    let is_in_second = |outbox| batches[1].iter().any(|other| Arc::ptr_eq(outbox, other));
    assert!(
        in_small.iter().all(is_in_second),
        "the small feed comes next"
    );
    let mut pointers: Vec<_> = batches.iter().flatten().map(Arc::as_ptr).collect();
    pointers.sort_unstable();
    pointers.dedup();
    assert_eq!(pointers.len(), 110);
    assert_eq!(queue.state.lock().scheduled, 0);
}

#[test]
fn single_outboxes_share_a_job_and_may_be_scheduled_again_once_taken() {
    let queue = WriteQueue::new(1);
    let outboxes: Vec<_> = (0..=BATCH_SIZE).map(|_| outbox()).collect();
    for outbox in &outboxes {
        assert!(outbox.enqueue_to_schedule(Bytes::from_static(b"x")));
        queue.schedule_outbox(Arc::clone(outbox));
    }
    let is_new = outboxes[0].enqueue_to_schedule(Bytes::from_static(b"y"));
    assert!(!is_new, "it is scheduled already");
    let sizes: Vec<_> = all_batches(&queue).iter().map(Vec::len).collect();
    assert_eq!(sizes, [BATCH_SIZE, 1]);
    assert!(outboxes[0].enqueue_to_schedule(Bytes::from_static(b"z")));
}

#[test]
fn more_scheduled_outboxes_want_more_writers_and_sooner_while_writing_keeps_up() {
    let wanted = |scheduled, first_time| {
        let state = QueueState {
            scheduled,
            first_time,
            ..QueueState::default()
        };
        state.writers_wanted()
    };
    let behind = [1, MANY, MANY + 1, 3 * MANY].map(|scheduled| wanted(scheduled, 0));
    assert_eq!(behind, [1, 1, 2, 3]);
    let keeping_up = [1, FEWER, FEWER + 1, 3 * FEWER].map(|count| wanted(count, count));
    assert_eq!(keeping_up, [1, 1, 2, 3]);
}

#[test]
fn outboxes_that_are_scheduled_again_do_not_count_as_first_time() {
    let queue = WriteQueue::new(1);
    let (feed, outboxes) = published(FEWER + BATCH_SIZE + 1);
    queue.schedule_feed(Arc::clone(&feed), outboxes.len());
    let counts = || {
        let state = queue.state.lock();
        (state.scheduled, state.first_time, state.writers_wanted())
    };
    assert_eq!(counts(), (outboxes.len(), outboxes.len(), 2));
    let mut batch = WriteBatch::new();
    queue.take_batch(&mut batch);
    assert_eq!(counts(), (FEWER + 1, FEWER + 1, 2));
    // Published during the pass: all subscribers need another pass.
    feed.publish(Payload::Everyone(Bytes::from_static(b"y")));
    while counts().1 > 0 {
        batch.clear();
        queue.take_batch(&mut batch);
    }
    let (scheduled_again, _, wanted) = counts();
    assert!(scheduled_again > FEWER && wanted == 1);
    while !batch.is_empty() {
        batch.clear();
        queue.take_batch(&mut batch);
    }
    queue.schedule_outbox(outbox());
    assert_eq!(counts(), (1, 1, 1), "after the queue was empty");
}

/// How often `call` wakes the writers.
fn wakeups_by(queue: &WriteQueue, call: impl FnOnce()) -> usize {
    let before = queue.wakeup_calls.load(Ordering::SeqCst);
    call();
    queue.wakeup_calls.load(Ordering::SeqCst) - before
}

#[test]
fn while_wakeups_are_paused_one_batch_is_written_and_the_end_wakes_for_the_rest() {
    let queue = WriteQueue::new(1);
    for (subscribers, is_left) in [(BATCH_SIZE, false), (BATCH_SIZE + 1, true)] {
        let (feed, _outboxes) = published(subscribers);
        let paused = queue.pause_wakeups();
        let during_pause = wakeups_by(&queue, || {
            queue.schedule_feed(feed, subscribers);
            paused.write_if_small();
        });
        assert_eq!(during_pause, 0);
        assert_eq!(queue.state.lock().jobs.is_empty(), !is_left);
        assert_eq!(wakeups_by(&queue, || drop(paused)), usize::from(is_left));
    }
}

#[test]
fn a_writer_waits_until_something_is_scheduled() {
    let queue = WriteQueue::new(1);
    let (feed, outboxes) = published(3);
    let mut batch = WriteBatch::new();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let goes_on = queue.wait_for_work(0);
            queue.take_batch(&mut batch);
            goes_on
        });
        queue.schedule_feed(feed, outboxes.len());
        assert!(writer.join().unwrap());
    });
    assert_eq!(batch.len(), 3);
}

#[test]
fn outboxes_of_one_job_are_taken_in_order() {
    let queue = WriteQueue::new(1);
    let outboxes: Vec<_> = (0..BATCH_SIZE).map(|_| outbox()).collect();
    let (feed, _others) = published(10);
    queue.schedule_feed(feed, 10);
    queue.schedule_outboxes(outboxes.clone());
    let mut batch = WriteBatch::new();
    queue.take_batch(&mut batch);
    assert!(Arc::ptr_eq(&batch[10], &outboxes[0]));
}

#[test]
fn a_waiting_writer_ends_when_the_queue_is_closed() {
    let queue = WriteQueue::new(1);
    thread::scope(|scope| {
        let writer = scope.spawn(|| queue.wait_for_work(0));
        queue.close();
        assert!(!writer.join().unwrap());
    });
}
