//! One connection: its two directions, its heartbeat, its end.
//!
//! Both directions run in one task. The writing side writes answers, and what the shared
//! writers could not, as the socket was full. The reading side does not read on while the
//! connection's commands are unanswered above the cap or its outbox is half full: the
//! sender's TCP then waits, and nobody else does.
//!
//! A peer that always has something to say must cost the others nothing: deadlines are
//! checked by the clock before anything is read, a turn ends after a few frames, and what
//! comes faster than [`Intake`] allows is left in the socket.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use shared::frame::close;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tungstenite::{Message, Utf8Bytes};

use super::in_flight::InFlight;
use super::incoming::{End, Incoming, Reading, broken, has_unread};
use super::intake::{Intake, IntakeRates};
use super::memory::{Charge, Memory};
use super::outbox::Outbox;
use super::sending::{drain, write};
use super::wire;

/// How long a closing handshake may take.
const CLOSING: Duration = Duration::from_secs(5);
/// Frames that are carried out before other connections have their turn, and how long they may
/// take, which is looked at after every few.
const TURN: usize = 32;
const TURN_TIME: Duration = Duration::from_micros(200);
const LOOKS: usize = 4;
/// An unfinished message of less is not counted.
const HELD: usize = 4 * 1024;
/// After a deadline, how long what may lie in the socket already is waited for: after the
/// process or the machine was stopped for a while, the clock runs ahead of what was read.
const LAST_LOOK: Duration = Duration::from_millis(100);

/// What every connection is held to.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A frame from a client, in bytes.
    pub frame_bytes: usize,
    /// Bytes that may wait to be written.
    pub outbox_bytes: usize,
    /// Commands without an answer.
    pub in_flight: usize,
    /// Silence after which a ping is sent.
    pub heartbeat: Duration,
    /// Silence after which the other side is taken for dead.
    pub dead_after: Duration,
    /// How long the other side may take its time before it has said who it is.
    pub greeting: Duration,
    /// How long a reader may stall, and how long a message may take to come.
    pub stall: Duration,
    /// How much the other side may send.
    pub intake: IntakeRates,
    /// What may wait for all readers together.
    pub memory: Arc<Memory>,
}

/// Turns true when the server stops.
pub type Stopping = watch::Receiver<bool>;

/// What is said on a connection, and what is done about it.
pub trait Protocol {
    /// A text frame came.
    fn text(&mut self, text: Utf8Bytes) -> impl Future<Output = Flow> + Send;
    /// A binary frame came.
    fn binary(&mut self) -> Flow;
    /// The outbox overflowed and all that waited is lost.
    fn overflowed(&mut self);
    /// Has what was told before now come before what is said next.
    fn catch_up(&self);
    /// Until when the other side must have said who it is; none if it has.
    fn greeting_due(&self) -> Option<Instant>;
}

/// Whether a connection goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    Go,
    /// It is closed with this code and reason.
    Close(u16, &'static str),
}

/// A connection after its handshake.
pub struct Connection<P, A> {
    /// What came together with the handshake.
    pub leftover: Vec<u8>,
    /// What waits to be written, and the socket.
    pub outbox: Arc<Outbox>,
    /// Its commands without an answer.
    pub in_flight: Arc<InFlight>,
    /// What it is held to.
    pub settings: Arc<Settings>,
    /// Whether the server stops.
    pub stopping: Stopping,
    /// What is said on it.
    pub protocol: P,
    /// Kept until the connection has ended.
    pub admitted: A,
}

