//! The least that a relay can do: one thread, bare sockets. Everything that arrived from all
//! clients since the last poll is framed once and written to all in one write.

use std::io::{self, Read, Write};

use anyhow::Result;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

use crate::load::frame::{self, FrameSplitter, TEXT};

/// The most bytes that one read takes.
const CHUNK: usize = 64 * 1024;
/// The most events that one poll returns.
const READY: usize = 1024;
/// Bytes that may wait for a client; one with more is disconnected.
const WAITING: usize = 64 * 1024 * 1024;

const LISTENER: Token = Token(usize::MAX);

/// The response to the example key of RFC 6455, which the load client sends.
const SWITCH: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// Serves until the process is ended.
///
/// # Errors
/// When it cannot listen, or the system's poll fails.
pub fn serve() -> Result<()> {
    let mut listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
    super::listening::print_address(listener.local_addr()?);
    let mut poll = Poll::new()?;
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(READY);
    let mut clients: Slab<Client> = Slab::new();
    let mut chunk = vec![0; CHUNK];
    let mut messages = Vec::new();
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            polled => polled?,
        }
        let mut is_one_gone = false;
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut clients)?;
            } else if let Some(client) = clients.get_mut(event.token().0) {
                client.flush();
                if event.is_readable() {
                    client.read(&mut chunk, &mut messages);
                }
                is_one_gone |= client.is_gone;
            }
        }
        if !messages.is_empty() {
            for (_, client) in &mut clients {
                client.write(&messages);
                is_one_gone |= client.is_gone;
            }
            messages.clear();
        }
        if is_one_gone {
            clients.retain(|_, client| !client.is_gone);
        }
    }
}

fn accept(listener: &TcpListener, poll: &Poll, clients: &mut Slab<Client>) -> Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        stream.set_nodelay(true)?;
        let entry = clients.vacant_entry();
        let interest = Interest::READABLE | Interest::WRITABLE;
        poll.registry()
            .register(&mut stream, Token(entry.key()), interest)?;
        entry.insert(Client {
            stream,
            frames: None,
            unsent: Vec::new(),
            written: 0,
            is_gone: false,
        });
    }
}

struct Client {
    stream: TcpStream,
    // `None` until the handshake is complete.
    frames: Option<FrameSplitter>,
    unsent: Vec<u8>,
    // How many of these bytes are written.
    written: usize,
    is_gone: bool,
}

impl Client {
    /// Reads, and appends the messages as frames for the others.
    fn read(&mut self, chunk: &mut [u8], messages: &mut Vec<u8>) {
        loop {
            match self.stream.read(chunk) {
                Ok(0) => self.is_gone = true,
                Ok(length) => {
                    if let Some(frames) = &mut self.frames {
                        frames.feed(&chunk[..length], |received| {
                            if received.opcode == TEXT {
                                frame::server_text(received.payload, messages);
                            }
                        });
                    } else {
                        // A handshake is small and arrives in one piece on loopback.
                        self.frames = Some(FrameSplitter::default());
                        self.write(SWITCH);
                    }
                    if length == chunk.len() {
                        continue;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => self.is_gone = true,
            }
            return;
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.frames.is_none() || self.is_gone {
            return;
        }
        let sent = if self.unsent.is_empty() {
            self.put(bytes)
        } else {
            0
        };
        self.unsent.extend_from_slice(&bytes[sent..]);
        self.is_gone |= self.unsent.len() - self.written > WAITING;
    }

    fn flush(&mut self) {
        let unsent = std::mem::take(&mut self.unsent);
        self.written += self.put(&unsent[self.written..]);
        if self.written < unsent.len() {
            self.unsent = unsent;
        } else {
            self.written = 0;
        }
    }

    /// Writes as much as the socket accepts; returns the number of bytes.
    fn put(&mut self, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.stream.write(&bytes[sent..]) {
                Ok(length) => sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.is_gone = true;
                    break;
                }
            }
        }
        sent
    }
}
