//! The state of one room: what is known, what is held, what was requested.

use crate::error::ErrorCode;
use crate::frame::{Changes, Reset};
use crate::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use crate::model::{Message, Room};
use crate::stream::Item;

use super::super::config::ReplicaConfig;
use super::super::ephemeral::Ephemeral;
use super::super::stream::{AcceptedChanges, Cursor, StreamReplica};
use super::history_request::{HistoryLoad, HistoryRequest};
use super::message_window::{MessageWindow, PutResult};

#[derive(Debug)]
pub(in crate::sync) struct RoomReplica {
    pub(in crate::sync) id: RoomId,
    pub(in crate::sync) stream: StreamReplica,
    pub(in crate::sync) window: MessageWindow,
    /// Name, topic and existence, as the room's own stream has sent them.
    pub(in crate::sync) info: Option<Room>,
    /// The room's first message that exists for this person.
    pub(in crate::sync) first_message: Seq,
    /// The room's last message.
    pub(in crate::sync) head: Seq,
    /// The message that the reader looks at; `None`: the end.
    pub(in crate::sync) reader: Option<Seq>,
    pub(in crate::sync) ephemeral: Ephemeral,
    pub(in crate::sync) unavailable: Option<ErrorCode>,
    /// The last message for which [`RoomDelta::posted`] was reported.
    pub(super) announced: Seq,
    pub(super) wanted_load: Option<HistoryLoad>,
    pub(super) wanted_load_at: Option<Micros>,
    pub(super) tries: u8,
    pub(super) request: Option<HistoryRequest>,
}

/// What a frame changed in a room.
#[derive(Debug, Default)]
pub(in crate::sync) struct RoomDelta {
    pub(in crate::sync) replaced: bool,
    /// What was known of the room is void: its stream began anew.
    pub(in crate::sync) restarted: bool,
    pub(in crate::sync) changed: Vec<Seq>,
    pub(in crate::sync) posted: Vec<Message>,
    /// This person's sends that are stored.
    pub(in crate::sync) stored: Vec<ClientId>,
    /// Requested history will not arrive, and why.
    pub(in crate::sync) failed: Option<ErrorCode>,
    /// Name, topic or existence changed.
    pub(in crate::sync) info: bool,
}

/// What applying a frame needs to know of the replica.
#[derive(Clone, Copy, Debug)]
pub(in crate::sync) struct ApplyContext<'a> {
    pub(in crate::sync) epoch: Epoch,
    pub(in crate::sync) me: Option<UserId>,
    pub(in crate::sync) settings: &'a ReplicaConfig,
}

impl RoomReplica {
    pub(in crate::sync) fn new(id: RoomId) -> Self {
        RoomReplica {
            id,
            stream: StreamReplica::default(),
            window: MessageWindow::unknown(),
            info: None,
            first_message: Seq(1),
            head: Seq::ZERO,
            reader: None,
            ephemeral: Ephemeral::default(),
            unavailable: None,
            announced: Seq::ZERO,
            wanted_load: None,
            wanted_load_at: None,
            tries: 0,
            request: None,
        }
    }

    /// A room as it was stored: its last messages, without a gap, and its own state.
    pub(in crate::sync) fn restored(
        id: RoomId,
        cursor: Cursor,
        head: Seq,
        items: Vec<Item>,
    ) -> Self {
        let mut room = RoomReplica::new(id);
        let mut messages = Vec::new();
        for item in items {
            match item {
                Item::Message(message) => messages.push(message),
                Item::Room(info) => room.info = Some(info).filter(|info| info.id == id),
                Item::Member(_)
                | Item::Person(_)
                | Item::Membership(_)
                | Item::ReadMark(_)
                | Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::Unknown => {}
            }
        }
        // Anything else is no state that a room can have: it is asked for as at a first visit.
        if room.info.is_some() && messages.last().is_none_or(|last| last.seq == head) {
            room.stream.cursor = cursor;
            room.window = MessageWindow::from_page(messages, head, true);
            room.head = head;
            room.announced = head;
        }
        room
    }

    pub(in crate::sync) fn is_known(&self) -> bool {
        self.stream.cursor.known() > Rev::ZERO || self.window.is_live()
    }

    /// Whether there are messages before those held.
    pub(in crate::sync) fn has_older(&self) -> bool {
        self.window.span().first > self.first_message
    }

    pub(in crate::sync) fn is_catching_up(&self) -> bool {
        self.stream.cursor.is_question_open() || !self.stream.cursor.is_caught_up()
    }

    /// The connection is lost: requested history is wanted again.
    pub(in crate::sync) fn forget_connection(&mut self) {
        self.stream.forget_connection();
        self.unavailable = None;
        self.wanted_load_at = None;
        self.tries = 0;
        if let Some(request) = self.request.take() {
            self.wanted_load.get_or_insert(request.load);
        }
    }

    /// People whose names a view of the room shows.
    pub(in crate::sync) fn people_shown(&self) -> impl Iterator<Item = UserId> {
        let messages = self.window.messages().iter().rev();
        let present = self.ephemeral.presence.iter();
        messages.flat_map(Message::people).chain(
            present
                .flat_map(|presence| presence.people.iter().flatten())
                .map(|person| person.id),
        )
    }