impl<P: Protocol + Send, A: Send> Connection<P, A> {
    /// Runs it to its end.
    ///
    /// What is kept here across a wait is paid for by every idle connection: rare and
    /// large waits are boxed where they happen.
    #[allow(
        clippy::manual_async_fn,
        reason = "an `async fn` keeps what it is given twice, as it came and as it is used"
    )]
    pub fn run(mut self) -> impl Future<Output = ()> + Send {
        async move {
            let Some(stream) = self.outbox.socket() else {
                return;
            };
            let mut incoming = Incoming::new(
                self.settings.frame_bytes,
                std::mem::take(&mut self.leftover),
            );
            let mut reader = Reader {
                stream,
                incoming: &mut incoming,
                outbox: &self.outbox,
                in_flight: &self.in_flight,
                settings: &self.settings,
                heard: Instant::now(),
                pinged: None,
                unfinished: None,
                looked: false,
                intake: Intake::default(),
                charge: None,
                turn: 0,
                turn_began: Instant::now(),
            };
            let reading = async {
                let flow = reader.run(&mut self.protocol, &mut self.stopping).await;
                if let Flow::Close(code, reason) = flow {
                    if code == close::RESTART {
                        // What was accepted is carried out and acknowledged first, and what
                        // others were told is told here as well.
                        self.in_flight.below(1).await;
                        self.protocol.catch_up();
                    }
                    self.outbox.close(wire::close(code, reason));
                }
                // The writing side ends the connection once all is written; wait for it.
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = reading => {}
                _ended = write(stream, &self.outbox, self.settings.stall) => {}
            }
            self.outbox.abandon();
            // The other side's close frame, or its end: without it a reset could overtake
            // what was written last. Whatever comes, nobody waits longer than this.
            let _drained = Box::pin(timeout(CLOSING, drain(stream))).await;
            // It counts for as long as its socket is open.
            drop((self.protocol, self.outbox, self.admitted));
        }
    }
}

struct Reader<'a> {
    stream: &'a TcpStream,
    incoming: &'a mut Incoming,
    outbox: &'a Outbox,
    in_flight: &'a InFlight,
    settings: &'a Settings,
    heard: Instant,
    // When it was asked whether it is still there, if it has not answered.
    pinged: Option<Instant>,
    // When the message began that is not complete.
    unfinished: Option<Instant>,
    // Whether it was read from since the deadline that has passed.
    looked: bool,
    intake: Intake,
    // For what is kept of an unfinished message, if that is much.
    charge: Option<Charge>,
    // Frames that were carried out in this turn, and when it began.
    turn: usize,
    turn_began: Instant,
}

