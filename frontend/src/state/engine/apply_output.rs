//! Applying the output of the replica: frames to the socket, events to the signals.

use std::rc::Rc;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{ClientId, RoomId, Seq};
use shared::model::{Message, Profile};
use shared::sync::{Replica, SubscriptionLevel, SyncEvent, SyncOutput};

use super::{Engine, RoomSignals};
use crate::api::Failure;
use crate::browser::{self, small_letters};
use crate::navigation;
use crate::route::Route;
use crate::state::notifications;
use crate::state::sort::sorted;
use crate::state::timeline::{Announcement, set_if_changed};
use crate::state::types::{OfflineReason, RoomPresence, RoomRow, RoomStatus, ToastMessage};

/// The most new messages that are announced at once.
const MOST_ANNOUNCED: usize = 3;

impl Engine {
    pub(super) fn apply_output(self: &Rc<Self>, output: SyncOutput) {
        if let Some(socket) = self.socket() {
            for frame in &output.send {
                if let Ok(text) = serde_json::to_string(frame) {
                    socket.send(text);
                }
            }
        }
        if output.events.is_empty() && !self.is_first_visit.get() {
            self.schedule_poll();
            return;
        }
        let mut batch = Batch::default();
        for event in output.events {
            self.apply_event(event, &mut batch);
        }
        if batch.rooms {
            self.subscribe_to_rooms();
        }
        if self.is_first_visit.take() {
            self.mark_everything_read();
        }
        if batch.rooms {
            self.update_room_list();
        }
        if batch.pending {
            self.keep_pending();
        }
        self.announce(batch.announcements);
        self.refresh_view();
        self.mark_read();
        self.schedule_poll();
    }

    fn apply_event(self: &Rc<Self>, event: SyncEvent, batch: &mut Batch) {
        match event {
            SyncEvent::Welcome => self.welcomed(),
            SyncEvent::OtherPerson(profile) => self.switch_person(profile),
            SyncEvent::SignedOut => self.session_ended(),
            SyncEvent::Rooms => {
                batch.rooms = true;
                set_if_changed_rw(self.signals.directory_known, true);
                for room in self.rooms_with_signals() {
                    self.update_room_status(room);
                }
            }
            SyncEvent::Name(user) => {
                let me = self.read(|replica| replica.user().clone());
                if let Some(me) = me.filter(|me| me.id == user) {
                    self.update_me(me);
                }
                // The list of people shows names.
                for room in self.rooms_with_signals() {
                    self.update_presence(room);
                }
            }
            SyncEvent::Timeline(change) => batch.rooms |= self.is_listed(change.room),
            SyncEvent::Posted {
                room,
                message,
                mine,
            } => {
                batch.rooms = true;
                if !mine {
                    self.posted(room, &message, batch);
                }
            }
            SyncEvent::Unavailable { room, .. } => self.update_room_status(room),
            SyncEvent::HistoryFailed { room, .. } => {
                if let Some(view) = self.view().filter(|view| view.room == room) {
                    view.history_failed();
                }
            }
            SyncEvent::Pending(_) => batch.pending = true,
            SyncEvent::Done { client_id, ack, .. } => self.resolve_command(client_id, Ok(ack)),
            SyncEvent::Refused {
                client_id,
                command,
                refusal,
            } => self.refused(client_id, *command, refusal),
            SyncEvent::ReadMarks(_) => batch.rooms = true,
            SyncEvent::Typing(room) => self.update_typing(room),
            SyncEvent::Presence(room) => self.update_presence(room),
            // Shown in the offline notice, as long as it lasts.
            SyncEvent::Trouble(refusal) if refusal.code == ErrorCode::UnsupportedVersion => {
                self.set_offline_reason(OfflineReason::Refused(refusal.code));
            }
            SyncEvent::Trouble(refusal) => {
                self.show_toast(ToastMessage::Failed(Failure::Refused(refusal)));
            }
        }
    }

