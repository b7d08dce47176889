//! The writing side of a connection: what the shared writers left, and the end of the socket.

use std::io;
use std::time::Duration;

use shared::limits;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use crate::gateway::delivery::outbox::{Flushed, Outbox};

/// Bytes that the other side may still send while the connection is being closed.
const MAX_DRAINED_BYTES: usize = 64 * 1024;

/// Writes until the close frame is written.
///
/// # Errors
/// When the socket fails, or the reader takes less than
/// [`limits::READ_BYTES_PER_SECOND`] during a whole `progress_timeout`.
pub async fn run(
    stream: &TcpStream,
    outbox: &Outbox,
    progress_timeout: Duration,
) -> io::Result<()> {
    // Since when the socket has been full, and the bytes that it had taken by then.
    let mut blocked: Option<(Instant, u64)> = None;
    loop {
        match outbox.flush()? {
            Flushed::All => {
                blocked = None;
                outbox.wait_for_frames().await;
            }
            Flushed::MorePending => {}
            Flushed::Closed => return Ok(()),
            Flushed::Blocked => {
                let (since, written_before) =
                    *blocked.get_or_insert_with(|| (Instant::now(), outbox.written_bytes()));
                let until = since + progress_timeout;
                // A shared writer may use the room in the socket first; then this waits again.
                if let Ok(writable) = Box::pin(timeout_at(until, stream.writable())).await {
                    writable?;
                }
                if Instant::now() >= until {
                    if outbox.written_bytes().wrapping_sub(written_before)
                        < limits::READ_BYTES_PER_SECOND * progress_timeout.as_secs()
                    {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    blocked = None;
                }
            }
        }
        tokio::task::coop::consume_budget().await;
    }
}

/// Shuts the sending direction down, then reads until the other side does the same. Gives up
/// when more comes than a close frame and what was on its way.
pub async fn drain(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    if socket.shutdown(std::net::Shutdown::Write).is_err() {
        return;
    }
    let mut drained = 0;
    while drained < MAX_DRAINED_BYTES && stream.readable().await.is_ok() {
        match stream.try_read(&mut [0; 1024]) {
            Ok(0) => return,
            Ok(length) => drained += length,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
        // Awaiting a socket that is ready does not use the task's budget by itself.
        tokio::task::coop::consume_budget().await;
    }
}
