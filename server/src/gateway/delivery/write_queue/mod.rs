//! The queue of outboxes to write, for the shared writers ([`super::writers`]).
//!
//! A writer takes a batch of a feed's subscribers at a time and writes to each of them. Feeds
//! take turns, so that a message of a small room does not wait for the whole delivery of a
//! large one.
//!
//! For a few outboxes, waking a thread costs more than the writes themselves. The publisher
//! may then write them on its own thread ([`WriteQueue::pause_wakeups`]).

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Condvar, Mutex};

use super::feed::Feed;
use super::outbox::Outbox;

/// Outboxes that a writer takes at a time. With short messages, writing them takes a tenth or
/// two of a millisecond.
const BATCH_SIZE: usize = 32;
/// One writer is woken per this many scheduled outboxes, which take about ten milliseconds to
/// write. More writers at once would contend for the kernel's locks, and take processor time from
/// the tasks that read.
const OUTBOXES_PER_WRITER: usize = 2048;
/// The same while writing keeps up, which is while no outbox is scheduled again before the
/// queue was empty. A second writer then shortens the delivery, and it ends before the next
/// one begins. A smaller number would reach the last reader sooner still, at the cost of more
/// processor time per message.
const OUTBOXES_PER_WRITER_KEEPING_UP: usize = 768;
/// Empty batches whose memory is kept.
const MAX_SPARE_BATCHES: usize = 4;

/// Outboxes to be flushed by whoever took them from the queue.
pub type WriteBatch = Vec<Arc<Outbox>>;

/// What the writers have to write.
#[derive(Debug)]
pub struct WriteQueue {
    state: Mutex<QueueState>,
    // How many `PausedWakeups` exist.
    pauses: AtomicUsize,
    // Wakes the writers, one entry for each.
    wakeups: Vec<Condvar>,
    #[cfg(test)]
    wakeup_calls: AtomicUsize,
    // Memory for the next batches, so that a batch need not allocate.
    spare: Mutex<Vec<WriteBatch>>,
}

#[derive(Debug, Default)]
struct QueueState {
    jobs: VecDeque<WriteJob>,
    // Scheduled outboxes, those of a job that is being taken included.
    scheduled: usize,
    // Of those, the outboxes that are scheduled for the first time since the queue was empty.
    // As soon as one is scheduled again, new ones do not count until the queue was empty.
    first_time: usize,
    is_closed: bool,
}

impl QueueState {
    fn count_scheduled(&mut self, outboxes: usize) {
        if self.first_time == self.scheduled {
            self.first_time += outboxes;
        }
        self.scheduled += outboxes;
    }

    /// Of a job with `before` outboxes, this many are left or scheduled again.
    fn count_taken(&mut self, before: usize, left: usize) {
        self.scheduled = self.scheduled + left - before;
        let taken = if left < before { before - left } else { before };
        self.first_time = self.first_time.saturating_sub(taken).min(self.scheduled);
    }

    /// How many writers should be at work.
    fn writers_wanted(&self) -> usize {
        let by_all = self.scheduled.div_ceil(OUTBOXES_PER_WRITER);
        let by_first_time = self.first_time.div_ceil(OUTBOXES_PER_WRITER_KEEPING_UP);
        by_all.max(by_first_time).max(1)
    }
}

#[derive(Debug)]
enum WriteJob {
    /// A delivery pass of a feed with this many subscribers left.
    Feed(Arc<Feed>, usize),
    /// Outboxes that were filled directly.
    Outboxes(WriteBatch),
}

/// While this exists, scheduling wakes no writer. When it is dropped, the writers are woken
/// if anything is left.
pub struct PausedWakeups<'a>(&'a WriteQueue);

impl WriteQueue {
    /// An empty queue for at most this many writers.
    pub fn new(max_writers: usize) -> Self {
        WriteQueue {
            state: Mutex::default(),
            pauses: AtomicUsize::new(0),
            wakeups: (0..max_writers).map(|_| Condvar::new()).collect(),
            #[cfg(test)]
            wakeup_calls: AtomicUsize::new(0),
            spare: Mutex::default(),
        }
    }

    /// How many outboxes are scheduled.
    pub fn scheduled_outboxes(&self) -> usize {
        self.state.lock().scheduled
    }

    /// Schedules a feed's delivery pass over this many subscribers.
    pub fn schedule_feed(&self, feed: Arc<Feed>, subscribers: usize) {
        self.schedule(WriteJob::Feed(feed, subscribers), subscribers);
    }

    /// Schedules one outbox.
    pub fn schedule_outbox(&self, outbox: Arc<Outbox>) {
        let mut state = self.state.lock();
        if let Some(WriteJob::Outboxes(last)) = state.jobs.back_mut()
            && last.len() < BATCH_SIZE
        {
            last.push(outbox);
            state.count_scheduled(1);
            let wanted = state.writers_wanted();
            drop(state);
            self.wake_writers(wanted);
            return;
        }
        drop(state);
        let mut outboxes = self.spare_batch();
        outboxes.push(outbox);
        self.schedule(WriteJob::Outboxes(outboxes), 1);
    }

