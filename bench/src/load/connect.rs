//! Opening a WebSocket (RFC 6455 §4.1) by hand.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Room for the answer's headers, in bytes.
const HEADERS: usize = 4096;

/// The path of the native protocol.
pub const NATIVE: &str = "/api/v1/ws";
/// The path of the simple protocol.
pub const SIMPLE: &str = "/";

/// A socket after the handshake, set not to block.
#[derive(Debug)]
pub struct Opened {
    /// The socket.
    pub stream: TcpStream,
    /// What the server has said already.
    pub rest: Vec<u8>,
}

/// Connects and shakes hands.
///
/// # Errors
/// When the server does not answer with 101 in time.
pub fn open(address: SocketAddr, path: &str) -> Result<Opened> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)
        .with_context(|| format!("{address} cannot be reached"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // The key is the specification's example: nothing here caches or replays.
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let (head, rest) = read_head(&mut stream)?;
    if !head.starts_with("HTTP/1.1 101 ") {
        bail!("no WebSocket: {}", head.lines().next().unwrap_or_default());
    }
    stream.set_nonblocking(true)?;
    Ok(Opened { stream, rest })
}

/// An answer's head, and what came after it.
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
