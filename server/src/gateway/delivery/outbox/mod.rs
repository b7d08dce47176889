//! What waits to be written to one connection: encoded frames, bounded in bytes.
//!
//! Whoever has a frame for one connection puts it here and goes on; what is published to a
//! topic comes here from its feed ([`super::feed`]). Nobody waits for a slow reader: one that
//! falls too far behind loses what waits and has to resynchronise.
//!
//! Any thread may write what waits, as far as the socket takes it at once. The shared writers
//! ([`super::writers`]) do so for deliveries, which saves waking a task for each member. Only
//! the connection's own task waits for a full socket.

mod outcome;
mod queue;

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::memory_budget::{BudgetedConnection, MemoryBudget};
use outcome::FlushMode;
pub use outcome::{Flushed, Pushed};
use queue::{FrameQueue, OutboxState};

/// A connection's own frame of at least this many bytes counts in the memory budget.
const CHARGED_FRAME_BYTES: usize = 4 * 1024;
/// While this many bytes wait, every frame of the connection's own counts.
const CHARGED_BACKLOG_BYTES: usize = 16 * 1024;

/// The outgoing frames of one connection.
#[derive(Debug)]
pub struct Outbox {
    // Shared by all threads that add frames and those that write. Locked to add or to take
    // frames, never during a write.
    queue: Mutex<FrameQueue>,
    // In one allocation with the queue: a delivery to many has to load it for each of them.
    // None in tests and benchmarks that write elsewhere.
    socket: Option<TcpStream>,
    limit: usize,
    // Shared by all connections; none in tests.
    memory: Option<Arc<MemoryBudget>>,
    // Bytes of an incomplete message, as the reading side counts them.
    incomplete_bytes: AtomicUsize,
    /// Wakes the writing side: there is something to write, or the socket was full.
    writer_wakeup: Notify,
    /// Wakes the reading side: there is room again, or the outbox overflowed or closed.
    reader_wakeup: Notify,
}

impl Outbox {
    /// An empty outbox for at most `limit` bytes, without a socket. What waits is written by
    /// [`Outbox::flush_into`].
    pub fn new(limit: usize) -> Self {
        Outbox {
            queue: Mutex::default(),
            socket: None,
            limit,
            memory: None,
            incomplete_bytes: AtomicUsize::new(0),
            writer_wakeup: Notify::new(),
            reader_wakeup: Notify::new(),
        }
    }

