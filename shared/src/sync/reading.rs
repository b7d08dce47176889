//! What a person does while reading: open rooms, scroll, mark, type.

use crate::frame::ClientFrame;
use crate::id::{Micros, RoomId, Seq};

use super::output::TimelineChange;
use super::room::{Load, RoomState};
use super::settings::Attention;
use super::{Notice, Output, Replica};

/// A room that is opened with fewer messages than this asks for older ones at once.
const SCREENFUL: usize = 50;

impl Replica {
    /// Follows a room, or follows it more or less closely than before. One that could
    /// not be followed is tried again.
    pub fn follow(&mut self, room: RoomId, attention: Attention) -> Output {
        let mut out = Output::default();
        let may_ask = self.may_ask();
        let Some(state) = self.rooms.get_mut(&room) else {
            let mut state = RoomState::new(room, attention);
            if may_ask {
                out.send.push(state.subscribe(&self.settings));
            }
            self.rooms.insert(room, state);
            return out;
        };
        let before = state.window.span();
        state.attention = attention;
        if may_ask && state.unavailable.take().is_some() {
            out.send.push(state.subscribe(&self.settings));
        }
        if attention == Attention::Background {
            state.reader = None;
        }
        state
            .window
            .trim(self.settings.window(attention), state.reader);
        let after = state.window.span();
        let short = after.len < SCREENFUL && after.first > Seq(1) && state.is_known();
        if attention == Attention::Open && short {
            state.wish(Load::Older);
        }
        if before != after {
            out.notice(Notice::Timeline(TimelineChange {
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

    /// Stops following a room and forgets what was held of it. Pending commands stay.
    pub fn unfollow(&mut self, room: RoomId) -> Output {
        let mut out = Output::default();
        if self.rooms.remove(&room).is_some() {
            if self.may_ask() {
                out.send.push(ClientFrame::Unsubscribe { room });
            }
            self.sweep(room, &mut out);
        }
        out
    }

    /// The reader looks at this message; `None`: at the end. Decides which end of a
    /// full window is cut. Cheap; meant to be called while scrolling.
    pub fn set_reader(&mut self, room: RoomId, seq: Option<Seq>) {
        if let Some(state) = self.rooms.get_mut(&room) {
            state.reader = seq;
        }
    }

    /// Asks for the messages below the window. Asking twice asks once.
    pub fn load_older(&mut self, room: RoomId) -> Output {
        self.load(room, Load::Older)
    }

    /// Asks for the messages above the window, if it does not reach the end.
    pub fn load_newer(&mut self, room: RoomId) -> Output {
        self.load(room, Load::Newer)
    }

    /// Puts the window around a message. If it is held, nothing needs to happen.
    pub fn open_around(&mut self, room: RoomId, seq: Seq) -> Output {
        match self.rooms.get_mut(&room) {
            Some(state) if state.window.get(seq).is_some() => {
                state.reader = Some(seq);
                Output::default()
            }
            _ => self.load(room, Load::Around(seq)),
        }
    }

    /// Puts the window at the room's end, to follow it.
    pub fn jump_to_latest(&mut self, room: RoomId) -> Output {
        match self.rooms.get_mut(&room) {
            Some(state) if state.window.is_live() => {
                state.reader = None;
                Output::default()
            }
            _ => self.load(room, Load::Latest),
        }
    }

    fn load(&mut self, room: RoomId, load: Load) -> Output {
        let mut out = Output::default();
        if let Some(state) = self.rooms.get_mut(&room) {
            state.wish(load);
            self.ask_history(room, &mut out);
        }
        out
    }

    /// Marks a room as read up to a message. A mark that lies higher stays.
    pub fn mark_read(&mut self, room: RoomId, seq: Seq) -> Output {
        let mut out = Output::default();
        let seq = seq.min(self.head(room));
        if seq > Seq::ZERO && self.marks.want(room, seq) {
            out.notice(Notice::ReadMarks(vec![room]));
            // Before the welcome it is not certain whose connection this is.
            if self.epoch().is_some() {
                out.send.push(ClientFrame::MarkRead { room, seq });
            }
        }
        out
    }

    /// The person is typing: to be called at every key, said now and then.
    pub fn say_typing(&mut self, room: RoomId, now: Micros) -> Output {
        let mut out = Output::default();
        let half = i64::try_from(self.limits.typing_ms / 2).unwrap_or(i64::MAX);
        let every = half.max(1).saturating_mul(1_000);
        if self.epoch().is_some()
            && let Some(state) = self.rooms.get_mut(&room)
            && state.soft.may_say_typing(now, every)
        {
            out.send.push(ClientFrame::Typing { room });
        }
        out
    }
}
