//! The log: written to standard error by its own thread, with a rate limit.
//!
//! Logging never blocks the server. A line goes into a bounded queue; if nobody reads standard
//! error, or the disk is full, lines are lost and nothing else happens. A peer that can cause a
//! log line can cause it many times: therefore each call site has a rate limit, and suppressed
//! lines are counted.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use parking_lot::Mutex;
use tracing::Metadata;
use tracing::callsite::Identifier;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::fmt::writer::OptionalWriter;

use crate::token_bucket::{Rate, TokenBucket};

/// Lines that may wait to be written; further lines are lost.
const QUEUE: usize = 8_192;
/// Lines of one call site.
const LINES_PER_CALL_SITE: Rate = Rate::per_second(1, 20);

static LIMITER: OnceLock<Arc<Limiter>> = OnceLock::new();

/// Starts logging. Dropping the returned guard writes the lines that still wait.
pub fn start(filter: &str) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(QUEUE)
        .lossy(true)
        .thread_name("log-writer")
        .finish(IgnoreErrors(io::stderr()));
    let limiter = LIMITER.get_or_init(Arc::default);
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse_lossy(filter))
        // With a level that shows spans (debug), the time that each took.
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(RateLimitedWriter {
            writer: writer.clone(),
            limiter: Arc::clone(limiter),
        })
        .init();
    // Written past `tracing`, because the panic may have happened inside it.
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed");
        let _queued = writeln!(
            writer.clone(),
            "ERROR the thread {name} has {panic}\nThis is a mistake in madang, please report it."
        );
    }));
    guard
}

/// Logs how many lines were suppressed since the last call, if any were.
pub fn report_suppressed_lines() {
    let suppressed = LIMITER.get().map_or(0, |limiter| limiter.take_suppressed());
    if suppressed > 0 {
        tracing::warn!("{suppressed} lines were not logged, as many like them were");
    }
}

/// Prints a line on standard output. If nobody reads it any more, nothing happens.
pub fn print(line: &str) {
    let mut stdout = io::stdout().lock();
    let _printed = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// A writer that reports success although writing failed: the lines are lost.
struct IgnoreErrors<W>(W);

impl<W: Write> Write for IgnoreErrors<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _written = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _flushed = self.0.flush();
        Ok(())
    }
}

/// The rate limits of the call sites. Peers cannot make this grow: the number of call sites is
/// fixed when the program is compiled.
#[derive(Debug, Default)]
struct Limiter(Mutex<CallSites>);

#[derive(Debug, Default)]
struct CallSites {
    buckets: HashMap<Identifier, TokenBucket>,
    suppressed: u64,
}

impl Limiter {
    fn allows(&self, call_site: Identifier, now: Instant) -> bool {
        let mut call_sites = self.0.lock();
        let bucket = call_sites.buckets.entry(call_site).or_default();
        let is_allowed = bucket.take(LINES_PER_CALL_SITE, 1, now).is_ok();
        call_sites.suppressed += u64::from(!is_allowed);
        is_allowed
    }

    fn take_suppressed(&self) -> u64 {
        std::mem::take(&mut self.0.lock().suppressed)
    }
}

/// Writes the lines that the rate limits allow. A filter of events would be the usual way, but
/// in tracing-subscriber 0.3 a filter that refuses an event breaks the filtering of later ones.
struct RateLimitedWriter {
    writer: NonBlocking,
    limiter: Arc<Limiter>,
}

impl<'a> MakeWriter<'a> for RateLimitedWriter {
    type Writer = OptionalWriter<NonBlocking>;

    fn make_writer(&'a self) -> Self::Writer {
        OptionalWriter::some(self.writer.clone())
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Self::Writer {
        if self.limiter.allows(event.callsite(), Instant::now()) {
            OptionalWriter::some(self.writer.clone())
        } else {
            OptionalWriter::none()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct FailingWriter;

    impl Write for FailingWriter {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_failed_write_is_no_error() {
        let mut writer = IgnoreErrors(FailingWriter);
        assert_eq!(writer.write(b"lost").unwrap(), 4);
        writer.flush().unwrap();
    }
}
