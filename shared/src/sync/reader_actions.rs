//! Actions of a reader that are no commands: opening rooms, watching, loading history,
//! marking as read, typing.

use crate::command::Command;
use crate::frame::ClientFrame;
use crate::id::{ClientId, Micros, RoomId, Seq};
use crate::model::MarkChange;
use crate::stream::StreamKey;

use super::output::TimelineChange;
use super::room::HistoryLoad;
use super::{Replica, SyncEvent, SyncOutput};

/// A room that is opened with fewer messages than this requests older ones at once.
const SCREENFUL: usize = 50;

impl Replica {
    /// Opens a room: subscribes to it. What is kept of it from before is shown at once. A
    /// refused subscription is tried again.
    pub fn open(&mut self, room: RoomId) -> SyncOutput {
        let mut out = SyncOutput::default();
        if !self.rooms.open.contains_key(&room) {
            self.rooms.open(room);
            self.ask_stream(StreamKey::Room(room), &mut out);
        }
        let can_ask = self.can_ask();
        let Some(state) = self.rooms.get_mut(room) else {
            return out;
        };
        if can_ask && state.unavailable.take().is_some() {
            self.ask_stream(StreamKey::Room(room), &mut out);
            return out;
        }
        if state.is_known() {
            let span = state.window.span();
            if span.len < SCREENFUL && state.has_older() {
                state.want_load(HistoryLoad::Older);
            }
            // The names of who wrote these messages may have become void since.
            for person in state.people_shown() {
                self.names.want(person);
            }
            out.emit(SyncEvent::Timeline(TimelineChange {
                room,
                replaced: true,
                before: span,
                after: span,
                changed: Vec::new(),
            }));
            self.ask_history(room, &mut out);
            self.ask_people(&mut out);
        }
        out
    }

    /// Closes a room: unsubscribes from it. Its newest messages are kept for a while, and so
    /// are pending commands.
    pub fn close(&mut self, room: RoomId) -> SyncOutput {
        let mut out = SyncOutput::default();
        let was_unsure = (self.epoch()).is_some_and(|epoch| self.is_unsure(room, epoch));
        if self.rooms.close(room, &self.settings) {
            if self.can_ask() {
                let stream = StreamKey::Room(room);
                out.send.push(ClientFrame::Unsubscribe { stream });
            }
            // Its last message and its unread count are those of the directory or of the head.
            out.emit(SyncEvent::Rooms(vec![room]));
            self.sweep(room, &mut out);
            // Its commands and its mark may have waited for the answer about it.
            if was_unsure {
                self.send_read_mark(room, &mut out);
            }
            self.flush(&mut out);
        }
        out
    }

    /// Watches all rooms of the person, see [`Self::my_rooms`]: [`Self::unread`] is exact and stays
    /// so. With `notices`, [`SyncEvent::Notice`] names new messages in rooms that are not open.
    pub fn watch(&mut self, notices: bool) -> SyncOutput {
        let mut out = SyncOutput::default();
        if self.user.is_none() {
            return out;
        }
        self.watching.start(notices);
        self.ask_watch(&mut out);
        out
    }

    /// Sets the message that the reader looks at; `None`: the end. It decides at which end
    /// a full window is trimmed. Cheap enough to be called at every scroll.
    pub fn set_reader(&mut self, room: RoomId, seq: Option<Seq>) {
        if let Some(state) = self.rooms.get_mut(room) {
            state.reader = seq;
        }
    }

    /// Requests the messages before the window. A second call sends no second request.
    pub fn load_older(&mut self, room: RoomId) -> SyncOutput {
        self.load(room, HistoryLoad::Older)
    }

    /// Requests the messages after the window, if it does not reach the room's end.
    pub fn load_newer(&mut self, room: RoomId) -> SyncOutput {
        self.load(room, HistoryLoad::Newer)
    }

    /// Moves the window around a message. Requests nothing if the message is held.
    pub fn open_around(&mut self, room: RoomId, seq: Seq) -> SyncOutput {
        match self.rooms.get_mut(room) {
            Some(state) if state.window.get(seq).is_some() => {
                state.reader = Some(seq);
                SyncOutput::default()
            }
            _ => self.load(room, HistoryLoad::Around(seq)),
        }
    }

    /// Moves the window to the room's end, where new messages are appended.
    pub fn jump_to_latest(&mut self, room: RoomId) -> SyncOutput {
        match self.rooms.get_mut(room) {
            Some(state) if state.window.is_live() => {
                state.reader = None;
                SyncOutput::default()
            }
            _ => self.load(room, HistoryLoad::Latest),
        }
    }

    fn load(&mut self, room: RoomId, load: HistoryLoad) -> SyncOutput {
        let mut out = SyncOutput::default();
        if let Some(state) = self.rooms.get_mut(room) {
            state.want_load(load);
            self.ask_history(room, &mut out);
        }
        out
    }

    /// Marks a room as read up to a message; not without a session. A higher mark stays. To set it back, see
    /// [`Self::mark_unread`].
    ///
    /// `client_id` is that of a command, which is given only while a [`Command::SetMarks`] of the
    /// room has no answer: that may begin a generation in which a raise of now means nothing.
    pub fn mark_read(
        &mut self,
        client_id: ClientId,
        room: RoomId,
        seq: Seq,
        now: Micros,
    ) -> SyncOutput {
        let mut out = SyncOutput::default();
        let seq = seq.min(self.head(room));
        let read = self.read_seq(room);
        if self.user.is_none() || seq == Seq::ZERO || read >= Some(seq) {
            return out;
        }
        if self.pending_marks(room).next().is_some() {
            let mark = MarkChange {
                replaced: read,
                ..MarkChange::new(room, seq)
            };
            let marks = vec![mark];
            return self.command(client_id, Command::SetMarks { marks }, now);
        }
        self.own.marks.raise(room, seq);
        out.emit(SyncEvent::ReadMarks(vec![room]));
        self.send_read_mark(room, &mut out);
        out
    }

    /// The person is typing. Call it at every key; a frame is sent only now and then.
    pub fn send_typing(&mut self, room: RoomId, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        let half = i64::try_from(self.limits.typing_ms / 2).unwrap_or(i64::MAX);
        let every = half.max(1).saturating_mul(1_000);
        if self.user.is_some()
            && self.epoch().is_some()
            && let Some(state) = self.rooms.get_mut(room)
            && state.ephemeral.should_send_typing(now, every)
        {
            out.send.push(ClientFrame::Typing { room });
        }
        out
    }
}
