//! Frames of the server: what each changes in the replica.

use crate::command::Command;
use crate::error::ErrorCode;
use crate::frame::{Ack, Directory, Refusal, ServerFrame, Stream, Welcome};
use crate::id::{Epoch, Micros, RoomId, Seq, UserId};
use crate::model::{Message, Profile};

use super::ephemeral::RoomPresence;
use super::output::{SeqRange, TimelineChange};
use super::pending::{PendingState, ReplyOutcome};
use super::room::{ApplyContext, HistoryLoad, RoomDelta, RoomReplica};
use super::timing::later;
use super::vec_map::VecMap;
use super::{ConnectionState, Replica, SyncEvent, SyncOutput};

impl Replica {
    /// Applies a frame. No frame makes it panic; an invalid one is ignored.
    pub fn receive(&mut self, frame: ServerFrame, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        match (self.connection, frame) {
            (ConnectionState::Disconnected | ConnectionState::Ended, _) => {}
            (ConnectionState::AwaitingWelcome, ServerFrame::Welcome(welcome)) => {
                self.welcome(*welcome, now, &mut out);
            }
            (_, ServerFrame::Error(refusal)) => self.refused(refusal, now, &mut out),
            (ConnectionState::AwaitingWelcome, _) => {}
            (ConnectionState::Ready(_), frame) => self.apply_frame(frame, now, &mut out),
        }
        out
    }

    fn apply_frame(&mut self, frame: ServerFrame, now: Micros, out: &mut SyncOutput) {
        let Some(epoch) = self.epoch() else { return };
        if matches!(frame, ServerFrame::Resync {}) {
            return self.resync(out);
        }
        self.received_since_request = true;
        match frame {
            ServerFrame::Directory(frame) => self.apply_directory(epoch, frame, out),
            ServerFrame::Stream(frame) => self.apply_own_stream(epoch, frame, out),
            ServerFrame::Changes(frame) => {
                self.note_author_names(&frame.messages, out);
                self.apply_to_room(frame.room, now, out, |room, context| {
                    room.changes(frame, context)
                });
            }
            ServerFrame::Reset(frame) => {
                self.note_author_names(&frame.messages, out);
                self.apply_to_room(frame.info.id, now, out, |room, context| {
                    room.reset(frame, context)
                });
            }
            ServerFrame::History(frame) => {
                self.note_author_names(&frame.messages, out);
                self.apply_to_room(frame.room, now, out, |room, context| {
                    room.history(frame, context)
                });
            }
            ServerFrame::Ack(ack) => self.acknowledged(ack, now, out),
            ServerFrame::Typing { room, people } => self.apply_typing(room, people, now, out),
            ServerFrame::Presence {
                room,
                count,
                people,
            } => self.apply_presence(room, RoomPresence { count, people }, out),
            ServerFrame::Welcome(_)
            | ServerFrame::Error(_)
            | ServerFrame::Resync {}
            | ServerFrame::Pong {} => {}
        }
        self.update_own_name(out);
    }

    fn apply_directory(&mut self, epoch: Epoch, frame: Directory, out: &mut SyncOutput) {
        let change = self.directory.apply(epoch, frame);
        if !change.rooms.is_empty() {
            out.emit(SyncEvent::Rooms(change.rooms));
        }
        emit_names(change.names, out);
        if self.directory.cursor.should_request() {
            self.request_directory(out);
        }
    }

    fn apply_own_stream(&mut self, epoch: Epoch, frame: Stream, out: &mut SyncOutput) {
        let moved = self.marks.apply(epoch, frame);
        if !moved.is_empty() {
            out.emit(SyncEvent::ReadMarks(moved));
        }
        if self.marks.cursor.should_request() {
            self.request_own_stream(out);
        }
    }

