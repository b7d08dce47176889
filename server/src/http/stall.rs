//! A socket whose other side must read what it asked for.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use shared::limits::READ_BYTES_PER_SECOND;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// A socket that breaks when what is written to it is taken too slowly.
pub struct Watched {
    stream: TcpStream,
    patience: Duration,
    // While something waits to be written; else none, so that an idle connection costs no
    // timer.
    waiting: Option<Waiting>,
}

/// Since a write had to wait.
struct Waiting {
    // When it is looked how much was taken.
    until: Pin<Box<Sleep>>,
    taken: u64,
}

impl Watched {
    /// Watches a socket.
    pub fn new(stream: TcpStream, patience: Duration) -> Self {
        Watched {
            stream,
            patience,
            waiting: None,
        }
    }

    /// The socket itself, no longer watched.
    pub fn into_inner(self) -> TcpStream {
        self.stream
    }

    fn watch(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let taken = match &written {
            Poll::Ready(Ok(taken)) if self.waiting.is_some() => *taken as u64,
            Poll::Ready(_) => return written,
            Poll::Pending => 0,
        };
        let patience = self.patience;
        let begin = || Waiting {
            until: Box::pin(sleep_until(Instant::now() + patience)),
            taken: 0,
        };
        let waiting = self.waiting.get_or_insert_with(begin);
        waiting.taken += taken;
        while waiting.until.as_mut().poll(context).is_ready() {
            if waiting.taken < READ_BYTES_PER_SECOND * patience.as_secs() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            *waiting = begin();
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // All that waited has been written.
        self.waiting = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
