//! Members of one room who listen, and one who talks at a steady rate.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::contender::Contender;
use super::{BODY, note_endings};
use crate::load::member::{self, Protocol};
use crate::load::pool::{self, Line, Pool};
use crate::load::say::{self, Clock, Ids};
use crate::process::own_processor_time;
use crate::process::server::Server;
use crate::report::Section;

/// How long deliveries may lag behind the last message.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How long a thread that only listens waits before it asks whether it is to end.
const TURN: Duration = Duration::from_millis(20);

/// Who writes.
const WRITER: &str = "writer";

/// The members, shared out to threads, and the writer.
pub struct Crowd {
    // The first belongs to the thread that writes, with the writer in it.
    pools: Vec<Pool>,
    writer: Line,
    protocol: Protocol,
    members: usize,
    ids: Ids,
    sent: u32,
    // What a reader says that fell behind; what it missed stays lost.
    again: Vec<u8>,
}

/// What came of one measure.
#[derive(Debug, Default)]
pub struct Measured {
    /// Deliveries that there should be.
    pub expected: usize,
    /// Send to receipt, of each delivery.
    pub waits: Vec<Duration>,
    /// From the first message to the last delivery.
    pub took: Option<Duration>,
    /// The server's processor time.
    pub server: Duration,
    /// The load client's own.
    pub client: Duration,
    /// Readers that were told to ask again.
    pub resyncs: usize,
}

impl Measured {
    /// Deliveries that there were.
    pub fn delivered(&self) -> usize {
        self.waits.len()
    }

    /// Says in the section what was out of the ordinary.
    pub fn note(&self, section: &mut Section, what: &str) {
        if self.resyncs > 0 {
            section.note(format!("{what}: a run with {} resyncs", self.resyncs));
        }
    }
}

/// What one thread heard.
#[derive(Default)]
struct Heard {
    waits: Vec<Duration>,
    last: Option<Instant>,
    resyncs: usize,
}

/// What the threads of a measure tell each other.
struct Progress {
    delivered: AtomicUsize,
    is_over: AtomicBool,
}

impl Crowd {
    /// Lets so many members in, heard by so many threads.
    ///
    /// # Errors
    /// When one is refused.
    pub fn join(
        server: &Server,
        contender: Contender,
        members: usize,
        threads: usize,
    ) -> Result<Self> {
        let (address, protocol) = (server.address(), contender.protocol);
        let share = |index| members / threads + usize::from(index < members % threads);
        let pools = (0..threads).map(|index| member::join(address, protocol, share(index)));
        let mut pools = pools.collect::<Result<Vec<_>>>()?;
        let writer = member::add_writer(&mut pools[0], address, protocol, WRITER)?;
        Ok(Crowd {
            pools,
            writer,
            protocol,
            members,
            ids: Ids::new(0),
            sent: 0,
            again: member::follow_lobby()?,
        })
    }

