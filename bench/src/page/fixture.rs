//! A server with messages: a lobby with a page of history, and a room of 5,000 messages by several
//! people.

use std::cell::RefCell;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chromium::Context;
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::{ClientId, RoomId, UserId};
use shared::model::RoomKind;

use super::measured_page::MeasuredPage;
use crate::context::BenchContext;
use crate::load::dialect::Endpoint;
use crate::load::lobby_member::{self, Protocol};
use crate::load::message::{self, ClientIds};
use crate::load::pool::ConnectionPool;
use crate::load::received::ConnectionId;
use crate::load::session;
use crate::process::program::Program;
use crate::process::server::ServerProcess;

/// The number of messages in the large room.
pub const LARGE: u32 = 5000;
/// The number of messages in the lobby.
const LOBBY: u32 = 200;
/// The start of every message in the large room.
pub const LARGE_WORDS: &str = "In the courtyard";
/// The start of every message in the lobby.
pub const LOBBY_WORDS: &str = "In the lobby";
/// The people who wrote the messages.
const AUTHORS: [&str; 5] = ["Haneul", "Bora", "Ines", "도윤", "Jonas"];
/// How many messages each person writes in a row.
const IN_A_ROW: u32 = 4;
/// How long a page is idle after it can be read.
const SETTLE: Duration = Duration::from_secs(1);
/// The longest time for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The server and its rooms.
pub struct PageFixture {
    server: ServerProcess,
    /// The origin that the browser opens.
    pub origin: String,
    /// The room of [`LARGE`] messages. Who reads it is a member.
    pub large: RoomId,
    /// Who made it.
    host: RefCell<MessageWriter>,
}

impl PageFixture {
    /// Starts a server and writes the messages.
    ///
    /// # Errors
    /// When the server does not start, or refuses a message.
    pub fn new(context: &BenchContext) -> Result<Self> {
        let server = ServerProcess::start(context, Program::Madang)?;
        let mut writers: Vec<MessageWriter> = AUTHORS
            .iter()
            .map(|name| MessageWriter::new(server.endpoint(), name))
            .collect::<Result<_>>()?;
        let large = writers[0].create_room("courtyard")?;
        write_history(&mut writers, RoomId::LOBBY, LOBBY, LOBBY_WORDS)?;
        write_history(&mut writers, large, LARGE, LARGE_WORDS)?;
        Ok(PageFixture {
            origin: format!("http://{}", server.address()),
            server,
            large,
            host: RefCell::new(writers.swap_remove(0)),
        })
    }

    /// Connects another person, who writes.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn writer(&self) -> Result<MessageWriter> {
        MessageWriter::new(self.server.endpoint(), "Mina")
    }

    /// Opens a room with a new session; returns when a row is painted and the page is idle.
    ///
    /// # Errors
    /// When no row is painted in time.
    pub fn open_room(&self, browser: &Context, path: &str) -> Result<MeasuredPage> {
        let page = self.signed_in_page(browser)?;
        page.page().go(&format!("{}{path}", self.origin))?;
        page.evaluate("__bench.row('')")?;
        thread::sleep(SETTLE);
        Ok(page)
    }

    /// Opens an empty tab, and sets the cookie of a new session.
    ///
    /// # Errors
    /// When the server or the browser refuses.
    pub fn signed_in_page(&self, browser: &Context) -> Result<MeasuredPage> {
        let (cookie, user) = session::page_cookie(self.server.address(), &self.origin, "reader")?;
        self.host.borrow_mut().add_member(self.large, user)?;
        let page = MeasuredPage::open(browser)?;
        page.set_cookie(&self.origin, &cookie)?;
        Ok(page)
    }

    /// Stops the server.
    ///
    /// # Errors
    /// When it has to be killed.
    pub fn stop(self) -> Result<()> {
        self.server.stop()
    }
}

/// A person who writes messages over the native protocol.
pub struct MessageWriter {
    pool: ConnectionPool,
    connection: ConnectionId,
    ids: ClientIds,
    // The number of commands, and of those that are answered.
    sent: u32,
    answered: u32,
}

