//! One connection of a pool: its handshake, what it reads and what it has to write.

use std::io::{self, Read, Write};
use std::time::Instant;

use mio::net::TcpStream;

use super::connect::{self, Answer};
use super::frame::{self, CLOSE, Frame, Frames, PING, TEXT};
use super::pool::{Line, Received};

/// Room for what is to be sent that a connection keeps when all of it is sent, in bytes.
const KEPT: usize = 4096;

/// A socket that does not block, and what stands between it and its pool.
pub struct Connection {
    stream: TcpStream,
    // What has come of the answer to the handshake, until it is done.
    head: Option<Vec<u8>>,
    frames: Frames,
    /// What is to be written.
    pub unsent: Vec<u8>,
    /// What the server said when it closed, or why the connection is gone.
    pub ended: Option<String>,
}

impl Connection {
    /// One that says this first.
    pub fn new(stream: TcpStream, request: Vec<u8>) -> Self {
        Connection {
            stream,
            head: Some(Vec::new()),
            frames: Frames::default(),
            unsent: request,
            ended: None,
        }
    }

    /// The socket.
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Whether the handshake is still to be done.
    pub fn is_shaking(&self) -> bool {
        self.head.is_some() && self.ended.is_none()
    }

    /// Takes what belongs to the handshake; gives where frames begin once it is done.
    fn shake(&mut self, bytes: &[u8]) -> Option<usize> {
        let Some(head) = &mut self.head else {
            return Some(0);
        };
        let before = head.len();
        head.extend_from_slice(bytes);
        match connect::answer(head) {
            Answer::Incomplete => None,
            Answer::Open(end) => {
                self.head = None;
                Some(end - before)
            }
            Answer::Refused(status) => {
                self.end(&status);
                None
            }
        }
    }

    /// Reads until there is nothing more. The system tells only once that something is there,
    /// but tells again for what comes after a reading that did not fill the chunk.
    pub fn read(&mut self, line: Line, chunk: &mut [u8], hear: &mut impl FnMut(Received<'_>)) {
        while self.ended.is_none() {
            match self.stream.read(chunk) {
                Ok(0) => self.end("closed without a word"),
                Ok(length) => {
                    self.take(line, &chunk[..length], hear);
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

    fn take(&mut self, line: Line, bytes: &[u8], hear: &mut impl FnMut(Received<'_>)) {
        let Some(start) = self.shake(bytes) else {
            return;
        };
        let at = Instant::now();
        let mut ended = None;
        let answer = &mut self.unsent;
        self.frames
            .feed(&bytes[start..], |Frame { opcode, payload }| match opcode {
                TEXT => hear(Received {
                    line,
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

    /// Writes what the socket takes.
    pub fn flush(&mut self) {
        let mut sent = 0;
        while sent < self.unsent.len() && self.ended.is_none() {
            match self.stream.write(&self.unsent[sent..]) {
                Ok(length) => sent += length,
                // Not connected: the handshake of TCP itself is not done.
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
