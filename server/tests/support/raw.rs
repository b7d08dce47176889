//! A WebSocket written byte by byte, for frames that no library would send.

use std::net::SocketAddr;

use shared::PROTOCOL_VERSION;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{http, within};

/// Frame kinds (RFC 6455 §5.2).
pub const CONTINUATION: u8 = 0x0;
/// A text frame.
pub const TEXT: u8 = 0x1;
/// A close frame.
pub const CLOSE: u8 = 0x8;
/// A ping.
pub const PING: u8 = 0x9;
/// A pong.
pub const PONG: u8 = 0xA;
/// The last fragment of a message.
pub const FIN: u8 = 0x80;

/// A valid handshake's headers, beside `Host`.
pub const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// A connection after its handshake.
pub struct Raw(pub TcpStream);

impl Raw {
    /// Opens one.
    pub async fn open(address: SocketAddr, path: &str) -> Self {
        match Self::try_open(address, path).await {
            Ok(raw) => raw,
            Err(head) => panic!("no upgrade: {head}"),
        }
    }

    /// Opens one.
    ///
    /// # Errors
    /// What the server said instead of 101.
    pub async fn try_open(address: SocketAddr, path: &str) -> Result<Self, String> {
        Self::open_with(address, path, &[]).await
    }

    /// Opens one; the first frames go out together with the handshake.
    ///
    /// # Errors
    /// What the server said instead of 101.
    pub async fn open_with(address: SocketAddr, path: &str, early: &[u8]) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::open_over(stream, path, early).await
    }

    async fn open_over(mut stream: TcpStream, path: &str, early: &[u8]) -> Result<Self, String> {
        let address = stream.peer_addr().unwrap();
        let mut text = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n");
        for (name, value) in HANDSHAKE {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.push_str("\r\n");
        let _sent = stream.write_all(&[text.as_bytes(), early].concat()).await;
        // Byte by byte, so that no frame is taken for a part of the answer.
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match within("the handshake's answer", stream.read_u8()).await {
                Ok(byte) => head.push(byte),
                Err(error) => return Err(error.to_string()),
            }
        }
        if head.starts_with(b"HTTP/1.1 101 ") {
            Ok(Raw(stream))
        } else {
            Err(String::from_utf8_lossy(&head).into_owned())
        }
    }

    /// Opens a native connection and says hello.
    pub async fn greeted(address: SocketAddr, token: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::greet_over(stream, super::native::PATH, token).await
    }

    /// As [`Raw::greeted`], over a stream of one's own.
    pub async fn greet_over(stream: TcpStream, path: &str, token: &str) -> Self {
        let mut raw = Self::open_over(stream, path, b"").await.unwrap();
        raw.text(&format!(
            r#"{{"type":"hello","version":{PROTOCOL_VERSION},"token":"{token}"}}"#
        ))
        .await;
        assert_eq!(raw.json().await["type"], "welcome");
        raw
    }

    /// Sends bytes as they are.
    pub async fn bytes(&mut self, bytes: &[u8]) {
        // The server may have closed meanwhile. The answer shows it.
        let _sent = self.0.write_all(bytes).await;
    }

    /// Sends a masked frame.
    pub async fn frame(&mut self, first: u8, payload: &[u8]) {
        self.bytes(&frame(first, payload)).await;
    }

    /// Sends a whole text message.
    pub async fn text(&mut self, text: &str) {
        self.frame(FIN | TEXT, text.as_bytes()).await;
    }

    /// The next frame: its first byte and its payload; none when the connection ended.
    pub async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        within("a frame", async {
            let first = self.0.read_u8().await.ok()?;
            let length = match self.0.read_u8().await.ok()? {
                126 => u64::from(self.0.read_u16().await.ok()?),
                127 => self.0.read_u64().await.ok()?,
                length => u64::from(length),
            };
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut payload).await.ok()?;
            Some((first, payload))
        })
        .await
    }

    /// The next text frame's JSON.
    pub async fn json(&mut self) -> serde_json::Value {
        match self.next().await {
            Some((first, payload)) if first == FIN | TEXT => {
                serde_json::from_slice(&payload).unwrap()
            }
            other => panic!("not a text frame: {other:?}"),
        }
    }

    /// Reads to the close frame; its code. None if the connection ends without one.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            let (first, payload) = self.next().await?;
            if first == FIN | CLOSE {
                let code = payload.first_chunk::<2>()?;
                return Some(u16::from_be_bytes(*code));
            }
        }
    }
}

/// A masked frame. The mask is zero, which is a mask like any other.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASKED: u8 = 0x80;
    // An extended length of two or eight bytes follows.
    const TWO: u8 = 0x7E;
    const EIGHT: u8 = 0x7F;
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(MASKED | u8::try_from(length).unwrap()),
        length @ 126..=0xFFFF => {
            bytes.push(MASKED | TWO);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(MASKED | EIGHT);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// Asks for an upgrade with these headers instead of a handshake's own of the same
/// name; the answer, whatever it is.
pub async fn handshake(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> http::Answer {
    let mut all: Vec<(&str, &str)> = HANDSHAKE
        .into_iter()
        .filter(|(name, _)| !headers.iter().any(|(own, _)| own == name))
        .collect();
    // An empty value means that the header is not sent.
    all.extend(headers.iter().filter(|(_, value)| !value.is_empty()));
    http::ask(address, "GET", path, &all, "").await
}
