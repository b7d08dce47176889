//! The client's replica of what the server holds: one state machine for the web
//! page, the command-line checker and the property tests.
//!
//! Pure: no I/O, no clock, no randomness. The owner of a [`Replica`] passes every input
//! to it (connected, a frame, an action of the person). It then sends the returned frames
//! in order and redraws what the returned events name.
//!
//! After a reconnect the replica is equal to the server, whatever was lost before. It
//! asks for a gap once. It does not panic and does not grow without bound, whatever a
//! server sends.
//!
//! * A cursor (epoch and revision) says how far each stream of changes is known.
//! * An open room holds one run of messages without a gap ([`TimelineRef`]). Of the others,
//!   those that are watched have a count of what is unread.
//! * Commands stay in a queue until the server answers them ([`PendingCommand`]).
//!
//! ```
//! use shared::sync::Replica;
//! # use shared::{id::{Micros, RoomId, UserId, Rev, ClientId}, model::{Profile}};
//! # let me = Profile::guest(UserId(7), "Ada".into(), Rev(1));
//! let mut replica = Replica::new(me);
//! let now = Micros(1_700_000_000_000_000);
//! let _ = replica.open(RoomId::LOBBY);
//! for frame in replica.connected().send { /* socket.send(frame) */ }
//! // for each frame that arrives: replica.receive(frame, now)
//! let _ = replica.post(ClientId::new(0, &[0; 10]), RoomId::LOBBY, "hello".into(), now);
//! assert_eq!(replica.pending(Some(RoomId::LOBBY)).count(), 1);
//! ```

mod commands;
mod config;
mod directory;
mod ephemeral;
mod known_rooms;
mod names;
mod open_rooms;
mod output;
mod own_stream;
mod pending;
mod queries;
mod questions;
mod read_marks;
mod reader_actions;
mod receive;
mod refusals;
mod restored_store;
mod retry_rounds;
mod room;
mod room_changes;
mod snapshot;
mod stream;
mod timing;
mod unlisted_rooms;
mod vec_map;
mod wanted_ids;
mod watching;

use crate::PROTOCOL_VERSION;
use crate::frame::ClientFrame;
use crate::id::{Epoch, Micros, RoomId, UserId};
use crate::limits::Limits;
use crate::model::Profile;

pub use config::ReplicaConfig;
pub use ephemeral::RoomPresence;
pub use output::{SeqRange, SyncEvent, SyncOutput, TimelineChange};
pub use pending::{PendingCommand, PendingSnapshot, PendingState};
pub use room::{HistoryLoad, TimelineRef};
pub use snapshot::ReplicaSnapshot;

use directory::DirectoryReplica;
use known_rooms::KnownRooms;
use names::Names;
use open_rooms::OpenRooms;
use own_stream::OwnStreamReplica;
use pending::Pending;
use retry_rounds::RetryRounds;
use watching::Watching;

/// The client's copy of one person's rooms, and that person's pending commands; or of the one room
/// that somebody without a session reads.
#[derive(Debug)]
pub struct Replica {
    /// Absent without a session.
    user: Option<Profile>,
    /// The room that is read without a session.
    reads: Option<RoomId>,
    settings: ReplicaConfig,
    token: Option<String>,
    connection: ConnectionState,
    limits: Limits,
    lobby: RoomId,
    directory: DirectoryReplica,
    own: OwnStreamReplica,
    rooms: OpenRooms,
    known_rooms: KnownRooms,
    names: Names,
    watching: Watching,
    pending: Pending,
    retries: RetryRounds,
    /// The number of the last question. No two questions have the same one.
    question: u32,
    /// Whether any frame arrived since all streams were last asked for.
    received_since_asked: bool,
    /// Whether the server has dropped frames again since then, so that answers may be missing.
    owes_resync: bool,
}

/// The state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConnectionState {
    Disconnected,
    /// `hello` was sent. Questions may be asked, commands may not be sent: the session may
    /// belong to another person by now.
    AwaitingWelcome,
    Ready(Epoch),
    /// The session has ended, or belongs to another person. Nothing is sent any more.
    Ended,
}

/// Whose commands and rooms are those of a replica without a person. No person has this number, so
/// nobody restores them.
const NOBODY: UserId = UserId(0);

impl Replica {
    /// A replica for the person that `POST` or `GET /api/v1/session` returned.
    pub fn new(user: Profile) -> Self {
        Replica::with_settings(user, ReplicaConfig::default())
    }

    /// A replica with other limits than the default ones.
    pub fn with_settings(user: Profile, settings: ReplicaConfig) -> Self {
        let mut names = Names::default();
        names.note_profile(&user);
        Replica::of(Some(user), names, settings)
    }

