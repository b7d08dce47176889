//! What the server says.

use crate::error::ErrorCode;
use crate::frame::{Ack, Directory, Refusal, ServerFrame, Stream, Welcome};
use crate::id::{Epoch, Micros, RoomId, Seq};
use crate::model::{Message, Profile};

use super::map::Map;
use super::output::{Span, TimelineChange};
use super::pending::{Answer, Command, PendingState, later};
use super::room::{Context, Delta, Load, RoomState};
use super::soft::Presence;
use super::{Link, Notice, Output, Replica};

impl Replica {
    /// Takes in a frame. Nothing that a server can say makes it panic; what makes no
    /// sense is dropped.
    pub fn receive(&mut self, frame: ServerFrame, now: Micros) -> Output {
        let mut out = Output::default();
        match (self.link, frame) {
            (Link::Down | Link::Ended, _) => {}
            (Link::Greeting, ServerFrame::Welcome(welcome)) => {
                self.welcome(*welcome, now, &mut out);
            }
            (_, ServerFrame::Error(refusal)) => self.refused(refusal, now, &mut out),
            (Link::Greeting, _) => {}
            (Link::Up(_), frame) => self.told(frame, now, &mut out),
        }
        out
    }

    fn told(&mut self, frame: ServerFrame, now: Micros, out: &mut Output) {
        let Some(epoch) = self.epoch() else { return };
        if matches!(frame, ServerFrame::Resync {}) {
            return self.resync(out);
        }
        self.heard_since_asking = true;
        match frame {
            ServerFrame::Directory(frame) => self.told_directory(epoch, frame, out),
            ServerFrame::Stream(frame) => self.told_stream(epoch, frame, out),
            ServerFrame::Changes(frame) => {
                self.learn_authors(&frame.messages, out);
                self.in_room(frame.room, now, out, |room, context| {
                    room.changes(frame, context)
                });
            }
            ServerFrame::Reset(frame) => {
                self.learn_authors(&frame.messages, out);
                self.in_room(frame.info.id, now, out, |room, context| {
                    room.reset(frame, context)
                });
            }
            ServerFrame::History(frame) => {
                self.learn_authors(&frame.messages, out);
                self.in_room(frame.room, now, out, |room, context| {
                    room.history(frame, context)
                });
            }
            ServerFrame::Ack(ack) => self.acknowledged(ack, now, out),
            ServerFrame::Typing { room, people } => self.told_typing(room, people, now, out),
            ServerFrame::Presence {
                room,
                count,
                people,
            } => self.told_presence(room, Presence { count, people }, out),
            ServerFrame::Welcome(_)
            | ServerFrame::Error(_)
            | ServerFrame::Resync {}
            | ServerFrame::Pong {} => {}
        }
        self.follow_own_name(out);
    }

    fn told_directory(&mut self, epoch: Epoch, frame: Directory, out: &mut Output) {
        let change = self.directory.apply(epoch, frame);
        if change.rooms {
            out.notice(Notice::Rooms);
        }
        for user in change.names {
            out.notice(Notice::Name(user));
        }
        if self.directory.cursor.wants_to_ask() {
            self.ask_directory(out);
        }
    }

    fn told_stream(&mut self, epoch: Epoch, frame: Stream, out: &mut Output) {
        let moved = self.marks.apply(epoch, frame);
        if !moved.is_empty() {
            out.notice(Notice::ReadMarks(moved));
        }
        if self.marks.cursor.wants_to_ask() {
            self.ask_stream(out);
        }
    }

    fn told_typing(&mut self, id: RoomId, people: Vec<Profile>, now: Micros, out: &mut Output) {
        self.learn_people(&people, out);
        let until = later(now, self.limits.typing_ms);
        if let Some(room) = self.rooms.get_mut(&id)
            && room.soft.set_typing(people, until)
        {
            out.notice(Notice::Typing(id));
        }
    }

    fn told_presence(&mut self, id: RoomId, presence: Presence, out: &mut Output) {
        self.learn_people(presence.people.as_deref().unwrap_or_default(), out);
        if let Some(room) = self.rooms.get_mut(&id) {
            room.soft.presence = Some(presence);
            out.notice(Notice::Presence(id));
        }
    }

    fn welcome(&mut self, welcome: Welcome, now: Micros, out: &mut Output) {
        if welcome.user.id != self.me() {
            self.link = Link::Ended;
            return out.notice(Notice::OtherPerson(welcome.user));
        }
        self.link = Link::Up(welcome.epoch);
        self.limits = welcome.limits;
        self.pending.learn(&self.limits);
        self.lobby = welcome.lobby;
        self.directory.overhear_profile(&welcome.user);
        self.user = welcome.user;
        out.notice(Notice::Welcome);
        self.ask_for_the_rest(welcome.epoch, out);
        self.say_marks(out);
        self.expire(now, out);
        self.flush(out);
    }

    /// Nothing goes out by itself that is older than the server remembers.
    pub(super) fn expire(&mut self, now: Micros, out: &mut Output) {
        for over in self.pending.expire(now) {
            out.notice(Notice::Refused {
                client_id: over.client_id,
                command: Box::new(over.command),
                refusal: Box::new(Refusal::of(ErrorCode::Cancelled)),
            });
        }
        let expired = (self.pending.iter()).filter(|p| p.state == PendingState::Expired);
        for room in expired.map(|pending| pending.command.room()) {
            out.notice(Notice::Pending(room));
        }
    }

