//! What waits to be written to one connection: ready frames, bounded in bytes.
//!
//! Whoever has something to say puts it here and goes on; nobody waits for a reader. One
//! that falls too far behind loses what waited and is told so.
//!
//! Any thread may write what waits, as far as the socket takes it at once: a delivery's
//! frames go out by the shared writers ([`super::due`]), which saves waking a task for
//! each member. Only the connection's own task waits for a socket that is full.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use parking_lot::{Mutex, MutexGuard};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Frames for which an empty queue may keep room.
const ROOMY: usize = 64;
/// Frames in one vectored write.
const VECTORED: usize = 64;

/// The queue of one connection.
#[derive(Debug)]
pub struct Outbox {
    // Shared between everyone who has something to say to this connection and whoever
    // writes it; held for a push or to take what waits, never while it is written.
    queue: Mutex<Queue>,
    limit: usize,
    /// Wakes the writing side: there is something to write, or the socket was full.
    filled: Notify,
    /// Wakes the reading side: there is room again, or the outbox overflowed or closed.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    // Of `frames`, and of what was taken to be written.
    bytes: usize,
    taken: usize,
    // Whether somebody has taken frames; they take what comes meanwhile as well.
    is_writing: bool,
    // Whether a part of the first frame is out: then the rest has to follow.
    is_begun: bool,
    // How often what waited was dropped.
    drops: u32,
    // Whether the shared writers have it on their list.
    is_listed: bool,
    state: State,
    // Until the connection has ended.
    socket: Option<Arc<TcpStream>>,
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

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It will be written.
    Queued,
    /// It was dropped; nothing more need be offered to this connection.
    Dropped,
}

/// How far writing came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// All that waited is out.
    All,
    /// All is out, and the close frame was the last of it.
    Closed,
    /// The socket takes no more at the moment.
    Blocked,
}

impl Queue {
    fn overflow(&mut self) {
        self.drop_waiting();
        self.state = State::Overflowed;
    }

    /// Drops what is not begun. What was taken is dropped when it comes back.
    fn drop_waiting(&mut self) {
        self.frames.truncate(usize::from(self.is_begun));
        self.bytes = self.taken + self.frames.iter().map(Bytes::len).sum::<usize>();
        self.drops += 1;
    }

    fn add(&mut self, frame: Bytes) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    fn take(&mut self) -> Taken {
        self.is_writing = true;
        self.taken = self.bytes;
        Taken {
            frames: std::mem::take(&mut self.frames),
            is_begun: std::mem::take(&mut self.is_begun),
            drops: self.drops,
        }
    }

    /// Takes back what could not be written.
    fn put_back(&mut self, mut taken: Taken) {
        self.is_writing = false;
        self.bytes -= self.taken;
        self.taken = 0;
        if taken.drops != self.drops {
            taken.frames.truncate(usize::from(taken.is_begun));
        }
        self.is_begun = taken.is_begun && !taken.frames.is_empty();
        self.bytes += taken.frames.iter().map(Bytes::len).sum::<usize>();
        // Their memory is kept, unless it was much.
        if taken.frames.capacity() <= ROOMY || !taken.frames.is_empty() {
            taken.frames.append(&mut self.frames);
            self.frames = taken.frames;
        }
    }
}

/// What somebody has taken to write it.
struct Taken {
    frames: VecDeque<Bytes>,
    is_begun: bool,
    drops: u32,
}

