//! A client that asks one question after the other, and a room for one benchmark.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use shared::command::Command;
use shared::frame::{Anchor, ClientFrame};
use shared::id::{Epoch, Rev, RoomId, Seq};
use shared::model::RoomKind;
use shared::stream::StreamKey;

use crate::load::dialect::{Dialect, Endpoint};
use crate::load::message::{self, ClientIds};
use crate::load::pool::ConnectionPool;
use crate::load::received::ConnectionId;
use crate::load::resuming::KnownRevision;
use crate::load::{connect, session};

/// The longest time for an answer.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The number of missed changes up to which the client wants to catch up.
const LIMIT: usize = 10_000;

/// A native client that asks one question after the other.
pub struct SequentialClient {
    pool: ConnectionPool,
    connection: ConnectionId,
    dialect: Dialect,
    epoch: Epoch,
    // The number of questions so far.
    question_count: usize,
}

impl SequentialClient {
    /// Connects as a new guest.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn connect(server: Endpoint) -> Result<Self> {
        let mut pool = ConnectionPool::new()?;
        let connection = pool.open(server.address, connect::NATIVE)?;
        let guest = session::create_guest(server.address, "client")?;
        let mut frames = Vec::new();
        let hello = message::hello(&guest.token);
        server.dialect.append(&hello, &mut frames)?;
        pool.send(connection, &frames);
        let mut epoch = None;
        receive_until(&mut pool, |text| {
            epoch = message::epoch_of(text);
            epoch.is_some()
        })?;
        Ok(SequentialClient {
            pool,
            connection,
            dialect: server.dialect,
            epoch: epoch.context("no epoch")?,
            question_count: 0,
        })
    }

    /// Asks for a page of messages after this one.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn history(&mut self, room: RoomId, after: Seq, limit: usize) -> Result<()> {
        let frame_to_send = ClientFrame::History {
            question: message::QUESTION,
            room,
            anchor: Anchor::After(after),
            limit: Some(limit),
        };
        self.ask_for(&frame_to_send, |text| message::is_type(text, "history"))
    }

    /// The room's last revision and last message, which a client needs to show the number of
    /// unread messages.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn head(&mut self, room: RoomId) -> Result<(Rev, Seq)> {
        let frame_to_send = ClientFrame::Subscribe {
            question: message::QUESTION,
            stream: StreamKey::Room(room),
            epoch: None,
            rev: Rev::ZERO,
            most: Some(self.unique_limit()),
            page: Some(0),
        };
        let mut head = None;
        self.ask_for(&frame_to_send, |text| {
            if message::is_type(text, "reset") {
                let number = |name| message::number_of(text, name);
                head = number("rev").zip(number("seq"));
            }
            head.is_some()
        })?;
        let (rev, seq) = head.context("no answer")?;
        Ok((Rev(rev), Seq(seq)))
    }

    /// Asks for a page of changes after a revision; returns the last revision of the page.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn changes_since(&mut self, room: RoomId, rev: Rev) -> Result<Rev> {
        let frame_to_send = ClientFrame::Subscribe {
            question: message::QUESTION,
            stream: StreamKey::Room(room),
            epoch: Some(self.epoch),
            rev,
            most: Some(self.unique_limit()),
            page: None,
        };
        let mut through = None;
        self.ask_for(&frame_to_send, |text| {
            if message::is_type(text, "changes") {
                through = message::number_of(text, "through");
            }
            through.is_some()
        })?;
        through.map(Rev).context("no answer")
    }

    /// A limit that makes the question differ from all earlier ones, but not its answer: the
    /// server caches answers to equal questions.
    fn unique_limit(&mut self) -> usize {
        self.question_count += 1;
        LIMIT - self.question_count
    }

    fn ask_for(
        &mut self,
        frame_to_send: &ClientFrame,
        on_text: impl FnMut(&[u8]) -> bool,
    ) -> Result<()> {
        let mut frame = Vec::new();
        self.dialect.append(frame_to_send, &mut frame)?;
        self.pool.send(self.connection, &frame);
        receive_until(&mut self.pool, on_text)
    }
}

/// A room, and the connection that posts to it.
pub struct BenchRoom {
    writer: SequentialClient,
    ids: ClientIds,
    sent: u32,
    known: KnownRevision,
}

impl BenchRoom {
    /// Creates a room with one message.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn create(server: Endpoint, name: &str) -> Result<Self> {
        let mut writer = SequentialClient::connect(server)?;
        let (pool, connection) = (&mut writer.pool, writer.connection);
        let known = KnownRevision {
            room: create_room(pool, connection, 0, name, RoomKind::Public)?,
            epoch: writer.epoch,
            rev: Rev::ZERO,
        };
        let mut room = BenchRoom {
            writer,
            ids: ClientIds::new(0),
            sent: 0,
            known,
        };
        room.post(1, 20)?;
        Ok(room)
    }

    /// The revision that a client knows if it is current now.
    pub fn known(&self) -> KnownRevision {
        self.known
    }

    /// Posts `count` messages of `bytes` bytes.
    ///
    /// # Errors
    /// When one is not acknowledged.
    pub fn post(&mut self, count: u32, bytes: usize) -> Result<()> {
        let mut frames = Vec::new();
        for _ in 0..count {
            let frame_to_send = ClientFrame::command(
                self.ids.id(self.sent),
                Command::Send {
                    room: self.known.room,
                    body: message::marked(self.sent.into(), bytes),
                },
            );
            message::append_native(&frame_to_send, &mut frames)?;
            self.sent += 1;
        }
        let writer = &mut self.writer;
        writer.pool.send(writer.connection, &frames);
        let mut missing = count;
        let mut rev = None;
        receive_until(&mut writer.pool, |text| {
            if message::is_type(text, "ack") {
                missing -= 1;
                rev = message::number_of(text, "rev").max(rev);
            }
            missing == 0
        })?;
        self.known.rev = Rev(rev.context("no revision")?);
        Ok(())
    }
}

/// Creates a room on this connection; returns its id.
///
/// # Errors
/// When the server refuses it.
pub fn create_room(
    pool: &mut ConnectionPool,
    connection: ConnectionId,
    number: u32,
    name: &str,
    kind: RoomKind,
) -> Result<RoomId> {
    let mut frame = Vec::new();
    let frame_to_send = ClientFrame::command(
        ClientIds::new(u32::MAX).id(number),
        Command::CreateRoom {
            name: name.to_owned(),
            topic: String::new(),
            kind,
        },
    );
    message::append_native(&frame_to_send, &mut frame)?;
    pool.send(connection, &frame);
    let mut created = None;
    receive_until(pool, |text| {
        if message::is_type(text, "ack") {
            created = Some(message::room_of(text).context("an answer without a room"));
        } else if message::is_type(text, "error") {
            let why = String::from_utf8_lossy(text).into_owned();
            created = Some(Err(anyhow!("the room was not created: {why}")));
        }
        created.is_some()
    })?;
    created.context("no answer")?
}

/// Receives until `on_text` returns true.
fn receive_until(pool: &mut ConnectionPool, mut on_text: impl FnMut(&[u8]) -> bool) -> Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    let arrived = pool.poll_until(deadline, &mut |received| on_text(received.text))?;
    ensure!(arrived, "no answer");
    Ok(())
}
