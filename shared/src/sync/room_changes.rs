//! What changed in open rooms, and what follows from it for the view and the pending commands.

use crate::command::Command;
use crate::error::ErrorCode;
use crate::frame::ClientFrame;
use crate::id::{Micros, Rev, RoomId, Seq};
use crate::model::RoomKind;
use crate::stream::StreamKey;

use super::output::{SeqRange, TimelineChange};
use super::own_stream::OwnStreamDelta;
use super::receive::emit_read_marks;
use super::room::{ApplyContext, HistoryLoad, RoomDelta, RoomReplica};
use super::vec_map::ascending;
use super::{Replica, SyncEvent, SyncOutput};

impl Replica {
    /// Applies a frame to an open room; emits the events and asks the questions that
    /// follow from it.
    pub(super) fn apply_to_room(
        &mut self,
        id: RoomId,
        now: Micros,
        out: &mut SyncOutput,
        event: impl FnOnce(&mut RoomReplica, ApplyContext<'_>) -> RoomDelta,
    ) {
        let (Some(epoch), me) = (self.epoch(), self.me()) else {
            return;
        };
        let Some(room) = self.rooms.open.get_mut(&id) else {
            return;
        };
        // It has no subscription: what still arrives is from before the server ended it.
        if room.unavailable.is_some() && !room.stream.cursor.is_question_open() {
            return;
        }
        let context = ApplyContext {
            epoch,
            me,
            settings: &self.settings,
        };
        let was_unsure = room.stream.cursor.awaits_confirmation(epoch);
        let before = visible_state(room);
        let mut delta = event(room, context);
        let after = visible_state(room);
        let head = room.head;
        let info = delta.info.then(|| room.info.clone()).flatten();
        let cursor = &room.stream.cursor;
        let is_resumed = cursor.is_confirmed(epoch) && !delta.restarted;
        let is_lost = was_unsure && !cursor.awaits_confirmation(epoch) && !is_resumed;
        if before != after || delta.replaced || !delta.changed.is_empty() {
            let span = after.0;
            delta.changed.retain(|seq| span.contains(*seq));
            out.emit(SyncEvent::Timeline(TimelineChange {
                room: id,
                replaced: delta.replaced,
                before: before.0,
                after: span,
                changed: ascending(delta.changed),
            }));
        }
        if delta.replaced && self.own.marks.discard_beyond(id, head) {
            emit_read_marks(vec![id], out);
        }
        if delta.info {
            if let Some(info) = info.filter(|info| info.kind != RoomKind::Public) {
                self.known_rooms.note(info, epoch);
            }
            out.emit(SyncEvent::Rooms(vec![id]));
        }
        for client_id in delta.stored {
            if self.pending.complete_send(client_id, now) {
                out.emit(SyncEvent::Pending(Some(id)));
            }
        }
        if is_lost {
            self.lose_past(StreamKey::Room(id), out);
        }
        if was_unsure {
            self.send_read_mark(id, out);
        }
        for message in delta.posted {
            out.events.push(SyncEvent::Posted {
                room: id,
                mine: me.is_some() && message.author.id == me,
                message: Box::new(message),
            });
        }
        if let Some(code) = delta.failed {
            out.emit(SyncEvent::HistoryFailed { room: id, code });
        }
        self.sweep(id, out);
        self.fill_gap(StreamKey::Room(id), out);
        self.ask_history(id, out);
        self.flush(out);
    }

    /// Removes acknowledged commands whose effect is visible in the room, or never will be.
    pub(super) fn sweep(&mut self, id: RoomId, out: &mut SyncOutput) {
        let room = self.rooms.get(id);
        let epoch = self.epoch();
        let swept = self.pending.sweep(id, |pending, seq, rev| {
            let Some(room) = room else { return true };
            if !room.is_known() {
                return pending.acked_earlier || room.unavailable.is_some();
            }
            // A connection that is caught up has sent this change too, unless it was lost
            // when the store was restored from a backup.
            let cursor = &room.stream.cursor;
            let caught_up =
                epoch.is_some_and(|epoch| cursor.is_confirmed(epoch)) && !room.is_catching_up();
            if cursor.known() >= rev || (pending.acked_earlier && caught_up) {
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

    /// What follows from memberships that began or ended, and from read marks that moved.
    pub(super) fn own_stream_changed(&mut self, delta: OwnStreamDelta, out: &mut SyncOutput) {
        emit_read_marks(delta.marks, out);
        if delta.sidebar {
            out.emit(SyncEvent::Sidebar);
        }
        if delta.restriction {
            out.emit(SyncEvent::Restriction);
        }
        // Who has left a public room may still read it, so the server goes on watching it.
        let mut rooms = delta.left_public;
        rooms.retain(|room| *room != self.lobby && self.watching.room_lost(*room));
        if !rooms.is_empty() && self.can_ask() {
            out.send.push(ClientFrame::Unwatch { rooms });
        }
        for room in delta.left {
            self.watching.room_lost(room);
            self.rooms.forget_closed(room);
            self.known_rooms.forget(room);
            self.lose_open_room(room, ErrorCode::NoSuchRoom, out);
            // A restored store may give the number of a lost room to another one.
            if self.directory.room(room).is_some() {
                self.room_appeared(room, out);
            }
        }
        for room in delta.joined {
            if self.own.membership(room).is_some() {
                self.room_appeared(room, out);
            }
        }
        for room in &delta.memberships {
            self.want_room(*room, Rev::ZERO);
        }
        if !delta.memberships.is_empty() {
            out.emit(SyncEvent::Memberships(delta.memberships));
        }
    }

    /// A room exists now for this person: it is watched if it is the person's own, and subscribed
    /// to if it is open.
    pub(super) fn room_appeared(&mut self, id: RoomId, out: &mut SyncOutput) {
        if id == self.lobby || self.own.membership(id).is_some() {
            self.watching.room_added(id);
        }
        if let Some(room) = self.rooms.get_mut(id)
            && room.unavailable.take().is_some()
        {
            self.ask_stream(StreamKey::Room(id), out);
        }
    }

    /// An open room does not exist for this person any more: forgets what is held of it.
    pub(super) fn lose_open_room(&mut self, id: RoomId, code: ErrorCode, out: &mut SyncOutput) {
        let Some(room) = self.rooms.get_mut(id) else {
            return;
        };
        let before = room.window.span();
        room.lose(code);
        // The server would refuse it. It may have waited for the answer about the room, which does
        // not come any more.
        if self.own.marks.discard_unconfirmed(id) {
            emit_read_marks(vec![id], out);
        }
        out.emit(SyncEvent::Timeline(TimelineChange {
            room: id,
            replaced: true,
            before,
            after: room.window.span(),
            changed: Vec::new(),
        }));
        out.emit(SyncEvent::Typing(id));
        out.emit(SyncEvent::Presence(id));
        out.emit(SyncEvent::Unavailable { room: id, code });
        self.sweep(id, out);
    }
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
