//! Carrying out what the replica says: frames to the line, news to the signals.

use std::rc::Rc;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{ClientId, RoomId, Seq};
use shared::model::{Message, Profile};
use shared::sync::{Replica, SubscriptionLevel, SyncEvent, SyncOutput};

use super::{Engine, RoomSignals};
use crate::browser::{self, small_letters};
use crate::navigation;
use crate::route::Route;
use crate::state::order::in_order;
use crate::state::timeline::{Said, set_if_new};
use crate::state::{Failure, Presence, RoomRow, RoomState, Why, attention, types};

/// No more new messages than this are read out at once.
const MOST_SAID: usize = 3;

impl Engine {
    pub(super) fn carry_out(self: &Rc<Self>, output: SyncOutput) {
        if let Some(socket) = self.socket() {
            for frame in &output.send {
                if let Ok(text) = serde_json::to_string(frame) {
                    socket.send(text);
                }
            }
        }
        if output.events.is_empty() && !self.newcomer.get() {
            self.wait_for_due();
            return;
        }
        let mut told = Told::default();
        for event in output.events {
            self.tell(event, &mut told);
        }
        if told.rooms {
            self.follow_rooms();
        }
        if self.newcomer.take() {
            self.start_at_the_heads();
        }
        if told.rooms {
            self.tell_rooms();
        }
        if told.pending {
            self.keep_pending();
        }
        self.say(told.said);
        self.show();
        self.mark_read();
        self.wait_for_due();
    }

    fn tell(self: &Rc<Self>, event: SyncEvent, told: &mut Told) {
        match event {
            SyncEvent::Welcome => self.welcomed(),
            SyncEvent::OtherPerson(profile) => self.become_other(profile),
            SyncEvent::SignedOut => self.session_ended(),
            SyncEvent::Rooms => {
                told.rooms = true;
                set_if_new_rw(self.signals.directory_known, true);
                for room in self.known_rooms() {
                    self.tell_room(room);
                }
            }
            SyncEvent::Name(user) => {
                let me = self.read(|replica| replica.user().clone());
                if let Some(me) = me.filter(|me| me.id == user) {
                    self.tell_me(me);
                }
                // Those who type and those who are here are shown by name.
                for room in self.known_rooms() {
                    self.tell_presence(room);
                }
            }
            SyncEvent::Timeline(change) => told.rooms |= self.is_listed(change.room),
            SyncEvent::Posted {
                room,
                message,
                mine,
            } => {
                told.rooms = true;
                if !mine {
                    self.posted(room, &message, told);
                }
            }
            SyncEvent::Unavailable { room, .. } => self.tell_room(room),
            SyncEvent::HistoryFailed { room, .. } => {
                if let Some(view) = self.view().filter(|view| view.room == room) {
                    view.history_failed();
                }
            }
            SyncEvent::Pending(_) => told.pending = true,
            SyncEvent::Done { client_id, ack, .. } => self.answer(client_id, Ok(ack)),
            SyncEvent::Refused {
                client_id,
                command,
                refusal,
            } => self.refused(client_id, *command, refusal),
            SyncEvent::ReadMarks(_) => told.rooms = true,
            SyncEvent::Typing(room) => self.tell_typing(room),
            SyncEvent::Presence(room) => self.tell_presence(room),
            // Told at the line, for as long as it is so.
            SyncEvent::Trouble(refusal) if refusal.code == ErrorCode::UnsupportedVersion => {
                self.tell_why(Why::Refused(refusal.code));
            }
            SyncEvent::Trouble(refusal) => {
                self.notify(types::Notice::Failed(Failure::Refused(refusal)));
            }
        }
    }

    fn posted(&self, room: RoomId, message: &Message, told: &mut Told) {
        let attended = self.is_attended();
        let view = self.view().filter(|view| view.room == room);
        let author = self
            .read(|replica| replica.display_name(&message.author).to_owned())
            .unwrap_or_default();
        if let Some(id) = message.author.id {
            self.meet(id, &author);
        }
        let author = self.people().full_name(message.author.id, &author);
        if let Some(view) = &view {
            if !attended {
                view.unattended(message.seq);
            }
            told.said.push(Said {
                seq: message.seq,
                author: author.clone(),
                text: message.body.clone(),
            });
        }
        let settings = self.signals.settings.get_untracked();
        if settings.notifications && (view.is_none() || !attended) {
            let name = self
                .read(|replica| replica.room(room).map(|room| room.name.clone()))
                .flatten()
                .unwrap_or_default();
            attention::show_notification(room, message, &author, &name);
        }
    }

    /// Hands new messages to the screen reader's log; of many at once the last ones.
    fn say(&self, mut said: Vec<Said>) {
        if let Some(view) = self.view().filter(|_| !said.is_empty()) {
            let surplus = said.len().saturating_sub(MOST_SAID);
            said.drain(..surplus);
            view.say(said);
        }
    }

    /// A link names a message that there is not: the room is shown instead.
    pub(super) fn no_such_message(&self, room: RoomId, seq: Seq) {
        let refusal = Refusal::of(ErrorCode::NoSuchMessage);
        self.notify(types::Notice::Failed(Failure::Refused(Box::new(refusal))));
        if Route::parse(&browser::path()) == Route::Message(room, seq) {
            navigation::replace(&Route::Room(room).path());
        }
    }

    pub(super) fn answer(&self, client_id: ClientId, answer: super::Answer) {
        let mut waiting = self.waiting.borrow_mut();
        if let Some(at) = waiting.iter().position(|(id, _)| *id == client_id) {
            // Whoever asked may be gone; that is theirs to decide.
            let _ = waiting.swap_remove(at).1.send(answer);
        }
    }

