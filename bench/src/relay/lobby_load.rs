//! Puts load on the lobby: members that receive, and one writer that sends at a steady rate.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::contender::Contender;
use super::{BODY, note_endings};
use crate::load::lobby_member::{self, Protocol};
use crate::load::message::{self, ClientIds, MarkClock};
use crate::load::pool::ConnectionPool;
use crate::load::received::{ConnectionId, ReceivedText};
use crate::process::own_processor_time;
use crate::process::server::ServerProcess;
use crate::report::Section;

/// How long to wait for deliveries after the last message was sent.
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// How long a thread polls before it checks whether the measurement is over.
const POLL: Duration = Duration::from_millis(20);

/// The name of the writer.
const WRITER: &str = "writer";

/// The members, divided among threads, and the writer.
pub struct LobbyLoad {
    // One for each thread. The first one also has the writer.
    pools: Vec<ConnectionPool>,
    writer: ConnectionId,
    protocol: Protocol,
    members: usize,
    ids: ClientIds,
    sent: u32,
    // What a member sends after a `resync`. What it missed is not asked for.
    resubscribe: Vec<u8>,
}

/// The result of one measurement.
#[derive(Debug, Default)]
pub struct DeliveryResult {
    /// The number of deliveries if nothing is lost.
    pub expected: usize,
    /// For each delivery, the time from sending to receiving.
    pub waits: Vec<Duration>,
    /// The time from the first send to the last delivery.
    pub took: Option<Duration>,
    /// The processor time of the server.
    pub server: Duration,
    /// The processor time of the load client.
    pub client: Duration,
    /// How many times a member received `resync`.
    pub resyncs: usize,
}

impl DeliveryResult {
    /// The number of deliveries.
    pub fn delivered(&self) -> usize {
        self.waits.len()
    }

    /// Notes in the section what was unusual.
    pub fn note(&self, section: &mut Section, what: &str) {
        if self.resyncs > 0 {
            section.note(format!("{what}: a run with {} resyncs", self.resyncs));
        }
    }
}

/// What one thread received.
#[derive(Default)]
struct Deliveries {
    waits: Vec<Duration>,
    last: Option<Instant>,
    resyncs: usize,
}

/// The state that the threads of a measurement share.
struct Progress {
    delivered: AtomicUsize,
    is_over: AtomicBool,
}

impl LobbyLoad {
    /// Connects the members and the writer; `threads` threads receive.
    ///
    /// # Errors
    /// When the server refuses one.
    pub fn join(
        server: &ServerProcess,
        contender: Contender,
        members: usize,
        threads: usize,
    ) -> Result<Self> {
        let (server, protocol) = (server.endpoint(), contender.protocol);
        let share = |index| members / threads + usize::from(index < members % threads);
        let pools = (0..threads).map(|index| lobby_member::join(server, protocol, share(index)));
        let mut pools = pools.collect::<Result<Vec<_>>>()?;
        let writer = lobby_member::add_writer(&mut pools[0], server, protocol, WRITER)?;
        Ok(LobbyLoad {
            pools,
            writer,
            protocol,
            members,
            ids: ClientIds::new(0),
            sent: 0,
            resubscribe: lobby_member::lobby_subscriptions(server.dialect)?,
        })
    }