    /// Prepares the room to be kept while it is closed. Returns whether it is worth keeping:
    /// what was caught up only in part cannot be resumed later.
    pub(in crate::sync) fn close(&mut self, settings: &ReplicaConfig) -> bool {
        let is_useful =
            self.is_known() && !self.stream.cursor.is_partial() && self.unavailable.is_none();
        self.forget_connection();
        self.ephemeral.clear();
        self.wanted_load = None;
        self.reader = None;
        self.window.trim(settings.closed_window, None);
        is_useful
    }

    /// The room does not exist for this person any more: nothing of it is kept.
    pub(in crate::sync) fn lose(&mut self, code: ErrorCode) {
        let first_message = self.first_message;
        *self = RoomReplica::new(self.id);
        self.first_message = first_message;
        self.unavailable = Some(code);
    }

    pub(in crate::sync) fn changes(
        &mut self,
        frame: Changes,
        context: ApplyContext<'_>,
    ) -> RoomDelta {
        let mut delta = RoomDelta::default();
        let mut next = self.stream.receive(context.epoch, frame);
        while let Some(changes) = next {
            self.apply(changes, context, &mut delta);
            next = self.stream.next_waiting(context.epoch);
        }
        self.finish(context, &mut delta);
        delta
    }

    fn apply(
        &mut self,
        changes: AcceptedChanges,
        context: ApplyContext<'_>,
        delta: &mut RoomDelta,
    ) {
        let replaces = changes.replaces;
        if replaces {
            delta.restarted = true;
            self.discard_window(delta);
            self.info = None;
            self.window = MessageWindow::after(Seq::ZERO, true);
            self.head = Seq::ZERO;
            self.announced = Seq::ZERO;
        }
        self.unavailable = None;
        // A message that was edited in the commit of its post comes after later ones.
        let announced = self.announced;
        for item in changes.items {
            match item {
                Item::Message(message) => {
                    if message.seq > announced && message.counts() {
                        delta.posted.push(message.clone());
                    }
                    self.apply_message(message, context, delta);
                }
                Item::Room(info) => {
                    if info.removed_at.is_some() {
                        self.discard_window(delta);
                        self.window = MessageWindow::after(self.head, true);
                    }
                    self.update_info(info, replaces, delta);
                }
                // Who is a member is not shown yet.
                Item::Member(_)
                | Item::Person(_)
                | Item::Membership(_)
                | Item::ReadMark(_)
                | Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::Unknown => {}
            }
        }
        if replaces {
            // After a restart these messages are not new for the reader.
            delta.posted.clear();
        }
    }

    fn update_info(&mut self, info: Room, anew: bool, delta: &mut RoomDelta) {
        if info.id != self.id {
            return;
        }
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
        let most = context.settings.window();
        if self.window.put(message, most) == PutResult::Changed {
            delta.changed.push(seq);
        }
    }

    pub(in crate::sync) fn reset(&mut self, frame: Reset, context: ApplyContext<'_>) -> RoomDelta {
        let mut delta = RoomDelta::default();
        let cursor = &mut self.stream.cursor;
        if !cursor.accept_reset(context.epoch, frame.rev, frame.question) {
            return delta;
        }
        delta.restarted = true;
        self.discard_window(&mut delta);
        self.unavailable = None;
        self.head = Seq::ZERO;
        let mut messages = Vec::new();
        for item in frame.items {
            match item {
                Item::Room(info) => {
                    self.head = info.seq.max(Seq::ZERO);
                    self.update_info(info, true, &mut delta);
                }
                Item::Message(message) => messages.push(message),
                Item::Member(_)
                | Item::Person(_)
                | Item::Membership(_)
                | Item::ReadMark(_)
                | Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::Unknown => {}
            }
        }
        if (self.info.as_ref()).is_some_and(|info| info.removed_at.is_some()) {
            messages.clear();
        }
        if let Some(last) = messages.last() {
            self.head = last.seq.max(Seq::ZERO);
        }
        for message in &messages {
            note_stored_send(message, context.me, &mut delta);
        }
        self.announced = self.head;
        self.window = MessageWindow::from_page(messages, self.head, true);
        while let Some(changes) = self.stream.next_waiting(context.epoch) {
            self.apply(changes, context, &mut delta);
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
        let is_current = self.stream.cursor.is_confirmed(context.epoch);
        let is_ready = |request: &HistoryRequest| {
            request
                .page_rev()
                .is_some_and(|rev| rev <= self.stream.cursor.known())
        };
        if is_current && self.request.as_ref().is_some_and(is_ready) {
            self.join_page(context, delta);
        }
        if is_current && self.stream.cursor.is_caught_up() && self.window.has_out_of_order() {
            delta.replaced |= self.window.give_up_waiting(self.reader.is_none());
        }
        let most = context.settings.window();
        self.window.trim(most, self.reader);
    }
}

pub(super) fn note_stored_send(message: &Message, me: Option<UserId>, delta: &mut RoomDelta) {
    if me.is_some()
        && message.author.id == me
        && let Some(client_id) = message.client_id
    {
        delta.stored.push(client_id);
    }
}
