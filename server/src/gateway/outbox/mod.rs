//! What waits to be written to one connection: ready frames, bounded in bytes.
//!
//! Whoever has something to say to one connection puts it here and goes on; what a topic's
//! followers are told comes by its feed ([`super::feed`]). Nobody waits for a reader. One
//! that falls too far behind loses what waited and is told so.
//!
//! Any thread may write what waits, as far as the socket takes it at once: a delivery's
//! frames go out by the shared writers ([`super::writers`]), which saves waking a task for
//! each member. Only the connection's own task waits for a socket that is full.

mod queue;

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::memory::Memory;
use queue::{Queue, State};

/// A frame of so many bytes counts in any case, in the memory of all connections.
const LARGE: usize = 4 * 1024;
/// So do all that come while so much waits already.
const BACKLOG: usize = 16 * 1024;

/// The queue of one connection.
#[derive(Debug)]
pub struct Outbox {
    // Shared between everyone who has something to say to this connection and whoever
    // writes it; held for a push or to take what waits, never while it is written.
    queue: Mutex<Queue>,
    // In one piece of memory with the queue: a delivery to many has to fetch it for each.
    // None where what waits goes somewhere else.
    socket: Option<TcpStream>,
    limit: usize,
    // What waits for all connections together; none in tests.
    memory: Option<Arc<Memory>>,
    // Of a message that is not complete, as the reading side has it.
    held: AtomicUsize,
    /// Wakes the writing side: there is something to write, or the socket was full.
    filled: Notify,
    /// Wakes the reading side: there is room again, or the outbox overflowed or closed.
    changed: Notify,
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
    /// Something came while the rest was written, and waits.
    Left,
}

/// How long whoever writes goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turns {
    /// For what waits now: others have to be written to as well.
    One,
    /// Until nothing more comes.
    All,
}

impl Outbox {
    /// An empty outbox for at most `limit` bytes, without a socket: what waits goes where
    /// [`Outbox::flush_into`] says.
    pub fn new(limit: usize) -> Self {
        Outbox {
            queue: Mutex::default(),
            socket: None,
            limit,
            memory: None,
            held: AtomicUsize::new(0),
            filled: Notify::new(),
            changed: Notify::new(),
        }
    }

    /// An empty outbox for a connection, whose socket it holds.
    pub fn of(socket: TcpStream, limit: usize, memory: Arc<Memory>) -> Self {
        Outbox {
            socket: Some(socket),
            memory: Some(memory),
            ..Outbox::new(limit)
        }
    }

    /// The connection's socket.
    pub fn socket(&self) -> Option<&TcpStream> {
        self.socket.as_ref()
    }

    /// Queues a frame that the connection itself is to write. Over the limit everything
    /// that waits is dropped instead, and the connection is told by
    /// [`Outbox::has_overflowed`].
    pub fn push(&self, frame: Bytes) -> Pushed {
        self.push_as(frame, true)
    }

    /// As [`Outbox::push`], for a frame that others have too: it counts elsewhere.
    pub fn push_shared(&self, frame: Bytes) -> Pushed {
        self.push_as(frame, false)
    }

    fn push_as(&self, frame: Bytes, is_own: bool) -> Pushed {
        let pushed = {
            let mut queue = self.queue.lock();
            let frame = if is_own {
                self.charged(&queue, frame)
            } else {
                frame
            };
            self.put(&mut queue, frame)
        };
        match pushed {
            Pushed::Queued => self.filled.notify_one(),
            Pushed::Dropped => self.changed.notify_one(),
        }
        self.relieve_memory();
        pushed
    }

    /// Counts a frame of this connection's own where it is large, or one of many that wait:
    /// what is read at once is not worth it.
    fn charged(&self, queue: &Queue, frame: Bytes) -> Bytes {
        match &self.memory {
            Some(memory) if frame.len() >= LARGE || queue.bytes >= BACKLOG => memory.hold(frame),
            _ => frame,
        }
    }

    fn relieve_memory(&self) {
        if let Some(memory) = &self.memory {
            memory.relieve();
        }
    }

