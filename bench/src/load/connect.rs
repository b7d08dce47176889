//! Opening a WebSocket (RFC 6455 §4.1) by hand.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context as _, Result, bail};

/// Room for an answer's headers, in bytes.
const HEADERS: usize = 4096;

/// The path of the native protocol.
pub const NATIVE: &str = "/api/v1/ws";
/// The path of the simple protocol.
pub const SIMPLE: &str = "/";

/// What a client says first.
pub fn request(address: SocketAddr, path: &str) -> Vec<u8> {
    // The key is the specification's example: nothing here caches or replays.
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .into_bytes()
}

/// What an answer that comes in pieces amounts to.
#[derive(Debug)]
pub enum Answer {
    /// Its head is not complete.
    Incomplete,
    /// The handshake is done; frames begin at this byte.
    Open(usize),
    /// It was refused: the status line.
    Refused(String),
}

/// Looks at what has come of the answer to a [`request`].
pub fn answer(came: &[u8]) -> Answer {
    match memchr::memmem::find(came, b"\r\n\r\n") {
        None if came.len() <= HEADERS => Answer::Incomplete,
        Some(end) if came.starts_with(b"HTTP/1.1 101 ") => Answer::Open(end + 4),
        _ => {
            let line = came.split(|byte| *byte == b'\r').next().unwrap_or_default();
            Answer::Refused(String::from_utf8_lossy(line).into_owned())
        }
    }
}

/// An answer's head, and what came after it, from a socket that blocks.
///
/// # Errors
/// When the connection ends or stays silent, or the head is too long.
pub fn read_head(stream: &mut TcpStream) -> Result<(String, Vec<u8>)> {
    let mut bytes = Vec::with_capacity(512);
    let mut chunk = [0_u8; 1024];
    loop {
        let length = stream.read(&mut chunk).context("no answer")?;
        if length == 0 || bytes.len() > HEADERS {
            bail!("the connection ended before the answer was complete");
        }
        bytes.extend_from_slice(&chunk[..length]);
        if let Some(end) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
    }
}