    /// Sends at this rate, without waiting for deliveries, and then waits for the last delivery.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn measure(
        &mut self,
        server: &ServerProcess,
        rate: u32,
        time: Duration,
    ) -> Result<DeliveryResult> {
        self.measure_with(server, rate, time, BODY)
    }

    /// As [`LobbyLoad::measure`], with messages of `bytes` bytes.
    ///
    /// # Errors
    /// As [`LobbyLoad::measure`].
    pub fn measure_with(
        &mut self,
        server: &ServerProcess,
        rate: u32,
        time: Duration,
        bytes: usize,
    ) -> Result<DeliveryResult> {
        let count = rate.saturating_mul(u32::try_from(time.as_secs())?);
        let expected = self.members * usize::try_from(count)?;
        let frames = (0..count).map(|_| self.next_frame(bytes));
        let frames = frames.collect::<Result<Vec<_>>>()?;
        let clock = MarkClock::start();
        let progress = Progress {
            delivered: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        };
        let receiver = Receiver {
            clock,
            resubscribe: &self.resubscribe,
            progress: &progress,
        };
        let cpu_meter = server.cpu_meter()?;
        let own = own_processor_time();
        let started = Instant::now();
        let Some((first, others)) = self.pools.split_first_mut() else {
            return Ok(DeliveryResult::default());
        };
        let writer = self.writer;
        let by_thread = thread::scope(|scope| {
            let receiving: Vec<_> = others
                .iter_mut()
                .map(|pool| scope.spawn(move || receiver.receive(pool)))
                .collect();
            let sending = receiver.send_and_receive(
                first,
                writer,
                frames,
                Duration::from_secs(1) / rate,
                expected,
            );
            progress.is_over.store(true, Ordering::Relaxed);
            let mut by_thread = vec![sending?];
            for thread in receiving {
                by_thread.push(
                    thread
                        .join()
                        .map_err(|_| anyhow!("a receiving thread panicked"))??,
                );
            }
            Ok::<_, anyhow::Error>(by_thread)
        })?;
        let (server, client) = (cpu_meter.spent()?, own_processor_time().saturating_sub(own));
        let last = by_thread.iter().filter_map(|thread| thread.last).max();
        Ok(DeliveryResult {
            expected,
            took: last.map(|last| last - started),
            server,
            client,
            resyncs: by_thread.iter().map(|thread| thread.resyncs).sum(),
            waits: by_thread
                .into_iter()
                .flat_map(|thread| thread.waits)
                .collect(),
        })
    }

    /// Notes in the section why connections ended, if any did.
    pub fn note_endings(&self, section: &mut Section, what: &str) {
        for pool in &self.pools {
            note_endings(section, what, pool);
        }
    }

    /// The next message, without its mark.
    fn next_frame(&mut self, bytes: usize) -> Result<Vec<u8>> {
        let mut frame = Vec::new();
        let body = message::marked(0, bytes);
        match self.protocol {
            Protocol::Simple => message::append_simple(WRITER, &body, &mut frame)?,
            Protocol::Native => {
                let command = ClientFrame::command(
                    self.ids.id(self.sent),
                    Command::Send {
                        room: RoomId::LOBBY,
                        body,
                    },
                );
                message::append_native(&command, &mut frame)?;
            }
        }
        self.sent += 1;
        Ok(frame)
    }
}

/// How a thread receives.
#[derive(Clone, Copy)]
struct Receiver<'a> {
    clock: MarkClock,
    resubscribe: &'a [u8],
    progress: &'a Progress,
}

impl Receiver<'_> {
    /// Sends every frame at its time, marked with that time, and receives until all deliveries
    /// have arrived.
    fn send_and_receive(
        self,
        pool: &mut ConnectionPool,
        writer: ConnectionId,
        frames: Vec<Vec<u8>>,
        step: Duration,
        expected: usize,
    ) -> Result<Deliveries> {
        let mut deliveries = Deliveries::default();
        let started = Instant::now();
        for (mut frame, index) in frames.into_iter().zip(0_u32..) {
            let deadline = started + step * index;
            while let Some(left) = time_until(deadline) {
                self.poll_once(pool, Some(writer), left, &mut deliveries)?;
            }
            message::set_mark(&mut frame, self.clock.number(Instant::now()));
            pool.send(writer, &frame);
        }
        let deadline = Instant::now() + TIMEOUT;
        while self.progress.delivered.load(Ordering::Relaxed) < expected
            && let Some(left) = time_until(deadline)
        {
            self.poll_once(pool, Some(writer), left.min(POLL), &mut deliveries)?;
        }
        Ok(deliveries)
    }

    /// Receives until the measurement is over.
    fn receive(self, pool: &mut ConnectionPool) -> Result<Deliveries> {
        let mut deliveries = Deliveries::default();
        while !self.progress.is_over.load(Ordering::Relaxed) {
            self.poll_once(pool, None, POLL, &mut deliveries)?;
        }
        Ok(deliveries)
    }

    fn poll_once(
        self,
        pool: &mut ConnectionPool,
        writer: Option<ConnectionId>,
        wait: Duration,
        deliveries: &mut Deliveries,
    ) -> Result<()> {
        let before = deliveries.waits.len();
        pool.poll_once(wait, &mut |received: ReceivedText<'_>| {
            if message::is_type(received.text, "resync") {
                deliveries.resyncs += 1;
                received.answer.extend_from_slice(self.resubscribe);
            }
            if Some(received.connection) == writer || message::is_type(received.text, "reset") {
                return;
            }
            for number in message::marks(received.text) {
                deliveries.waits.push(self.clock.since(number, received.at));
                deliveries.last = Some(received.at);
            }
        })?;
        let more = deliveries.waits.len() - before;
        self.progress.delivered.fetch_add(more, Ordering::Relaxed);
        Ok(())
    }
}

fn time_until(deadline: Instant) -> Option<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    (!left.is_zero()).then_some(left)
}
