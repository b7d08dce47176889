//! The reading side of a connection: when it reads, its turns, its deadlines.
//!
//! A client that always has something to send must not cost the others anything. Therefore
//! deadlines are checked by the clock before the socket is read, a turn ends after a few
//! frames, and what comes faster than [`InboundLimiter`] allows stays in the socket.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use shared::frame::close;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout_at};
use tungstenite::Message;

use super::config::ConnectionConfig;
use super::frame_reader::{FrameReader, ReadEnd, ReadResult, has_unread, protocol_error_reason};
use super::in_flight::InFlight;
use super::inbound_limit::InboundLimiter;
use super::protocol::{Flow, Protocol};
use crate::gateway::delivery::encode;
use crate::gateway::delivery::memory_budget::Charge;
use crate::gateway::delivery::outbox::Outbox;
use crate::stop_signal::StopSignal;

/// Frames that are handled before other tasks may run.
const FRAMES_PER_TURN: usize = 32;
/// How long a turn may last, and after how many frames the clock is looked at.
const TIME_PER_TURN: Duration = Duration::from_micros(200);
const FRAMES_PER_CLOCK_CHECK: usize = 4;
/// An incomplete message of fewer bytes does not count in the memory budget.
const CHARGED_INCOMPLETE_BYTES: usize = 4 * 1024;
/// After a deadline has passed the socket is read once more, for so long. If the process or
/// the machine was suspended, the clock ran on while bytes already lay in the socket.
const LAST_READ: Duration = Duration::from_millis(100);

/// The reading side's state.
pub struct ReadSide<'a> {
    stream: &'a TcpStream,
    frames: &'a mut FrameReader,
    outbox: &'a Outbox,
    in_flight: &'a InFlight,
    config: &'a ConnectionConfig,
    // When the last complete frame came.
    last_heard: Instant,
    // When a ping was sent that has no answer yet.
    pinged_at: Option<Instant>,
    // When the incomplete message began.
    incomplete_since: Option<Instant>,
    // Whether the socket was read since the deadline passed.
    has_read_after_deadline: bool,
    limiter: InboundLimiter,
    // For an incomplete message, if it is large.
    charge: Option<Charge>,
    // Frames handled in this turn, and when it began.
    frames_in_turn: usize,
    turn_began: Instant,
}

impl<'a> ReadSide<'a> {
    /// A reading side that has heard nothing yet.
    pub fn new(
        stream: &'a TcpStream,
        frames: &'a mut FrameReader,
        outbox: &'a Outbox,
        in_flight: &'a InFlight,
        config: &'a ConnectionConfig,
    ) -> Self {
        ReadSide {
            stream,
            frames,
            outbox,
            in_flight,
            config,
            last_heard: Instant::now(),
            pinged_at: None,
            incomplete_since: None,
            has_read_after_deadline: false,
            limiter: InboundLimiter::default(),
            charge: None,
            frames_in_turn: 0,
            turn_began: Instant::now(),
        }
    }

    /// Reads and handles frames. Returns how the connection has to be closed, or `Continue` if
    /// the outbox is closed already.
    pub async fn run(
        &mut self,
        protocol: &mut (impl Protocol + Send),
        stopping: &mut StopSignal,
    ) -> Flow {
        loop {
            if *stopping.borrow_and_update() {
                return Flow::Close(close::RESTART, "the server restarts; come back in a moment");
            }
            if self.outbox.is_closed() {
                return Flow::Continue;
            }
            if self.outbox.has_overflowed() {
                protocol.overflowed();
            }
            // The clock before the socket: a client that never stops sending would otherwise
            // keep its deadlines from being checked.
            let now = Instant::now();
            let deadline = self.next_deadline(protocol);
            let until = if now < deadline {
                self.has_read_after_deadline = false;
                deadline
            } else if self.has_read_after_deadline {
                match self.deadline_passed(protocol, now) {
                    Flow::Continue => continue,
                    close @ Flow::Close(..) => return close,
                }
            } else {
                now + LAST_READ
            };
            let is_full = self.in_flight.count() >= self.config.in_flight;
            let resumes_at = self.limiter.resumes_at(&self.config.inbound, now);
            let may_read = !is_full && resumes_at.is_none() && !self.outbox.is_half_full();
            tokio::select! {
                biased;
                _changed = stopping.changed() => {}
                () = self.outbox.wait_for_change() => {}
                // Only if it is full: a branch that is ready at once, in every round, would
                // never let the writing side run.
                () = self.in_flight.wait_below(self.config.in_flight), if is_full => {}
                () = sleep_until(resumes_at.unwrap_or(until)), if resumes_at.is_some() => {}
                ready = timeout_at(until, self.readable()), if may_read => {
                    self.has_read_after_deadline = now >= deadline;
                    match ready {
                        Ok(Ok(())) => match Box::pin(self.read(protocol)).await {
                            Flow::Continue => {}
                            close @ Flow::Close(..) => return close,
                        },
                        Ok(Err(_)) => return self.peer_is_gone(),
                        Err(_) => {}
                    }
                },
            }
            if !may_read {
                // While the server does not read, the client's time does not run.
                self.incomplete_since = self.incomplete_since.map(|began| began + now.elapsed());
            }
        }
    }

