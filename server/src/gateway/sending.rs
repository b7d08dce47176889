//! The writing side of a connection: what the shared writers leave, and its end.

use std::io;
use std::time::Duration;

use shared::limits;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::outbox::{Flushed, Outbox};

/// How much may come while a connection is being closed.
const CLOSING_BYTES: usize = 64 * 1024;

/// Writes what waits until the last frame is out, the reader is too slow, or is gone.
pub async fn write(stream: &TcpStream, outbox: &Outbox, stall: Duration) -> io::Result<()> {
    // When what waits began to wait for the socket, and what that had taken by then.
    let mut waits: Option<(Instant, u64)> = None;
    loop {
        match outbox.flush()? {
            Flushed::All => {
                waits = None;
                outbox.filled().await;
            }
            Flushed::Left => {}
            Flushed::Closed => return Ok(()),
            Flushed::Blocked => {
                let (since, taken) =
                    *waits.get_or_insert_with(|| (Instant::now(), outbox.written()));
                let until = since + stall;
                // The shared writers may be quicker whenever it takes something.
                if let Ok(writable) = Box::pin(timeout_at(until, stream.writable())).await {
                    writable?;
                }
                if Instant::now() >= until {
                    if outbox.written().wrapping_sub(taken)
                        < limits::READ_BYTES_PER_SECOND * stall.as_secs()
                    {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    waits = None;
                }
            }
        }
        tokio::task::coop::consume_budget().await;
    }
}

/// Says that nothing more will be written and reads until the other side says the same, or
/// sends more than a close frame and what was on its way.
pub async fn drain(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    if socket.shutdown(std::net::Shutdown::Write).is_err() {
        return;
    }
    let mut drained = 0;
    while drained < CLOSING_BYTES && stream.readable().await.is_ok() {
        match stream.try_read(&mut [0; 1024]) {
            Ok(0) => return,
            Ok(length) => drained += length,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
        // Waiting for a socket that is ready spends no budget of the runtime's.
        tokio::task::coop::consume_budget().await;
    }
}
