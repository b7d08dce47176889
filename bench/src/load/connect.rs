//! The opening handshake of a WebSocket (RFC 6455 §4.1).

use std::io::Read;
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context as _, Result, bail};

/// The longest response head, in bytes.
const HEADERS: usize = 4096;

/// The path of the native protocol.
pub const NATIVE: &str = "/api/v1/ws";
/// The path of the simple protocol.
pub const SIMPLE: &str = "/";

/// The request of the handshake.
pub fn request(address: SocketAddr, path: &str) -> Vec<u8> {
    // The key is the example of the RFC: no proxy or cache is on the way.
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .into_bytes()
}

/// How far the response to a [`request`] has arrived.
#[derive(Debug)]
pub enum HandshakeState {
    /// The head is incomplete.
    Incomplete,
    /// The connection is open; frames start at this byte.
    Open(usize),
    /// The server refused; with the status line.
    Refused(String),
}

/// Parses the bytes of the response that have arrived.
pub fn parse_response(received: &[u8]) -> HandshakeState {
    match memchr::memmem::find(received, b"\r\n\r\n") {
        None if received.len() <= HEADERS => HandshakeState::Incomplete,
        Some(end) if received.starts_with(b"HTTP/1.1 101 ") => HandshakeState::Open(end + 4),
        _ => {
            let line = received
                .split(|byte| *byte == b'\r')
                .next()
                .unwrap_or_default();
            HandshakeState::Refused(String::from_utf8_lossy(line).into_owned())
        }
    }
}

/// Reads a response's head from a blocking socket; also returns the bytes that came after it.
///
/// # Errors
/// When the connection ends or times out, or the head is too long.
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
