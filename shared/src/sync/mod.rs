//! The client's replica of what the server holds: one state machine for the web
//! page, the command-line checker and the property tests.
//!
//! Pure: no I/O, no clock, no randomness. Whoever owns a [`Replica`] feeds it what
//! happens (connected, a frame, a wish of the person), sends the frames that come
//! back in their order, and shows what the notices name. It ends equal to the
//! server's timeline whatever was lost on the way, asks for a hole once, and
//! neither panics nor grows without bound on anything that a server can say.
//!
//! * one pair of epoch and revision says how far each stream of changes is known;
//! * a room holds one run of messages without a hole ([`Timeline`]);
//! * commands wait in order until they are answered ([`PendingCommand`]).
//!
//! ```
//! use shared::sync::{Attention, Replica};
//! # use shared::{id::{Micros, RoomId, UserId, Rev, ClientId}, model::{Profile, UserKind}};
//! # let me = Profile { id: UserId(7), name: "Ada".into(), rev: Rev(1), kind: UserKind::Guest };
//! let mut replica = Replica::new(me);
//! let now = Micros(1_700_000_000_000_000);
//! let _ = replica.follow(RoomId::LOBBY, Attention::Open);
//! for frame in replica.connected().send { /* socket.send(frame) */ }
//! // for each frame that arrives: replica.receive(frame, now)
//! let _ = replica.post(ClientId::new(0, &[0; 10]), RoomId::LOBBY, "hello".into(), now);
//! assert_eq!(replica.pending(Some(RoomId::LOBBY)).count(), 1);
//! ```

mod commands;
mod cursor;
mod directory;
mod map;
mod marks;
mod output;
mod pending;
mod reading;
mod receive;
mod refusal;
mod retries;
mod room;
mod settings;
mod soft;
mod view;

use crate::PROTOCOL_VERSION;
use crate::frame::ClientFrame;
use crate::id::{Epoch, Micros, RoomId, UserId};
use crate::limits::Limits;
use crate::model::Profile;

pub use output::{Notice, Output, Span, TimelineChange};
pub use pending::{Command, PendingCommand, PendingSnapshot, PendingState};
pub use room::{Load, Timeline};
pub use settings::{Attention, Settings};
pub use soft::Presence;

use cursor::Cursor;
use directory::Directory;
use map::Map;
use marks::Marks;
use pending::{Pending, is_due};
use retries::Retries;
use room::RoomState;

/// What one person's client knows, holds, waits for and wishes.
#[derive(Debug)]
pub struct Replica {
    user: Profile,
    settings: Settings,
    token: Option<String>,
    link: Link,
    limits: Limits,
    lobby: RoomId,
    directory: Directory,
    marks: Marks,
    rooms: Map<RoomId, RoomState>,
    pending: Pending,
    retries: Retries,
    request: u32,
    /// Whether anything was heard since everything was last asked for.
    heard_since_asking: bool,
}

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Down,
    /// Hello was said; questions may go out, commands not: the session may belong to
    /// someone else by now.
    Greeting,
    Up(Epoch),
    /// The session has ended or is another person's: nothing goes out any more.
    Ended,
}

impl Replica {
    /// A replica for a person, of whom `POST` or `GET /api/v1/session` has told.
    pub fn new(user: Profile) -> Self {
        Replica::with_settings(user, Settings::default())
    }

    /// A replica that holds more or less than usual.
    pub fn with_settings(user: Profile, settings: Settings) -> Self {
        let mut directory = Directory::default();
        directory.overhear_profile(&user);
        Replica {
            user,
            settings,
            token: None,
            link: Link::Down,
            limits: Limits::default(),
            lobby: RoomId::LOBBY,
            directory,
            marks: Marks::default(),
            rooms: Map::new(),
            pending: Pending::default(),
            retries: Retries::default(),
            request: 0,
            heard_since_asking: false,
        }
    }