impl Taken {
    /// Writes until all is out or nothing is taken; says whether all is out.
    fn write(
        &mut self,
        write: &mut impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        while !self.frames.is_empty() {
            let mut slices = [IoSlice::new(&[]); VECTORED];
            let mut count = 0;
            for (slice, frame) in slices.iter_mut().zip(&self.frames) {
                *slice = IoSlice::new(frame);
                count += 1;
            }
            match write(&slices[..count]) {
                Ok(written) => self.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn advance(&mut self, mut written: usize) {
        while let Some(front) = self.frames.front_mut() {
            if written < front.len() {
                front.advance(written);
                self.is_begun |= written > 0;
                return;
            }
            written -= front.len();
            self.frames.pop_front();
            self.is_begun = false;
        }
    }
}

impl Outbox {
    /// An empty outbox for at most `limit` bytes, without a socket: what waits goes where
    /// [`Outbox::flush_into`] says.
    pub fn new(limit: usize) -> Self {
        Outbox {
            queue: Mutex::default(),
            limit,
            filled: Notify::new(),
            changed: Notify::new(),
        }
    }

    /// An empty outbox for a connection.
    pub fn of(socket: Arc<TcpStream>, limit: usize) -> Self {
        let outbox = Outbox::new(limit);
        outbox.queue.lock().socket = Some(socket);
        outbox
    }

    /// Queues a frame that the connection itself is to write. Over the limit everything
    /// that waits is dropped instead, and the connection is told by
    /// [`Outbox::has_overflowed`].
    pub fn push(&self, frame: Bytes) -> Pushed {
        let pushed = self.put(&mut self.queue.lock(), frame);
        match pushed {
            Pushed::Queued => self.filled.notify_one(),
            Pushed::Dropped => self.changed.notify_one(),
        }
        pushed
    }

    /// As [`Outbox::push`], for the shared writers. Says whether they have to be told.
    pub fn offer(&self, frame: Bytes) -> bool {
        let mut queue = self.queue.lock();
        match self.put(&mut queue, frame) {
            Pushed::Queued => !std::mem::replace(&mut queue.is_listed, true),
            Pushed::Dropped => {
                drop(queue);
                self.changed.notify_one();
                false
            }
        }
    }

    /// As [`Outbox::offer`], for a frame that may be lost: only while the reader keeps up.
    pub fn offer_soft(&self, frame: Bytes) -> bool {
        let keeps_up = self.queue.lock().bytes <= self.limit / 8;
        keeps_up && self.offer(frame)
    }

    fn put(&self, queue: &mut Queue, frame: Bytes) -> Pushed {
        if queue.state != State::Open {
            return Pushed::Dropped;
        }
        // A single frame may be larger than the limit; it must then go alone.
        if queue.bytes + frame.len() > self.limit && queue.bytes > 0 {
            queue.overflow();
            return Pushed::Dropped;
        }
        queue.add(frame);
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

    /// Ends with this close frame, after what waits.
    pub fn close(&self, frame: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == State::Closed {
            return;
        }
        // What was acknowledged goes out before; what overflowed is gone already.
        queue.state = State::Closed;
        queue.add(frame);
        drop(queue);
        self.filled.notify_one();
        self.changed.notify_one();
    }

    /// Drops what waits: nobody is there to read it.
    pub fn abandon(&self) {
        let mut queue = self.queue.lock();
        queue.drop_waiting();
        queue.state = State::Closed;
        drop(queue);
        self.filled.notify_one();
        self.changed.notify_one();
    }

    /// The connection has ended: nothing more is written, and the socket is given back.
    pub fn let_go(&self) {
        self.abandon();
        self.queue.lock().socket = None;
    }

    /// Whether a close frame was queued.
    pub fn is_closed(&self) -> bool {
        self.queue.lock().state == State::Closed
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
            queue.add(frame);
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

    /// Writes what waits, as far as the socket takes it at once. While somebody else does,
    /// it is left to them.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn flush(&self) -> io::Result<Flushed> {
        self.flush_socket(self.queue.lock())
    }

    /// As [`Outbox::flush`], for the shared writers, which have taken it off their list.
    /// What they cannot do is the connection's affair.
    pub fn flush_listed(&self) {
        let mut queue = self.queue.lock();
        queue.is_listed = false;
        if !matches!(self.flush_socket(queue), Ok(Flushed::All)) {
            self.filled.notify_one();
        }
    }

    fn flush_socket(&self, queue: MutexGuard<'_, Queue>) -> io::Result<Flushed> {
        let Some(socket) = queue.socket.clone() else {
            return Ok(Flushed::Closed);
        };
        self.write(queue, |slices| match slices {
            // Cheaper than a list of one.
            [one] => socket.try_write(one),
            several => socket.try_write_vectored(several),
        })
    }

    /// As [`Outbox::flush`], into something else.
    ///
    /// # Errors
    /// As `write`.
    pub fn flush_into(
        &self,
        write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<Flushed> {
        self.write(self.queue.lock(), write)
    }

    fn write(
        &self,
        mut queue: MutexGuard<'_, Queue>,
        mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<Flushed> {
        loop {
            if queue.is_writing {
                return Ok(Flushed::All);
            }
            if queue.frames.is_empty() {
                return Ok(match queue.state {
                    State::Closed => Flushed::Closed,
                    State::Open | State::Overflowed => Flushed::All,
                });
            }
            let mut taken = queue.take();
            let written = MutexGuard::unlocked(&mut queue, || taken.write(&mut write));
            let was_busy = queue.bytes > self.limit / 2;
            queue.put_back(taken);
            if was_busy && queue.bytes <= self.limit / 2 {
                self.changed.notify_one();
            }
            if !written? {
                return Ok(Flushed::Blocked);
            }
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
        let mut lengths = Vec::new();
        let flushed = outbox.flush_into(|slices| {
            lengths.extend(slices.iter().map(|slice| slice.len()));
            Ok(slices.iter().map(|slice| slice.len()).sum())
        });
        assert_ne!(flushed.unwrap(), Flushed::Blocked);
        lengths
    }

    /// A socket that takes so many bytes and is full then.
    fn takes(mut room: usize) -> impl FnMut(&[IoSlice<'_>]) -> io::Result<usize> {
        move |slices| {
            let there: usize = slices.iter().map(|slice| slice.len()).sum();
            let written = there.min(std::mem::take(&mut room));
            if written == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Ok(written)
        }
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
    fn more_frames_than_one_write_takes_come_out_too() {
        let outbox = Outbox::new(10_000);
        for _ in 0..3 * VECTORED {
            outbox.push(frame(7));
        }
        assert_eq!(taken(&outbox), [7; 3 * VECTORED]);
    }

    #[test]
    fn the_shared_writers_are_told_once_until_they_come() {
        let outbox = Outbox::new(100);
        assert!(outbox.offer(frame(1)));
        assert!(!outbox.offer(frame(1)));
        outbox.flush_listed();
        assert!(outbox.offer(frame(1)));
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
    fn a_frame_that_is_partly_out_is_finished_after_an_overflow() {
        let outbox = Outbox::new(100);
        for length in [20, 30, 40] {
            outbox.push(frame(length));
        }
        assert_eq!(outbox.flush_into(takes(25)).unwrap(), Flushed::Blocked);
        assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
        outbox.reopen(frame(1));
        assert_eq!(taken(&outbox), [25, 1]);
    }

    #[test]
    fn what_is_being_written_is_finished_and_what_waits_behind_it_is_dropped() {
        let outbox = Outbox::new(100);
        outbox.push(frame(20));
        outbox.push(frame(30));
        let mut lengths = Vec::new();
        let flushed = outbox.flush_into(|slices| {
            if !lengths.is_empty() {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            lengths.extend(slices.iter().map(|slice| slice.len()));
            assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
            outbox.reopen(frame(1));
            Ok(5)
        });
        assert_eq!(flushed.unwrap(), Flushed::Blocked);
        assert_eq!(lengths, [20, 30]);
        assert_eq!(taken(&outbox), [15, 1]);
    }

    #[test]
    fn a_frame_that_is_not_begun_is_dropped_by_an_overflow() {
        let outbox = Outbox::new(100);
        for length in [20, 30, 40] {
            outbox.push(frame(length));
        }
        assert_eq!(outbox.flush_into(takes(20)).unwrap(), Flushed::Blocked);
        assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
        outbox.reopen(frame(1));
        assert_eq!(taken(&outbox), [1]);
    }

    #[test]
    fn what_is_not_written_counts() {
        let outbox = Outbox::new(100);
        outbox.push(frame(90));
        assert_eq!(outbox.flush_into(takes(40)).unwrap(), Flushed::Blocked);
        assert!(!outbox.is_busy(), "50 of 100");
        assert_eq!(outbox.push(frame(50)), Pushed::Queued);
        assert!(outbox.is_busy());
        assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
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
        assert!(!outbox.offer_soft(frame(7)));
        assert_eq!(taken(&outbox), [50]);
        assert!(outbox.offer_soft(frame(7)));
    }

    #[test]
    fn a_close_is_the_last_frame_and_comes_after_what_was_promised() {
        let outbox = Outbox::new(100);
        outbox.push(frame(10));
        outbox.close(frame(4));
        outbox.close(frame(5));
        assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
        assert_eq!(taken(&outbox), [10, 4]);
        assert_eq!(outbox.flush_into(takes(0)).unwrap(), Flushed::Closed);
    }
}
