//! The state of one room: what is known, what is held, what was requested.

use crate::error::ErrorCode;
use crate::frame::{Changes, ClientFrame, Reset};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use crate::model::{Message, Room};

use super::super::config::{ReplicaConfig, SubscriptionLevel};
use super::super::cursor::{Cursor, RevRange, Verdict};
use super::super::ephemeral::Ephemeral;
use super::history_request::{HistoryLoad, HistoryRequest};
use super::message_window::{MessageWindow, PutResult};
use super::reorder_buffer::ReorderBuffer;

#[derive(Debug)]
pub(in crate::sync) struct RoomReplica {
    pub(in crate::sync) id: RoomId,
    pub(in crate::sync) level: SubscriptionLevel,
    pub(in crate::sync) cursor: Cursor,
    pub(in crate::sync) window: MessageWindow,
    /// Name, topic and existence, as the room's own stream has sent them.
    pub(in crate::sync) info: Option<Room>,
    /// The room's last message.
    pub(in crate::sync) head: Seq,
    /// The message that the reader looks at; `None`: the end.
    pub(in crate::sync) reader: Option<Seq>,
    pub(in crate::sync) ephemeral: Ephemeral,
    pub(in crate::sync) unavailable: Option<ErrorCode>,
    /// The last message for which [`RoomDelta::posted`] was reported.
    pub(super) announced: Seq,
    pub(super) reorder_buffer: ReorderBuffer,
    pub(super) wanted_load: Option<HistoryLoad>,
    pub(super) wanted_load_at: Option<Micros>,
    pub(super) tries: u8,
    pub(super) request: Option<HistoryRequest>,
}

/// What a frame changed in a room.
#[derive(Debug, Default)]
pub(in crate::sync) struct RoomDelta {
    pub(in crate::sync) replaced: bool,
    pub(in crate::sync) changed: Vec<Seq>,
    pub(in crate::sync) posted: Vec<Message>,
    /// This person's sends that are stored.
    pub(in crate::sync) stored: Vec<ClientId>,
    /// Requested history will not arrive.
    pub(in crate::sync) failed: bool,
    /// Name, topic or existence changed.
    pub(in crate::sync) info: bool,
}

/// What applying a frame needs to know of the replica.
#[derive(Clone, Copy, Debug)]
pub(in crate::sync) struct ApplyContext<'a> {
    pub(in crate::sync) epoch: Epoch,
    pub(in crate::sync) me: UserId,
    pub(in crate::sync) settings: &'a ReplicaConfig,
}

impl RoomReplica {
    pub(in crate::sync) fn new(id: RoomId, level: SubscriptionLevel) -> Self {
        RoomReplica {
            id,
            level,
            cursor: Cursor::default(),
            window: MessageWindow::unknown(),
            info: None,
            head: Seq::ZERO,
            reader: None,
            ephemeral: Ephemeral::default(),
            unavailable: None,
            announced: Seq::ZERO,
            reorder_buffer: ReorderBuffer::default(),
            wanted_load: None,
            wanted_load_at: None,
            tries: 0,
            request: None,
        }
    }

    pub(in crate::sync) fn is_known(&self) -> bool {
        self.cursor.known() > Rev::ZERO || self.window.is_live()
    }

    pub(in crate::sync) fn is_catching_up(&self) -> bool {
        self.cursor.is_request_pending() || !self.cursor.is_caught_up()
    }

    /// The `subscribe` frame, from what is known.
    pub(in crate::sync) fn subscribe_frame(&mut self, settings: &ReplicaConfig) -> ClientFrame {
        let (epoch, rev) = self.cursor.begin_request();
        ClientFrame::Subscribe {
            room: self.id,
            epoch,
            rev,
            most: Some(settings.most(self.level)),
            page: settings.page(self.level),
        }
    }

    /// The connection is lost: requested history is wanted again.
    pub(in crate::sync) fn forget_connection(&mut self) {
        self.cursor.forget_connection();
        self.reorder_buffer.clear();
        self.unavailable = None;
        self.wanted_load_at = None;
        self.tries = 0;
        if let Some(request) = self.request.take() {
            self.wanted_load.get_or_insert(request.load);
        }
    }

    pub(in crate::sync) fn changes(
        &mut self,
        frame: Changes,
        context: ApplyContext<'_>,
    ) -> RoomDelta {
        let mut delta = RoomDelta::default();
        self.apply_changes(frame, context, &mut delta);
        // Buffered frames continue the cursor only once it is confirmed in this epoch.
        while self.cursor.is_confirmed(context.epoch)
            && let Some(frame) = self.reorder_buffer.next(self.cursor.known())
        {
            self.apply_changes(frame, context, &mut delta);
        }
        self.finish(context, &mut delta);
        delta
    }

