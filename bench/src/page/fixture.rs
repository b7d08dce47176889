//! A server with something to read: a lobby with a page of history, and a room of 5,000
//! messages by several people.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::{ClientId, RoomId};

use super::chromium::Chromium;
use super::tab::Tab;
use crate::context::BenchContext;
use crate::load::lobby_member::{self, Protocol};
use crate::load::message::{self, ClientIds};
use crate::load::pool::{ConnectionId, ConnectionPool};
use crate::load::session;
use crate::process::program::Program;
use crate::process::server::ServerProcess;

/// Messages in the large room.
pub const LARGE: u32 = 5000;
/// Messages in the lobby.
const LOBBY: u32 = 200;
/// What every message of the large room says.
pub const LARGE_WORDS: &str = "In the courtyard";
/// What every message of the lobby says that was there before.
pub const LOBBY_WORDS: &str = "In the lobby";
/// People who have written all that.
const AUTHORS: [&str; 5] = ["Haneul", "Bora", "Ines", "도윤", "Jonas"];
/// What each of them says before another does.
const IN_A_ROW: u32 = 4;
/// How long a page is left alone after it can be read.
const SETTLE: Duration = Duration::from_secs(1);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server, and where its rooms are.
pub struct PageFixture {
    server: ServerProcess,
    /// The address that the browser opens.
    pub origin: String,
    /// The room of [`LARGE`] messages.
    pub large: RoomId,
}

impl PageFixture {
    /// Starts a server and writes its history.
    ///
    /// # Errors
    /// When the server does not take it.
    pub fn new(context: &BenchContext) -> Result<Self> {
        let server = ServerProcess::start(context, Program::Madang)?;
        let mut authors: Vec<Author> = AUTHORS
            .iter()
            .map(|name| Author::new(server.address(), name))
            .collect::<Result<_>>()?;
        let large = authors[0].create_room("courtyard")?;
        write_history(&mut authors, RoomId::LOBBY, LOBBY, LOBBY_WORDS)?;
        write_history(&mut authors, large, LARGE, LARGE_WORDS)?;
        Ok(PageFixture {
            origin: format!("http://{}", server.address()),
            server,
            large,
        })
    }

    /// Someone else, who writes.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn author(&self) -> Result<Author> {
        Author::new(self.server.address(), "Mina")
    }

    /// Lets a tab's person in and shows a room; is back once a row of it is painted and the
    /// page has come to rest.
    ///
    /// # Errors
    /// When no row is.
    pub fn show<'a>(&self, browser: &'a mut Chromium, path: &str) -> Result<Tab<'a>> {
        let mut tab = self.visitor(browser)?;
        tab.navigate(&format!("{}{path}", self.origin))?;
        tab.evaluate("__bench.row('')")?;
        // What follows is about a page at rest.
        tab.listen(SETTLE)?;
        Ok(tab)
    }

    /// A tab with somebody's session in it, and nothing else.
    ///
    /// # Errors
    /// When the server or the browser refuses.
    pub fn visitor<'a>(&self, browser: &'a mut Chromium) -> Result<Tab<'a>> {
        let cookie = session::page_cookie(self.server.address(), &self.origin, "reader")?;
        let mut tab = browser.tab()?;
        tab.set_cookie(&self.origin, &cookie)?;
        Ok(tab)
    }

    /// Stops the server.
    ///
    /// # Errors
    /// When it has to be killed.
    pub fn leave(self) -> Result<()> {
        self.server.stop()
    }
}

/// Someone who writes on the native protocol.
pub struct Author {
    pool: ConnectionPool,
    line: ConnectionId,
    ids: ClientIds,
    // Commands, and those of them that were answered.
    said: u32,
    answered: u32,
}

impl Author {
    fn new(address: SocketAddr, name: &str) -> Result<Self> {
        let mut pool = ConnectionPool::new()?;
        let line = lobby_member::add_writer(&mut pool, address, Protocol::Native, name)?;
        Ok(Author {
            pool,
            line,
            ids: ClientIds::new(0),
            said: 0,
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
            },
        )])?;
        let mut room = None;
        self.hear(|answer| room = message::room_of(answer))?;
        room.context("no room")
    }

    /// Says something in a room, all of it in one write.
    ///
    /// # Errors
    /// Never, for these types.
    pub fn say(&mut self, room: RoomId, bodies: Vec<String>) -> Result<()> {
        let sends: Vec<_> = bodies
            .into_iter()
            .map(|body| ClientFrame::command(self.id(), Command::Send { room, body }))
            .collect();
        self.send(&sends)
    }

    /// Waits until all is acknowledged.
    ///
    /// # Errors
    /// When an acknowledgement does not come.
    pub fn acknowledged(&mut self) -> Result<()> {
        self.hear(|_| {})
    }

    fn id(&mut self) -> ClientId {
        self.said += 1;
        self.ids.id(self.said)
    }

    fn send(&mut self, said: &[ClientFrame]) -> Result<()> {
        let mut frames = Vec::new();
        for frame in said {
            message::append_native(frame, &mut frames)?;
        }
        self.pool.send(self.line, &frames);
        Ok(())
    }

    fn hear(&mut self, mut each: impl FnMut(&[u8])) -> Result<()> {
        let due = Instant::now() + PATIENCE;
        while self.answered < self.said {
            let left = due.saturating_duration_since(Instant::now());
            ensure!(!left.is_zero(), "an acknowledgement did not come");
            let answered = &mut self.answered;
            self.pool.poll_once(left, &mut |came| {
                if message::is_type(came.text, "ack") {
                    each(came.text);
                    *answered += 1;
                }
            })?;
        }
        Ok(())
    }
}

/// People in turn, each a few messages, of different lengths.
fn write_history(authors: &mut [Author], room: RoomId, count: u32, words: &str) -> Result<()> {
    let mut written = 0;
    while written < count {
        for author in authors.iter_mut() {
            let some = IN_A_ROW.min(count - written);
            let bodies = (written..written + some).map(|number| sentence(words, number));
            author.say(room, bodies.collect())?;
            written += some;
        }
        for author in authors.iter_mut() {
            author.acknowledged()?;
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
