//! The frames of an outbox, and those that are being written.

use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};
use smallvec::SmallVec;

/// Frames for which an empty queue may keep its memory.
const KEPT_CAPACITY: usize = 16;
/// Frames in one vectored write.
pub const MAX_SLICES: usize = 64;

/// Mostly a single frame waits; it needs no allocation.
type Frames = SmallVec<[Bytes; 1]>;

/// The frames that wait, and the state of their outbox.
#[derive(Debug, Default)]
pub struct FrameQueue {
    pub frames: Frames,
    // Bytes of `frames` and of the frames in `InWrite`.
    pub bytes: usize,
    // Bytes of the frames in `InWrite` alone.
    bytes_in_write: usize,
    // Whether a thread writes; it also takes what is added meanwhile.
    pub is_writing: bool,
    // Whether a part of the first frame is written; then the rest has to follow.
    pub is_first_partly_written: bool,
    // How often waiting frames were dropped.
    drop_count: u32,
    // What the socket has taken.
    pub written_bytes: u64,
    // Whether the outbox is in the write queue.
    pub is_scheduled: bool,
    pub state: OutboxState,
}

/// Whether an outbox takes frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutboxState {
    /// It does.
    #[default]
    Open,
    /// The limit was exceeded: frames are dropped until the connection reopens the outbox.
    Overflowed,
    /// It takes no more; a close frame may be the last one to be written.
    Closed,
}

impl FrameQueue {
    /// Drops what waits and takes no frames any more.
    pub fn overflow(&mut self) {
        self.drop_waiting();
        self.state = OutboxState::Overflowed;
    }

    /// Drops all frames of which nothing is written. Those in `InWrite` are dropped by
    /// [`FrameQueue::end_write`].
    pub fn drop_waiting(&mut self) {
        self.frames
            .truncate(usize::from(self.is_first_partly_written));
        self.bytes = self.bytes_in_write + self.frames.iter().map(Bytes::len).sum::<usize>();
        self.drop_count += 1;
    }

    /// Drops all frames, a partly written one too: afterwards nothing can be sent any more.
    /// Those in `InWrite` are dropped by [`FrameQueue::end_write`], except a frame that is
    /// partly written by then.
    pub fn drop_all(&mut self) {
        self.frames.clear();
        self.is_first_partly_written = false;
        self.bytes = self.bytes_in_write;
        self.drop_count += 1;
    }

    /// Appends a frame.
    pub fn add(&mut self, frame: Bytes) {
        self.bytes += frame.len();
        self.frames.push(frame);
    }

    /// Takes all frames to write them without the lock.
    pub fn begin_write(&mut self) -> InWrite {
        self.is_writing = true;
        self.bytes_in_write = self.bytes;
        InWrite {
            frames: std::mem::take(&mut self.frames),
            written_frames: 0,
            is_first_partly_written: std::mem::take(&mut self.is_first_partly_written),
            drop_count: self.drop_count,
            written_bytes: 0,
        }
    }

    /// Takes back what was not written.
    pub fn end_write(&mut self, mut in_write: InWrite) {
        self.is_writing = false;
        self.written_bytes = self.written_bytes.wrapping_add(in_write.written_bytes);
        self.bytes -= self.bytes_in_write;
        self.bytes_in_write = 0;
        self.is_first_partly_written = in_write.is_first_partly_written;
        // The allocation is kept, unless it is large or a single frame needs none.
        let keeps_allocation =
            1 < in_write.written_frames && in_write.frames.capacity() <= KEPT_CAPACITY;
        in_write.frames.drain(..in_write.written_frames);
        let were_dropped = in_write.drop_count != self.drop_count;
        if were_dropped {
            let kept = usize::from(in_write.is_first_partly_written);
            in_write.frames.truncate(kept);
        }
        self.bytes += in_write.frames.iter().map(Bytes::len).sum::<usize>();
        if keeps_allocation || !in_write.frames.is_empty() {
            in_write.frames.append(&mut self.frames);
            self.frames = in_write.frames;
        }
    }
}

/// Frames that a thread has taken to write them.
pub struct InWrite {
    frames: Frames,
    written_frames: usize,
    // Of the first frame that is not completely written.
    is_first_partly_written: bool,
    // The queue's count when they were taken.
    drop_count: u32,
    written_bytes: u64,
}

impl InWrite {
    /// Writes until all is written or nothing more is taken. Returns whether all is written.
    pub fn write(
        &mut self,
        write: &mut impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        while self.written_frames < self.frames.len() {
            let result = match &self.frames[self.written_frames..] {
                [one] => write(&[IoSlice::new(one)]),
                several => {
                    let mut slices = [IoSlice::new(&[]); MAX_SLICES];
                    for (slice, frame) in slices.iter_mut().zip(several) {
                        *slice = IoSlice::new(frame);
                    }
                    write(&slices[..several.len().min(MAX_SLICES)])
                }
            };
            match result {
                Ok(written) => {
                    self.written_bytes += written as u64;
                    self.advance(written);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn advance(&mut self, mut written: usize) {
        for front in &mut self.frames[self.written_frames..] {
            if written < front.len() {
                front.advance(written);
                self.is_first_partly_written |= written > 0;
                return;
            }
            written -= front.len();
            self.written_frames += 1;
            self.is_first_partly_written = false;
        }
    }
}
