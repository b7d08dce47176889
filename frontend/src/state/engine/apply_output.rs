//! Applying the output of the replica: frames to the socket, events to the signals.

use std::rc::Rc;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::frame::{Notice, Refusal};
use shared::id::{ClientId, RoomId, Seq, UserId};
use shared::model::{Author, Message};
use shared::sync::{SyncEvent, SyncOutput};

use super::Engine;
use crate::api::Failure;
use crate::browser;
use crate::navigation;
use crate::route::Route;
use crate::state::notifications;
use crate::state::room_list::by_id;
use crate::state::timeline::{Announcement, RoomView};
use crate::state::types::{OfflineReason, ToastMessage};
use crate::wire;

/// The most new messages that are announced at once.
const MOST_ANNOUNCED: usize = 3;

impl Engine {
    pub(super) fn apply_output(self: &Rc<Self>, output: SyncOutput) {
        if let Some(socket) = self.socket() {
            for frame in &output.send {
                if let Ok(text) = wire::to_string(frame) {
                    socket.send(text);
                }
            }
        }
        let mut batch = Batch::default();
        for event in output.events {
            self.apply_event(event, &mut batch);
        }
        if self.is_first_visit.take() {
            self.mark_everything_read();
            // Further pages of the directory bring further rooms.
            self.is_first_visit.set(!self.directory_is_whole.get());
        }
        if self.read_marks_arrived.take() {
            // Until now no room was shown as unread.
            batch.rooms = self.listed_rooms();
            batch.view = true;
        }
        if batch.arrangement {
            self.update_arrangement();
        }
        self.update_room_rows(&each_once(batch.rooms));
        self.update_list_known();
        if batch.pending {
            self.keep_pending();
        }
        self.announce(batch.announcements);
        for notice in &batch.notices {
            self.notify(notice);
        }
        if batch.view {
            self.refresh_view();
            self.mark_read();
        }
        self.schedule_poll();
    }

    fn apply_event(self: &Rc<Self>, event: SyncEvent, batch: &mut Batch) {
        match event {
            SyncEvent::Welcome => {
                self.welcomed();
                // Pending messages are shown differently while connected.
                batch.view = true;
            }
            SyncEvent::OtherPerson(profile) => self.switch_person(profile),
            SyncEvent::SignedOut => self.session_ended(),
            SyncEvent::Rooms(rooms) | SyncEvent::Memberships(rooms) => {
                for room in &rooms {
                    self.update_room_status(*room);
                }
                batch.rooms.extend(rooms);
            }
            SyncEvent::Sidebar => batch.arrangement = true,
            SyncEvent::Restriction => self.update_restriction(),
            SyncEvent::Heads(rooms) => {
                batch.view |= rooms.iter().any(|room| self.view_of(*room).is_some());
                batch.rooms.extend(rooms);
            }
            // The room may have been opened since.
            SyncEvent::Notice(notice) if self.view_of(notice.room).is_some() => {}
            SyncEvent::Notice(notice) => batch.note(notice),
            SyncEvent::Names(people) => self.names_changed(&people, batch),
            SyncEvent::Timeline(change) => {
                batch.rooms.push(change.room);
                if let Some(view) = self.view_of(change.room) {
                    view.note_change(&change);
                    batch.view = true;
                }
            }
            SyncEvent::Posted {
                room,
                message,
                mine,
            } => {
                if !mine {
                    self.posted(room, *message, batch);
                }
            }
            SyncEvent::Unavailable { room, .. } => {
                self.update_room_status(room);
                batch.view |= self.view_of(room).is_some();
            }
            SyncEvent::HistoryFailed { room, .. } => {
                if let Some(view) = self.view_of(room) {
                    view.history_failed();
                    batch.view = true;
                }
            }
            SyncEvent::Pending(room) => {
                batch.pending = true;
                batch.view |= room.is_some_and(|room| self.view_of(room).is_some());
            }
            SyncEvent::Done { client_id, ack, .. } => self.resolve_command(client_id, Ok(ack)),
            SyncEvent::Refused {
                client_id,
                command,
                refusal,
            } => self.refused(client_id, *command, refusal),
            SyncEvent::ReadMarks(rooms) => {
                self.note_marks(&rooms);
                batch.view |= rooms.iter().any(|room| self.view_of(*room).is_some());
                batch.rooms.extend(rooms);
            }
            SyncEvent::Typing(room) => self.update_typing(room),
            SyncEvent::Presence(room) => self.update_presence(room),
            // Shown in the offline notice, as long as it lasts.
            SyncEvent::Trouble(refusal) if refusal.code == ErrorCode::UnsupportedVersion => {
                self.set_offline_reason(OfflineReason::Refused(refusal.code));
            }
            SyncEvent::Trouble(refusal) if self.awaits_reading() => {
                self.reader_is_kept_out(refusal.code);
            }
            SyncEvent::Trouble(refusal) => {
                self.show_toast(ToastMessage::Failed(Failure::Refused(refusal)));
            }
        }
    }

    /// The read marks of these rooms have moved.
    fn note_marks(&self, rooms: &[RoomId]) {
        let view = self.view().filter(|view| rooms.contains(&view.room));
        if let Some(view) = view {
            // While they arrive anew, one that is missing was not set back.
            self.read(|replica| {
                if replica.read_marks().is_some() || !replica.is_welcome() {
                    view.note_mark(replica);
                }
            });
        }
    }