    /// A replica for somebody without a session, who reads a public room. It gives no commands, and
    /// marks nothing as read.
    pub fn reader(room: RoomId) -> Self {
        let mut replica = Replica::of(None, Names::default(), ReplicaConfig::default());
        replica.reads = Some(room);
        replica
    }

    fn of(user: Option<Profile>, names: Names, settings: ReplicaConfig) -> Self {
        Replica {
            user,
            reads: None,
            settings,
            token: None,
            connection: ConnectionState::Disconnected,
            limits: Limits::default(),
            lobby: RoomId::LOBBY,
            directory: DirectoryReplica::default(),
            own: OwnStreamReplica::default(),
            rooms: OpenRooms::default(),
            known_rooms: KnownRooms::default(),
            names,
            watching: Watching::default(),
            pending: Pending::default(),
            retries: RetryRounds::default(),
            question: 0,
            received_since_asked: false,
            owes_resync: false,
        }
    }

    /// Authenticates with a bearer token instead of a cookie. For programs.
    pub fn set_token(&mut self, token: Option<String>) {
        self.token = token;
    }

    /// A connection is open. All streams are asked for at once, before `welcome` arrives.
    /// Read marks and pending commands are sent after it, when it is certain that the
    /// session belongs to this person; after a restart of the server those that name a room
    /// only when it is certain that it is the same room.
    pub fn connected(&mut self) -> SyncOutput {
        let mut out = self.disconnected();
        self.connection = ConnectionState::AwaitingWelcome;
        out.send.push(ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: self.token.clone(),
            reads: self.reads,
        });
        self.ask_everything(&mut out);
        out
    }

    /// The connection is lost. Typing and presence are unknown from now on. Questions
    /// without an answer are asked again on the next connection.
    pub fn disconnected(&mut self) -> SyncOutput {
        let mut out = SyncOutput::default();
        self.connection = ConnectionState::Disconnected;
        self.forget_connection(&mut out);
        out
    }

    /// Does what is due now: sends held commands, repeats refused questions, removes typing
    /// notices that have expired. Call it at the time that [`Self::next_timer`] returned.
    pub fn poll(&mut self, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        for room in self.pending.release_held(now) {
            out.emit(SyncEvent::Pending(room));
        }
        for id in self.rooms.ids() {
            if let Some(room) = self.rooms.get_mut(id) {
                if room.ephemeral.expire(now) {
                    out.emit(SyncEvent::Typing(id));
                }
                room.release(now);
            }
            self.ask_history(id, &mut out);
        }
        self.repeat_refused(now, &mut out);
        self.flush(&mut out);
        out
    }

    /// When to call [`Self::poll`] next; `None` if no timer is needed.
    pub fn next_timer(&self) -> Option<Micros> {
        let rooms = self.rooms.open.values().flat_map(|room| {
            [
                room.ephemeral.typing_until(),
                room.history_retry_at(),
                room.stream.cursor.retry_at(),
            ]
        });
        rooms
            .chain([
                self.pending.next_timer(),
                self.directory.stream.cursor.retry_at(),
                self.own.stream.cursor.retry_at(),
                self.own.marks.resend_at(),
                self.names.wanted.retry_at(),
                self.known_rooms.wanted.retry_at(),
                self.watching.retry_at(),
            ])
            .flatten()
            .min()
    }

    fn me(&self) -> Option<UserId> {
        self.user.as_ref().map(|user| user.id)
    }

    fn epoch(&self) -> Option<Epoch> {
        match self.connection {
            ConnectionState::Ready(epoch) => Some(epoch),
            ConnectionState::Disconnected
            | ConnectionState::AwaitingWelcome
            | ConnectionState::Ended => None,
        }
    }

    fn can_ask(&self) -> bool {
        matches!(
            self.connection,
            ConnectionState::AwaitingWelcome | ConnectionState::Ready(_)
        )
    }

    /// No question of this connection will be answered any more.
    fn forget_connection(&mut self, out: &mut SyncOutput) {
        self.directory.stream.forget_connection();
        self.own.stream.forget_connection();
        self.own.marks.resend_at_time(None);
        self.names.forget_connection();
        self.known_rooms.wanted.forget_connection();
        self.watching.forget_connection();
        self.pending.forget_connection();
        self.retries = RetryRounds::default();
        self.owes_resync = false;
        for (id, room) in &mut self.rooms.open {
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

    fn flush(&mut self, out: &mut SyncOutput) {
        if let Some(epoch) = self.epoch() {
            let unsure = self.unsure_rooms(epoch);
            let any_unsure = self.are_rooms_unsure(epoch);
            out.send
                .extend(self.pending.flush(epoch, &unsure, any_unsure));
        }
    }
}