    fn posted(&self, room: RoomId, message: &Message, batch: &mut Batch) {
        let attended = self.is_attended();
        let view = self.view().filter(|view| view.room == room);
        let author = self
            .read(|replica| replica.display_name(&message.author).to_owned())
            .unwrap_or_default();
        if let Some(id) = message.author.id {
            self.note_person(id, &author);
        }
        let author = self.people().full_name(message.author.id, &author);
        if let Some(view) = &view {
            if !attended {
                view.mark_unattended(message.seq);
            }
            batch.announcements.push(Announcement {
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
            notifications::show_notification(room, message, &author, &name);
        }
    }

    /// Announces new messages to screen readers; of many only the last ones.
    fn announce(&self, mut announcements: Vec<Announcement>) {
        if let Some(view) = self.view().filter(|_| !announcements.is_empty()) {
            let surplus = announcements.len().saturating_sub(MOST_ANNOUNCED);
            announcements.drain(..surplus);
            view.announce(announcements);
        }
    }

    /// A link names a message that does not exist: the room is shown instead.
    pub(super) fn report_missing_message(&self, room: RoomId, seq: Seq) {
        let refusal = Refusal::of(ErrorCode::NoSuchMessage);
        self.show_toast(ToastMessage::Failed(Failure::Refused(Box::new(refusal))));
        if Route::parse(&browser::path()) == Route::Message(room, seq) {
            navigation::replace(&Route::Room(room).path());
        }
    }

    pub(super) fn resolve_command(&self, client_id: ClientId, answer: super::CommandResult) {
        let mut waiting = self.commands.borrow_mut();
        if let Some(at) = waiting.iter().position(|(id, _)| *id == client_id) {
            // The waiting future may have been dropped.
            let _ = waiting.swap_remove(at).1.send(answer);
        }
    }

    /// At a first visit the messages from before are not unread.
    fn mark_everything_read(self: &Rc<Self>) {
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

    /// Subscribes to every room in the background, for its unread count.
    fn subscribe_to_rooms(self: &Rc<Self>) {
        let before_print = self.view().map(|view| view.room);
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
                    .filter(|room| Some(*room) != before_print)
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
            self.apply_output(output);
        }
    }

    /// Updates the list of rooms.
    pub(super) fn update_room_list(&self) {
        let mut rows = self.read(room_rows).unwrap_or_default();
        if !self.read_marks_known.get() {
            // Before the read marks are known, nothing is shown as unread.
            for row in &mut rows {
                row.unread = 0;
            }
        }
        let total = rows.iter().map(|row| row.unread).sum();
        set_if_changed_rw(self.signals.unread, total);
        set_if_changed_rw(self.signals.rooms, rows);
    }

    pub(super) fn update_room_status(&self, room: RoomId) {
        if let Some(signals) = self.room_signals(room) {
            let state = self
                .read(|replica| room_state(replica, room))
                .unwrap_or(RoomStatus::Unknown);
            set_if_changed(&signals.state, state);
        }
    }

    pub(super) fn update_typing(&self, room: RoomId) {
        if let Some(signals) = self.room_signals(room) {
            let people: Vec<Profile> = self
                .read(|replica| replica.typing(room).cloned().collect())
                .unwrap_or_default();
            self.note_people(&people);
            set_if_changed(&signals.typing, people);
        }
    }

    pub(super) fn update_presence(&self, room: RoomId) {
        if let Some(signals) = self.room_signals(room) {
            let presence = self.read(|replica| presence(replica, room)).flatten();
            if let Some(people) = presence.as_ref().and_then(|known| known.people.as_ref()) {
                self.note_people(people);
            }
            set_if_changed(&signals.presence, presence);
        }
    }

    fn note_people(&self, people: &[Profile]) {
        for person in people {
            self.note_person(person.id, &person.name);
        }
    }

    pub(super) fn room_signals(&self, room: RoomId) -> Option<RoomSignals> {
        let rooms = self.rooms.borrow();
        let found = rooms.iter().find(|(id, _)| *id == room);
        found.map(|(_, signals)| signals.clone())
    }

    fn rooms_with_signals(&self) -> Vec<RoomId> {
        self.rooms.borrow().iter().map(|(id, _)| *id).collect()
    }

    fn is_listed(&self, room: RoomId) -> bool {
        self.read(|replica| replica.room(room).is_some())
            .unwrap_or(false)
    }

    pub(super) fn show_toast(&self, message: ToastMessage) {
        let _ = self.signals.toast.try_set(Some(message));
    }
}

/// What a batch of events requires once, at its end.
#[derive(Default)]
struct Batch {
    rooms: bool,
    pending: bool,
    announcements: Vec<Announcement>,
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
    sorted(rows, |row| {
        // The lobby sorts before every name.
        let first = if row.id == lobby { "" } else { &row.name };
        (small_letters(first), row.id.0)
    })
}

fn room_state(replica: &Replica, room: RoomId) -> RoomStatus {
    if let Some(known) = replica.room(room) {
        return if known.removed_at.is_some() {
            RoomStatus::Gone
        } else {
            RoomStatus::Here(known.clone())
        };
    }
    match replica.timeline(room).and_then(|t| t.unavailable()) {
        Some(ErrorCode::NoSuchRoom) => RoomStatus::Missing,
        Some(ErrorCode::RoomGone) => RoomStatus::Gone,
        _ => RoomStatus::Unknown,
    }
}

fn presence(replica: &Replica, room: RoomId) -> Option<RoomPresence> {
    let known = replica.presence(room)?;
    let people = known.people.as_ref().map(|people| {
        let mut people = people.clone();
        for person in &mut people {
            if let Some(name) = replica.name(person.id) {
                name.clone_into(&mut person.name);
            }
        }
        sorted(people, |person| (small_letters(&person.name), person.id.0))
    });
    Some(RoomPresence {
        count: known.count,
        people,
    })
}

pub(super) fn set_if_changed_rw<T: PartialEq + Send + Sync + 'static>(
    signal: RwSignal<T>,
    value: T,
) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}