    /// As [`Outbox::push`], for the shared writers. Says whether it has to be put on their
    /// list.
    pub fn offer(&self, frame: Bytes) -> bool {
        let mut queue = self.queue.lock();
        let frame = self.charged(&queue, frame);
        let is_queued = self.put(&mut queue, frame) == Pushed::Queued;
        let is_new = is_queued && !std::mem::replace(&mut queue.is_listed, true);
        drop(queue);
        if !is_queued {
            self.changed.notify_one();
        }
        self.relieve_memory();
        is_new
    }

    /// As [`Outbox::push`], by a shared writer, who flushes it then. Says whether there is
    /// something to flush.
    pub fn hand(&self, frame: Bytes) -> bool {
        let pushed = self.put(&mut self.queue.lock(), frame);
        if pushed == Pushed::Dropped {
            self.changed.notify_one();
        }
        pushed == Pushed::Queued
    }

    /// Whether the reader keeps up: then it may be handed what may be lost.
    pub fn keeps_up(&self) -> bool {
        self.queue.lock().bytes <= self.limit / 8
    }

    /// As [`Outbox::push`], for a frame that may be lost: it is not taken where it does not
    /// fit. Says whether it was.
    pub fn push_soft(&self, frame: Bytes) -> bool {
        let mut queue = self.queue.lock();
        let fits = queue.bytes + frame.len() <= self.limit;
        let is_taken = fits && self.put(&mut queue, frame) == Pushed::Queued;
        drop(queue);
        if is_taken {
            self.filled.notify_one();
        }
        is_taken
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

    /// Drops what waits: nobody is there to read it. A frame that is partly out may still be
    /// finished.
    pub fn abandon(&self) {
        let mut queue = self.queue.lock();
        queue.drop_waiting();
        queue.state = State::Closed;
        drop(queue);
        self.filled.notify_one();
        self.changed.notify_one();
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

    /// Bytes that the socket has taken, whoever wrote them.
    pub fn written(&self) -> u64 {
        self.queue.lock().written
    }

    /// Bytes that wait, those of a message that is not complete yet among them.
    pub fn waiting(&self) -> usize {
        self.queue.lock().bytes + self.held.load(Ordering::Relaxed)
    }

    /// Notes how many bytes are kept of a message that is not complete.
    pub fn note_held(&self, bytes: usize) {
        self.held.store(bytes, Ordering::Relaxed);
    }

    /// Drops all that waits and ends the connection, with this close frame if nothing was
    /// begun that would have to be finished before.
    pub fn shed(&self, frame: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == State::Closed {
            return;
        }
        let is_whole = !queue.is_begun && !queue.is_writing;
        queue.drop_all();
        queue.state = State::Closed;
        if is_whole {
            queue.add(frame);
        }
        drop(queue);
        self.filled.notify_one();
        self.changed.notify_one();
    }

    /// Writes what waits, as far as the socket takes it at once. While somebody else does,
    /// it is left to them.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn flush(&self) -> io::Result<Flushed> {
        self.flush_socket(self.queue.lock(), Turns::All)
    }

    /// The shared writers have taken it off their list, and are about to flush it.
    pub fn unlist(&self) {
        self.queue.lock().is_listed = false;
    }

    /// As [`Outbox::flush`], for the shared writers: what they cannot do is the
    /// connection's affair.
    pub fn flush_shared(&self) {
        if !matches!(
            self.flush_socket(self.queue.lock(), Turns::One),
            Ok(Flushed::All)
        ) {
            self.filled.notify_one();
        }
    }

    fn flush_socket(&self, queue: MutexGuard<'_, Queue>, turns: Turns) -> io::Result<Flushed> {
        let Some(socket) = &self.socket else {
            return Ok(Flushed::Closed);
        };
        self.write(queue, turns, |slices| match slices {
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
        self.write(self.queue.lock(), Turns::All, write)
    }

    fn write(
        &self,
        mut queue: MutexGuard<'_, Queue>,
        turns: Turns,
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
            if turns == Turns::One && !queue.frames.is_empty() {
                // What is on the shared writers' list again has its turn there.
                let is_due = queue.is_listed;
                return Ok(if is_due { Flushed::All } else { Flushed::Left });
            }
        }
    }
}

#[cfg(test)]
mod tests;
