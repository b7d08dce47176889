//! A room's state: what is known, what is held, what was asked for.

use crate::error::ErrorCode;
use crate::frame::{Changes, ClientFrame, Reset};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use crate::model::{Message, Room};

use super::super::cursor::{Cursor, Stretch, Verdict};
use super::super::settings::{Attention, Settings};
use super::super::soft::Soft;
use super::ahead::Ahead;
use super::history::{Load, Request};
use super::window::{Put, Window};

#[derive(Debug)]
pub(in crate::sync) struct RoomState {
    pub(in crate::sync) id: RoomId,
    pub(in crate::sync) attention: Attention,
    pub(in crate::sync) cursor: Cursor,
    pub(in crate::sync) window: Window,
    /// The room's own state, as far as the room itself has told it.
    pub(in crate::sync) info: Option<Room>,
    /// The room's last message.
    pub(in crate::sync) head: Seq,
    /// The message that the reader looks at; none: the end.
    pub(in crate::sync) reader: Option<Seq>,
    pub(in crate::sync) soft: Soft,
    pub(in crate::sync) unavailable: Option<ErrorCode>,
    /// The last message that was told as posted.
    pub(super) told: Seq,
    pub(super) ahead: Ahead,
    pub(super) wish: Option<Load>,
    pub(super) wish_at: Option<Micros>,
    pub(super) tries: u8,
    pub(super) request: Option<Request>,
}

/// What an event did to a room.
#[derive(Debug, Default)]
pub(in crate::sync) struct Delta {
    pub(in crate::sync) replaced: bool,
    pub(in crate::sync) changed: Vec<Seq>,
    pub(in crate::sync) posted: Vec<Message>,
    /// Sends of this person that are stored.
    pub(in crate::sync) stored: Vec<ClientId>,
    /// A page that was asked for will not come.
    pub(in crate::sync) failed: bool,
    /// The room's own state is another.
    pub(in crate::sync) info: bool,
}

/// What holds for a connection.
#[derive(Clone, Copy, Debug)]
pub(in crate::sync) struct Context<'a> {
    pub(in crate::sync) epoch: Epoch,
    pub(in crate::sync) me: UserId,
    pub(in crate::sync) settings: &'a Settings,
}

impl RoomState {
    pub(in crate::sync) fn new(id: RoomId, attention: Attention) -> Self {
        RoomState {
            id,
            attention,
            cursor: Cursor::default(),
            window: Window::unknown(),
            info: None,
            head: Seq::ZERO,
            reader: None,
            soft: Soft::default(),
            unavailable: None,
            told: Seq::ZERO,
            ahead: Ahead::default(),
            wish: None,
            wish_at: None,
            tries: 0,
            request: None,
        }
    }

    pub(in crate::sync) fn is_known(&self) -> bool {
        self.cursor.known() > Rev::ZERO || self.window.is_live()
    }

    pub(in crate::sync) fn is_catching_up(&self) -> bool {
        self.cursor.is_asking() || !self.cursor.is_caught_up()
    }

    /// The question that follows the room from what is known.
    pub(in crate::sync) fn subscribe(&mut self, settings: &Settings) -> ClientFrame {
        let (epoch, rev) = self.cursor.ask();
        ClientFrame::Subscribe {
            room: self.id,
            epoch,
            rev,
            most: Some(settings.most(self.attention)),
            page: settings.page(self.attention),
        }
    }

    /// The connection is gone: what was asked for is wished for again.
    pub(in crate::sync) fn hang_up(&mut self) {
        self.cursor.hang_up();
        self.ahead.clear();
        self.unavailable = None;
        self.wish_at = None;
        self.tries = 0;
        if let Some(request) = self.request.take() {
            self.wish.get_or_insert(request.load);
        }
    }

    pub(in crate::sync) fn changes(&mut self, frame: Changes, context: Context<'_>) -> Delta {
        let mut delta = Delta::default();
        self.take(frame, context, &mut delta);
        // Before an answer has carried it into this epoch, nothing follows on what it knows.
        while self.cursor.is_confirmed(context.epoch)
            && let Some(frame) = self.ahead.next(self.cursor.known())
        {
            self.take(frame, context, &mut delta);
        }
        self.after(context, &mut delta);
        delta
    }

