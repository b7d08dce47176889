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
use tracing::Metadata;
use tracing::callsite::Identifier;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::writer::OptionalWriter;

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
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse_lossy(filter))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(Limited {
            writer: writer.clone(),
            limiter: Arc::clone(limiter),
        })
        .init();
    // Not as an event: what panics may be what logs.
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

/// Gives those lines their writer that are not one too many. A filter of events could do the
/// same, but one that says no confuses the events after it in tracing-subscriber 0.3.
struct Limited {
    writer: NonBlocking,
    limiter: Arc<Limiter>,
}

impl<'a> MakeWriter<'a> for Limited {
    type Writer = OptionalWriter<NonBlocking>;

    fn make_writer(&'a self) -> Self::Writer {
        OptionalWriter::some(self.writer.clone())
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Self::Writer {
        if self.limiter.takes(event.callsite(), Instant::now()) {
            OptionalWriter::some(self.writer.clone())
        } else {
            OptionalWriter::none()
        }
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