    fn apply_typing(
        &mut self,
        id: RoomId,
        people: Vec<Profile>,
        now: Micros,
        out: &mut SyncOutput,
    ) {
        self.note_people_names(&people, out);
        let until = later(now, self.limits.typing_ms);
        if let Some(room) = self.rooms.get_mut(&id)
            && room.ephemeral.set_typing(people, until)
        {
            out.emit(SyncEvent::Typing(id));
        }
    }

    fn apply_presence(&mut self, id: RoomId, presence: RoomPresence, out: &mut SyncOutput) {
        self.note_people_names(presence.people.as_deref().unwrap_or_default(), out);
        if let Some(room) = self.rooms.get_mut(&id) {
            room.ephemeral.presence = Some(presence);
            out.emit(SyncEvent::Presence(id));
        }
    }

    fn welcome(&mut self, welcome: Welcome, now: Micros, out: &mut SyncOutput) {
        if welcome.user.id != self.me() {
            self.connection = ConnectionState::Ended;
            return out.emit(SyncEvent::OtherPerson(welcome.user));
        }
        self.connection = ConnectionState::Ready(welcome.epoch);
        self.limits = welcome.limits;
        self.pending.set_limits(&self.limits);
        self.lobby = welcome.lobby;
        self.note_people_names(std::slice::from_ref(&welcome.user), out);
        self.user = welcome.user;
        out.emit(SyncEvent::Welcome);
        self.resume_partial_streams(welcome.epoch, out);
        self.send_read_marks(out);
        self.expire(now, out);
        self.flush(out);
    }

    /// Commands older than the server's receipts are not sent by themselves.
    pub(super) fn expire(&mut self, now: Micros, out: &mut SyncOutput) {
        for over in self.pending.expire(now) {
            out.emit(SyncEvent::Refused {
                client_id: over.client_id,
                command: Box::new(over.command),
                refusal: Box::new(Refusal::of(ErrorCode::Cancelled)),
            });
        }
        let expired = (self.pending.iter()).filter(|p| p.state == PendingState::Expired);
        for room in expired.map(|pending| pending.command.room()) {
            out.emit(SyncEvent::Pending(room));
        }
    }

    /// The server has dropped frames of this connection, and its subscriptions.
    fn resync(&mut self, out: &mut SyncOutput) {
        // Requesting everything once is enough until an answer has arrived.
        if std::mem::take(&mut self.received_since_request) {
            self.forget_connection(out);
            self.request_everything(out);
            if let Some(epoch) = self.epoch() {
                self.resume_partial_streams(epoch, out);
            }
        }
    }

    fn acknowledged(&mut self, ack: Ack, now: Micros, out: &mut SyncOutput) {
        match self.pending.acknowledged(&ack, now) {
            ReplyOutcome::Stored(command) => {
                out.emit(SyncEvent::Pending(command.room()));
                if let Some(room) = command.room() {
                    self.sweep(room, out);
                }
                if !matches!(command, Command::Send { .. }) {
                    out.emit(done(command, ack));
                }
            }
            ReplyOutcome::Finished(command) => {
                out.emit(SyncEvent::Pending(command.room()));
                out.emit(done(command, ack));
            }
            ReplyOutcome::Unknown | ReplyOutcome::Held(_) | ReplyOutcome::Refused(_) => {}
        }
        self.flush(out);
    }

