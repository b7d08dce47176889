//! The queue of an outbox, and what somebody takes from it to write it.

use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};
use smallvec::SmallVec;

/// Frames for which an empty queue may keep room.
const ROOMY: usize = 16;
/// Frames in one vectored write.
pub const VECTORED: usize = 64;

/// Where one frame waits, which is the rule, it waits in the queue's own memory.
type Frames = SmallVec<[Bytes; 1]>;

#[derive(Debug, Default)]
pub struct Queue {
    pub frames: Frames,
    // Of `frames`, and of what was taken to be written.
    pub bytes: usize,
    pub taken: usize,
    // Whether somebody has taken frames; they take what comes meanwhile as well.
    pub is_writing: bool,
    // Whether a part of the first frame is out: then the rest has to follow.
    pub is_begun: bool,
    // How often what waited was dropped, and how much the socket has taken.
    pub drops: u32,
    pub written: u64,
    // Whether the shared writers have it on their list.
    pub is_listed: bool,
    pub state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Frames are taken.
    #[default]
    Open,
    /// Over the limit: frames are dropped until the connection has noticed.
    Overflowed,
    /// A close frame is the last thing to be written.
    Closed,
}

impl Queue {
    pub fn overflow(&mut self) {
        self.drop_waiting();
        self.state = State::Overflowed;
    }

    /// Drops what is not begun. What was taken is dropped when it comes back.
    pub fn drop_waiting(&mut self) {
        self.frames.truncate(usize::from(self.is_begun));
        self.bytes = self.taken + self.frames.iter().map(Bytes::len).sum::<usize>();
        self.drops += 1;
    }

    /// Drops everything, what is begun as well: nothing can be said any more then. What was
    /// taken is dropped when it comes back, but for a frame that it has begun.
    pub fn drop_all(&mut self) {
        self.frames.clear();
        self.is_begun = false;
        self.bytes = self.taken;
        self.drops += 1;
    }

    pub fn add(&mut self, frame: Bytes) {
        self.bytes += frame.len();
        self.frames.push(frame);
    }

    pub fn take(&mut self) -> Taken {
        self.is_writing = true;
        self.taken = self.bytes;
        Taken {
            frames: std::mem::take(&mut self.frames),
            written: 0,
            is_begun: std::mem::take(&mut self.is_begun),
            drops: self.drops,
            bytes: 0,
        }
    }

    /// Takes back what could not be written.
    pub fn put_back(&mut self, mut taken: Taken) {
        self.is_writing = false;
        self.written = self.written.wrapping_add(taken.bytes);
        self.bytes -= self.taken;
        self.taken = 0;
        self.is_begun = taken.is_begun;
        // Their memory is kept, unless it was much, or more than is needed.
        let is_kept = 1 < taken.written && taken.frames.capacity() <= ROOMY;
        taken.frames.drain(..taken.written);
        if taken.drops != self.drops {
            taken.frames.truncate(usize::from(taken.is_begun));
        }
        self.bytes += taken.frames.iter().map(Bytes::len).sum::<usize>();
        if is_kept || !taken.frames.is_empty() {
            taken.frames.append(&mut self.frames);
            self.frames = taken.frames;
        }
    }
}

/// What somebody has taken to write it.
pub struct Taken {
    frames: Frames,
    // How many of them are out.
    written: usize,
    is_begun: bool,
    drops: u32,
    // How much of them is out.
    bytes: u64,
}

impl Taken {
    /// Writes until all is out or nothing is taken; says whether all is out.
    pub fn write(
        &mut self,
        write: &mut impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        while self.written < self.frames.len() {
            let result = match &self.frames[self.written..] {
                [one] => write(&[IoSlice::new(one)]),
                several => {
                    let mut slices = [IoSlice::new(&[]); VECTORED];
                    for (slice, frame) in slices.iter_mut().zip(several) {
                        *slice = IoSlice::new(frame);
                    }
                    write(&slices[..several.len().min(VECTORED)])
                }
            };
            match result {
                Ok(written) => {
                    self.bytes += written as u64;
                    self.advance(written);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn advance(&mut self, mut written: usize) {
        for front in &mut self.frames[self.written..] {
            if written < front.len() {
                front.advance(written);
                self.is_begun |= written > 0;
                return;
            }
            written -= front.len();
            self.written += 1;
            self.is_begun = false;
        }
    }
}
