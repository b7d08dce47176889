//! A TCP stream that fails when its peer reads too slowly.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use shared::limits::READ_BYTES_PER_SECOND;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// A TCP stream whose writes fail with `TimedOut` when the peer takes fewer than
/// [`READ_BYTES_PER_SECOND`] for the length of the timeout.
pub struct ProgressTimeoutStream {
    stream: TcpStream,
    timeout: Duration,
    // Only while a write waits: an idle connection needs no timer.
    blocked: Option<BlockedWrite>,
}

/// What the peer has taken since a write had to wait.
struct BlockedWrite {
    // When the progress is checked next.
    check_at: Pin<Box<Sleep>>,
    bytes_taken: u64,
}

impl ProgressTimeoutStream {
    /// Adds the timeout to a stream.
    pub fn new(stream: TcpStream, timeout: Duration) -> Self {
        ProgressTimeoutStream {
            stream,
            timeout,
            blocked: None,
        }
    }

    /// The stream itself, without the timeout.
    pub fn into_inner(self) -> TcpStream {
        self.stream
    }

    fn check_progress(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let taken = match &written {
            Poll::Ready(Ok(taken)) if self.blocked.is_some() => *taken as u64,
            Poll::Ready(_) => return written,
            Poll::Pending => 0,
        };
        let timeout = self.timeout;
        let start = || BlockedWrite {
            check_at: Box::pin(sleep_until(Instant::now() + timeout)),
            bytes_taken: 0,
        };
        let blocked = self.blocked.get_or_insert_with(start);
        blocked.bytes_taken += taken;
        while blocked.check_at.as_mut().poll(context).is_ready() {
            if blocked.bytes_taken < READ_BYTES_PER_SECOND * timeout.as_secs() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            *blocked = start();
        }
        written
    }
}

impl AsyncRead for ProgressTimeoutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for ProgressTimeoutStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.check_progress(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.check_progress(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Everything was written, so no write waits any more.
        self.blocked = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
