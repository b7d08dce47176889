//! Accepts connections from the listening socket.
//!
//! Connections are taken from the system as fast as they come, because the system's own queue
//! is short and a client that finds it full has to try again. They then wait in a queue here
//! until [`AcceptPacing`] lets the next one be served. A waiting connection costs one socket:
//! it is not registered with the runtime yet.

use std::collections::VecDeque;
use std::io;
use std::net::{self, SocketAddr};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use shared::error::ErrorCode;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until, timeout};

use super::accept_pacing::{AcceptPacing, DeliveryCount};
use super::common_headers::COMMON_HEADERS;
use super::connection_limits::ConnectionPermit;
use super::perimeter::Perimeter;

/// Connections that are taken from the system before one that waits may be served.
const TAKEN_AT_ONCE: u32 = 64;
/// How long no connection is taken after the system could not give one.
const PAUSE: Duration = Duration::from_millis(50);

/// A connection that may be served now.
pub struct AcceptedConnection {
    /// Its socket.
    pub stream: TcpStream,
    /// The address of its other end.
    pub peer: SocketAddr,
    /// Its part of the connection limits.
    pub permit: ConnectionPermit,
}

/// The listening socket, and the accepted connections that wait to be served.
pub struct AcceptQueue {
    // The runtime reports when a connection has come to this one.
    listener: TcpListener,
    // The same socket, not registered with the runtime: sockets that are accepted through it
    // are not registered either.
    unregistered: net::TcpListener,
    perimeter: Arc<Perimeter>,
    // Bounded by the connection limit: each holds its permit.
    waiting: VecDeque<(net::TcpStream, SocketAddr, ConnectionPermit)>,
    pacing: AcceptPacing,
    // Connections that were taken since one was last served.
    taken: u32,
    paused_until: Option<Instant>,
}

impl AcceptQueue {
    /// Accepts from this listening socket. `deliveries` counts the messages that are delivered:
    /// while it rises, the pacing is on.
    ///
    /// # Errors
    /// When the process has no more file descriptors.
    pub fn new(
        listener: TcpListener,
        perimeter: Arc<Perimeter>,
        deliveries: DeliveryCount,
    ) -> io::Result<Self> {
        let unregistered = listener.as_fd().try_clone_to_owned()?.into();
        Ok(AcceptQueue {
            listener,
            unregistered,
            perimeter,
            waiting: VecDeque::new(),
            pacing: AcceptPacing::start(deliveries),
            taken: 0,
            paused_until: None,
        })
    }

    /// Waits for the next connection that may be served.
    pub async fn next(&mut self) -> AcceptedConnection {
        loop {
            if self.taken >= TAKEN_AT_ONCE {
                tokio::task::yield_now().await;
                if self.waiting.is_empty() {
                    // All of them were refused.
                    self.taken = 0;
                }
            }
            let paused_until = self.paused_until;
            let may_take = paused_until.is_none() && self.taken < TAKEN_AT_ONCE;
            tokio::select! {
                biased;
                accepted = self.listener.accept(), if may_take => {
                    self.take(accepted.and_then(|(stream, peer)| Ok((stream.into_std()?, peer))));
                    self.take_more();
                }
                () = self.pacing.ready(), if !self.waiting.is_empty() => {
                    self.taken = 0;
                    self.pacing.count_one();
                    let connection = self.waiting.pop_front().and_then(register);
                    // Without pacing, thousands may be served one after the other.
                    tokio::task::coop::consume_budget().await;
                    if let Some(connection) = connection {
                        return connection;
                    }
                }
                () = sleep_until(paused_until.unwrap_or_else(Instant::now)), if paused_until.is_some() => {
                    self.paused_until = None;
                }
            }
        }
    }

    /// Takes what else waits in the system's queue.
    fn take_more(&mut self) {
        while self.paused_until.is_none() && self.taken < TAKEN_AT_ONCE {
            match self.unregistered.accept() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                accepted => self.take(accepted),
            }
        }
    }

    fn take(&mut self, accepted: io::Result<(net::TcpStream, SocketAddr)>) {
        match accepted {
            Ok((stream, peer)) => {
                self.taken += 1;
                if let Some(permit) = self.perimeter.connection_limits.admit(peer.ip()) {
                    self.waiting.push_back((stream, peer, permit));
                } else {
                    let refusals = &self.perimeter.metrics.refusals;
                    refusals.count(ErrorCode::TooManyConnections);
                    drop(tokio::spawn(refuse(stream)));
                }
            }
            // Mostly: no more file descriptors. Open connections must end first.
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted at the moment");
                self.paused_until = Some(Instant::now() + PAUSE);
            }
        }
    }
}

/// Registers a socket with the runtime; none if the system refuses.
fn register(
    (stream, peer, permit): (net::TcpStream, SocketAddr, ConnectionPermit),
) -> Option<AcceptedConnection> {
    let stream = register_stream(stream).ok()?;
    Some(AcceptedConnection {
        stream,
        peer,
        permit,
    })
}

fn register_stream(stream: net::TcpStream) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    // Small frames go out at once instead of waiting for an acknowledgement.
    stream.set_nodelay(true)?;
    TcpStream::from_std(stream)
}

/// Answers 503 without reading the request.
async fn refuse(stream: net::TcpStream) {
    let Ok(mut stream) = register_stream(stream) else {
        return;
    };
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let body = format!(
        r#"{{"error":{{"code":"too_many_connections","message":"{}"}}}}"#,
        ErrorCode::TooManyConnections
    );
    let mut text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nretry-after: 5\r\nconnection: close\r\n",
        body.len()
    );
    for (name, value) in COMMON_HEADERS {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text.extend(["\r\n", &body]);
    let _written = timeout(Duration::from_secs(1), stream.write_all(text.as_bytes())).await;
}