    /// What was said before a person came is not news to them.
    fn start_at_the_heads(self: &Rc<Self>) {
        let heads: Vec<(RoomId, Seq)> = self
            .read(|replica| {
                let ids = replica.rooms().map(|room| room.id);
                ids.map(|room| (room, replica.head(room))).collect()
            })
            .unwrap_or_default();
        self.act(|replica, _| {
            let mut output = SyncOutput::default();
            for (room, head) in heads {
                output.extend(replica.mark_read(room, head));
            }
            output
        });
    }

    /// Follows every room in the background, for its unread count.
    fn follow_rooms(self: &Rc<Self>) {
        let on_screen = self.view().map(|view| view.room);
        let (news, gone) = self
            .read(|replica| {
                let most = replica.limits().subscriptions.saturating_sub(1);
                let space = most.saturating_sub(replica.subscribed_rooms().count());
                let news: Vec<RoomId> = replica
                    .rooms()
                    .map(|room| room.id)
                    .filter(|room| !replica.is_subscribed(*room))
                    .take(space)
                    .collect();
                let gone: Vec<RoomId> = replica
                    .subscribed_rooms()
                    .filter(|room| Some(*room) != on_screen)
                    .filter(|room| replica.room(*room).is_some_and(|r| r.removed_at.is_some()))
                    .collect();
                (news, gone)
            })
            .unwrap_or_default();
        let mut output = SyncOutput::default();
        if let Some(replica) = self.replica.borrow_mut().as_mut() {
            for room in news {
                output.extend(replica.subscribe(room, SubscriptionLevel::Background));
            }
            for room in gone {
                output.extend(replica.unsubscribe(room));
            }
        }
        if output != SyncOutput::default() {
            self.carry_out(output);
        }
    }

    /// Brings the list of rooms up to date.
    pub(super) fn tell_rooms(&self) {
        let mut rows = self.read(room_rows).unwrap_or_default();
        if !self.marks_known.get() {
            // Not known is not unread.
            for row in &mut rows {
                row.unread = 0;
            }
        }
        let total = rows.iter().map(|row| row.unread).sum();
        set_if_new_rw(self.signals.unread, total);
        set_if_new_rw(self.signals.rooms, rows);
    }

    pub(super) fn tell_room(&self, room: RoomId) {
        if let Some(signals) = self.known(room) {
            let state = self
                .read(|replica| room_state(replica, room))
                .unwrap_or(RoomState::Unknown);
            set_if_new(&signals.state, state);
        }
    }

    pub(super) fn tell_typing(&self, room: RoomId) {
        if let Some(signals) = self.known(room) {
            let people: Vec<Profile> = self
                .read(|replica| replica.typing(room).cloned().collect())
                .unwrap_or_default();
            self.meet_all(&people);
            set_if_new(&signals.typing, people);
        }
    }

    pub(super) fn tell_presence(&self, room: RoomId) {
        if let Some(signals) = self.known(room) {
            let presence = self.read(|replica| presence(replica, room)).flatten();
            if let Some(people) = presence.as_ref().and_then(|known| known.people.as_ref()) {
                self.meet_all(people);
            }
            set_if_new(&signals.presence, presence);
        }
    }

    fn meet_all(&self, people: &[Profile]) {
        for person in people {
            self.meet(person.id, &person.name);
        }
    }

    pub(super) fn known(&self, room: RoomId) -> Option<RoomSignals> {
        let rooms = self.rooms.borrow();
        let found = rooms.iter().find(|(id, _)| *id == room);
        found.map(|(_, signals)| signals.clone())
    }

    fn known_rooms(&self) -> Vec<RoomId> {
        self.rooms.borrow().iter().map(|(id, _)| *id).collect()
    }

    fn is_listed(&self, room: RoomId) -> bool {
        self.read(|replica| replica.room(room).is_some())
            .unwrap_or(false)
    }

    pub(super) fn notify(&self, notice: types::Notice) {
        let _ = self.signals.notice.try_set(Some(notice));
    }
}

/// What a batch of notices asks for once, at its end.
#[derive(Default)]
struct Told {
    rooms: bool,
    pending: bool,
    said: Vec<Said>,
}

fn room_rows(replica: &Replica) -> Vec<RoomRow> {
    let rows: Vec<RoomRow> = replica
        .rooms()
        .map(|room| RoomRow {
            id: room.id,
            name: room.name.clone(),
            topic: room.topic.clone(),
            unread: replica.unread(room.id),
            last: replica.head(room.id),
        })
        .collect();
    let lobby = replica.lobby();
    in_order(rows, |row| {
        // Before every letter.
        let first = if row.id == lobby { "" } else { &row.name };
        (small_letters(first), row.id.0)
    })
}

fn room_state(replica: &Replica, room: RoomId) -> RoomState {
    if let Some(known) = replica.room(room) {
        return if known.removed_at.is_some() {
            RoomState::Gone
        } else {
            RoomState::Here(known.clone())
        };
    }
    match replica.timeline(room).and_then(|t| t.unavailable()) {
        Some(ErrorCode::NoSuchRoom) => RoomState::Missing,
        Some(ErrorCode::RoomGone) => RoomState::Gone,
        _ => RoomState::Unknown,
    }
}

fn presence(replica: &Replica, room: RoomId) -> Option<Presence> {
    let known = replica.presence(room)?;
    let people = known.people.as_ref().map(|people| {
        let mut people = people.clone();
        for person in &mut people {
            if let Some(name) = replica.name(person.id) {
                name.clone_into(&mut person.name);
            }
        }
        in_order(people, |person| (small_letters(&person.name), person.id.0))
    });
    Some(Presence {
        count: known.count,
        people,
    })
}

pub(super) fn set_if_new_rw<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}
