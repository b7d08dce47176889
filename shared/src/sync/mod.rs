//! The client's replica of what the server holds: one state machine for the web
//! page, the command-line checker and the property tests.
//!
//! Pure: no I/O, no clock, no randomness. The owner of a [`Replica`] passes every input
//! to it (connected, a frame, an action of the person). It then sends the returned frames
//! in order and redraws what the returned events name.
//!
//! After a reconnect the replica is equal to the server, whatever was lost before. It
//! requests a gap once. It does not panic and does not grow without bound, whatever a
//! server sends.
//!
//! * A cursor (epoch and revision) says how far each stream of changes is known.
//! * A room holds one run of messages without a gap ([`TimelineRef`]).
//! * Commands stay in a queue until the server answers them ([`PendingCommand`]).
//!
//! ```
//! use shared::sync::{Replica, SubscriptionLevel};
//! # use shared::{id::{Micros, RoomId, UserId, Rev, ClientId}, model::{Profile, UserKind}};
//! # let me = Profile { id: UserId(7), name: "Ada".into(), rev: Rev(1), kind: UserKind::Guest };
//! let mut replica = Replica::new(me);
//! let now = Micros(1_700_000_000_000_000);
//! let _ = replica.subscribe(RoomId::LOBBY, SubscriptionLevel::Open);
//! for frame in replica.connected().send { /* socket.send(frame) */ }
//! // for each frame that arrives: replica.receive(frame, now)
//! let _ = replica.post(ClientId::new(0, &[0; 10]), RoomId::LOBBY, "hello".into(), now);
//! assert_eq!(replica.pending(Some(RoomId::LOBBY)).count(), 1);
//! ```

mod commands;
mod config;
mod cursor;
mod directory;
mod ephemeral;
mod output;
mod pending;
mod queries;
mod read_marks;
mod reader_actions;
mod receive;
mod refusals;
mod retry_rounds;
mod room;
mod timing;
mod vec_map;

use crate::PROTOCOL_VERSION;
use crate::frame::ClientFrame;
use crate::id::{Epoch, Micros, RoomId, UserId};
use crate::limits::Limits;
use crate::model::Profile;

pub use config::{ReplicaConfig, SubscriptionLevel};
pub use ephemeral::RoomPresence;
pub use output::{SeqRange, SyncEvent, SyncOutput, TimelineChange};
pub use pending::{PendingCommand, PendingSnapshot, PendingState};
pub use room::{HistoryLoad, TimelineRef};

use cursor::Cursor;
use directory::DirectoryReplica;
use pending::Pending;
use read_marks::ReadMarks;
use retry_rounds::RetryRounds;
use room::RoomReplica;
use timing::is_due;
use vec_map::VecMap;

/// The client's copy of one person's rooms, and that person's pending commands.
#[derive(Debug)]
pub struct Replica {
    user: Profile,
    settings: ReplicaConfig,
    token: Option<String>,
    connection: ConnectionState,
    limits: Limits,
    lobby: RoomId,
    directory: DirectoryReplica,
    marks: ReadMarks,
    rooms: VecMap<RoomId, RoomReplica>,
    pending: Pending,
    retries: RetryRounds,
    request: u32,
    /// Whether any frame arrived since all streams were last requested.
    received_since_request: bool,
}

/// The state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConnectionState {
    Disconnected,
    /// `hello` was sent. Requests may be sent, commands may not: the session may belong
    /// to another person by now.
    AwaitingWelcome,
    Ready(Epoch),
    /// The session has ended, or belongs to another person. Nothing is sent any more.
    Ended,
}

impl Replica {
    /// A replica for the person that `POST` or `GET /api/v1/session` returned.
    pub fn new(user: Profile) -> Self {
        Replica::with_settings(user, ReplicaConfig::default())
    }

    /// A replica with other limits than the default ones.
    pub fn with_settings(user: Profile, settings: ReplicaConfig) -> Self {
        let mut directory = DirectoryReplica::default();
        directory.note_profile_name(&user);
        Replica {
            user,
            settings,
            token: None,
            connection: ConnectionState::Disconnected,
            limits: Limits::default(),
            lobby: RoomId::LOBBY,
            directory,
            marks: ReadMarks::default(),
            rooms: VecMap::new(),
            pending: Pending::default(),
            retries: RetryRounds::default(),
            request: 0,
            received_since_request: false,
        }
    }

