//! Reads frames from a socket. tungstenite parses and unmasks them, joins fragments and checks
//! UTF-8 (RFC 6455 §5–8); the socket itself is read here.
//!
//! An idle connection keeps no buffer, beyond a small one for an incomplete frame.

use std::cell::RefCell;
use std::io::{self, Read, Write};

use shared::frame::close;
use tokio::net::TcpStream;
use tungstenite::error::{CapacityError, Error};
use tungstenite::protocol::{Message, Role, WebSocketConfig, WebSocketContext};

use super::frame_scanner::{FrameScanner, FramesBegun};

/// Bytes of one read from a socket.
const READ_BYTES: usize = 16 * 1024;
/// The initial size of a connection's buffer for an incomplete frame, in bytes.
const KEPT_BUFFER_BYTES: usize = 128;

thread_local! {
    // One per thread, never in use across an await.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// The frames of one connection.
pub struct FrameReader {
    context: WebSocketContext,
    scanner: FrameScanner,
    // Bytes that came with the request, before the upgrade.
    leftover: Vec<u8>,
}

/// What one read brought.
#[derive(Debug, Default)]
pub struct ReadResult {
    /// Whole text and binary messages, in order.
    pub messages: Vec<Message>,
    /// Encoded answers to ping and close frames.
    pub control: Vec<u8>,
    /// Frames that began in the bytes that were read.
    pub begun: FramesBegun,
    /// Why nothing more will come, if so.
    pub end: Option<ReadEnd>,
}

/// Why there is nothing more to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadEnd {
    /// The other side sent a close frame; the answer is in `control`.
    Closed,
    /// The socket has ended.
    Gone,
    /// It broke the protocol; it is closed with this code.
    ProtocolError(u16),
}

impl FrameReader {
    /// For messages of at most `frame_bytes`. `leftover` came before the upgrade.
    pub fn new(frame_bytes: usize, leftover: Vec<u8>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(KEPT_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(frame_bytes))
            .max_frame_size(Some(frame_bytes));
        FrameReader {
            context: WebSocketContext::new(Role::Server, Some(config)),
            scanner: FrameScanner::default(),
            leftover,
        }
    }

    /// Whether there are bytes from before the upgrade.
    pub fn has_leftover(&self) -> bool {
        !self.leftover.is_empty()
    }

    /// Whether a message has begun and is not complete.
    pub fn has_incomplete(&self) -> bool {
        self.scanner.has_incomplete()
    }

    /// Bytes that are kept of an incomplete message.
    pub fn incomplete_bytes(&self) -> usize {
        self.scanner.incomplete_bytes()
    }

    /// Reads once, without waiting, and parses what came. The result is empty if nothing was
    /// there.
    ///
    /// # Errors
    /// Those of `check`, which gets the number of bytes and frames before they are parsed.
    pub fn read<E>(
        &mut self,
        stream: &TcpStream,
        mut check: impl FnMut(usize, FramesBegun) -> Result<(), E>,
    ) -> Result<ReadResult, E> {
        SCRATCH.with_borrow_mut(|scratch| {
            let mut read = ReadResult::default();
            let leftover = std::mem::take(&mut self.leftover);
            let bytes = if leftover.is_empty() {
                match stream.try_read(scratch) {
                    Ok(0) => {
                        read.end = Some(ReadEnd::Gone);
                        return Ok(read);
                    }
                    Ok(length) => &scratch[..length],
                    Err(error) => {
                        let is_empty = error.kind() == io::ErrorKind::WouldBlock;
                        read.end = (!is_empty).then_some(ReadEnd::Gone);
                        return Ok(read);
                    }
                }
            } else {
                &leftover
            };
            read.begun = self.scanner.scan(bytes);
            check(bytes.len(), read.begun)?;
            self.parse(bytes, &mut read);
            Ok(read)
        })
    }

    fn parse(&mut self, bytes: &[u8], read: &mut ReadResult) {
        let mut pipe = Pipe {
            bytes,
            control: &mut read.control,
        };
        loop {
            match self.context.read(&mut pipe) {
                // The scanner has counted it. After a close frame, the next round writes the
                // answer to `control`.
                Ok(Message::Close(_) | Message::Ping(_) | Message::Pong(_)) => {}
                Ok(message) => read.messages.push(message),
                Err(error) => {
                    read.end = read_end(&error);
                    return;
                }
            }
        }
    }
}

/// None if the parser only needs more bytes.
fn read_end(error: &Error) -> Option<ReadEnd> {
    Some(match error {
        Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
        Error::ConnectionClosed => ReadEnd::Closed,
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            ReadEnd::ProtocolError(close::TOO_LARGE)
        }
        Error::Utf8(_) => ReadEnd::ProtocolError(close::NOT_UTF8),
        Error::Protocol(_) => ReadEnd::ProtocolError(close::PROTOCOL),
        _ => ReadEnd::Gone,
    })
}

/// What tungstenite uses as the socket: it reads from the bytes that came, and writes its own
/// answers to `control`.
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

/// The reason in the close frame for a code of [`ReadEnd::ProtocolError`].
pub fn protocol_error_reason(code: u16) -> &'static str {
    match code {
        close::TOO_LARGE => "the frame is larger than frame_bytes",
        close::NOT_UTF8 => "text frames must be UTF-8",
        _ => "this is not the WebSocket protocol",
    }
}

/// Whether the socket has bytes to read, asked of the operating system itself. After the
/// process was suspended, the runtime may see the time before it sees those bytes.
pub fn has_unread(stream: &TcpStream) -> bool {
    let mut one = [std::mem::MaybeUninit::uninit()];
    let peeked = socket2::SockRef::from(stream).peek(&mut one);
    peeked.is_ok_and(|length| length > 0)
}