    /// An empty outbox that owns a connection's socket.
    pub fn with_socket(socket: TcpStream, limit: usize, memory: Arc<MemoryBudget>) -> Self {
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

    /// Queues a frame that the connection's own task will write. Beyond the limit the outbox
    /// overflows: everything that waits is dropped, and [`Outbox::has_overflowed`] says so.
    pub fn push(&self, frame: Bytes) -> Pushed {
        let pushed = self.push_own(&mut self.queue.lock(), frame);
        self.wake_after(pushed)
    }

    /// As [`Outbox::push`], for a frame whose second part other connections have too: that part
    /// is in the memory budget already.
    pub fn push_shared(&self, first: Bytes, shared: Bytes) -> Pushed {
        let pushed = {
            let mut queue = self.queue.lock();
            let bytes = first.len() + shared.len();
            self.add_or_overflow(&mut queue, bytes, |queue| queue.add_in_two(first, shared))
        };
        self.wake_after(pushed)
    }

    fn push_own(&self, queue: &mut FrameQueue, frame: Bytes) -> Pushed {
        self.push_frame(queue, self.charge_if_large(queue, frame))
    }

    fn push_frame(&self, queue: &mut FrameQueue, frame: Bytes) -> Pushed {
        self.add_or_overflow(queue, frame.len(), |queue| queue.add(frame))
    }

    fn wake_after(&self, pushed: Pushed) -> Pushed {
        match pushed {
            Pushed::Queued => self.writer_wakeup.notify_one(),
            Pushed::Dropped => self.reader_wakeup.notify_one(),
        }
        self.relieve_memory();
        pushed
    }

    /// Counts a frame of the connection's own in the memory budget if it is large, or waits
    /// behind many others. Counting each small frame would cost more than it protects from.
    fn charge_if_large(&self, queue: &FrameQueue, frame: Bytes) -> Bytes {
        match &self.memory {
            Some(memory)
                if frame.len() >= CHARGED_FRAME_BYTES || queue.bytes >= CHARGED_BACKLOG_BYTES =>
            {
                memory.hold(frame)
            }
            _ => frame,
        }
    }

    fn relieve_memory(&self) {
        if let Some(memory) = &self.memory {
            memory.relieve();
        }
    }

    /// As [`Outbox::push`], but the shared writers will write the frame. Returns whether the
    /// caller has to schedule the outbox; otherwise it is scheduled already.
    pub fn enqueue_to_schedule(&self, frame: Bytes) -> bool {
        let mut queue = self.queue.lock();
        let is_queued = self.push_own(&mut queue, frame) == Pushed::Queued;
        let must_schedule = is_queued && !std::mem::replace(&mut queue.is_scheduled, true);
        drop(queue);
        if !is_queued {
            self.reader_wakeup.notify_one();
        }
        self.relieve_memory();
        must_schedule
    }

    /// As [`Outbox::push`], by a shared writer, which then flushes the outbox itself. Returns
    /// whether there is something to flush.
    pub fn enqueue(&self, frame: Bytes) -> bool {
        let pushed = self.push_frame(&mut self.queue.lock(), frame);
        if pushed == Pushed::Dropped {
            self.reader_wakeup.notify_one();
        }
        pushed == Pushed::Queued
    }

    /// Whether little waits, so that the reader may get frames that are not necessary.
    pub fn is_keeping_up(&self) -> bool {
        self.queue.lock().bytes <= self.limit / 8
    }

    /// As [`Outbox::push`], for a frame that may be lost: if it does not fit, it is not queued
    /// and nothing overflows. Returns whether it was queued.
    pub fn push_ephemeral(&self, frame: Bytes) -> bool {
        let mut queue = self.queue.lock();
        let fits = queue.bytes + frame.len() <= self.limit;
        let is_queued = fits && self.push_frame(&mut queue, frame) == Pushed::Queued;
        drop(queue);
        if is_queued {
            self.writer_wakeup.notify_one();
        }
        is_queued
    }

    fn add_or_overflow(
        &self,
        queue: &mut FrameQueue,
        bytes: usize,
        add: impl FnOnce(&mut FrameQueue),
    ) -> Pushed {
        if queue.state != OutboxState::Open {
            return Pushed::Dropped;
        }
        // A single frame may be larger than the limit; then it has to be alone.
        if queue.bytes + bytes > self.limit && queue.bytes > 0 {
            queue.overflow();
            return Pushed::Dropped;
        }
        add(queue);
        Pushed::Queued
    }

    /// Drops what waits, as if the limit were reached. The connection then has to
    /// resynchronise.
    pub fn overflow(&self) {
        let mut queue = self.queue.lock();
        if queue.state == OutboxState::Open {
            queue.overflow();
            drop(queue);
            self.reader_wakeup.notify_one();
        }
    }

    /// Ends with this close frame, behind what waits.
    pub fn close(&self, frame: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == OutboxState::Closed {
            return;
        }
        // What was acknowledged is still written. After an overflow nothing waits.
        queue.state = OutboxState::Closed;
        queue.add(frame);
        drop(queue);
        self.wake_both_sides();
    }

    /// Drops what waits, because nobody is there to read it. A frame that is partly written
    /// may still be finished.
    pub fn abandon(&self) {
        let mut queue = self.queue.lock();
        queue.drop_waiting();
        queue.state = OutboxState::Closed;
        drop(queue);
        self.wake_both_sides();
    }

    fn wake_both_sides(&self) {
        self.writer_wakeup.notify_one();
        self.reader_wakeup.notify_one();
    }

    /// Whether a close frame was queued.
    pub fn is_closed(&self) -> bool {
        self.queue.lock().state == OutboxState::Closed
    }

    /// Whether the outbox overflowed and was not reopened.
    pub fn has_overflowed(&self) -> bool {
        self.queue.lock().state == OutboxState::Overflowed
    }

    /// Takes frames again after an overflow, beginning with this one.
    pub fn reopen(&self, frame: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == OutboxState::Overflowed {
            queue.state = OutboxState::Open;
            queue.add(frame);
            drop(queue);
            self.writer_wakeup.notify_one();
        }
    }

    /// Whether more than half of the limit waits. Then the connection should read no more
    /// commands.
    pub fn is_half_full(&self) -> bool {
        let queue = self.queue.lock();
        queue.state == OutboxState::Open && queue.bytes > self.limit / 2
    }

    /// Waits until something may have changed for the reading side.
    pub async fn wait_for_change(&self) {
        self.reader_wakeup.notified().await;
    }

    /// Waits until there may be something to write.
    pub async fn wait_for_frames(&self) {
        self.writer_wakeup.notified().await;
    }

    /// Bytes that the socket has taken since the connection began.
    pub fn written_bytes(&self) -> u64 {
        self.queue.lock().written_bytes
    }

    /// Notes how many bytes the reading side keeps of an incomplete message.
    pub fn set_incomplete_bytes(&self, bytes: usize) {
        self.incomplete_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Writes what waits, as far as the socket takes it at once. Does nothing while another
    /// thread writes: that one also takes what was added meanwhile.
    ///
    /// # Errors
    /// When the socket fails.
    pub fn flush(&self) -> io::Result<Flushed> {
        self.flush_socket(self.queue.lock(), FlushMode::UntilEmpty)
    }

    /// Notes that the outbox was taken out of the write queue and will be flushed.
    pub fn mark_unscheduled(&self) {
        self.queue.lock().is_scheduled = false;
    }

    /// As [`Outbox::flush`], by a shared writer. What it cannot write is left to the
    /// connection's own task.
    pub fn flush_from_writer(&self) {
        if !matches!(
            self.flush_socket(self.queue.lock(), FlushMode::Once),
            Ok(Flushed::All)
        ) {
            self.writer_wakeup.notify_one();
        }
    }

    fn flush_socket(
        &self,
        queue: MutexGuard<'_, FrameQueue>,
        mode: FlushMode,
    ) -> io::Result<Flushed> {
        let Some(socket) = &self.socket else {
            return Ok(Flushed::Closed);
        };
        self.write(queue, mode, |slices| match slices {
            // Cheaper than a vectored write of one slice.
            [one] => socket.try_write(one),
            several => socket.try_write_vectored(several),
        })
    }

    /// As [`Outbox::flush`], to something else than the socket.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn flush_into(
        &self,
        write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<Flushed> {
        self.write(self.queue.lock(), FlushMode::UntilEmpty, write)
    }

    fn write(
        &self,
        mut queue: MutexGuard<'_, FrameQueue>,
        mode: FlushMode,
        mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<Flushed> {
        loop {
            if queue.is_writing {
                return Ok(Flushed::All);
            }
            if queue.pieces.is_empty() {
                return Ok(match queue.state {
                    OutboxState::Closed => Flushed::Closed,
                    OutboxState::Open | OutboxState::Overflowed => Flushed::All,
                });
            }
            let mut in_write = queue.begin_write();
            let written = MutexGuard::unlocked(&mut queue, || in_write.write(&mut write));
            let was_half_full = queue.bytes > self.limit / 2;
            queue.end_write(in_write);
            if was_half_full && queue.bytes <= self.limit / 2 {
                self.reader_wakeup.notify_one();
            }
            if !written? {
                return Ok(Flushed::Blocked);
            }
            if mode == FlushMode::Once && !queue.pieces.is_empty() {
                // If it is scheduled again, a writer will come for the rest.
                return Ok(if queue.is_scheduled {
                    Flushed::All
                } else {
                    Flushed::MorePending
                });
            }
        }
    }
}

impl BudgetedConnection for Outbox {
    /// Frames to be written, and an incomplete message.
    fn pending_bytes(&self) -> usize {
        self.queue.lock().bytes + self.incomplete_bytes.load(Ordering::Relaxed)
    }

    /// The close frame is sent only if no other frame is partly written.
    fn shed(&self, close_frame: Bytes) {
        let mut queue = self.queue.lock();
        if queue.state == OutboxState::Closed {
            return;
        }
        let is_at_frame_start = !queue.is_first_partly_written && !queue.is_writing;
        queue.drop_all();
        queue.state = OutboxState::Closed;
        if is_at_frame_start {
            queue.add(close_frame);
        }
        drop(queue);
        self.wake_both_sides();
    }

    fn close(&self, close_frame: Bytes) {
        Outbox::close(self, close_frame);
    }
}

#[cfg(test)]
mod tests;
