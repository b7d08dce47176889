//! Many connections, waited for at once by one thread.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::connect;
use super::connection::Connection;

/// Bytes read at once.
const CHUNK: usize = 256 * 1024;
/// Connections that are reported ready at once.
const READY: usize = 1024;
/// How long handshakes may take.
const PATIENCE: Duration = Duration::from_secs(20);

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
    // Those whose handshake is not done.
    shaking: usize,
    chunk: Vec<u8>,
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
            shaking: 0,
            chunk: vec![0; CHUNK],
        })
    }

    /// One more connection; its handshake is done in the turns to come. What is sent
    /// before goes out behind it.
    ///
    /// # Errors
    /// When the system gives no socket or does not watch it.
    pub fn connect(&mut self, address: SocketAddr, path: &str) -> Result<Line> {
        let line = Line(self.lines.len());
        let mut stream = TcpStream::connect(address).context("too many files, probably")?;
        stream.set_nodelay(true)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut stream, Token(line.0), interest)?;
        self.shaking += 1;
        let request = connect::request(address, path);
        self.lines.push(Connection::new(stream, request));
        Ok(line)
    }

    /// As [`Pool::connect`], and waits until the handshake is done.
    ///
    /// # Errors
    /// When it is refused, or takes too long.
    pub fn open(&mut self, address: SocketAddr, path: &str) -> Result<Line> {
        let line = self.connect(address, path)?;
        self.shake_hands(0)?;
        if let Some(reason) = &self.lines[line.0].ended {
            anyhow::bail!("{address} refused a connection: {reason}");
        }
        Ok(line)
    }

    /// Turns until at most so many handshakes are not done. What the server says meanwhile
    /// is not heard.
    ///
    /// # Errors
    /// When it takes too long.
    pub fn shake_hands(&mut self, most: usize) -> Result<()> {
        let due = Instant::now() + PATIENCE;
        while self.shaking > most {
            let left = due.saturating_duration_since(Instant::now());
            ensure!(!left.is_zero(), "{} handshakes had no answer", self.shaking);
            self.turn(left, &mut |_| {})?;
        }
        Ok(())
    }

    /// The sockets of all connections.
    pub fn streams(&self) -> impl Iterator<Item = &TcpStream> {
        self.lines.iter().map(Connection::stream)
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
            // While hands are shaken, the next turn does it.
            if !connection.is_shaking() {
                connection.flush();
            }
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
            let was_shaking = connection.is_shaking();
            if event.is_readable() {
                connection.read(line, &mut self.chunk, hear);
            }
            connection.flush();
            if was_shaking && !connection.is_shaking() {
                self.shaking -= 1;
            }
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