    /// Sends at this rate, whatever comes back when, and waits for the last delivery.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn measure(&mut self, server: &Server, rate: u32, time: Duration) -> Result<Measured> {
        self.measure_with(server, rate, time, BODY)
    }

    /// As [`Crowd::measure`], with messages of so many bytes.
    ///
    /// # Errors
    /// As [`Crowd::measure`].
    pub fn measure_with(
        &mut self,
        server: &Server,
        rate: u32,
        time: Duration,
        bytes: usize,
    ) -> Result<Measured> {
        let count = rate.saturating_mul(u32::try_from(time.as_secs())?);
        let expected = self.members * usize::try_from(count)?;
        let frames = (0..count).map(|_| self.next_frame(bytes));
        let frames = frames.collect::<Result<Vec<_>>>()?;
        let clock = Clock::start();
        let progress = Progress {
            delivered: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        };
        let ear = Ear {
            clock,
            again: &self.again,
            progress: &progress,
        };
        let processor = server.processor()?;
        let own = own_processor_time();
        let begun = Instant::now();
        let Some((first, others)) = self.pools.split_first_mut() else {
            return Ok(Measured::default());
        };
        let writer = self.writer;
        let heard = thread::scope(|scope| {
            let listening: Vec<_> = others
                .iter_mut()
                .map(|pool| scope.spawn(move || ear.listen(pool)))
                .collect();
            let spoken = ear.speak(
                first,
                writer,
                frames,
                Duration::from_secs(1) / rate,
                expected,
            );
            progress.is_over.store(true, Ordering::Relaxed);
            let mut heard = vec![spoken?];
            for thread in listening {
                heard.push(
                    thread
                        .join()
                        .map_err(|_| anyhow!("a listener panicked"))??,
                );
            }
            Ok::<_, anyhow::Error>(heard)
        })?;
        let (server, client) = (processor.spent()?, own_processor_time().saturating_sub(own));
        let last = heard.iter().filter_map(|heard| heard.last).max();
        Ok(Measured {
            expected,
            took: last.map(|last| last - begun),
            server,
            client,
            resyncs: heard.iter().map(|heard| heard.resyncs).sum(),
            waits: heard.into_iter().flat_map(|heard| heard.waits).collect(),
        })
    }

    /// Says in the section which connections did not last.
    pub fn note_endings(&self, section: &mut Section, what: &str) {
        for pool in &self.pools {
            note_endings(section, what, pool);
        }
    }

    /// The next message, without its mark.
    fn next_frame(&mut self, bytes: usize) -> Result<Vec<u8>> {
        let mut frame = Vec::new();
        let body = say::marked(0, bytes);
        match self.protocol {
            Protocol::Simple => say::simple(WRITER, &body, &mut frame)?,
            Protocol::Native => {
                let said = ClientFrame::Send {
                    client_id: self.ids.id(self.sent),
                    room: RoomId::LOBBY,
                    body,
                };
                say::native(&said, &mut frame)?;
            }
        }
        self.sent += 1;
        Ok(frame)
    }
}

/// How a thread hears what comes.
#[derive(Clone, Copy)]
struct Ear<'a> {
    clock: Clock,
    again: &'a [u8],
    progress: &'a Progress,
}

impl Ear<'_> {
    /// Writes every frame at its time, marked with it, and hears until all have come.
    fn speak(
        self,
        pool: &mut Pool,
        writer: Line,
        frames: Vec<Vec<u8>>,
        step: Duration,
        expected: usize,
    ) -> Result<Heard> {
        let mut heard = Heard::default();
        let begun = Instant::now();
        for (mut frame, index) in frames.into_iter().zip(0_u32..) {
            let due = begun + step * index;
            while let Some(left) = time_until(due) {
                self.turn(pool, Some(writer), left, &mut heard)?;
            }
            say::mark_again(&mut frame, self.clock.number(Instant::now()));
            pool.send(writer, &frame);
        }
        let due = Instant::now() + PATIENCE;
        while self.progress.delivered.load(Ordering::Relaxed) < expected
            && let Some(left) = time_until(due)
        {
            self.turn(pool, Some(writer), left.min(TURN), &mut heard)?;
        }
        Ok(heard)
    }

    /// Hears until the measure is over.
    fn listen(self, pool: &mut Pool) -> Result<Heard> {
        let mut heard = Heard::default();
        while !self.progress.is_over.load(Ordering::Relaxed) {
            self.turn(pool, None, TURN, &mut heard)?;
        }
        Ok(heard)
    }

    fn turn(
        self,
        pool: &mut Pool,
        writer: Option<Line>,
        wait: Duration,
        heard: &mut Heard,
    ) -> Result<()> {
        let before = heard.waits.len();
        pool.turn(wait, &mut |came: pool::Received<'_>| {
            if say::is_type(came.text, "resync") {
                heard.resyncs += 1;
                came.answer.extend_from_slice(self.again);
            }
            if Some(came.line) == writer || say::is_type(came.text, "reset") {
                return;
            }
            for number in say::marks(came.text) {
                heard.waits.push(self.clock.since(number, came.at));
                heard.last = Some(came.at);
            }
        })?;
        let more = heard.waits.len() - before;
        self.progress.delivered.fetch_add(more, Ordering::Relaxed);
        Ok(())
    }
}

fn time_until(due: Instant) -> Option<Duration> {
    let left = due.saturating_duration_since(Instant::now());
    (!left.is_zero()).then_some(left)
}
