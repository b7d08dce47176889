//! Actions of a reader that are no commands: subscribing to rooms, loading history,
//! marking as read, typing.

use crate::frame::ClientFrame;
use crate::id::{Micros, RoomId, Seq};

use super::config::SubscriptionLevel;
use super::output::TimelineChange;
use super::room::{HistoryLoad, RoomReplica};
use super::{Replica, SyncEvent, SyncOutput};

/// A room that is opened with fewer messages than this requests older ones at once.
const SCREENFUL: usize = 50;

impl Replica {
    /// Subscribes to a room, or changes the level of a subscription. A refused subscription
    /// is tried again.
    pub fn subscribe(&mut self, room: RoomId, level: SubscriptionLevel) -> SyncOutput {
        let mut out = SyncOutput::default();
        let can_send_requests = self.can_send_requests();
        let Some(state) = self.rooms.get_mut(&room) else {
            let mut state = RoomReplica::new(room, level);
            if can_send_requests {
                out.send.push(state.subscribe_frame(&self.settings));
            }
            self.rooms.insert(room, state);
            return out;
        };
        let before = state.window.span();
        state.level = level;
        if can_send_requests && state.unavailable.take().is_some() {
            out.send.push(state.subscribe_frame(&self.settings));
        }
        if level == SubscriptionLevel::Background {
            state.reader = None;
        }
        state.window.trim(self.settings.window(level), state.reader);
        let after = state.window.span();
        let short = after.len < SCREENFUL && after.first > Seq(1) && state.is_known();
        if level == SubscriptionLevel::Open && short {
            state.want_load(HistoryLoad::Older);
        }
        if before != after {
            out.emit(SyncEvent::Timeline(TimelineChange {
                room,
                replaced: false,
                before,
                after,
                changed: Vec::new(),
            }));
        }
        self.ask_history(room, &mut out);
        out
    }

    /// Unsubscribes from a room and forgets its messages. Pending commands are kept.
    pub fn unsubscribe(&mut self, room: RoomId) -> SyncOutput {
        let mut out = SyncOutput::default();
        if self.rooms.remove(&room).is_some() {
            if self.can_send_requests() {
                out.send.push(ClientFrame::Unsubscribe { room });
            }
            // Its last message is now the one that the directory knows.
            out.emit(SyncEvent::Rooms(vec![room]));
            self.sweep(room, &mut out);
        }
        out
    }

    /// Sets the message that the reader looks at; `None`: the end. It decides at which end
    /// a full window is trimmed. Cheap enough to be called at every scroll.
    pub fn set_reader(&mut self, room: RoomId, seq: Option<Seq>) {
        if let Some(state) = self.rooms.get_mut(&room) {
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
        match self.rooms.get_mut(&room) {
            Some(state) if state.window.get(seq).is_some() => {
                state.reader = Some(seq);
                SyncOutput::default()
            }
            _ => self.load(room, HistoryLoad::Around(seq)),
        }
    }

    /// Moves the window to the room's end, where new messages are appended.
    pub fn jump_to_latest(&mut self, room: RoomId) -> SyncOutput {
        match self.rooms.get_mut(&room) {
            Some(state) if state.window.is_live() => {
                state.reader = None;
                SyncOutput::default()
            }
            _ => self.load(room, HistoryLoad::Latest),
        }
    }

    fn load(&mut self, room: RoomId, load: HistoryLoad) -> SyncOutput {
        let mut out = SyncOutput::default();
        if let Some(state) = self.rooms.get_mut(&room) {
            state.want_load(load);
            self.ask_history(room, &mut out);
        }
        out
    }

    /// Marks a room as read up to a message. A higher mark stays.
    pub fn mark_read(&mut self, room: RoomId, seq: Seq) -> SyncOutput {
        let mut out = SyncOutput::default();
        let seq = seq.min(self.head(room));
        if seq > Seq::ZERO && self.marks.raise(room, seq) {
            out.emit(SyncEvent::ReadMarks(vec![room]));
            // Before `welcome` the session may belong to another person.
            if self.epoch().is_some() {
                out.send.push(ClientFrame::mark_read(room, seq));
            }
        }
        out
    }

    /// The person is typing. Call it at every key; a frame is sent only now and then.
    pub fn send_typing(&mut self, room: RoomId, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        let half = i64::try_from(self.limits.typing_ms / 2).unwrap_or(i64::MAX);
        let every = half.max(1).saturating_mul(1_000);
        if self.epoch().is_some()
            && let Some(state) = self.rooms.get_mut(&room)
            && state.ephemeral.should_send_typing(now, every)
        {
            out.send.push(ClientFrame::Typing { room });
        }
        out
    }
}