impl Reader<'_> {
    async fn run(
        &mut self,
        protocol: &mut (impl Protocol + Send),
        stopping: &mut Stopping,
    ) -> Flow {
        loop {
            if *stopping.borrow_and_update() {
                return Flow::Close(close::RESTART, "the server restarts; come back in a moment");
            }
            if self.outbox.is_closed() {
                return Flow::Go;
            }
            if self.outbox.has_overflowed() {
                protocol.overflowed();
            }
            // The clock before the socket: one that always has something to read would
            // otherwise keep every deadline from being seen.
            let now = Instant::now();
            let due = self.next_deadline(protocol);
            let until = if now < due {
                self.looked = false;
                due
            } else if self.looked {
                match self.overdue(protocol, now) {
                    Flow::Go => continue,
                    close @ Flow::Close(..) => return close,
                }
            } else {
                now + LAST_LOOK
            };
            let is_full = self.in_flight.count() >= self.settings.in_flight;
            let resumes_at = self.intake.resumes_at(&self.settings.intake, now);
            let may_read = !is_full && resumes_at.is_none() && !self.outbox.is_busy();
            tokio::select! {
                biased;
                _changed = stopping.changed() => {}
                () = self.outbox.changed() => {}
                // Only while it has something to wait for: a wait that is over at once,
                // turn after turn, would leave the writing side no turn of its own.
                () = self.in_flight.below(self.settings.in_flight), if is_full => {}
                () = sleep_until(resumes_at.unwrap_or(until)), if resumes_at.is_some() => {}
                ready = timeout_at(until, self.readable()), if may_read => {
                    self.looked = now >= due;
                    match ready {
                        Ok(Ok(())) => match Box::pin(self.read(protocol)).await {
                            Flow::Go => {}
                            close @ Flow::Close(..) => return close,
                        },
                        Ok(Err(_)) => return self.gone(),
                        Err(_) => {}
                    }
                },
            }
            if !may_read {
                // What it could not be read from is not its own time.
                self.unfinished = self.unfinished.map(|began| began + now.elapsed());
            }
        }
    }

    async fn readable(&self) -> io::Result<()> {
        if self.incoming.has_leftover() {
            Ok(())
        } else {
            self.stream.readable().await
        }
    }

    async fn read(&mut self, protocol: &mut impl Protocol) -> Flow {
        let (intake, rates) = (&mut self.intake, &self.settings.intake);
        let reading = self.incoming.read(self.stream, |bytes, begun| {
            intake.count(rates, bytes, begun, Instant::now())
        });
        let reading = match reading {
            Ok(reading) => reading,
            Err(excess) => return Flow::Close(close::FLOOD, excess.reason()),
        };
        self.note(&reading);
        for message in reading.messages {
            let flow = match message {
                Message::Text(text) => protocol.text(text).await,
                Message::Binary(_) => protocol.binary(),
                // Control frames are answered as they are read.
                _ => Flow::Go,
            };
            if flow != Flow::Go {
                return flow;
            }
            self.take_turns().await;
            self.have_room().await;
            if self.outbox.is_closed() {
                // The session has ended meanwhile: what was read behind is not carried out.
                return Flow::Go;
            }
        }
        // What is read at once has cost something, whatever it was.
        self.turn += TURN / 4 - 1;
        self.take_turns().await;
        match reading.end {
            None => {
                if !reading.control.is_empty() {
                    self.outbox.push(Bytes::from(reading.control));
                }
                Flow::Go
            }
            Some(End::Closed) => {
                // The answer to a close is the last frame.
                self.outbox.close(Bytes::from(reading.control));
                Flow::Go
            }
            Some(End::Gone) => self.gone(),
            Some(End::Broken(code)) => Flow::Close(code, broken(code)),
        }
    }

    /// Notes what came, for the deadlines.
    fn note(&mut self, reading: &Reading) {
        let now = Instant::now();
        if !reading.messages.is_empty() || reading.begun.control > 0 {
            self.heard = now;
            self.pinged = None;
        }
        if !reading.messages.is_empty() {
            self.unfinished = None;
        }
        let held = self.incoming.held();
        if held >= HELD || self.charge.is_some() {
            let memory = &self.settings.memory;
            self.charge
                .get_or_insert_with(|| memory.charge(0))
                .resize(held);
            self.outbox.note_held(held);
            memory.relieve();
            if held == 0 {
                self.charge = None;
            }
        }
        self.unfinished = match self.unfinished {
            began if self.incoming.is_unfinished() => began.or(Some(now)),
            _ => None,
        };
    }

    /// Lets other connections have their turn, after some frames or some time.
    async fn take_turns(&mut self) {
        self.turn += 1;
        let is_over = self.turn >= TURN
            || self.turn.is_multiple_of(LOOKS) && self.turn_began.elapsed() > TURN_TIME;
        if is_over {
            tokio::task::yield_now().await;
            self.turn = 0;
            self.turn_began = Instant::now();
        }
    }

    /// Waits until another answer has its place: what was read already, which is bounded
    /// by one reading, is carried out no faster than it is answered.
    async fn have_room(&self) {
        while self.outbox.is_busy() {
            self.outbox.changed().await;
        }
        if self.in_flight.count() >= self.settings.in_flight {
            self.in_flight.below(self.settings.in_flight).await;
        }
    }

    /// Nobody is there to read what waits.
    fn gone(&self) -> Flow {
        self.outbox.abandon();
        Flow::Go
    }

    /// When something has to have come.
    fn next_deadline(&self, protocol: &impl Protocol) -> Instant {
        let silence = match self.pinged {
            // Counted from the question: it may have been asked late.
            Some(asked) => {
                let settings = &self.settings;
                asked + settings.dead_after.saturating_sub(settings.heartbeat)
            }
            None => self.heard + self.settings.heartbeat,
        };
        let finished = self.unfinished.map(|began| began + self.settings.stall);
        [protocol.greeting_due(), finished]
            .into_iter()
            .flatten()
            .fold(silence, Instant::min)
    }

    /// What is done about a deadline that has passed.
    fn overdue(&mut self, protocol: &impl Protocol, now: Instant) -> Flow {
        self.looked = false;
        if protocol.greeting_due().is_some_and(|due| due <= now) {
            return Flow::Close(close::NO_HELLO, "say hello within the time that is given");
        }
        let stall = self.settings.stall;
        if self.unfinished.is_some_and(|began| began + stall <= now) {
            return Flow::Close(close::UNFINISHED, "a message was begun and not finished");
        }
        if self.pinged.is_some() && !has_unread(self.stream) {
            return Flow::Close(close::SILENT, "nothing was heard for too long");
        }
        self.pinged = Some(now);
        self.outbox.push(wire::ping());
        Flow::Go
    }
}