impl MessageWriter {
    fn new(server: Endpoint, name: &str) -> Result<Self> {
        let mut pool = ConnectionPool::new()?;
        let connection = lobby_member::add_writer(&mut pool, server, Protocol::Native, name)?;
        Ok(MessageWriter {
            pool,
            connection,
            ids: ClientIds::new(0),
            sent: 0,
            answered: 0,
        })
    }

    fn create_room(&mut self, name: &str) -> Result<RoomId> {
        let client_id = self.id();
        self.send(&[ClientFrame::command(
            client_id,
            Command::CreateRoom {
                name: name.to_owned(),
                topic: String::new(),
                kind: RoomKind::Public,
            },
        )])?;
        let mut room = None;
        self.wait_for_answers(|answer| room = message::room_of(answer))?;
        room.context("no room")
    }

    fn add_member(&mut self, room: RoomId, user: UserId) -> Result<()> {
        let (id, users) = (self.id(), vec![user]);
        self.send(&[ClientFrame::command(
            id,
            Command::AddMembers { room, users },
        )])?;
        self.wait_for_acknowledgements()
    }

    /// Posts messages to a room, all in one write.
    ///
    /// # Errors
    /// Never, for these types.
    pub fn post(&mut self, room: RoomId, bodies: Vec<String>) -> Result<()> {
        let sends: Vec<_> = bodies
            .into_iter()
            .map(|body| ClientFrame::command(self.id(), Command::Send { room, body }))
            .collect();
        self.send(&sends)
    }

    /// Waits until all commands are acknowledged.
    ///
    /// # Errors
    /// When an acknowledgement does not come.
    pub fn wait_for_acknowledgements(&mut self) -> Result<()> {
        self.wait_for_answers(|_| {})
    }

    fn id(&mut self) -> ClientId {
        self.sent += 1;
        self.ids.id(self.sent)
    }

    fn send(&mut self, commands: &[ClientFrame]) -> Result<()> {
        let mut frames = Vec::new();
        for frame in commands {
            message::append_native(frame, &mut frames)?;
        }
        self.pool.send(self.connection, &frames);
        Ok(())
    }

    fn wait_for_answers(&mut self, mut each: impl FnMut(&[u8])) -> Result<()> {
        let due = Instant::now() + TIMEOUT;
        while self.answered < self.sent {
            let left = due.saturating_duration_since(Instant::now());
            ensure!(!left.is_zero(), "an acknowledgement did not come");
            let answered = &mut self.answered;
            self.pool.poll_once(left, &mut |received| {
                if message::is_type(received.text, "ack") {
                    each(received.text);
                    *answered += 1;
                }
            })?;
        }
        Ok(())
    }
}

/// Writes messages of different lengths; people take turns, each with a few messages.
fn write_history(
    writers: &mut [MessageWriter],
    room: RoomId,
    count: u32,
    words: &str,
) -> Result<()> {
    let mut written = 0;
    while written < count {
        for writer in writers.iter_mut() {
            let some = IN_A_ROW.min(count - written);
            let bodies = (written..written + some).map(|number| sentence(words, number));
            writer.post(room, bodies.collect())?;
            written += some;
        }
        for writer in writers.iter_mut() {
            writer.wait_for_acknowledgements()?;
        }
    }
    Ok(())
}

fn sentence(words: &str, number: u32) -> String {
    const MORE: &[&str] = &[
        "the persimmons are ripe.",
        "이번 주 회의는 목요일 오후 세 시에 시작해요.",
        "has anybody seen the ladder? It stood beside the well yesterday, and now it does not, \
         and the roof will not wait for much longer, as the forecast says.",
        "see https://example.org/a/rather/long/address?with=something and `code` too",
        "yes!",
        "first line\nsecond line\nand a third",
    ];
    let more = MORE[number as usize % MORE.len()];
    format!("{words}, {number}: {more}")
}
