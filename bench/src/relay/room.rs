//! A client that asks one thing after the other, and a room of its own for one benchmark.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use shared::frame::ClientFrame;
use shared::id::{Epoch, Rev, RoomId, Seq};

use crate::load::pool::{Line, Pool};
use crate::load::returning::Known;
use crate::load::say::{self, Ids};
use crate::load::{connect, session};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Missed changes that a client may catch up on.
const LIMIT: usize = 10_000;

/// A native client that asks one thing after the other.
pub struct Asking {
    pool: Pool,
    line: Line,
    epoch: Epoch,
    // Questions so far.
    asked: usize,
}

impl Asking {
    /// Comes in as a new guest.
    ///
    /// # Errors
    /// When it is refused.
    pub fn enter(address: SocketAddr) -> Result<Self> {
        let mut pool = Pool::new()?;
        let line = pool.open(address, connect::NATIVE)?;
        let mut frames = Vec::new();
        say::native(&say::hello(&session::guest(address, "asker")?), &mut frames)?;
        pool.send(line, &frames);
        let mut epoch = None;
        answered(&mut pool, |text| {
            epoch = say::epoch_of(text);
            epoch.is_some()
        })?;
        Ok(Asking {
            pool,
            line,
            epoch: epoch.context("no epoch")?,
            asked: 0,
        })
    }

    /// Asks, and waits for an answer.
    ///
    /// # Errors
    /// When none comes.
    pub fn ask(&mut self, said: &ClientFrame) -> Result<()> {
        self.ask_for(said, |_| true)
    }

    /// What a client needs to show how much is unread: the room's revision and the place
    /// of its last message.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn now(&mut self, room: RoomId) -> Result<(Rev, Seq)> {
        let said = ClientFrame::Subscribe {
            room,
            epoch: None,
            rev: Rev::ZERO,
            most: Some(self.other()),
            page: Some(0),
        };
        let mut now = None;
        self.ask_for(&said, |text| {
            if say::is_type(text, "reset") {
                let number = |name| say::number_of(text, name);
                now = number("rev").zip(number("seq"));
            }
            now.is_some()
        })?;
        let (rev, seq) = now.context("no answer")?;
        Ok((Rev(rev), Seq(seq)))
    }

    /// A page of what changed since a revision; gives up to where it goes.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn changes_since(&mut self, room: RoomId, rev: Rev) -> Result<Rev> {
        let said = ClientFrame::Subscribe {
            room,
            epoch: Some(self.epoch),
            rev,
            most: Some(self.other()),
            page: None,
        };
        let mut through = None;
        self.ask_for(&said, |text| {
            if say::is_type(text, "changes") {
                through = say::number_of(text, "through");
            }
            through.is_some()
        })?;
        through.map(Rev).context("no answer")
    }

    /// A limit that makes a question another one than all before, and no difference else:
    /// the server keeps answers for those who ask the same.
    fn other(&mut self) -> usize {
        self.asked += 1;
        LIMIT - self.asked
    }

    fn ask_for(&mut self, said: &ClientFrame, hear: impl FnMut(&[u8]) -> bool) -> Result<()> {
        let mut frame = Vec::new();
        say::native(said, &mut frame)?;
        self.pool.send(self.line, &frame);
        answered(&mut self.pool, hear)
    }
}

/// The room, and the connection of its writer.
pub struct Room {
    writer: Asking,
    ids: Ids,
    sent: u32,
    known: Known,
}

impl Room {
    /// Makes one.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn create(address: SocketAddr, name: &str) -> Result<Self> {
        let mut writer = Asking::enter(address)?;
        let known = Known {
            room: create_room(&mut writer.pool, writer.line, 0, name)?,
            epoch: writer.epoch,
            rev: Rev::ZERO,
        };
        let mut room = Room {
            writer,
            ids: Ids::new(0),
            sent: 0,
            known,
        };
        room.say(1, 20)?;
        Ok(room)
    }

    /// What a client knows that is current now.
    pub fn known(&self) -> Known {
        self.known
    }

    /// Posts so many messages of so many bytes.
    ///
    /// # Errors
    /// When one has no answer.
    pub fn say(&mut self, count: u32, bytes: usize) -> Result<()> {
        let mut frames = Vec::new();
        for _ in 0..count {
            let said = ClientFrame::Send {
                client_id: self.ids.id(self.sent),
                room: self.known.room,
                body: say::marked(self.sent.into(), bytes),
            };
            say::native(&said, &mut frames)?;
            self.sent += 1;
        }
        let writer = &mut self.writer;
        writer.pool.send(writer.line, &frames);
        let mut missing = count;
        let mut rev = None;
        answered(&mut writer.pool, |text| {
            if say::is_type(text, "ack") {
                missing -= 1;
                rev = say::number_of(text, "rev").max(rev);
            }
            missing == 0
        })?;
        self.known.rev = Rev(rev.context("no revision")?);
        Ok(())
    }
}

/// A room for the writer on this line; gives its id.
///
/// # Errors
/// When it is refused.
pub fn create_room(pool: &mut Pool, line: Line, number: u32, name: &str) -> Result<RoomId> {
    let mut frame = Vec::new();
    let said = ClientFrame::CreateRoom {
        client_id: Ids::new(u32::MAX).id(number),
        name: name.to_owned(),
        topic: String::new(),
    };
    say::native(&said, &mut frame)?;
    pool.send(line, &frame);
    let mut room = None;
    answered(pool, |text| {
        if say::is_type(text, "ack") {
            room = say::room_of(text);
        }
        room.is_some()
    })?;
    room.context("the room was not made")
}

/// Hears until `hear` has heard what it waits for.
fn answered(pool: &mut Pool, mut hear: impl FnMut(&[u8]) -> bool) -> Result<()> {
    let due = Instant::now() + PATIENCE;
    let came = pool.turn_until(due, &mut |came| hear(came.text))?;
    ensure!(came, "an answer is missing");
    Ok(())
}