    /// Schedules several outboxes.
    pub fn schedule_outboxes(&self, outboxes: WriteBatch) {
        if !outboxes.is_empty() {
            let count = outboxes.len();
            self.schedule(WriteJob::Outboxes(outboxes), count);
        }
    }

    fn schedule(&self, job: WriteJob, outboxes: usize) {
        let mut state = self.state.lock();
        state.count_scheduled(outboxes);
        state.jobs.push_back(job);
        let wanted = state.writers_wanted();
        drop(state);
        self.wake_writers(wanted);
    }

    /// From now on, scheduling wakes no writer until the returned value is dropped.
    pub fn pause_wakeups(&self) -> PausedWakeups<'_> {
        self.pauses.fetch_add(1, Ordering::SeqCst);
        PausedWakeups(self)
    }

    fn wake_writers(&self, wanted: usize) {
        // If this sees a pause, the end of that pause sees what was scheduled before.
        if self.pauses.load(Ordering::SeqCst) == 0 {
            #[cfg(test)]
            self.wakeup_calls.fetch_add(1, Ordering::SeqCst);
            for wakeup in self.wakeups.iter().take(wanted) {
                wakeup.notify_one();
            }
        }
    }

    /// How many writers there may be.
    pub fn max_writers(&self) -> usize {
        self.wakeups.len()
    }

    /// Blocks until writer number `writer` (from 0) has something to do. Returns false when
    /// the queue is closed.
    pub fn wait_for_work(&self, writer: usize) -> bool {
        let mut state = self.state.lock();
        while !state.is_closed && (state.jobs.is_empty() || state.writers_wanted() <= writer) {
            self.wakeups[writer].wait(&mut state);
        }
        !state.is_closed
    }

    /// Makes all writers end.
    pub fn close(&self) {
        self.state.lock().is_closed = true;
        for wakeup in &self.wakeups {
            wakeup.notify_one();
        }
    }

    fn spare_batch(&self) -> WriteBatch {
        self.spare.lock().pop().unwrap_or_default()
    }

    fn recycle(&self, batch: WriteBatch) {
        let mut spare = self.spare.lock();
        if spare.len() < MAX_SPARE_BATCHES {
            spare.push(batch);
        }
    }

    /// Fills `batch` with the next outboxes. The caller flushes them.
    pub fn take_batch(&self, batch: &mut WriteBatch) {
        while batch.len() < BATCH_SIZE {
            let Some(job) = self.state.lock().jobs.pop_front() else {
                return;
            };
            let (job, before, left) = match job {
                WriteJob::Feed(feed, before) => {
                    let left = feed.continue_pass(batch, BATCH_SIZE);
                    (WriteJob::Feed(feed, left), before, left)
                }
                WriteJob::Outboxes(mut outboxes) => {
                    let before = outboxes.len();
                    let taken = before.min(BATCH_SIZE - batch.len());
                    // From the front: first come, first served.
                    for outbox in outboxes.drain(..taken) {
                        outbox.mark_unscheduled();
                        batch.push(outbox);
                    }
                    (WriteJob::Outboxes(outboxes), before, before - taken)
                }
            };
            let mut state = self.state.lock();
            state.count_taken(before, left);
            if left > 0 {
                state.jobs.push_back(job);
                let wanted = state.writers_wanted();
                drop(state);
                self.wake_writers(wanted);
            } else if let WriteJob::Outboxes(outboxes) = job {
                drop(state);
                self.recycle(outboxes);
            }
        }
    }

    /// Takes the next batch and flushes it. Returns whether there was one.
    pub fn write_next_batch(&self) -> bool {
        let mut batch = self.spare_batch();
        self.take_batch(&mut batch);
        let is_some = !batch.is_empty();
        for outbox in batch.drain(..) {
            outbox.flush_from_writer();
        }
        self.recycle(batch);
        is_some
    }
}

impl PausedWakeups<'_> {
    /// Writes what is scheduled on the calling thread, if it is no more than one batch.
    pub fn write_if_small(&self) {
        if self.0.state.lock().scheduled <= BATCH_SIZE {
            self.0.write_next_batch();
        }
    }
}

impl Drop for PausedWakeups<'_> {
    fn drop(&mut self) {
        self.0.pauses.fetch_sub(1, Ordering::SeqCst);
        let state = self.0.state.lock();
        let (wanted, is_empty) = (state.writers_wanted(), state.jobs.is_empty());
        drop(state);
        if !is_empty {
            self.0.wake_writers(wanted);
        }
    }
}

#[cfg(test)]
mod tests;
