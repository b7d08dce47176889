//! What waits to be written to one connection: ready frames, bounded in bytes.
//!
//! Whoever has something to say pushes and goes on; nobody waits for a reader. One
//! that falls too far behind loses what waited and is told so.

use std::collections::VecDeque;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// Frames for which an empty queue may keep room.
const ROOMY: usize = 64;

/// The queue of one connection.
#[derive(Debug)]
pub struct Outbox {
    // Shared between everyone who has something to say to this connection and the
    // task that writes; held for a push or a take.
    queue: Mutex<Queue>,
    limit: usize,
    /// Wakes the writing side: there is something to write.
    filled: Notify,
    /// Wakes the reading side: there is room again, or the outbox overflowed or closed.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    // Of `frames`, and of what was taken but is not written yet.
    bytes: usize,
    taken: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// Over the limit: frames are dropped until the connection has noticed.
    Overflowed,
    /// A close frame is the last thing to be written.
    Closed,
}

impl Queue {
    fn overflow(&mut self) {
        self.frames.clear();
        self.bytes = self.taken;
        self.state = State::Overflowed;
    }
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It will be written.
    Queued,
    /// It was dropped; nothing more need be offered to this connection.
    Dropped,
}

impl Outbox {
    /// An empty outbox for at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Outbox {
            queue: Mutex::default(),
            limit,
            filled: Notify::new(),
            changed: Notify::new(),
        }
    }

    /// Queues a frame. Over the limit everything that waits is dropped instead, and the
    /// connection is told by [`Outbox::has_overflowed`].
    pub fn push(&self, frame: Bytes) -> Pushed {
        let mut queue = self.queue.lock();
        if queue.state != State::Open {
            return Pushed::Dropped;
        }
        // A single frame may be larger than the limit; it must then go alone.
        if queue.bytes + frame.len() > self.limit && queue.bytes > 0 {
            queue.overflow();
            drop(queue);
            self.changed.notify_one();
            return Pushed::Dropped;
        }
        queue.bytes += frame.len();
        queue.frames.push_back(frame);
        drop(queue);
        self.filled.notify_one();
        Pushed::Queued
    }

    /// Drops what waits, as if the limit were reached: the connection is to ask for
    /// everything anew.
    pub fn overflow(&self) {
        let mut queue = self.queue.lock();
        if queue.state == State::Open {
            queue.overflow();
            drop(queue);
            self.changed.notify_one();
        }
    }

    /// Queues a frame that may be lost: only while the reader keeps up.
    pub fn push_soft(&self, frame: Bytes) -> Pushed {
        if self.queue.lock().bytes > self.limit / 8 {
            return Pushed::Queued;
        }
        self.push(frame)
    }

    /// Drops what waits, and ends with this close frame.
    pub fn close(&self, frame: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == State::Closed {
            return;
        }
        // What was acknowledged goes out before; what overflowed is gone already.
        queue.state = State::Closed;
        queue.bytes += frame.len();
        queue.frames.push_back(frame);
        drop(queue);
        self.filled.notify_one();
        self.changed.notify_one();
    }

    /// Drops what waits: nobody is there to read it.
    pub fn abandon(&self) {
        let mut queue = self.queue.lock();
        queue.frames.clear();
        queue.bytes = 0;
        queue.taken = 0;
        queue.state = State::Closed;
        drop(queue);
        self.filled.notify_one();
        self.changed.notify_one();
    }

    /// Whether a close frame was queued.
    pub fn is_closed(&self) -> bool {
        self.queue.lock().state == State::Closed
    }

    /// Whether everything was written.
    pub fn is_empty(&self) -> bool {
        self.queue.lock().bytes == 0
    }

    /// Whether the outbox overflowed.
    pub fn has_overflowed(&self) -> bool {
        self.queue.lock().state == State::Overflowed
    }

    /// Takes frames again after an overflow, beginning with this one.
    pub fn reopen(&self, frame: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == State::Overflowed {
            queue.state = State::Open;
            queue.bytes += frame.len();
            queue.frames.push_back(frame);
            drop(queue);
            self.filled.notify_one();
        }
    }

    /// Whether so much waits that nothing more should be asked for.
    pub fn is_busy(&self) -> bool {
        let queue = self.queue.lock();
        queue.state == State::Open && queue.bytes > self.limit / 2
    }

    /// Waits until something about the outbox may have changed for the reading side.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Waits until there may be something to write.
    pub async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Moves frames to `batch`, up to `most` frames in all.
    pub fn take(&self, batch: &mut VecDeque<Bytes>, most: usize) {
        let mut queue = self.queue.lock();
        while batch.len() < most
            && let Some(frame) = queue.frames.pop_front()
        {
            queue.taken += frame.len();
            batch.push_back(frame);
        }
        if queue.frames.is_empty() && queue.frames.capacity() > ROOMY {
            queue.frames = VecDeque::new();
        }
    }

    /// So many bytes of what was taken were written.
    pub fn written(&self, bytes: usize) {
        let mut queue = self.queue.lock();
        let was_busy = queue.bytes > self.limit / 2;
        queue.bytes = queue.bytes.saturating_sub(bytes);
        queue.taken = queue.taken.saturating_sub(bytes);
        let is_relieved = was_busy && queue.bytes <= self.limit / 2;
        drop(queue);
        if is_relieved {
            self.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: usize) -> Bytes {
        Bytes::from(vec![0; length])
    }

    fn taken(outbox: &Outbox) -> Vec<usize> {
        let mut batch = VecDeque::new();
        outbox.take(&mut batch, usize::MAX);
        batch.iter().map(Bytes::len).collect()
    }

    #[test]
    fn what_is_pushed_comes_out_in_order() {
        let outbox = Outbox::new(100);
        for length in [1, 2, 3] {
            assert_eq!(outbox.push(frame(length)), Pushed::Queued);
        }
        assert_eq!(taken(&outbox), [1, 2, 3]);
    }

    #[test]
    fn an_overflow_drops_what_waits_until_it_is_reopened() {
        let outbox = Outbox::new(100);
        outbox.push(frame(60));
        assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
        assert!(outbox.has_overflowed());
        assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
        outbox.reopen(frame(5));
        assert_eq!(outbox.push(frame(7)), Pushed::Queued);
        assert_eq!(taken(&outbox), [5, 7]);
    }

    #[test]
    fn what_is_being_written_counts_until_it_is_written() {
        let outbox = Outbox::new(100);
        outbox.push(frame(60));
        assert_eq!(taken(&outbox), [60]);
        assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
        outbox.reopen(frame(1));
        outbox.written(60);
        assert_eq!(outbox.push(frame(60)), Pushed::Queued);
    }

    #[test]
    fn a_frame_over_the_limit_goes_alone() {
        let outbox = Outbox::new(100);
        assert_eq!(outbox.push(frame(500)), Pushed::Queued);
        assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
    }

    #[test]
    fn soft_frames_are_the_first_to_go() {
        let outbox = Outbox::new(100);
        outbox.push(frame(50));
        outbox.push_soft(frame(7));
        assert_eq!(taken(&outbox), [50]);
    }

    #[test]
    fn a_close_is_the_last_frame_and_comes_after_what_was_promised() {
        let outbox = Outbox::new(100);
        outbox.push(frame(10));
        outbox.close(frame(4));
        outbox.close(frame(5));
        assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
        assert_eq!(taken(&outbox), [10, 4]);
    }
}