    /// Proves the person by a bearer token instead of a cookie: for programs.
    pub fn set_token(&mut self, token: Option<String>) {
        self.token = token;
    }

    /// A connection is open. Everything is asked for at once, without waiting for
    /// the welcome; read marks and pending commands follow it, when it is certain whose
    /// they are.
    pub fn connected(&mut self) -> Output {
        let mut out = self.disconnected();
        self.link = Link::Greeting;
        out.send.push(ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: self.token.clone(),
        });
        self.ask_for_everything(&mut out);
        out
    }

    /// The connection is gone. Who types and who is here is not known any more;
    /// what was asked for and not answered is asked again at the next connection.
    pub fn disconnected(&mut self) -> Output {
        let mut out = Output::default();
        self.link = Link::Down;
        self.hang_up(&mut out);
        out
    }

    /// Says what has come due: commands that were held, questions that were put off,
    /// typing notices that have stood for their time. Call it at [`Self::next_due`].
    pub fn poll(&mut self, now: Micros) -> Output {
        let mut out = Output::default();
        for room in self.pending.release(now) {
            out.notice(Notice::Pending(room));
        }
        let ids: Vec<RoomId> = self.rooms.keys().copied().collect();
        for id in ids {
            if let Some(room) = self.rooms.get_mut(&id) {
                if room.soft.expire(now) {
                    out.notice(Notice::Typing(id));
                }
                room.release(now);
            }
            self.ask_history(id, &mut out);
        }
        self.ask_again(now, &mut out);
        self.flush(&mut out);
        out
    }

    /// When [`Self::poll`] has something to do; `None` if nothing waits for a time.
    pub fn next_due(&self) -> Option<Micros> {
        let rooms = self
            .rooms
            .values()
            .flat_map(|room| [room.soft.typing_until(), room.retry_at()]);
        rooms
            .chain([
                self.pending.next_due(),
                self.directory.cursor.retry_at(),
                self.marks.cursor.retry_at(),
                self.marks.say_again_at(),
            ])
            .flatten()
            .min()
    }

    fn me(&self) -> UserId {
        self.user.id
    }

    fn epoch(&self) -> Option<Epoch> {
        match self.link {
            Link::Up(epoch) => Some(epoch),
            Link::Down | Link::Greeting | Link::Ended => None,
        }
    }

    fn may_ask(&self) -> bool {
        matches!(self.link, Link::Greeting | Link::Up(_))
    }

    /// Nothing that was asked on this connection will be answered.
    fn hang_up(&mut self, out: &mut Output) {
        self.directory.cursor.hang_up();
        self.marks.cursor.hang_up();
        self.marks.say_again(None);
        self.pending.hang_up();
        self.retries = Retries::default();
        for (id, room) in &mut self.rooms {
            room.hang_up();
            let (typing, presence) = room.soft.clear();
            if typing {
                out.notice(Notice::Typing(*id));
            }
            if presence {
                out.notice(Notice::Presence(*id));
            }
        }
    }

    fn ask_for_everything(&mut self, out: &mut Output) {
        self.heard_since_asking = false;
        self.ask_where(|cursor| !cursor.is_partial(), out);
        self.say_marks(out);
        self.flush(out);
    }

    /// Says what was read and not told back yet; before the welcome it is not certain whose
    /// connection this is.
    fn say_marks(&self, out: &mut Output) {
        if self.epoch().is_some() {
            let wanted = self.marks.wanted();
            out.send
                .extend(wanted.map(|(room, seq)| ClientFrame::MarkRead { room, seq }));
        }
    }

    /// What was being caught up on goes on in the same life of the store, and begins
    /// anew in another.
    fn ask_for_the_rest(&mut self, epoch: Epoch, out: &mut Output) {
        let rooms = self.rooms.values_mut().map(|room| &mut room.cursor);
        let cursors = rooms.chain([&mut self.directory.cursor, &mut self.marks.cursor]);
        let mut any = false;
        for cursor in cursors.filter(|cursor| cursor.is_partial()) {
            any = true;
            if !cursor.is_confirmed(epoch) {
                cursor.forget();
            }
        }
        if any {
            self.ask_where(|cursor| !cursor.is_asking(), out);
        }
    }

    fn ask_where(&mut self, which: impl Fn(&Cursor) -> bool, out: &mut Output) {
        if which(&self.directory.cursor) {
            self.ask_directory(out);
        }
        if which(&self.marks.cursor) {
            self.ask_stream(out);
        }
        for room in self.rooms.values_mut().filter(|room| which(&room.cursor)) {
            out.send.push(room.subscribe(&self.settings));
        }
    }

    /// Asks again what was refused for now and has come due, as much of it as goes at once:
    /// first what all rooms need, then the rooms that somebody reads.
    fn ask_again(&mut self, now: Micros, out: &mut Output) {
        let due_again = |cursor: &Cursor| cursor.retry_at().is_some_and(|at| is_due(at, now));
        let mut due = Vec::new();
        for attention in [Attention::Open, Attention::Background] {
            for (id, room) in self.rooms.iter() {
                if room.attention == attention && due_again(&room.cursor) {
                    due.push(*id);
                }
            }
        }
        let directory = due_again(&self.directory.cursor);
        let marks = due_again(&self.marks.cursor);
        let says_again = (self.marks.say_again_at()).is_some_and(|at| is_due(at, now));
        let anything = directory || marks || says_again || !due.is_empty();
        if !anything || !self.may_ask() {
            return;
        }
        let mut left = self.retries.round(now);
        let mut takes_part = |retries: &mut Retries, cursor: &mut Cursor| {
            let takes_part = left > 0;
            left = left.saturating_sub(1);
            if !takes_part {
                cursor.refused(Some(retries.after_round(now)));
            }
            takes_part
        };
        if directory && takes_part(&mut self.retries, &mut self.directory.cursor) {
            let (epoch, rev) = self.directory.cursor.ask();
            out.send.push(ClientFrame::Directory { epoch, rev });
        }
        if marks && takes_part(&mut self.retries, &mut self.marks.cursor) {
            let (epoch, rev) = self.marks.cursor.ask();
            out.send.push(ClientFrame::Stream { epoch, rev });
        }
        for id in due {
            if let Some(room) = self.rooms.get_mut(&id)
                && takes_part(&mut self.retries, &mut room.cursor)
            {
                out.send.push(room.subscribe(&self.settings));
            }
        }
        if says_again && self.epoch().is_some() {
            let wanted = self.marks.wanted();
            let said = wanted.map(|(room, seq)| ClientFrame::MarkRead { room, seq });
            out.send.extend(said.take(left));
            // What is told back is wanted no more; what had no place comes later.
            let rest = self.marks.wanted().nth(left).is_some();
            self.marks
                .say_again(rest.then(|| self.retries.after_round(now)));
        }
    }

    fn ask_directory(&mut self, out: &mut Output) {
        if self.may_ask() {
            let (epoch, rev) = self.directory.cursor.ask();
            out.send.push(ClientFrame::Directory { epoch, rev });
        }
    }

    fn ask_stream(&mut self, out: &mut Output) {
        if self.may_ask() {
            let (epoch, rev) = self.marks.cursor.ask();
            out.send.push(ClientFrame::Stream { epoch, rev });
        }
    }

    fn ask_history(&mut self, id: RoomId, out: &mut Output) {
        if let Some(epoch) = self.epoch()
            && let Some(room) = self.rooms.get_mut(&id)
        {
            let limit = self.settings.history_page;
            out.send
                .extend(room.ask_history(epoch, limit, &mut self.request));
        }
    }

    fn flush(&mut self, out: &mut Output) {
        if self.epoch().is_some() {
            out.send.extend(self.pending.flush());
        }
    }
}