    async fn readable(&self) -> io::Result<()> {
        if self.frames.has_leftover() {
            Ok(())
        } else {
            self.stream.readable().await
        }
    }

    async fn read(&mut self, protocol: &mut impl Protocol) -> Flow {
        let (limiter, rates) = (&mut self.limiter, &self.config.inbound);
        let read = self.frames.read(self.stream, |bytes, begun| {
            limiter.count(rates, bytes, begun, Instant::now())
        });
        let read = match read {
            Ok(read) => read,
            Err(excess) => return Flow::Close(close::FLOOD, excess.reason()),
        };
        self.update_deadlines(&read);
        for message in read.messages {
            let flow = match message {
                Message::Text(text) => protocol.text(text).await,
                Message::Binary(bytes) => protocol.binary(bytes.len()),
                // Control frames are answered while they are parsed.
                _ => Flow::Continue,
            };
            if flow != Flow::Continue {
                return flow;
            }
            self.yield_after_turn().await;
            self.wait_for_room().await;
            if self.outbox.is_closed() {
                // The session has ended: the frames behind this one are not handled.
                return Flow::Continue;
            }
        }
        // Each read has a price, whatever it brought.
        self.frames_in_turn += FRAMES_PER_TURN / 4 - 1;
        self.yield_after_turn().await;
        match read.end {
            None => {
                if !read.control.is_empty() {
                    self.outbox.push(Bytes::from(read.control));
                }
                Flow::Continue
            }
            Some(ReadEnd::Closed) => {
                // The answer to a close frame is the last frame.
                self.outbox.close(Bytes::from(read.control));
                Flow::Continue
            }
            Some(ReadEnd::Gone) => self.peer_is_gone(),
            Some(ReadEnd::ProtocolError(code)) => Flow::Close(code, protocol_error_reason(code)),
        }
    }

    /// Notes what came, for the deadlines and the memory budget.
    fn update_deadlines(&mut self, read: &ReadResult) {
        let now = Instant::now();
        if !read.messages.is_empty() || read.begun.control > 0 {
            self.last_heard = now;
            self.pinged_at = None;
        }
        if !read.messages.is_empty() {
            self.incomplete_since = None;
        }
        let incomplete_bytes = self.frames.incomplete_bytes();
        if incomplete_bytes >= CHARGED_INCOMPLETE_BYTES || self.charge.is_some() {
            let memory = &self.config.memory;
            self.charge
                .get_or_insert_with(|| memory.charge(0))
                .resize(incomplete_bytes);
            self.outbox.set_incomplete_bytes(incomplete_bytes);
            memory.relieve();
            if incomplete_bytes == 0 {
                self.charge = None;
            }
        }
        self.incomplete_since = match self.incomplete_since {
            began if self.frames.has_incomplete() => began.or(Some(now)),
            _ => None,
        };
    }

    /// Lets other tasks run, after some frames or some time.
    async fn yield_after_turn(&mut self) {
        self.frames_in_turn += 1;
        let is_over = self.frames_in_turn >= FRAMES_PER_TURN
            || self.frames_in_turn.is_multiple_of(FRAMES_PER_CLOCK_CHECK)
                && self.turn_began.elapsed() > TIME_PER_TURN;
        if is_over {
            tokio::task::yield_now().await;
            self.frames_in_turn = 0;
            self.turn_began = Instant::now();
        }
    }

    /// Waits until there is room for another reply. Frames that were read already are handled
    /// no faster than they are answered; one read brings a limited number of them.
    async fn wait_for_room(&self) {
        while self.outbox.is_half_full() {
            self.outbox.wait_for_change().await;
        }
        if self.in_flight.count() >= self.config.in_flight {
            self.in_flight.wait_below(self.config.in_flight).await;
        }
    }

    /// Nobody will read what waits.
    fn peer_is_gone(&self) -> Flow {
        self.outbox.abandon();
        Flow::Continue
    }

    /// When something has to have come.
    fn next_deadline(&self, protocol: &impl Protocol) -> Instant {
        let config = self.config;
        let silence = match self.pinged_at {
            // Counted from the ping, which may have been sent late.
            Some(pinged) => pinged + config.dead_after.saturating_sub(config.heartbeat),
            None => self.last_heard + config.heartbeat,
        };
        let completion = self
            .incomplete_since
            .map(|began| began + config.progress_timeout);
        [protocol.hello_deadline(), completion]
            .into_iter()
            .flatten()
            .fold(silence, Instant::min)
    }

    /// Decides what a passed deadline means: a close, or a ping.
    fn deadline_passed(&mut self, protocol: &impl Protocol, now: Instant) -> Flow {
        self.has_read_after_deadline = false;
        if protocol
            .hello_deadline()
            .is_some_and(|deadline| deadline <= now)
        {
            return Flow::Close(close::NO_HELLO, "say hello within the time that is given");
        }
        let timeout = self.config.progress_timeout;
        if self
            .incomplete_since
            .is_some_and(|began| began + timeout <= now)
        {
            return Flow::Close(close::UNFINISHED, "a message was begun and not finished");
        }
        if self.pinged_at.is_some() && !has_unread(self.stream) {
            return Flow::Close(close::SILENT, "nothing was heard for too long");
        }
        self.pinged_at = Some(now);
        self.outbox.push(encode::ping_frame());
        Flow::Continue
    }
}