    /// Applies a frame to a subscribed room; emits the events and sends the requests that
    /// follow from it.
    fn apply_to_room(
        &mut self,
        id: RoomId,
        now: Micros,
        out: &mut SyncOutput,
        event: impl FnOnce(&mut RoomReplica, ApplyContext<'_>) -> RoomDelta,
    ) {
        let (Some(epoch), me) = (self.epoch(), self.me()) else {
            return;
        };
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        let context = ApplyContext {
            epoch,
            me,
            settings: &self.settings,
        };
        let before = visible_state(room);
        let mut delta = event(room, context);
        let after = visible_state(room);
        if room.cursor.should_request() {
            out.send.push(room.subscribe_frame(&self.settings));
        }
        let head = room.head;
        if before != after || delta.replaced || !delta.changed.is_empty() {
            let span = after.0;
            delta.changed.retain(|seq| span.contains(*seq));
            delta.changed = ascending(delta.changed);
            out.emit(SyncEvent::Timeline(TimelineChange {
                room: id,
                replaced: delta.replaced,
                before: before.0,
                after: span,
                changed: delta.changed,
            }));
        }
        if delta.replaced {
            self.marks.discard_beyond(id, head);
        }
        if delta.info {
            out.emit(SyncEvent::Rooms(vec![id]));
        }
        for client_id in delta.stored {
            if self.pending.complete_send(client_id, now) {
                out.emit(SyncEvent::Pending(Some(id)));
            }
        }
        for message in delta.posted {
            out.events.push(SyncEvent::Posted {
                room: id,
                mine: message.author.id == Some(me),
                message: Box::new(message),
            });
        }
        if delta.failed {
            let code = ErrorCode::Unknown;
            out.emit(SyncEvent::HistoryFailed { room: id, code });
        }
        self.sweep(id, out);
        self.ask_history(id, out);
        self.flush(out);
    }

    /// Removes acknowledged commands whose effect is visible in the room, or never will be.
    pub(super) fn sweep(&mut self, id: RoomId, out: &mut SyncOutput) {
        let room = self.rooms.get(&id);
        let epoch = self.epoch();
        let swept = self.pending.sweep(id, |pending, seq, rev| {
            let Some(room) = room else { return true };
            if !room.is_known() {
                return pending.acked_earlier || room.unavailable.is_some();
            }
            // A connection that is caught up has sent this change too, unless it was lost
            // when the store was restored from a backup.
            let caught_up = epoch.is_some_and(|epoch| room.cursor.is_confirmed(epoch))
                && !room.is_catching_up();
            if room.cursor.known() >= rev || (pending.acked_earlier && caught_up) {
                return true;
            }
            match (&pending.command, room.window.get(seq)) {
                (Command::Send { .. }, Some(_)) => true,
                (_, Some(held)) => held.rev >= rev,
                // The message has not arrived yet, or is after the window.
                (_, None) => seq <= room.window.last(),
            }
        });
        if swept {
            out.emit(SyncEvent::Pending(Some(id)));
        }
    }

    fn note_author_names(&mut self, messages: &[Message], out: &mut SyncOutput) {
        let mut changed = Vec::new();
        for message in messages {
            changed.extend(self.directory.note_author_name(&message.author));
        }
        emit_names(changed, out);
    }

    fn note_people_names(&mut self, people: &[Profile], out: &mut SyncOutput) {
        let mut changed = Vec::new();
        for person in people {
            if self.directory.note_profile_name(person) {
                changed.push(person.id);
            }
        }
        emit_names(changed, out);
    }

    fn update_own_name(&mut self, out: &mut SyncOutput) {
        let me = self.me();
        if let Some(name) = self.directory.name(me)
            && name != self.user.name
        {
            name.clone_into(&mut self.user.name);
            emit_names(vec![me], out);
        }
    }
}

fn done(command: Command, ack: Ack) -> SyncEvent {
    SyncEvent::Done {
        client_id: ack.client_id,
        command: Box::new(command),
        ack,
    }
}

fn emit_names(changed: Vec<UserId>, out: &mut SyncOutput) {
    if !changed.is_empty() {
        out.emit(SyncEvent::Names(changed));
    }
}

/// Each `seq` once, ascending.
fn ascending(places: Vec<Seq>) -> Vec<Seq> {
    let mut sorted = VecMap::new();
    for seq in places {
        sorted.insert(seq, ());
    }
    sorted.into_keys().collect()
}

/// What a view shows of a room besides the messages.
fn visible_state(room: &RoomReplica) -> (SeqRange, [bool; 3], Seq, Option<HistoryLoad>) {
    (
        room.window.span(),
        [
            room.window.is_live(),
            room.is_known(),
            room.is_catching_up(),
        ],
        room.head,
        room.loading(),
    )
}
