//! A WebSocket client that uses an independent library.

use std::net::SocketAddr;

use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::within;

/// What comes over a socket.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A text frame.
    Text(String),
    /// A frame of another kind, which no server of ours sends.
    Other(Message),
    /// The end, with the code of the server's close frame if there was one.
    Closed(Option<u16>),
}

/// A connection, whatever is spoken on it.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens one, with further headers (`host` replaces the usual one).
    ///
    /// # Errors
    /// The status with which the server refused, or none if the connection broke.
    pub async fn open(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, Option<u16>> {
        let stream = TcpStream::connect(address).await.map_err(|_| None)?;
        Self::over(stream, address, path, headers).await
    }

    /// Opens one that takes little from the network ahead of its reader.
    pub async fn open_narrow(address: SocketAddr, path: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(address).await.unwrap();
        Self::over(stream, address, path, &[]).await.unwrap()
    }

    async fn over(
        stream: TcpStream,
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, Option<u16>> {
        stream.set_nodelay(true).unwrap();
        let mut request = format!("ws://{address}{path}")
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            let value = HeaderValue::from_str(value).unwrap();
            request.headers_mut().insert(name, value);
        }
        match within("a handshake's answer", client_async(request, stream)).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(Error::Http(response)) => Err(Some(response.status().as_u16())),
            Err(_) => Err(None),
        }
    }

    /// Sends a text frame. A failure shows in what comes back.
    pub async fn text(&mut self, text: impl Into<String>) {
        let _sent = within("room to send", self.0.send(Message::text(text.into()))).await;
    }

    /// Sends a binary frame.
    pub async fn binary(&mut self, bytes: &'static [u8]) {
        let _sent = self.0.send(Message::binary(bytes)).await;
    }

    /// Hands a text frame to the socket without pushing it out: for many at once, with
    /// [`Socket::flush`] after the last.
    pub async fn feed(&mut self, text: String) {
        let _fed = within("room to send", self.0.feed(Message::text(text))).await;
    }

    /// Pushes out what was fed.
    pub async fn flush(&mut self) {
        let _flushed = within("room to send", self.0.flush()).await;
    }

    /// What comes next. Pings are answered on the way.
    pub async fn event(&mut self) -> Event {
        within("something from the server", self.next_event()).await
    }

    async fn next_event(&mut self) -> Event {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Event::Text(text.to_string()),
                Some(Ok(Message::Close(frame))) => {
                    // One more look lets the answer out; then the connection is over.
                    let _end = self.0.next().await;
                    let _shut = self.0.get_mut().shutdown().await;
                    return Event::Closed(frame.map(|frame| frame.code.into()));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => return Event::Other(other),
                Some(Err(_)) | None => return Event::Closed(None),
            }
        }
    }

    /// The two directions apart, for one that is not read while the other is written.
    pub fn split(self) -> (Sending, Receiving) {
        let (sending, receiving) = self.0.split();
        (Sending(sending), Receiving(receiving))
    }

    /// Closes in good order and waits for the server's answer.
    pub async fn close(mut self) {
        let _closed = within("the closing handshake", self.0.close(None)).await;
        while !matches!(self.event().await, Event::Closed(_)) {}
    }
}

/// What goes to the server.
pub struct Sending(SplitSink<WebSocketStream<TcpStream>, Message>);

/// What comes from it.
pub struct Receiving(SplitStream<WebSocketStream<TcpStream>>);

impl Sending {
    /// Sends text frames; waits as long as the server does not take them.
    pub async fn text_all(&mut self, texts: Vec<String>) {
        for text in texts {
            within("room to send", self.0.feed(Message::text(text)))
                .await
                .unwrap();
        }
        within("room to send", self.0.flush()).await.unwrap();
    }
}

impl Receiving {
    /// The next frame, which must be a text frame.
    pub async fn text(&mut self) -> String {
        match within("something from the server", self.0.next()).await {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("not a text frame: {other:?}"),
        }
    }
}