    fn apply_changes(&mut self, frame: Changes, context: ApplyContext<'_>, delta: &mut RoomDelta) {
        let range = RevRange {
            from: frame.from,
            through: frame.through,
            head: frame.head,
        };
        let verdict = self.cursor.advance(context.epoch, range);
        match verdict {
            Verdict::Drop => return,
            Verdict::Gap => return self.reorder_buffer.insert(frame),
            Verdict::Apply => {}
            Verdict::Replace => {
                self.discard_window(delta);
                self.info = None;
                self.window = MessageWindow::after(Seq::ZERO, true);
                self.head = Seq::ZERO;
                self.announced = Seq::ZERO;
            }
        }
        self.unavailable = None;
        // Items above `through` are ignored: the cursor does not cover them.
        let through = frame.through;
        // A message that was edited in the commit of its post comes after later ones.
        let announced = self.announced;
        for message in frame.messages.into_iter().filter(|m| m.rev <= through) {
            if message.seq > announced && !message.is_deleted() {
                delta.posted.push(message.clone());
            }
            self.apply_message(message, context, delta);
        }
        if verdict == Verdict::Replace {
            // After a restart these messages are not new for the reader.
            delta.posted.clear();
        }
        if let Some(info) = frame.info.filter(|info| info.rev <= through) {
            if info.removed_at.is_some() {
                self.discard_window(delta);
                self.window = MessageWindow::after(self.head, true);
            }
            self.update_info(info, verdict == Verdict::Replace, delta);
        }
    }

    fn update_info(&mut self, info: Room, anew: bool, delta: &mut RoomDelta) {
        let newer = self.info.as_ref().is_none_or(|held| held.rev < info.rev);
        if anew || newer {
            delta.info |= self.info.as_ref() != Some(&info);
            self.info = Some(info);
        }
    }

    fn apply_message(
        &mut self,
        message: Message,
        context: ApplyContext<'_>,
        delta: &mut RoomDelta,
    ) {
        if let Some(request) = &mut self.request {
            request.note_change(&message);
        }
        self.head = self.head.max(message.seq);
        note_stored_send(&message, context.me, delta);
        self.announced = self.announced.max(message.seq);
        let seq = message.seq;
        let most = context.settings.window(self.level);
        if self.window.put(message, most) == PutResult::Changed {
            delta.changed.push(seq);
        }
    }

    pub(in crate::sync) fn reset(&mut self, frame: Reset, context: ApplyContext<'_>) -> RoomDelta {
        let mut delta = RoomDelta::default();
        if !self.cursor.accept_reset(context.epoch, frame.rev) {
            return delta;
        }
        self.discard_window(&mut delta);
        self.unavailable = None;
        self.head = frame.info.seq.max(Seq::ZERO);
        let gone = frame.info.removed_at.is_some();
        let messages = if gone { Vec::new() } else { frame.messages };
        if let Some(last) = messages.last() {
            self.head = last.seq.max(Seq::ZERO);
        }
        for message in &messages {
            note_stored_send(message, context.me, &mut delta);
        }
        self.announced = self.head;
        self.window = MessageWindow::from_page(messages, self.head, true);
        self.update_info(frame.info, true, &mut delta);
        while let Some(frame) = self.reorder_buffer.next(self.cursor.known()) {
            self.apply_changes(frame, context, &mut delta);
        }
        self.finish(context, &mut delta);
        delta
    }

    /// Discards the window, and history for it that is in flight.
    fn discard_window(&mut self, delta: &mut RoomDelta) {
        delta.replaced = true;
        delta.changed.clear();
        self.reader = None;
        let asked = self.request.take().map(|request| request.load);
        // `Around` is still useful in a new window. The other loads have nothing to join.
        self.wanted_load = self
            .wanted_load
            .or(asked)
            .filter(|load| matches!(load, HistoryLoad::Around(_)));
    }

    /// Joins a page whose revision is known now, stops waiting for missing messages, and
    /// trims the window.
    pub(in crate::sync) fn finish(&mut self, context: ApplyContext<'_>, delta: &mut RoomDelta) {
        let is_current = self.cursor.is_confirmed(context.epoch);
        let is_ready = |request: &HistoryRequest| {
            request
                .page_rev()
                .is_some_and(|rev| rev <= self.cursor.known())
        };
        if is_current && self.request.as_ref().is_some_and(is_ready) {
            self.join_page(context, delta);
        }
        if is_current && self.cursor.is_caught_up() && self.window.has_out_of_order() {
            delta.replaced |= self.window.give_up_waiting(self.reader.is_none());
        }
        let most = context.settings.window(self.level);
        self.window.trim(most, self.reader);
    }
}

pub(super) fn note_stored_send(message: &Message, me: UserId, delta: &mut RoomDelta) {
    if message.author.id == Some(me)
        && let Some(client_id) = message.client_id
    {
        delta.stored.push(client_id);
    }
}
