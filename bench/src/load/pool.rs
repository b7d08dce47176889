//! Many connections, waited for at once by one thread.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::connect::Opened;
use super::frame::{self, CLOSE, Frame, Frames, PING, TEXT};

/// Bytes read at once.
const CHUNK: usize = 256 * 1024;
/// Connections that are reported ready at once.
const READY: usize = 1024;

/// One connection of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line(pub usize);

/// A text frame that came.
#[derive(Debug)]
pub struct Received<'a> {
    /// On which connection.
    pub line: Line,
    /// What it holds.
    pub text: &'a [u8],
    /// When its bytes were read.
    pub at: Instant,
    /// What is appended here, whole frames, goes out on the same connection.
    pub answer: &'a mut Vec<u8>,
}

/// Connections that one thread reads and writes.
pub struct Pool {
    poll: Poll,
    events: Events,
    lines: Vec<Connection>,
    chunk: Vec<u8>,
}

struct Connection {
    stream: TcpStream,
    frames: Frames,
    unsent: Vec<u8>,
    // What the server said when it closed, or why the connection is gone.
    ended: Option<String>,
}

impl Pool {
    /// Without connections.
    ///
    /// # Errors
    /// When the system gives no poll.
    pub fn new() -> Result<Self> {
        Ok(Pool {
            poll: Poll::new()?,
            events: Events::with_capacity(READY),
            lines: Vec::new(),
            chunk: vec![0; CHUNK],
        })
    }

    /// One more connection. What it has said already goes to `hear` at once.
    ///
    /// # Errors
    /// When the system does not watch it.
    pub fn add(&mut self, opened: Opened, hear: &mut impl FnMut(Received<'_>)) -> Result<Line> {
        let line = Line(self.lines.len());
        let mut stream = TcpStream::from_std(opened.stream);
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut stream, Token(line.0), interest)
            .context("too many files, probably")?;
        let mut connection = Connection {
            stream,
            frames: Frames::default(),
            unsent: Vec::new(),
            ended: None,
        };
        connection.take(line, &opened.rest, hear);
        self.lines.push(connection);
        Ok(line)
    }

    /// Why connections have ended, and how many for each reason.
    pub fn endings(&self) -> BTreeMap<String, usize> {
        let mut endings = BTreeMap::new();
        for reason in self.lines.iter().filter_map(|line| line.ended.as_ref()) {
            *endings.entry(reason.clone()).or_default() += 1;
        }
        endings
    }

    /// Sends whole frames: what the socket takes now, and the rest when it takes more.
    pub fn send(&mut self, line: Line, frames: &[u8]) {
        if let Some(connection) = self.lines.get_mut(line.0) {
            connection.unsent.extend_from_slice(frames);
            connection.flush();
        }
    }

    /// Waits once, at most so long, and hears what came.
    ///
    /// # Errors
    /// When the system's poll fails.
    pub fn turn(&mut self, wait: Duration, hear: &mut impl FnMut(Received<'_>)) -> Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        for event in &self.events {
            let line = Line(event.token().0);
            let Some(connection) = self.lines.get_mut(line.0) else {
                continue;
            };
            if event.is_readable() {
                connection.read(line, &mut self.chunk, hear);
            }
            connection.flush();
        }
        Ok(())
    }

    /// Turns until `done`, or until `due`; says whether it is done.
    ///
    /// # Errors
    /// When the system's poll fails.
    pub fn turn_until(
        &mut self,
        due: Instant,
        hear: &mut impl FnMut(Received<'_>) -> bool,
    ) -> Result<bool> {
        let mut done = false;
        while !done {
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.turn(left, &mut |received| done |= hear(received))?;
        }
        Ok(true)
    }
}

impl Connection {
    /// Reads until there is nothing more. The system tells only once that something is there,
    /// but tells again for what comes after a reading that did not fill the chunk.
    fn read(&mut self, line: Line, chunk: &mut [u8], hear: &mut impl FnMut(Received<'_>)) {
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
        let at = Instant::now();
        let mut ended = None;
        let answer = &mut self.unsent;
        self.frames
            .feed(bytes, |Frame { opcode, payload }| match opcode {
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

    fn flush(&mut self) {
        let mut sent = 0;
        while sent < self.unsent.len() && self.ended.is_none() {
            match self.stream.write(&self.unsent[sent..]) {
                Ok(length) => sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.end(&error.to_string()),
            }
        }
        self.unsent.drain(..sent);
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
