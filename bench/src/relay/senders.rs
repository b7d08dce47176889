//! Connections that keep sends in flight, each to rooms of its own.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::RoomId;
use shared::model::RoomKind;

use super::bench_room::create_room;
use super::{BODY, note_endings};
use crate::load::lobby_member::{self, Protocol};
use crate::load::message::{self, ClientIds};
use crate::load::pool::ConnectionPool;
use crate::load::received::{ConnectionId, ReceivedText};
use crate::process::own_processor_time;
use crate::process::server::ServerProcess;
use crate::report::Section;

/// The number of connections.
pub const CONNECTIONS: usize = 16;
/// The longest time for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// All sending connections.
pub struct Senders {
    pool: ConnectionPool,
    writers: Vec<SendingConnection>,
}

/// One connection and its sends.
struct SendingConnection {
    connection: ConnectionId,
    rooms: Vec<RoomId>,
    ids: ClientIds,
    next: u32,
    body: String,
    // When each send was written, by its number. Numbers continue over all measurements.
    sent_at: Vec<Instant>,
}

/// The result of one measurement.
#[derive(Debug, Default)]
pub struct SendResult {
    /// For each send, the time from sending to the acknowledgement.
    pub waits: Vec<Duration>,
    /// The time from the first send to the last acknowledgement.
    pub took: Duration,
    /// The processor time of the server.
    pub server: Duration,
    /// The processor time of the load client.
    pub client: Duration,
}

/// When to stop sending.
#[derive(Clone, Copy, Debug)]
pub enum StopAfter {
    /// After this time.
    Time(Duration),
    /// After this number of sends.
    Count(usize),
}

#[derive(Default)]
struct AnswerCounts {
    waits: Vec<Duration>,
    refused: usize,
    last: Option<Instant>,
}

impl Senders {
    /// Connects them and creates `rooms` rooms, divided among them, at least one for each.
    ///
    /// # Errors
    /// When the server refuses a connection or a room.
    pub fn new(server: &ServerProcess, rooms: usize) -> Result<Self> {
        let share = rooms / CONNECTIONS;
        let mut numbers = 0_u32..;
        Senders::with(server, |pool, connection| {
            let numbers = numbers.by_ref().take(share.max(1));
            numbers
                .map(|number| {
                    let name = format!("room {number}");
                    create_room(pool, connection, number, &name, RoomKind::Public)
                })
                .collect()
        })
    }

    /// Makes them send to only `rooms` of their rooms.
    pub fn use_rooms(&mut self, rooms: usize) {
        for writer in &mut self.writers {
            writer.rooms.truncate((rooms / CONNECTIONS).max(1));
        }
    }

    /// Connects them; all send to one existing room.
    ///
    /// # Errors
    /// When the server refuses one.
    pub fn in_room(server: &ServerProcess, room: RoomId) -> Result<Self> {
        Senders::with(server, |_, _| Ok(vec![room]))
    }

    fn with(
        server: &ServerProcess,
        mut rooms: impl FnMut(&mut ConnectionPool, ConnectionId) -> Result<Vec<RoomId>>,
    ) -> Result<Self> {
        let mut pool = ConnectionPool::new()?;
        let mut writers = Vec::new();
        for number in 0..CONNECTIONS {
            let name = format!("writer {number}");
            let connection =
                lobby_member::add_writer(&mut pool, server.endpoint(), Protocol::Native, &name)?;
            writers.push(SendingConnection {
                connection,
                rooms: rooms(&mut pool, connection)?,
                ids: ClientIds::new(u32::try_from(number)?),
                next: 0,
                body: message::marked(0, BODY),
                sent_at: Vec::new(),
            });
        }
        Ok(Senders { pool, writers })
    }

    /// Keeps `in_flight` sends in flight until it is time to stop, then waits for the last answers.
    ///
    /// # Errors
    /// When a send is refused or has no answer.
    pub fn measure(
        &mut self,
        server: &ServerProcess,
        in_flight: usize,
        stop_after: StopAfter,
    ) -> Result<SendResult> {
        let used = in_flight.min(CONNECTIONS);
        let mut counts = AnswerCounts::default();
        let cpu_meter = server.cpu_meter()?;
        let own = own_processor_time();
        let started = Instant::now();
        let mut frames = Vec::new();
        for index in 0..used {
            // The first connections take the remainder.
            let share = in_flight / used + usize::from(index < in_flight % used);
            frames.clear();
            for _ in 0..share {
                self.writers[index].append_send(&mut frames);
            }
            self.pool.send(self.writers[index].connection, &frames);
        }
        let (mut waiting, mut sent) = (in_flight, in_flight);
        let mut last_answer = Instant::now();
        while waiting > 0 && last_answer.elapsed() < TIMEOUT {
            let writers = &mut self.writers;
            self.pool
                .poll_once(Duration::from_millis(100), &mut |received| {
                    let writer = &mut writers[received.connection.0];
                    if !writer.take_answer(&received, &mut counts) {
                        return;
                    }
                    last_answer = received.at;
                    let continues = match stop_after {
                        StopAfter::Time(time) => received.at < started + time,
                        StopAfter::Count(count) => sent < count,
                    };
                    if continues {
                        writer.append_send(received.answer);
                        sent += 1;
                    } else {
                        waiting -= 1;
                    }
                })?;
        }
        let server = cpu_meter.spent()?;
        let client = own_processor_time().saturating_sub(own);
        ensure!(counts.refused == 0, "{} sends refused", counts.refused);
        ensure!(waiting == 0, "{waiting} sends had no answer");
        Ok(SendResult {
            took: counts.last.map_or(Duration::ZERO, |last| last - started),
            waits: counts.waits,
            server,
            client,
        })
    }

    /// Notes in the section why connections ended, if any did.
    pub fn note_endings(&self, section: &mut Section) {
        note_endings(section, "native", &self.pool);
    }
}

impl SendingConnection {
    /// Appends one send.
    fn append_send(&mut self, frames: &mut Vec<u8>) {
        let room = usize::try_from(self.next).map_or(0, |next| next % self.rooms.len());
        let command = ClientFrame::command(
            self.ids.id(self.next),
            Command::Send {
                room: self.rooms[room],
                body: self.body.clone(),
            },
        );
        // Encoding cannot fail for these types. If it did, the missing answer would be noticed.
        if message::append_native(&command, frames).is_ok() {
            self.next += 1;
            self.sent_at.push(Instant::now());
        }
    }

    /// Takes an answer; returns whether it belongs to a send.
    fn take_answer(&self, received: &ReceivedText<'_>, counts: &mut AnswerCounts) -> bool {
        let Some(number) = ClientIds::number(received.text) else {
            return false;
        };
        if message::is_type(received.text, "ack") {
            let left = usize::try_from(number)
                .ok()
                .and_then(|n| self.sent_at.get(n));
            counts.waits.extend(left.map(|left| received.at - *left));
        } else {
            counts.refused += 1;
        }
        counts.last = Some(received.at);
        true
    }
}
