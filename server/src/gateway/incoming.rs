//! Reading frames: tungstenite parses, unmasks, puts fragments together and checks
//! UTF-8 (RFC 6455 §5–8); the bytes come from the socket by our own hand.
//!
//! A connection that waits holds no buffer of its own beyond a small one for a frame
//! that is not complete yet.

use std::cell::RefCell;
use std::io::{self, Read, Write};

use shared::frame::close;
use tokio::net::TcpStream;
use tungstenite::error::{CapacityError, Error};
use tungstenite::protocol::{Message, Role, WebSocketConfig, WebSocketContext};

use super::framing::{Begun, Framing};

/// Bytes read from a socket at once.
const CHUNK: usize = 16 * 1024;
/// What a connection keeps for an incomplete frame, to begin with.
const KEPT: usize = 128;

thread_local! {
    // One per thread, used between two awaits only.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; CHUNK]);
}

/// The reading half of a connection.
pub struct Incoming {
    context: WebSocketContext,
    framing: Framing,
    // What came with the request, before the upgrade.
    leftover: Vec<u8>,
}

/// What one reading brought.
#[derive(Debug, Default)]
pub struct Reading {
    /// Whole text and binary messages, in order.
    pub messages: Vec<Message>,
    /// Answers to pings and to a close, ready to be written.
    pub control: Vec<u8>,
    /// Frames that began with them.
    pub begun: Begun,
    /// Why nothing more will come, if so.
    pub end: Option<End>,
}

/// Why a connection's reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side closed properly; the answer is in `control`.
    Closed,
    /// The other side is gone.
    Gone,
    /// It broke the protocol; it is to be told this code.
    Broken(u16),
}

impl Incoming {
    /// For messages of at most `frame_bytes`.
    pub fn new(frame_bytes: usize, leftover: Vec<u8>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(KEPT)
            .write_buffer_size(0)
            .max_message_size(Some(frame_bytes))
            .max_frame_size(Some(frame_bytes));
        Incoming {
            context: WebSocketContext::new(Role::Server, Some(config)),
            framing: Framing::default(),
            leftover,
        }
    }

    /// Whether bytes wait that came before the socket was ours.
    pub fn has_leftover(&self) -> bool {
        !self.leftover.is_empty()
    }

    /// Whether a message is begun and not complete.
    pub fn is_unfinished(&self) -> bool {
        self.framing.is_unfinished()
    }

    /// Bytes that are kept of a message that is not complete.
    pub fn held(&self) -> usize {
        self.framing.held()
    }

    /// Reads once, without waiting, and parses what came if `may` says so. Nothing at all
    /// means that nothing is there.
    pub fn read<E>(
        &mut self,
        stream: &TcpStream,
        mut may: impl FnMut(usize, Begun) -> Result<(), E>,
    ) -> Result<Reading, E> {
        SCRATCH.with_borrow_mut(|scratch| {
            let mut read = Reading::default();
            let leftover = std::mem::take(&mut self.leftover);
            let bytes = if leftover.is_empty() {
                match stream.try_read(scratch) {
                    Ok(0) => {
                        read.end = Some(End::Gone);
                        return Ok(read);
                    }
                    Ok(length) => &scratch[..length],
                    Err(error) => {
                        let is_empty = error.kind() == io::ErrorKind::WouldBlock;
                        read.end = (!is_empty).then_some(End::Gone);
                        return Ok(read);
                    }
                }
            } else {
                &leftover
            };
            read.begun = self.framing.walk(bytes);
            may(bytes.len(), read.begun)?;
            self.parse(bytes, &mut read);
            Ok(read)
        })
    }

    fn parse(&mut self, bytes: &[u8], read: &mut Reading) {
        let mut pipe = Pipe {
            bytes,
            control: &mut read.control,
        };
        loop {
            match self.context.read(&mut pipe) {
                // Counted by its frame. For a close, one more round lets the answer out.
                Ok(Message::Close(_) | Message::Ping(_) | Message::Pong(_)) => {}
                Ok(message) => read.messages.push(message),
                Err(error) => {
                    read.end = end(&error);
                    return;
                }
            }
        }
    }
}

/// None when the bytes have simply run out.
fn end(error: &Error) -> Option<End> {
    Some(match error {
        Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
        Error::ConnectionClosed => End::Closed,
        Error::Capacity(CapacityError::MessageTooLong { .. }) => End::Broken(close::TOO_LARGE),
        Error::Utf8(_) => End::Broken(close::NOT_UTF8),
        Error::Protocol(_) => End::Broken(close::PROTOCOL),
        _ => End::Gone,
    })
}

/// What tungstenite takes for the socket: the bytes that were read, and a place for
/// what it answers by itself.
struct Pipe<'a> {
    bytes: &'a [u8],
    control: &'a mut Vec<u8>,
}

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.bytes.read(buffer)
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.control.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the other side is told beside the code of its mistake.
pub fn broken(code: u16) -> &'static str {
    match code {
        close::TOO_LARGE => "the frame is larger than frame_bytes",
        close::NOT_UTF8 => "text frames must be UTF-8",
        _ => "this is not the WebSocket protocol",
    }
}

/// Whether something lies in a socket that was not read, by the system's own word: after the
/// process was stopped for a while the runtime may hear of its clock before it hears of that.
pub fn has_unread(stream: &TcpStream) -> bool {
    let mut one = [std::mem::MaybeUninit::uninit()];
    let peeked = socket2::SockRef::from(stream).peek(&mut one);
    peeked.is_ok_and(|length| length > 0)
}
