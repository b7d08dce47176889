//! HTTP requests written by hand: the test decides each byte.

use std::net::SocketAddr;

use serde_json::Value;
use shared::error::ErrorCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::within;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body; of an answer without a length, with the marks of its chunks.
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// A header's values, each time that it is there.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let found = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The code of a refusal.
    pub fn code(&self) -> ErrorCode {
        serde_json::from_value(self.json()["error"]["code"].clone()).unwrap()
    }
}

/// A GET request.
pub async fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(address, "GET", path, headers, "").await
}

/// A POST request with JSON.
pub async fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut headers = headers.to_vec();
    headers.push(("content-type", "application/json"));
    ask(address, "POST", path, &headers, body).await
}

/// A request with the address as `Host`, unless the headers name another.
pub async fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    let mut add = |name: &str, value: &str| {
        for part in [name, ": ", value, "\r\n"] {
            text.push_str(part);
        }
    };
    if !headers.iter().any(|(name, _)| *name == "host") {
        add("host", &address.to_string());
    }
    if !headers.iter().any(|(name, _)| *name == "connection") {
        add("connection", "close");
    }
    for (name, value) in headers {
        add(name, value);
    }
    if !body.is_empty() {
        add("content-length", &body.len().to_string());
    }
    text.push_str("\r\n");
    text.push_str(body);
    exchange(address, text.as_bytes()).await
}

/// The answer to these bytes.
pub async fn exchange(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A refusal may come, and the connection be closed, before all is sent.
    let _sent = stream.write_all(request).await;
    answer(&mut stream)
        .await
        .unwrap_or_else(|| panic!("no answer to:\n{}", request.escape_ascii()))
}

/// Reads one answer; none if the connection ends before there is one.
pub async fn answer(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4096];
    loop {
        if let Some(answer) = parse(&bytes) {
            return Some(answer);
        }
        match within("an HTTP answer", stream.read(&mut chunk)).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

/// The head of an answer, and its whole body out of chunks (RFC 9112 § 7.1).
pub async fn read_whole(mut stream: TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    within("an export", stream.read_to_end(&mut bytes))
        .await
        .unwrap();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (mut rest, mut body) = (&bytes[end + 4..], Vec::new());
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let length = str::from_utf8(&rest[..line]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return (head, String::from_utf8(body).unwrap());
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + length]);
        rest = &rest[line + 2 + length + 2..];
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let answer = Answer {
        status,
        headers,
        body: body.to_owned(),
    };
    let length = answer
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    // What is written while it is read has no length, but an end (RFC 9112 § 7.1).
    let is_whole = match answer.header("transfer-encoding") {
        Some("chunked") => body.ends_with("0\r\n\r\n"),
        _ => body.len() >= length,
    };
    is_whole.then_some(answer)
}
