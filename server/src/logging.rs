//! The log: on standard error, by a thread of its own, so many lines of a kind and no more.
//!
//! Nothing that is logged can stop anything. Whoever logs hands a line to a bounded queue; a
//! reader that does not read, one that is gone, and a disk that is full cost lines and
//! nothing else. What any peer can cause to be logged, it can cause again and again: each
//! place in the code has so many lines, and what was left out is counted.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use parking_lot::Mutex;
use tracing::callsite::Identifier;
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::{Context, Filter, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::meter::{Meter, Rate};

/// Lines that may wait to be written; beyond, they are lost.
const QUEUE: usize = 8_192;
/// Lines of one place in the code.
const LINES: Rate = Rate::per_second(1, 20);

static LIMITER: OnceLock<Arc<Limiter>> = OnceLock::new();

/// Starts logging. The log is written out to its end when what is returned is dropped.
pub fn start(filter: &str) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(QUEUE)
        .lossy(true)
        .thread_name("log-writer")
        .finish(Quiet(io::stderr()));
    let limiter = LIMITER.get_or_init(Arc::default);
    let lines = fmt::layer()
        .with_ansi(io::stderr().is_terminal())
        .with_writer(writer)
        .with_filter(Limited(Arc::clone(limiter)))
        .with_filter(EnvFilter::builder().parse_lossy(filter));
    tracing_subscriber::registry().with(lines).init();
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        tracing::error!(
            thread = thread.name().unwrap_or("unnamed"),
            "{panic}: this is a mistake in madang, please report it"
        );
    }));
    guard
}

/// Says how many lines were left out since it was asked last, if any were.
pub fn report_left_out() {
    let left_out = LIMITER.get().map_or(0, |limiter| limiter.take_left_out());
    if left_out > 0 {
        tracing::warn!("{left_out} lines were not logged, as many like them were");
    }
}

/// Prints a line on standard output. A reader that is gone is no reason to stop.
pub fn print(line: &str) {
    let mut stdout = io::stdout().lock();
    let _printed = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// Takes whatever it is given: what cannot be written is lost, and nobody hears of it.
struct Quiet<W>(W);

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _written = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _flushed = self.0.flush();
        Ok(())
    }
}

/// What was logged lately, by the place in the code that logs it. There are as many places
/// as the program has, whatever peers do.
#[derive(Debug, Default)]
struct Limiter(Mutex<Places>);

#[derive(Debug, Default)]
struct Places {
    meters: HashMap<Identifier, Meter>,
    left_out: u64,
}

impl Limiter {
    fn takes(&self, place: Identifier, now: Instant) -> bool {
        let mut places = self.0.lock();
        let meter = places.meters.entry(place).or_default();
        let is_taken = meter.take(LINES, 1, now).is_ok();
        places.left_out += u64::from(!is_taken);
        is_taken
    }

    fn take_left_out(&self) -> u64 {
        std::mem::take(&mut self.0.lock().left_out)
    }
}

struct Limited(Arc<Limiter>);

impl<S: Subscriber> Filter<S> for Limited {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn callsite_enabled(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::always()
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        self.0.takes(event.metadata().callsite(), Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn what_cannot_be_written_is_nobody_s_error() {
        let mut quiet = Quiet(Broken);
        assert_eq!(quiet.write(b"lost").unwrap(), 4);
        quiet.flush().unwrap();
    }
}
