//! A room's state: what is known, what is held, what was asked for.

use std::collections::BTreeMap;

use crate::error::ErrorCode;
use crate::frame::{Changes, ClientFrame, History, Reset};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use crate::model::{Message, Room};

use super::super::cursor::{Cursor, Stretch, Verdict};
use super::super::settings::{Attention, Settings};
use super::super::soft::Soft;
use super::ahead::Ahead;
use super::history::{Load, Request, anchor};
use super::window::{Put, Window};

/// How often in a row a page that was too old is asked for again.
const MOST_TRIES: u8 = 3;

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
    told: Seq,
    ahead: Ahead,
    wish: Option<Load>,
    wish_at: Option<Micros>,
    tries: u8,
    request: Option<Request>,
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

    pub(in crate::sync) fn loading(&self) -> Option<Load> {
        self.request.as_ref().map(|r| r.load).or(self.wish)
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

    /// Wishes for messages. A later wish takes the place of an earlier one.
    pub(in crate::sync) fn wish(&mut self, load: Load) {
        if self.request.as_ref().is_some_and(|r| r.load == load) {
            return;
        }
        self.request = None;
        self.wish = Some(load);
        self.wish_at = None;
        self.tries = 0;
    }

    /// The question for what is wished for, once the ground is firm.
    pub(in crate::sync) fn ask_history(
        &mut self,
        epoch: Epoch,
        limit: Option<usize>,
        number: &mut u32,
    ) -> Option<ClientFrame> {
        let firm = self.cursor.is_confirmed(epoch) && !self.cursor.is_asking();
        if !firm || self.request.is_some() || self.wish_at.is_some() {
            return None;
        }
        let load = self.wish.take()?;
        let needless = match load {
            Load::Older => self.window.span().first <= Seq(1),
            Load::Newer => self.window.is_live(),
            Load::Latest => self.window.is_live() && self.window.last() >= self.head,
            Load::Around(_) => false,
        };
        if needless {
            return None;
        }
        *number = number.wrapping_add(1);
        self.request = Some(Request::new(*number, load, self.cursor.known()));
        Some(ClientFrame::History {
            request: *number,
            room: self.id,
            anchor: anchor(
                load,
                self.window.span().first,
                self.window.last(),
                self.head,
            ),
            limit,
        })
    }

    pub(in crate::sync) fn changes(&mut self, frame: Changes, context: Context<'_>) -> Delta {
        let mut delta = Delta::default();
        self.take(frame, context, &mut delta);
        while let Some(frame) = self.ahead.next(self.cursor.known()) {
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
        for message in frame.messages {
            self.merge(message, context, delta);
        }
        if verdict == Verdict::Replace {
            // All of it is new here, none of it is news.
            delta.posted.clear();
        }
        if let Some(info) = frame.info {
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

    pub(in crate::sync) fn history(&mut self, page: History, context: Context<'_>) -> Delta {
        let mut delta = Delta::default();
        if let Some(request) = self.request.as_mut().filter(|r| r.number == page.request) {
            self.cursor.hear(page.rev);
            request.answer(page);
            self.after(context, &mut delta);
        }
        delta
    }

    /// A question for history was refused: again at a time, or never.
    pub(in crate::sync) fn history_refused(
        &mut self,
        number: u32,
        retry_at: Option<Micros>,
    ) -> bool {
        let Some(request) = self.request.take_if(|r| r.number == number) else {
            return false;
        };
        if retry_at.is_some() {
            self.wish.get_or_insert(request.load);
            self.wish_at = retry_at;
        }
        true
    }

    /// When something that was refused is to be asked for again.
    pub(in crate::sync) fn retry_at(&self) -> Option<Micros> {
        [self.wish_at, self.cursor.retry_at()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Lets go a wish that was put off.
    pub(in crate::sync) fn release(&mut self, now: Micros) {
        self.wish_at = self.wish_at.filter(|at| *at > now);
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

    fn join(&mut self, context: Context<'_>, delta: &mut Delta) {
        let Some(request) = self.request.take() else {
            return;
        };
        let load = request.load;
        let Some((load, page, newer)) = request.into_page() else {
            self.tries = self.tries.saturating_add(1);
            if self.tries < MOST_TRIES {
                self.wish.get_or_insert(load);
            } else {
                delta.failed = true;
            }
            return;
        };
        self.tries = 0;
        self.head = self.head.max(page.seq);
        for message in &page.messages {
            note_stored(message, context.me, delta);
        }
        delta.failed = !self.place(load, page.messages, newer, delta);
    }

    fn place(
        &mut self,
        load: Load,
        page: Vec<Message>,
        newer: BTreeMap<Seq, Message>,
        delta: &mut Delta,
    ) -> bool {
        if load == Load::Older {
            return self.window.prepend(page);
        }
        let joined = if load == Load::Newer {
            self.window.append(page)
        } else if page.is_empty() && self.head > Seq::ZERO {
            false
        } else {
            delta.replaced = true;
            delta.changed.clear();
            self.reader = match load {
                Load::Around(seq) => Some(seq),
                _ => None,
            };
            self.window = Window::from_page(page, self.head, false);
            true
        };
        if joined {
            self.window.append(newer.into_values());
            let at_end = self.window.last() >= self.head;
            self.window.set_live(at_end);
        }
        joined
    }
}

fn note_stored(message: &Message, me: UserId, delta: &mut Delta) {
    if message.author.id == Some(me)
        && let Some(client_id) = message.client_id
    {
        delta.stored.push(client_id);
    }
}
