//! Many connections that one thread polls.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::connect;
use super::connection::LoadConnection;
use super::received::{ConnectionId, ReceivedText};

/// The most bytes that one read takes.
const CHUNK: usize = 256 * 1024;
/// The most events that one poll returns.
const READY: usize = 1024;
/// The longest time for all handshakes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The connections of one thread.
pub struct ConnectionPool {
    poll: Poll,
    events: Events,
    connections: Vec<LoadConnection>,
    // Connections whose handshake is not complete.
    handshaking: usize,
    chunk: Vec<u8>,
}

impl ConnectionPool {
    /// A pool without connections.
    ///
    /// # Errors
    /// When the system cannot create a poll instance.
    pub fn new() -> Result<Self> {
        Ok(ConnectionPool {
            poll: Poll::new()?,
            events: Events::with_capacity(READY),
            connections: Vec::new(),
            handshaking: 0,
            chunk: vec![0; CHUNK],
        })
    }

    /// Starts a connection. Later polls complete its handshake; frames that are sent
    /// before that wait until the request has been written.
    ///
    /// # Errors
    /// When the system has no socket for it, or cannot poll it.
    pub fn connect(&mut self, address: SocketAddr, path: &str) -> Result<ConnectionId> {
        let id = ConnectionId(self.connections.len());
        let mut stream = TcpStream::connect(address)
            .context("cannot connect; the limit of open files is probably reached")?;
        stream.set_nodelay(true)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut stream, Token(id.0), interest)?;
        self.handshaking += 1;
        let request = connect::request(address, path);
        self.connections.push(LoadConnection::new(stream, request));
        Ok(id)
    }

    /// As [`ConnectionPool::connect`], and waits until the handshake is complete.
    ///
    /// # Errors
    /// When it is refused, or takes too long.
    pub fn open(&mut self, address: SocketAddr, path: &str) -> Result<ConnectionId> {
        let id = self.connect(address, path)?;
        self.finish_handshakes(0)?;
        if let Some(reason) = &self.connections[id.0].ended {
            anyhow::bail!("{address} refused a connection: {reason}");
        }
        Ok(id)
    }

    /// Polls until at most `most` handshakes are incomplete. Frames that arrive meanwhile
    /// are dropped.
    ///
    /// # Errors
    /// When it takes too long.
    pub fn finish_handshakes(&mut self, most: usize) -> Result<()> {
        let deadline = Instant::now() + TIMEOUT;
        while self.handshaking > most {
            let left = deadline.saturating_duration_since(Instant::now());
            ensure!(
                !left.is_zero(),
                "{} handshakes are incomplete",
                self.handshaking
            );
            self.poll_once(left, &mut |_| {})?;
        }
        Ok(())
    }

    /// The sockets of all connections.
    pub fn streams(&self) -> impl Iterator<Item = &TcpStream> {
        self.connections.iter().map(LoadConnection::stream)
    }

    /// The reasons why connections have ended, with the number of connections for each.
    pub fn endings(&self) -> BTreeMap<String, usize> {
        let mut endings = BTreeMap::new();
        for reason in self
            .connections
            .iter()
            .filter_map(|connection| connection.ended.as_ref())
        {
            *endings.entry(reason.clone()).or_default() += 1;
        }
        endings
    }

    /// Sends whole frames: as much as the socket accepts now, and the rest in later polls.
    pub fn send(&mut self, id: ConnectionId, frames: &[u8]) {
        if let Some(connection) = self.connections.get_mut(id.0) {
            connection.unsent.extend_from_slice(frames);
            // During the handshake a later poll writes them.
            if !connection.is_handshaking() {
                connection.flush();
            }
        }
    }

    /// Waits for events for at most `wait`, and passes on the text frames that arrived.
    ///
    /// # Errors
    /// When the system's poll fails.
    pub fn poll_once(
        &mut self,
        wait: Duration,
        on_text: &mut impl FnMut(ReceivedText<'_>),
    ) -> Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        for event in &self.events {
            let id = ConnectionId(event.token().0);
            let Some(connection) = self.connections.get_mut(id.0) else {
                continue;
            };
            let was_handshaking = connection.is_handshaking();
            if event.is_readable() {
                connection.read(id, &mut self.chunk, on_text);
            }
            connection.flush();
            if was_handshaking && !connection.is_handshaking() {
                self.handshaking -= 1;
            }
        }
        Ok(())
    }

    /// Polls until `on_text` returns true, or until the deadline; returns whether it did.
    ///
    /// # Errors
    /// When the system's poll fails.
    pub fn poll_until(
        &mut self,
        deadline: Instant,
        on_text: &mut impl FnMut(ReceivedText<'_>) -> bool,
    ) -> Result<bool> {
        let mut is_done = false;
        while !is_done {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.poll_once(left, &mut |received| is_done |= on_text(received))?;
        }
        Ok(true)
    }
}