    fn take(&mut self, frame: Changes, context: Context<'_>, delta: &mut Delta) {
        let stretch = Stretch {
            from: frame.from,
            through: frame.through,
            head: frame.head,
        };
        let verdict = self.cursor.take(context.epoch, stretch);
        match verdict {
            Verdict::Drop => return,
            Verdict::Ahead => return self.ahead.keep(frame),
            Verdict::Apply => {}
            Verdict::Replace => {
                self.void(delta);
                self.info = None;
                self.window = Window::after(Seq::ZERO, true);
                self.head = Seq::ZERO;
                self.told = Seq::ZERO;
            }
        }
        self.unavailable = None;
        // Nothing is held from beyond what is known: the cursor could not vouch for it.
        let through = frame.through;
        for message in frame.messages.into_iter().filter(|m| m.rev <= through) {
            self.merge(message, context, delta);
        }
        if verdict == Verdict::Replace {
            // All of it is new here, none of it is news.
            delta.posted.clear();
        }
        if let Some(info) = frame.info.filter(|info| info.rev <= through) {
            if info.removed_at.is_some() {
                self.void(delta);
                self.window = Window::after(self.head, true);
            }
            self.learn(info, verdict == Verdict::Replace, delta);
        }
    }

    fn learn(&mut self, info: Room, anew: bool, delta: &mut Delta) {
        let newer = self.info.as_ref().is_none_or(|held| held.rev < info.rev);
        if anew || newer {
            delta.info |= self.info.as_ref() != Some(&info);
            self.info = Some(info);
        }
    }

    fn merge(&mut self, message: Message, context: Context<'_>, delta: &mut Delta) {
        if let Some(request) = &mut self.request {
            request.keep(&message);
        }
        self.head = self.head.max(message.seq);
        note_stored(&message, context.me, delta);
        if message.seq > self.told {
            self.told = message.seq;
            if !message.is_deleted() {
                delta.posted.push(message.clone());
            }
        }
        let seq = message.seq;
        let most = context.settings.window(self.attention);
        if self.window.put(message, most) == Put::Changed {
            delta.changed.push(seq);
        }
    }

    pub(in crate::sync) fn reset(&mut self, frame: Reset, context: Context<'_>) -> Delta {
        let mut delta = Delta::default();
        if !self.cursor.take_reset(context.epoch, frame.rev) {
            return delta;
        }
        self.void(&mut delta);
        self.unavailable = None;
        self.head = frame.info.seq.max(Seq::ZERO);
        let gone = frame.info.removed_at.is_some();
        let messages = if gone { Vec::new() } else { frame.messages };
        if let Some(last) = messages.last() {
            self.head = last.seq.max(Seq::ZERO);
        }
        for message in &messages {
            note_stored(message, context.me, &mut delta);
        }
        self.told = self.head;
        self.window = Window::from_page(messages, self.head, true);
        self.learn(frame.info, true, &mut delta);
        while let Some(frame) = self.ahead.next(self.cursor.known()) {
            self.take(frame, context, &mut delta);
        }
        self.after(context, &mut delta);
        delta
    }

    /// What is held does not count any more, nor a page of it that is on its way.
    fn void(&mut self, delta: &mut Delta) {
        delta.replaced = true;
        delta.changed.clear();
        self.reader = None;
        let asked = self.request.take().map(|request| request.load);
        // Around a place makes sense in a new window too; the rest has come or has
        // nothing to join.
        self.wish = self
            .wish
            .or(asked)
            .filter(|load| matches!(load, Load::Around(_)));
    }

    /// Joins a page that has become ripe, settles what waits, keeps within bounds.
    pub(in crate::sync) fn after(&mut self, context: Context<'_>, delta: &mut Delta) {
        let firm = self.cursor.is_confirmed(context.epoch);
        let ripe = |request: &Request| {
            request
                .awaits()
                .is_some_and(|rev| rev <= self.cursor.known())
        };
        if firm && self.request.as_ref().is_some_and(ripe) {
            self.join(context, delta);
        }
        if firm && self.cursor.is_caught_up() && self.window.is_waiting() {
            delta.replaced |= self.window.settle(self.reader.is_none());
        }
        let most = context.settings.window(self.attention);
        self.window.trim(most, self.reader);
    }
}

pub(super) fn note_stored(message: &Message, me: UserId, delta: &mut Delta) {
    if message.author.id == Some(me)
        && let Some(client_id) = message.client_id
    {
        delta.stored.push(client_id);
    }
}
