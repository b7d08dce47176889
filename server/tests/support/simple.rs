//! A client of the simple protocol.

use std::net::SocketAddr;

use serde::Deserialize;
use shared::error::ErrorCode;

use super::socket::{Event, Socket};

/// A frame as a simple client sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Frame {
    /// The author; empty for the server.
    pub user: String,
    /// The text.
    pub content: String,
    /// Why something was refused.
    #[serde(default)]
    pub error: Option<ErrorCode>,
}

/// A connection.
pub struct Simple(pub Socket);

impl Simple {
    /// Opens one at `/`.
    pub async fn connect(address: SocketAddr) -> Self {
        Simple(Socket::open(address, "/", &[]).await.unwrap())
    }

    /// Opens one that takes little from the network ahead of its reader.
    pub async fn connect_narrow(address: SocketAddr) -> Self {
        Simple(Socket::open_narrow(address, "/").await)
    }

    /// Posts a message.
    pub async fn say(&mut self, user: &str, content: &str) {
        let frame = serde_json::json!({ "user": user, "content": content });
        self.0.text(frame.to_string()).await;
    }

    /// The next frame, which must be a text frame.
    pub async fn next(&mut self) -> Frame {
        match self.0.event().await {
            Event::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("not a text frame: {other:?}"),
        }
    }

    /// The next frame as `(user, content)`; a refusal fails the test.
    pub async fn hears(&mut self) -> (String, String) {
        let frame = self.next().await;
        assert_eq!(frame.error, None, "{frame:?}");
        (frame.user, frame.content)
    }

    /// The code of the next frame, which must be a refusal.
    pub async fn refused(&mut self) -> ErrorCode {
        let frame = self.next().await;
        assert_eq!(frame.user, "", "nobody of that name speaks");
        frame
            .error
            .unwrap_or_else(|| panic!("no refusal: {frame:?}"))
    }

    /// Reads to the end of the connection; the close frame's code.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Event::Closed(code) = self.0.event().await {
                return code;
            }
        }
    }
}
