//! Frames of the server: what each changes in the replica.

use crate::command::Command;
use crate::error::ErrorCode;
use crate::frame::{Ack, Changes, Heads, Notice, People, Refusal, ServerFrame, Welcome};
use crate::id::{Epoch, Micros, Rev, RoomId, UserId};
use crate::model::Profile;
use crate::stream::{Item, StreamKey};

use super::commands::note_pending;
use super::directory::ListingChange;
use super::ephemeral::RoomPresence;
use super::own_stream::OwnStreamDelta;
use super::pending::{PendingCommand, PendingState, ReplyOutcome};
use super::stream::AcceptedChanges;
use super::timing::later;
use super::vec_map::ascending;
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
            (ConnectionState::Ready(epoch), frame) => {
                self.apply_frame(epoch, frame, now, &mut out);
            }
        }
        out
    }

    fn apply_frame(&mut self, epoch: Epoch, frame: ServerFrame, now: Micros, out: &mut SyncOutput) {
        if matches!(frame, ServerFrame::Resync {}) {
            // Asking for everything once is enough until an answer has arrived.
            if self.received_since_asked {
                self.resync(epoch, out);
            } else {
                self.owes_resync = true;
            }
            return;
        }
        self.received_since_asked = true;
        match frame {
            ServerFrame::Changes(frame) => {
                self.note_item_names(&frame.items, out);
                self.apply_changes(epoch, frame, now, out);
            }
            ServerFrame::Reset(frame) => {
                self.note_item_names(&frame.items, out);
                if let Some(id) = frame.stream.room() {
                    self.apply_to_room(id, now, out, |room, context| room.reset(frame, context));
                }
            }
            ServerFrame::History(frame) => {
                self.note_item_names(&frame.items, out);
                self.apply_to_room(frame.room, now, out, |room, context| {
                    room.history(frame, context)
                });
            }
            ServerFrame::People(frame) => self.apply_people(&frame, out),
            ServerFrame::Rooms(frame) => self.apply_rooms(epoch, frame, out),
            ServerFrame::Heads(frame) => self.apply_heads(frame, out),
            ServerFrame::Notice(frame) => self.apply_notice(frame, out),
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
        self.update_own_name(epoch, out);
        self.ask_people(out);
        self.ask_rooms(out);
        // The server may have dropped the answers to what was asked last.
        if std::mem::take(&mut self.owes_resync) {
            self.resync(epoch, out);
        }
    }

    fn apply_changes(&mut self, epoch: Epoch, frame: Changes, now: Micros, out: &mut SyncOutput) {
        let key = frame.stream;
        let was_unsure = self.awaits_confirmation(key, epoch);
        match key {
            StreamKey::Room(id) => {
                return self
                    .apply_to_room(id, now, out, |room, context| room.changes(frame, context));
            }
            StreamKey::Directory => {
                // What came before the answer of a first visit is of this epoch already.
                let voids_names = self.directory.stream.cursor.known() > Rev::ZERO;
                let mut next = self.directory.stream.receive(epoch, frame);
                self.note_confirmation(key, was_unsure, next.as_ref(), out);
                while let Some(changes) = next {
                    if changes.replaces && voids_names {
                        self.void_names(None, out);
                    }
                    self.apply_directory(changes, out);
                    next = self.directory.stream.next_waiting(epoch);
                }
            }
            StreamKey::Own => {
                let mut delta = OwnStreamDelta::default();
                let mut next = self.own.stream.receive(epoch, frame);
                self.note_confirmation(key, was_unsure, next.as_ref(), out);
                while let Some(changes) = next {
                    self.own.apply(changes, &mut delta);
                    next = self.own.stream.next_waiting(epoch);
                }
                self.own_stream_changed(delta, out);
            }
        }
        self.fill_gap(key, out);
        self.ask_watch(out);
        self.flush(out);
    }

    pub(super) fn apply_directory(&mut self, changes: AcceptedChanges, out: &mut SyncOutput) {
        let (mut rooms, mut people) = (Vec::new(), Vec::new());
        if changes.replaces {
            rooms = self.directory.clear();
        }
        for item in changes.items {
            match item {
                Item::Room(room) => {
                    let id = room.id;
                    let change = self.directory.insert(room);
                    match change {
                        ListingChange::Added => self.room_appeared(id, out),
                        ListingChange::Removed => {
                            self.watching.room_lost(id);
                            self.rooms.forget_closed(id);
                        }
                        ListingChange::Changed | ListingChange::Unchanged => {}
                    }
                    if change != ListingChange::Unchanged {
                        rooms.push(id);
                    }
                }
                Item::Person(person) => people.extend(self.names.note_profile(&person)),
                Item::Message(_)
                | Item::Member(_)
                | Item::Membership(_)
                | Item::ReadMark(_)
                | Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::Unknown => {}
            }
        }
        emit_names(people, out);
        if !rooms.is_empty() {
            out.emit(SyncEvent::Rooms(ascending(rooms)));
        }
    }

    fn apply_people(&mut self, frame: &People, out: &mut SyncOutput) {
        if self.names.wanted.asks(frame.question) {
            self.note_people_names(&frame.people, out);
            self.names.answered();
        }
    }

    fn apply_heads(&mut self, frame: Heads, out: &mut SyncOutput) {
        let mut rooms = Vec::new();
        for head in &frame.heads {
            rooms.push(head.room);
            self.want_room(head.room, head.room_rev);
        }
        let delta = self.watching.receive(frame);
        if delta.is_last {
            self.want_unwatched_rooms();
        }
        if delta.is_whole {
            // Also where the head is the known one: that of the messages that a restored store
            // has lost may never have arrived.
            let mut lost = rooms;
            lost.retain(|room| {
                let head = self.watching.head(*room);
                head.is_some_and(|head| self.own.marks.discard_beyond(*room, head.seq))
            });
            emit_read_marks(lost, out);
        }
        if !delta.changed.is_empty() {
            out.emit(SyncEvent::Heads(delta.changed));
        }
        self.ask_watch(out);
    }

    fn apply_notice(&mut self, notice: Notice, out: &mut SyncOutput) {
        emit_names(self.names.note_author(&notice.author), out);
        out.events.push(SyncEvent::Notice(notice));
    }

    fn apply_typing(
        &mut self,
        id: RoomId,
        people: Vec<Profile>,
        now: Micros,
        out: &mut SyncOutput,
    ) {
        self.note_brief(&people, out);
        let until = later(now, self.limits.typing_ms);
        if let Some(room) = self.rooms.get_mut(id)
            && room.ephemeral.set_typing(people, until)
        {
            out.emit(SyncEvent::Typing(id));
        }
    }

    fn apply_presence(&mut self, id: RoomId, presence: RoomPresence, out: &mut SyncOutput) {
        self.note_brief(presence.people.as_deref().unwrap_or_default(), out);
        if let Some(room) = self.rooms.get_mut(id) {
            room.ephemeral.presence = Some(presence);
            out.emit(SyncEvent::Presence(id));
        }
    }

    fn welcome(&mut self, welcome: Welcome, now: Micros, out: &mut SyncOutput) {
        if welcome.user.as_ref().map(|user| user.id) != self.me() {
            self.connection = ConnectionState::Ended;
            return out.emit(match welcome.user {
                Some(user) => SyncEvent::OtherPerson(user),
                None => SyncEvent::SignedOut,
            });
        }
        self.connection = ConnectionState::Ready(welcome.epoch);
        // Answers that the server drops from now on are asked for again.
        self.received_since_asked = true;
        self.limits = welcome.limits;
        self.pending.set_limits(&self.limits);
        self.lobby = welcome.lobby;
        self.rooms.set_only_room(welcome.only_room);
        self.user = welcome.user;
        let directory = &self.directory.stream.cursor;
        if directory.is_confirmed(welcome.epoch) {
            emit_names(self.note_own_profile(), out);
        } else {
            // The server may have lost what came after the last known revision. What was known
            // only in part is not resumed.
            let resumes = directory.known() > Rev::ZERO && !directory.is_partial();
            let above = resumes.then(|| directory.known());
            self.void_names(above, out);
        }
        out.emit(SyncEvent::Welcome);
        self.want_all_rooms();
        self.resume_partial_streams(welcome.epoch, out);
        self.give_up_unasked_pasts(welcome.epoch, out);
        self.send_read_marks(out);
        self.expire(now, out);
        self.ask_people(out);
        self.ask_rooms(out);
        self.flush(out);
    }

    /// Commands older than the server's receipts are not sent by themselves.
    pub(super) fn expire(&mut self, now: Micros, out: &mut SyncOutput) {
        let over = self.pending.expire(now);
        self.report_expired(over, out);
    }

    pub(super) fn report_expired(&self, over: Vec<PendingCommand>, out: &mut SyncOutput) {
        for over in over {
            note_pending(&over.command, out);
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
    fn resync(&mut self, epoch: Epoch, out: &mut SyncOutput) {
        self.forget_connection(out);
        self.ask_everything(out);
        self.resume_partial_streams(epoch, out);
        self.ask_people(out);
        self.ask_rooms(out);
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
                note_pending(&command, out);
                out.emit(done(command, ack));
            }
            ReplyOutcome::Unknown | ReplyOutcome::Held(_) | ReplyOutcome::Refused(_) => {}
        }
        self.flush(out);
    }

    /// Discards the names above a revision, `None`: all of them, and asks for those that are
    /// shown.
    fn void_names(&mut self, above: Option<Rev>, out: &mut SyncOutput) {
        let void = self.names.void_above(above.unwrap_or(Rev(i64::MIN)));
        emit_names(void, out);
        // The session's own name came in `welcome`, so it is of this epoch.
        emit_names(self.note_own_profile(), out);
        for room in self.rooms.open.values() {
            for person in room.people_shown() {
                self.names.want(person);
            }
        }
        for person in self.known_rooms.rooms().flat_map(|room| &room.people) {
            self.names.want(*person);
        }
    }

    pub(super) fn note_item_names(&mut self, items: &[Item], out: &mut SyncOutput) {
        let mut changed = Vec::new();
        for item in items {
            match item {
                Item::Message(message) => {
                    changed.extend(self.names.note_author(&message.author));
                    if let Some(event) = &message.event {
                        self.want_names(&event.people);
                    }
                }
                // The people of a direct conversation.
                Item::Room(room) => self.want_names(&room.people),
                Item::Member(member) => changed.extend(self.names.note_profile(&member.person)),
                // A name from the directory is noted when it is applied.
                Item::Person(_)
                | Item::Membership(_)
                | Item::ReadMark(_)
                | Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::Unknown => {}
            }
        }
        emit_names(changed, out);
    }

    /// Notes the names of people of whom no more was sent.
    fn note_brief(&mut self, people: &[Profile], out: &mut SyncOutput) {
        let changed = (people.iter()).filter_map(|p| self.names.note(p.id, &p.name, p.rev));
        emit_names(changed.collect::<Vec<_>>(), out);
    }

    fn note_people_names(&mut self, people: &[Profile], out: &mut SyncOutput) {
        let changed = people.iter().filter_map(|p| self.names.note_profile(p));
        emit_names(changed.collect::<Vec<_>>(), out);
    }

    fn update_own_name(&mut self, epoch: Epoch, out: &mut SyncOutput) {
        // Until the directory has answered, a newer name may be one that a restored store has lost.
        let is_unsure = self.directory.stream.cursor.has_unconfirmed_past(epoch);
        let newer = (self.user.as_ref()).filter(|user| !is_unsure && self.names.is_newer(user));
        if let Some(user) = newer.and_then(|user| self.names.profile(user.id)) {
            emit_names([user.id], out);
            self.user = Some(user);
        }
    }

    fn note_own_profile(&mut self) -> Option<UserId> {
        self.names.note_profile(self.user.as_ref()?)
    }
}

fn done(command: Command, ack: Ack) -> SyncEvent {
    SyncEvent::Done {
        client_id: ack.client_id,
        command: Box::new(command),
        ack,
    }
}

pub(super) fn emit_names(changed: impl IntoIterator<Item = UserId>, out: &mut SyncOutput) {
    let changed: Vec<UserId> = changed.into_iter().collect();
    if !changed.is_empty() {
        out.emit(SyncEvent::Names(changed));
    }
}

pub(super) fn emit_read_marks(rooms: Vec<RoomId>, out: &mut SyncOutput) {
    if !rooms.is_empty() {
        out.emit(SyncEvent::ReadMarks(rooms));
    }
}