    fn names_changed(&self, people: &[UserId], batch: &mut Batch) {
        let me = self.read(|replica| replica.user().cloned());
        if let Some(me) = me.flatten().filter(|me| people.contains(&me.id)) {
            self.update_me(me);
        }
        self.people_look_different();
        // Direct conversations are called by their people.
        for room in self.direct_rooms(Some(people)) {
            self.update_room_status(room);
            batch.rooms.push(room);
        }
        // The list of people shows names.
        for room in self.rooms_with_people() {
            let is_shown = self.read(|replica| {
                let present = replica
                    .presence(room)
                    .and_then(|known| known.people.as_ref());
                present.is_some_and(|present| present.iter().any(|p| people.contains(&p.id)))
            });
            if is_shown == Some(true) {
                self.update_presence(room);
            }
        }
        if let Some(view) = self.view() {
            view.note_names(people);
            batch.view = true;
        }
    }

    fn view_of(&self, room: RoomId) -> Option<Rc<RoomView>> {
        self.view().filter(|view| view.room == room)
    }

    /// A new message of somebody else in the shown room. Lines about the room are no messages of
    /// anybody.
    fn posted(&self, room: RoomId, message: Message, batch: &mut Batch) {
        if message.event.is_some() {
            return;
        }
        let author = self.shown_author(&message.author);
        let Some(view) = self.view_of(room).filter(|view| view.has_caught_up()) else {
            return;
        };
        let is_attended = self.is_attended();
        if !is_attended {
            view.mark_unattended(message.seq);
        }
        batch.announcements.push(Announcement {
            seq: message.seq,
            author: author.clone(),
            text: message.body.clone(),
        });
        if !is_attended {
            let words = message.body.chars().take(Notice::MAX_CHARS).collect();
            batch.note(Notice {
                room,
                seq: message.seq,
                author: message.author,
                words,
            });
        }
    }

    /// A new message that the person does not see. A muted room draws no attention.
    fn notify(&self, notice: &Notice) {
        let author = self.shown_author(&notice.author);
        if self.wants_notifications() && !self.place_row(notice.room).is_quiet {
            let name = self
                .read(|replica| {
                    replica
                        .room(notice.room)
                        .map(|room| self.shown_room(replica, room).name)
                })
                .flatten()
                .unwrap_or_default();
            notifications::show_notification(notice, &author, &name);
        }
    }

    /// The present name of an author, as a sentence shows it.
    fn shown_author(&self, author: &Author) -> String {
        let name = self
            .read(|replica| replica.display_name(author).to_owned())
            .unwrap_or_default();
        if let Some(id) = author.id {
            self.note_person(id, &name);
        }
        self.full_name(author.id, &name)
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

    /// At a first visit the messages from before are not unread. A room that has a mark already
    /// was read here since.
    fn mark_everything_read(self: &Rc<Self>) {
        let heads: Vec<(RoomId, Seq)> = self
            .read(|replica| {
                let ids = replica.my_rooms();
                let unread = ids.filter(|room| replica.read_seq(*room).is_none());
                unread.map(|room| (room, replica.head(room))).collect()
            })
            .unwrap_or_default();
        self.act(|replica, now| {
            let mut output = SyncOutput::default();
            for (room, head) in heads {
                let id = browser::new_client_id();
                output.extend(replica.mark_read(id, room, head, now));
            }
            output
        });
    }

    pub(super) fn show_toast(&self, message: ToastMessage) {
        let _ = self.signals.toast.try_set(Some(message));
    }
}

/// What a batch of events requires once, at its end.
#[derive(Default)]
struct Batch {
    /// The rooms whose row in the list may have changed.
    rooms: Vec<RoomId>,
    /// The shown room has changed.
    view: bool,
    /// The rooms are arranged in another way.
    arrangement: bool,
    pending: bool,
    announcements: Vec<Announcement>,
    /// New messages that the person does not see, the last one of each room.
    notices: Vec<Notice>,
}

impl Batch {
    /// A message that the person does not see takes the place of an earlier one of its room:
    /// after a long absence hundreds arrive at once.
    fn note(&mut self, notice: Notice) {
        self.notices.retain(|earlier| earlier.room != notice.room);
        self.notices.push(notice);
    }
}

/// The rooms, each once: a burst names the same room many times.
fn each_once(rooms: Vec<RoomId>) -> Vec<RoomId> {
    let mut rooms = by_id(rooms);
    rooms.dedup();
    rooms
}

#[cfg(test)]
mod tests {
    use shared::id::Rev;

    use super::*;

    #[test]
    fn a_room_that_a_burst_names_many_times_is_counted_once() {
        let named = [3, 1, 3, 3, 2, 1].map(RoomId);
        assert_eq!(each_once(named.into()), [1, 2, 3].map(RoomId));
    }

    #[test]
    fn only_the_last_unseen_message_of_each_room_is_notified() {
        let mut batch = Batch::default();
        for (room, seq) in [(1, 1), (2, 7), (1, 2), (1, 3)] {
            batch.note(Notice {
                room: RoomId(room),
                seq: Seq(seq),
                author: Author {
                    id: None,
                    name: "Ben".into(),
                    rev: Rev::ZERO,
                },
                words: String::new(),
            });
        }
        let left: Vec<_> = batch.notices.iter().map(|n| (n.room.0, n.seq.0)).collect();
        assert_eq!(left, [(2, 7), (1, 3)]);
    }
}