    /// Authenticates with a bearer token instead of a cookie. For programs.
    pub fn set_token(&mut self, token: Option<String>) {
        self.token = token;
    }

    /// A connection is open. All streams are requested at once, before `welcome` arrives.
    /// Read marks and pending commands are sent after it, when it is certain that the
    /// session belongs to this person.
    pub fn connected(&mut self) -> SyncOutput {
        let mut out = self.disconnected();
        self.connection = ConnectionState::AwaitingWelcome;
        out.send.push(ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: self.token.clone(),
        });
        self.request_everything(&mut out);
        out
    }

    /// The connection is lost. Typing and presence are unknown from now on. Requests
    /// without an answer are repeated on the next connection.
    pub fn disconnected(&mut self) -> SyncOutput {
        let mut out = SyncOutput::default();
        self.connection = ConnectionState::Disconnected;
        self.forget_connection(&mut out);
        out
    }

    /// Does what is due now: sends held commands, repeats refused requests, removes typing
    /// notices that have expired. Call it at the time that [`Self::next_timer`] returned.
    pub fn poll(&mut self, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        for room in self.pending.release_held(now) {
            out.emit(SyncEvent::Pending(room));
        }
        let ids: Vec<RoomId> = self.rooms.keys().copied().collect();
        for id in ids {
            if let Some(room) = self.rooms.get_mut(&id) {
                if room.ephemeral.expire(now) {
                    out.emit(SyncEvent::Typing(id));
                }
                room.release(now);
            }
            self.ask_history(id, &mut out);
        }
        self.retry_refused_requests(now, &mut out);
        self.flush(&mut out);
        out
    }

    /// When to call [`Self::poll`] next; `None` if no timer is needed.
    pub fn next_timer(&self) -> Option<Micros> {
        let rooms = self
            .rooms
            .values()
            .flat_map(|room| [room.ephemeral.typing_until(), room.retry_at()]);
        rooms
            .chain([
                self.pending.next_timer(),
                self.directory.cursor.retry_at(),
                self.marks.cursor.retry_at(),
                self.marks.resend_at(),
            ])
            .flatten()
            .min()
    }

    fn me(&self) -> UserId {
        self.user.id
    }

    fn epoch(&self) -> Option<Epoch> {
        match self.connection {
            ConnectionState::Ready(epoch) => Some(epoch),
            ConnectionState::Disconnected
            | ConnectionState::AwaitingWelcome
            | ConnectionState::Ended => None,
        }
    }

    fn can_send_requests(&self) -> bool {
        matches!(
            self.connection,
            ConnectionState::AwaitingWelcome | ConnectionState::Ready(_)
        )
    }

    /// No request of this connection will be answered any more.
    fn forget_connection(&mut self, out: &mut SyncOutput) {
        self.directory.cursor.forget_connection();
        self.marks.cursor.forget_connection();
        self.marks.resend_at_time(None);
        self.pending.forget_connection();
        self.retries = RetryRounds::default();
        for (id, room) in &mut self.rooms {
            room.forget_connection();
            let (typing, presence) = room.ephemeral.clear();
            if typing {
                out.emit(SyncEvent::Typing(*id));
            }
            if presence {
                out.emit(SyncEvent::Presence(*id));
            }
        }
    }

    fn request_everything(&mut self, out: &mut SyncOutput) {
        self.received_since_request = false;
        self.request_streams_where(|cursor| !cursor.is_partial(), out);
        self.send_read_marks(out);
        self.flush(out);
    }

    /// Sends the read marks that the server has not confirmed yet, but not before
    /// `welcome`: until then the session may belong to another person.
    fn send_read_marks(&self, out: &mut SyncOutput) {
        if self.epoch().is_some() {
            let wanted = self.marks.unconfirmed();
            out.send
                .extend(wanted.map(|(room, seq)| ClientFrame::mark_read(room, seq)));
        }
    }

    /// Continues streams that were only partly caught up. In another epoch of the store
    /// they start again from the beginning.
    fn resume_partial_streams(&mut self, epoch: Epoch, out: &mut SyncOutput) {
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
            self.request_streams_where(|cursor| !cursor.is_request_pending(), out);
        }
    }

    fn request_streams_where(&mut self, which: impl Fn(&Cursor) -> bool, out: &mut SyncOutput) {
        if which(&self.directory.cursor) {
            self.request_directory(out);
        }
        if which(&self.marks.cursor) {
            self.request_own_stream(out);
        }
        for room in self.rooms.values_mut().filter(|room| which(&room.cursor)) {
            out.send.push(room.subscribe_frame(&self.settings));
        }
    }

    /// Repeats refused requests that are due, as many as one round allows. The directory
    /// and the person's own stream come first, then the open rooms.
    fn retry_refused_requests(&mut self, now: Micros, out: &mut SyncOutput) {
        let due_again = |cursor: &Cursor| cursor.retry_at().is_some_and(|at| is_due(at, now));
        let mut due = Vec::new();
        for level in [SubscriptionLevel::Open, SubscriptionLevel::Background] {
            for (id, room) in self.rooms.iter() {
                if room.level == level && due_again(&room.cursor) {
                    due.push(*id);
                }
            }
        }
        let directory = due_again(&self.directory.cursor);
        let marks = due_again(&self.marks.cursor);
        let resends = (self.marks.resend_at()).is_some_and(|at| is_due(at, now));
        let anything = directory || marks || resends || !due.is_empty();
        if !anything || !self.can_send_requests() {
            return;
        }
        let mut left = self.retries.round(now);
        let mut takes_part = |retries: &mut RetryRounds, cursor: &mut Cursor| {
            let takes_part = left > 0;
            left = left.saturating_sub(1);
            if !takes_part {
                cursor.request_refused(Some(retries.after_round(now)));
            }
            takes_part
        };
        if directory && takes_part(&mut self.retries, &mut self.directory.cursor) {
            let (epoch, rev) = self.directory.cursor.begin_request();
            out.send.push(ClientFrame::Directory { epoch, rev });
        }
        if marks && takes_part(&mut self.retries, &mut self.marks.cursor) {
            let (epoch, rev) = self.marks.cursor.begin_request();
            out.send.push(ClientFrame::Stream { epoch, rev });
        }
        for id in due {
            if let Some(room) = self.rooms.get_mut(&id)
                && takes_part(&mut self.retries, &mut room.cursor)
            {
                out.send.push(room.subscribe_frame(&self.settings));
            }
        }
        if resends && self.epoch().is_some() {
            let wanted = self.marks.unconfirmed();
            let said = wanted.map(|(room, seq)| ClientFrame::mark_read(room, seq));
            out.send.extend(said.take(left));
            // Marks that did not fit into this round are sent in the next one.
            let rest = self.marks.unconfirmed().nth(left).is_some();
            self.marks
                .resend_at_time(rest.then(|| self.retries.after_round(now)));
        }
    }

    fn request_directory(&mut self, out: &mut SyncOutput) {
        if self.can_send_requests() {
            let (epoch, rev) = self.directory.cursor.begin_request();
            out.send.push(ClientFrame::Directory { epoch, rev });
        }
    }

    fn request_own_stream(&mut self, out: &mut SyncOutput) {
        if self.can_send_requests() {
            let (epoch, rev) = self.marks.cursor.begin_request();
            out.send.push(ClientFrame::Stream { epoch, rev });
        }
    }

    fn ask_history(&mut self, id: RoomId, out: &mut SyncOutput) {
        if let Some(epoch) = self.epoch()
            && let Some(room) = self.rooms.get_mut(&id)
        {
            let limit = self.settings.history_page;
            out.send
                .extend(room.ask_history(epoch, limit, &mut self.request));
        }
    }

    fn flush(&mut self, out: &mut SyncOutput) {
        if self.epoch().is_some() {
            out.send.extend(self.pending.flush());
        }
    }
}
