//! Where connections come in: they are taken as fast as they come, since those that the
//! system has no place for have to knock again, and let in at a [`Pace`].
//!
//! One that waits here costs a socket and no more: it is nobody's event yet.

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

use super::admission::Admission;
use super::guard;
use super::pace::Pace;
use crate::app::App;

/// Connections that are taken before one of those that wait may be let in.
const TAKEN_AT_ONCE: u32 = 64;
/// How long nothing is taken when the system cannot give any.
const REST: Duration = Duration::from_millis(50);

/// A connection that is let in.
pub struct Newcomer {
    /// Its socket.
    pub stream: TcpStream,
    /// Who is at the other end.
    pub peer: SocketAddr,
    /// Its admission.
    pub admission: Admission,
}

/// The listening socket, and who came through it and waits.
pub struct Door {
    // Heard when somebody comes.
    listener: TcpListener,
    // The same socket: what comes through this one is nobody's event.
    unheard: net::TcpListener,
    app: Arc<App>,
    // As many as may be connected at most: each has its admission.
    waiting: VecDeque<(net::TcpStream, SocketAddr, Admission)>,
    pace: Pace,
    // Since one was let in.
    taken: u32,
    rests_until: Option<Instant>,
}

impl Door {
    /// A door at this socket.
    ///
    /// # Errors
    /// When the system is out of files.
    pub fn new(listener: TcpListener, app: Arc<App>) -> io::Result<Self> {
        let unheard = listener.as_fd().try_clone_to_owned()?.into();
        Ok(Door {
            listener,
            unheard,
            app,
            waiting: VecDeque::new(),
            pace: Pace::start(),
            taken: 0,
            rests_until: None,
        })
    }

    /// The next one that is let in.
    pub async fn next(&mut self) -> Newcomer {
        loop {
            if self.taken >= TAKEN_AT_ONCE {
                tokio::task::yield_now().await;
                if self.waiting.is_empty() {
                    // All of them were refused.
                    self.taken = 0;
                }
            }
            let rests_until = self.rests_until;
            let may_take = rests_until.is_none() && self.taken < TAKEN_AT_ONCE;
            tokio::select! {
                biased;
                accepted = self.listener.accept(), if may_take => {
                    self.take(accepted.and_then(|(stream, peer)| Ok((stream.into_std()?, peer))));
                    self.take_more();
                }
                () = self.pace.turn(&self.app.hub), if !self.waiting.is_empty() => {
                    self.taken = 0;
                    self.pace.step();
                    let newcomer = self.waiting.pop_front().and_then(ready);
                    // Where nobody talks, thousands may be let in one after the other.
                    tokio::task::coop::consume_budget().await;
                    if let Some(newcomer) = newcomer {
                        return newcomer;
                    }
                }
                () = sleep_until(rests_until.unwrap_or_else(Instant::now)), if rests_until.is_some() => {
                    self.rests_until = None;
                }
            }
        }
    }

    /// Takes who else has come.
    fn take_more(&mut self) {
        while self.rests_until.is_none() && self.taken < TAKEN_AT_ONCE {
            match self.unheard.accept() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                accepted => self.take(accepted),
            }
        }
    }

    fn take(&mut self, accepted: io::Result<(net::TcpStream, SocketAddr)>) {
        match accepted {
            Ok((stream, peer)) => {
                self.taken += 1;
                match self.app.admissions.admit(peer.ip()) {
                    Some(admission) => self.waiting.push_back((stream, peer, admission)),
                    None => drop(tokio::spawn(refuse(stream))),
                }
            }
            // Out of files, mostly: those that are open must end first.
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted at the moment");
                self.rests_until = Some(Instant::now() + REST);
            }
        }
    }
}

/// Has a socket's events heard; none if the system refuses.
fn ready((stream, peer, admission): (net::TcpStream, SocketAddr, Admission)) -> Option<Newcomer> {
    let stream = watched(stream).ok()?;
    Some(Newcomer {
        stream,
        peer,
        admission,
    })
}

fn watched(stream: net::TcpStream) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    // Small frames go out at once instead of waiting for an acknowledgement.
    stream.set_nodelay(true)?;
    TcpStream::from_std(stream)
}

/// Says that there is no place, in as few words as possible.
async fn refuse(stream: net::TcpStream) {
    let Ok(mut stream) = watched(stream) else {
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
    for (name, value) in guard::HEADERS {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text.extend(["\r\n", &body]);
    let _written = timeout(Duration::from_secs(1), stream.write_all(text.as_bytes())).await;
}