    /// The connection has dropped frames and follows nothing any more.
    fn resync(&mut self, out: &mut Output) {
        // Once is enough until something has come of it.
        if std::mem::take(&mut self.heard_since_asking) {
            self.hang_up(out);
            self.ask_for_everything(out);
            if let Some(epoch) = self.epoch() {
                self.ask_for_the_rest(epoch, out);
            }
        }
    }

    fn acknowledged(&mut self, ack: Ack, now: Micros, out: &mut Output) {
        match self.pending.acknowledged(&ack, now) {
            Answer::Stored(command) => {
                out.notice(Notice::Pending(command.room()));
                if let Some(room) = command.room() {
                    self.sweep(room, out);
                }
                if !matches!(command, Command::Send { .. }) {
                    out.notice(done(command, ack));
                }
            }
            Answer::Finished(command) => {
                out.notice(Notice::Pending(command.room()));
                out.notice(done(command, ack));
            }
            Answer::Unknown | Answer::Held(_) | Answer::Refused(_) => {}
        }
        self.flush(out);
    }

    /// Lets an event happen in a followed room, and tells and asks what follows.
    fn in_room(
        &mut self,
        id: RoomId,
        now: Micros,
        out: &mut Output,
        event: impl FnOnce(&mut RoomState, Context<'_>) -> Delta,
    ) {
        let (Some(epoch), me) = (self.epoch(), self.me()) else {
            return;
        };
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        let context = Context {
            epoch,
            me,
            settings: &self.settings,
        };
        let before = look(room);
        let mut delta = event(room, context);
        let after = look(room);
        if room.cursor.wants_to_ask() {
            out.send.push(room.subscribe(&self.settings));
        }
        let head = room.head;
        if before != after || delta.replaced || !delta.changed.is_empty() {
            let span = after.0;
            delta.changed.retain(|seq| span.contains(*seq));
            delta.changed = ascending(delta.changed);
            out.notice(Notice::Timeline(TimelineChange {
                room: id,
                replaced: delta.replaced,
                before: before.0,
                after: span,
                changed: delta.changed,
            }));
        }
        if delta.replaced {
            self.marks.clamp(id, head);
        }
        if delta.info {
            out.notice(Notice::Rooms);
        }
        for client_id in delta.stored {
            if self.pending.complete_send(client_id, now) {
                out.notice(Notice::Pending(Some(id)));
            }
        }
        for message in delta.posted {
            out.notices.push(Notice::Posted {
                room: id,
                mine: message.author.id == Some(me),
                message: Box::new(message),
            });
        }
        if delta.failed {
            let code = ErrorCode::Unknown;
            out.notice(Notice::HistoryFailed { room: id, code });
        }
        self.sweep(id, out);
        self.ask_history(id, out);
        self.flush(out);
    }

    /// Lets go of stored changes whose effect can be seen in the room, or will not be.
    pub(super) fn sweep(&mut self, id: RoomId, out: &mut Output) {
        let room = self.rooms.get(&id);
        let epoch = self.epoch();
        let swept = self.pending.sweep(id, |pending, seq, rev| {
            let Some(room) = room else { return true };
            if !room.is_known() {
                return pending.outlived || room.unavailable.is_some();
            }
            // A new connection that has told everything has told this too, or it was
            // lost with a backup.
            let told = epoch.is_some_and(|epoch| room.cursor.is_confirmed(epoch))
                && !room.is_catching_up();
            if room.cursor.known() >= rev || (pending.outlived && told) {
                return true;
            }
            match (&pending.command, room.window.get(seq)) {
                (Command::Send { .. }, Some(_)) => true,
                (_, Some(held)) => held.rev >= rev,
                // It is still to come, or lies above what is held.
                (_, None) => seq <= room.window.last(),
            }
        });
        if swept {
            out.notice(Notice::Pending(Some(id)));
        }
    }

    fn learn_authors(&mut self, messages: &[Message], out: &mut Output) {
        for message in messages {
            if let Some(user) = self.directory.overhear_author(&message.author) {
                out.notice(Notice::Name(user));
            }
        }
    }

    fn learn_people(&mut self, people: &[Profile], out: &mut Output) {
        for person in people {
            if self.directory.overhear_profile(person) {
                out.notice(Notice::Name(person.id));
            }
        }
    }

    fn follow_own_name(&mut self, out: &mut Output) {
        let me = self.me();
        if let Some(name) = self.directory.name(me)
            && name != self.user.name
        {
            name.clone_into(&mut self.user.name);
            out.notice(Notice::Name(me));
        }
    }
}

fn done(command: Command, ack: Ack) -> Notice {
    Notice::Done {
        client_id: ack.client_id,
        command: Box::new(command),
        ack,
    }
}

/// Each place once, in their order.
fn ascending(places: Vec<Seq>) -> Vec<Seq> {
    let mut sorted = Map::new();
    for seq in places {
        sorted.insert(seq, ());
    }
    sorted.into_keys().collect()
}

/// What a view sees of a room besides the messages themselves.
fn look(room: &RoomState) -> (Span, bool, Seq, Option<Load>, bool) {
    (
        room.window.span(),
        room.window.is_live(),
        room.head,
        room.loading(),
        room.is_known(),
    )
}
