//! One connection of a pool: its handshake, its reads and its writes.

use std::io::{self, Read, Write};
use std::time::Instant;

use mio::net::TcpStream;

use super::connect::{self, HandshakeState};
use super::frame::{self, CLOSE, Frame, FrameSplitter, PING, TEXT};
use super::received::{ConnectionId, ReceivedText};

/// The capacity of the write buffer that a connection keeps after everything is sent, in bytes.
const KEPT: usize = 4096;

/// A non-blocking socket with its buffers.
pub struct LoadConnection {
    stream: TcpStream,
    // The part of the handshake's response that has arrived; `None` once it is complete.
    head: Option<Vec<u8>>,
    frames: FrameSplitter,
    /// Bytes that are not written yet.
    pub unsent: Vec<u8>,
    /// The close reason that the server sent, or the error that ended the connection.
    pub ended: Option<String>,
}

impl LoadConnection {
    /// A connection that sends `request` first.
    pub fn new(stream: TcpStream, request: Vec<u8>) -> Self {
        LoadConnection {
            stream,
            head: Some(Vec::new()),
            frames: FrameSplitter::default(),
            unsent: request,
            ended: None,
        }
    }

    /// The socket.
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Whether the handshake is incomplete.
    pub fn is_handshaking(&self) -> bool {
        self.head.is_some() && self.ended.is_none()
    }

    /// Takes the bytes of the handshake; returns where the frames start once it is complete.
    fn handshake(&mut self, bytes: &[u8]) -> Option<usize> {
        let Some(head) = &mut self.head else {
            return Some(0);
        };
        let before = head.len();
        head.extend_from_slice(bytes);
        match connect::parse_response(head) {
            HandshakeState::Incomplete => None,
            HandshakeState::Open(end) => {
                self.head = None;
                Some(end - before)
            }
            HandshakeState::Refused(status) => {
                self.end(&status);
                None
            }
        }
    }

    /// Reads until the socket is empty. The poll is edge-triggered, so it reports the socket only
    /// once; but after a read that did not fill the chunk, new bytes cause a new event.
    pub fn read(
        &mut self,
        connection: ConnectionId,
        chunk: &mut [u8],
        on_text: &mut impl FnMut(ReceivedText<'_>),
    ) {
        while self.ended.is_none() {
            match self.stream.read(chunk) {
                Ok(0) => self.end("closed without a close frame"),
                Ok(length) => {
                    self.take(connection, &chunk[..length], on_text);
                    if length < chunk.len() {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.end(&error.to_string()),
            }
        }
    }

    fn take(
        &mut self,
        connection: ConnectionId,
        bytes: &[u8],
        on_text: &mut impl FnMut(ReceivedText<'_>),
    ) {
        let Some(start) = self.handshake(bytes) else {
            return;
        };
        let at = Instant::now();
        let mut ended = None;
        let answer = &mut self.unsent;
        self.frames
            .feed(&bytes[start..], |Frame { opcode, payload }| match opcode {
                TEXT => on_text(ReceivedText {
                    connection,
                    text: payload,
                    at,
                    answer,
                }),
                PING => frame::pong(payload, answer),
                CLOSE => ended = Some(close_reason(payload)),
                _ => {}
            });
        if let Some(reason) = ended {
            self.end(&reason);
        }
    }

    /// Writes as much as the socket accepts.
    pub fn flush(&mut self) {
        let mut sent = 0;
        while sent < self.unsent.len() && self.ended.is_none() {
            match self.stream.write(&self.unsent[sent..]) {
                Ok(length) => sent += length,
                // `NotConnected`: TCP's own handshake is incomplete.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected
                    ) =>
                {
                    break;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.end(&error.to_string()),
            }
        }
        self.unsent.drain(..sent);
        if self.unsent.is_empty() && self.unsent.capacity() > KEPT {
            self.unsent = Vec::new();
        }
    }

    fn end(&mut self, reason: &str) {
        if self.ended.is_none() {
            self.ended = Some(reason.to_owned());
        }
    }
}

/// The code and the reason of a close frame (RFC 6455 §5.5.1).
fn close_reason(payload: &[u8]) -> String {
    match payload.split_first_chunk() {
        Some((code, reason)) => {
            let code = u16::from_be_bytes(*code);
            format!("closed with {code}: {}", String::from_utf8_lossy(reason))
        }
        None => "closed without a code".to_owned(),
    }
}
