//! The frames of an outbox, and those that are being written.

use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};
use smallvec::SmallVec;

/// Pieces for which an empty queue may keep its memory.
const KEPT_CAPACITY: usize = 16;
/// Pieces in one vectored write.
pub const MAX_SLICES: usize = 64;

/// Mostly a single frame waits; it needs no allocation.
type Pieces = SmallVec<[Piece; 1]>;

/// A frame, or a part of one.
#[derive(Debug)]
pub struct Piece {
    pub bytes: Bytes,
    // Whether the next piece belongs to the same frame.
    pub is_continued: bool,
}

/// The frames that wait, and the state of their outbox. A frame whose greater part other
/// connections have too lies in two pieces.
#[derive(Debug, Default)]
pub struct FrameQueue {
    pub pieces: Pieces,
    // Bytes of `pieces` and of those in `InWrite`.
    pub bytes: usize,
    // Bytes of the pieces in `InWrite` alone.
    bytes_in_write: usize,
    // Whether a thread writes; it also takes what is added meanwhile.
    pub is_writing: bool,
    // Whether a part of the frame that the first piece belongs to is written; then the rest of
    // that frame has to follow.
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
        keep_begun_frame(&mut self.pieces, self.is_first_partly_written);
        self.bytes = self.bytes_in_write + count_bytes(&self.pieces);
        self.drop_count += 1;
    }

    /// Drops all frames, a partly written one too: afterwards nothing can be sent any more.
    /// Those in `InWrite` are dropped by [`FrameQueue::end_write`], except a frame that is
    /// partly written by then.
    pub fn drop_all(&mut self) {
        self.pieces.clear();
        self.is_first_partly_written = false;
        self.bytes = self.bytes_in_write;
        self.drop_count += 1;
    }

    /// Appends a frame.
    pub fn add(&mut self, frame: Bytes) {
        self.push(frame, false);
    }

    /// Appends a frame that has two parts.
    pub fn add_in_two(&mut self, first: Bytes, second: Bytes) {
        self.push(first, true);
        self.push(second, false);
    }

    fn push(&mut self, bytes: Bytes, is_continued: bool) {
        self.bytes += bytes.len();
        self.pieces.push(Piece {
            bytes,
            is_continued,
        });
    }

    /// Takes all frames to write them without the lock.
    pub fn begin_write(&mut self) -> InWrite {
        self.is_writing = true;
        self.bytes_in_write = self.bytes;
        InWrite {
            pieces: std::mem::take(&mut self.pieces),
            written_pieces: 0,
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
            1 < in_write.written_pieces && in_write.pieces.capacity() <= KEPT_CAPACITY;
        in_write.pieces.drain(..in_write.written_pieces);
        let were_dropped = in_write.drop_count != self.drop_count;
        if were_dropped {
            keep_begun_frame(&mut in_write.pieces, in_write.is_first_partly_written);
        }
        self.bytes += count_bytes(&in_write.pieces);
        if keeps_allocation || !in_write.pieces.is_empty() {
            in_write.pieces.append(&mut self.pieces);
            self.pieces = in_write.pieces;
        }
    }
}

/// Drops all pieces but those of a frame that is partly written.
fn keep_begun_frame(pieces: &mut Pieces, is_first_partly_written: bool) {
    let begun = pieces.iter().position(|piece| !piece.is_continued);
    let kept = match begun {
        Some(last) if is_first_partly_written => last + 1,
        Some(_) | None => 0,
    };
    pieces.truncate(kept);
}

fn count_bytes(pieces: &Pieces) -> usize {
    pieces.iter().map(|piece| piece.bytes.len()).sum()
}

/// Pieces that a thread has taken to write them.
pub struct InWrite {
    pieces: Pieces,
    written_pieces: usize,
    // Of the frame that the first unwritten piece belongs to.
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
        while self.written_pieces < self.pieces.len() {
            let result = match &self.pieces[self.written_pieces..] {
                [one] => write(&[IoSlice::new(&one.bytes)]),
                several => {
                    let mut slices = [IoSlice::new(&[]); MAX_SLICES];
                    for (slice, piece) in slices.iter_mut().zip(several) {
                        *slice = IoSlice::new(&piece.bytes);
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
        for front in &mut self.pieces[self.written_pieces..] {
            if written < front.bytes.len() {
                front.bytes.advance(written);
                self.is_first_partly_written |= written > 0;
                return;
            }
            written -= front.bytes.len();
            self.written_pieces += 1;
            self.is_first_partly_written = front.is_continued;
        }
    }
}
