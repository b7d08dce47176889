//! Connections that keep sends in flight, each with rooms of its own.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::frame::ClientFrame;
use shared::id::RoomId;

use super::room::create_room;
use super::{BODY, note_endings};
use crate::load::member::{self, Protocol};
use crate::load::pool::{Line, Pool, Received};
use crate::load::say::{self, Ids};
use crate::process::own_processor_time;
use crate::process::server::Server;
use crate::report::Section;

/// Connections.
pub const CONNECTIONS: usize = 16;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The connections.
pub struct Writers {
    pool: Pool,
    writers: Vec<Writer>,
}

/// One connection's sends.
struct Writer {
    line: Line,
    rooms: Vec<RoomId>,
    ids: Ids,
    next: u32,
    body: String,
    // When each send left, by its number; numbers count through all measures.
    left: Vec<Instant>,
}

/// What came of one measure.
#[derive(Debug, Default)]
pub struct Sends {
    /// Send to acknowledgement, of each.
    pub waits: Vec<Duration>,
    /// From the first send to the last acknowledgement.
    pub took: Duration,
    /// The server's processor time.
    pub server: Duration,
    /// The load client's own.
    pub client: Duration,
}

/// Until when new sends are made.
#[derive(Clone, Copy, Debug)]
pub enum Enough {
    /// For so long.
    Time(Duration),
    /// Until so many were sent.
    Count(usize),
}

#[derive(Default)]
struct Answered {
    waits: Vec<Duration>,
    refused: usize,
    last: Option<Instant>,
}

impl Writers {
    /// Lets them in and makes so many rooms, shared out among them; at least one for each.
    ///
    /// # Errors
    /// When the server refuses something.
    pub fn new(server: &Server, rooms: usize) -> Result<Self> {
        let share = rooms / CONNECTIONS;
        let mut numbers = 0_u32..;
        Writers::with(server, |pool, line| {
            let numbers = numbers.by_ref().take(share.max(1));
            numbers
                .map(|number| create_room(pool, line, number, &format!("room {number}")))
                .collect()
        })
    }

    /// Has them write to so many of their rooms only, shared out among them.
    pub fn keep_to(&mut self, rooms: usize) {
        for writer in &mut self.writers {
            writer.rooms.truncate((rooms / CONNECTIONS).max(1));
        }
    }

    /// Lets them in; all write to one room that is there.
    ///
    /// # Errors
    /// When the server refuses one.
    pub fn in_room(server: &Server, room: RoomId) -> Result<Self> {
        Writers::with(server, |_, _| Ok(vec![room]))
    }

    fn with(
        server: &Server,
        mut rooms: impl FnMut(&mut Pool, Line) -> Result<Vec<RoomId>>,
    ) -> Result<Self> {
        let mut pool = Pool::new()?;
        let mut writers = Vec::new();
        for number in 0..CONNECTIONS {
            let name = format!("writer {number}");
            let line = member::add_writer(&mut pool, server.address(), Protocol::Native, &name)?;
            writers.push(Writer {
                line,
                rooms: rooms(&mut pool, line)?,
                ids: Ids::new(u32::try_from(number)?),
                next: 0,
                body: say::marked(0, BODY),
                left: Vec::new(),
            });
        }
        Ok(Writers { pool, writers })
    }

    /// Keeps so many sends in flight, then waits for the last answers.
    ///
    /// # Errors
    /// When a send is refused or forgotten.
    pub fn measure(&mut self, server: &Server, in_flight: usize, enough: Enough) -> Result<Sends> {
        let used = in_flight.min(CONNECTIONS);
        let mut answered = Answered::default();
        let processor = server.processor()?;
        let own = own_processor_time();
        let begun = Instant::now();
        let mut frames = Vec::new();
        for index in 0..used {
            // The first ones take what does not divide evenly.
            let share = in_flight / used + usize::from(index < in_flight % used);
            frames.clear();
            for _ in 0..share {
                self.writers[index].say(&mut frames);
            }
            self.pool.send(self.writers[index].line, &frames);
        }
        let (mut waiting, mut sent) = (in_flight, in_flight);
        let mut heard = Instant::now();
        while waiting > 0 && heard.elapsed() < PATIENCE {
            let writers = &mut self.writers;
            self.pool.turn(Duration::from_millis(100), &mut |came| {
                let writer = &mut writers[came.line.0];
                if !writer.hear(&came, &mut answered) {
                    return;
                }
                heard = came.at;
                let goes_on = match enough {
                    Enough::Time(time) => came.at < begun + time,
                    Enough::Count(count) => sent < count,
                };
                if goes_on {
                    writer.say(came.answer);
                    sent += 1;
                } else {
                    waiting -= 1;
                }
            })?;
        }
        let server = processor.spent()?;
        let client = own_processor_time().saturating_sub(own);
        ensure!(answered.refused == 0, "{} sends refused", answered.refused);
        ensure!(waiting == 0, "{waiting} sends had no answer");
        Ok(Sends {
            took: answered.last.map_or(Duration::ZERO, |last| last - begun),
            waits: answered.waits,
            server,
            client,
        })
    }

    /// Says in the section which connections did not last.
    pub fn note_endings(&self, section: &mut Section) {
        note_endings(section, "native", &self.pool);
    }
}

impl Writer {
    /// Appends one send.
    fn say(&mut self, frames: &mut Vec<u8>) {
        let room = usize::try_from(self.next).map_or(0, |next| next % self.rooms.len());
        let said = ClientFrame::Send {
            client_id: self.ids.id(self.next),
            room: self.rooms[room],
            body: self.body.clone(),
        };
        // These types always have a JSON form; without it no answer comes, which is noticed.
        if say::native(&said, frames).is_ok() {
            self.next += 1;
            self.left.push(Instant::now());
        }
    }

    /// Takes an answer; says whether it was one to a send.
    fn hear(&self, came: &Received<'_>, answered: &mut Answered) -> bool {
        let Some(number) = Ids::number(came.text) else {
            return false;
        };
        if say::is_type(came.text, "ack") {
            let left = usize::try_from(number).ok().and_then(|n| self.left.get(n));
            answered.waits.extend(left.map(|left| came.at - *left));
        } else {
            answered.refused += 1;
        }
        answered.last = Some(came.at);
        true
    }
}
