//! The rows of a view: pending changes, lines, and what is unread.

mod lines;
mod own_messages;
mod read_marks;

use leptos::prelude::*;
use serde_json::json;
use shared::frame::ClientFrame;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;
use shared::stream::StreamKey;
use shared::sync::{Replica, SyncEvent, SyncOutput};

use super::{Delivery, RoomView, RowContent, RowSignals, ScrollTarget};

const ROOM: RoomId = RoomId(1);
const EPOCH: &str = "00000000-0000-4000-8000-000000000001";
const NOW: Micros = Micros(1_700_000_000_000_000);

/// A replica and its view, which receive frames of a server; and the numbers of the questions
/// that were asked about streams.
struct TestPage(Replica, RoomView, Vec<(StreamKey, u32)>);

impl TestPage {
    /// After `welcome`, in a room with one message of this person.
    fn new() -> Self {
        let mut page = TestPage::before_room();
        let room = json!({"id": 1, "name": "lobby", "topic": "", "rev": 1, "directory_rev": 1,
            "seq": 1, "created_at": NOW});
        page.receive(&json!({
            "type": "reset", "question": page.question(StreamKey::Room(ROOM)),
            "stream": "room/1", "rev": 1,
            "items": [{"room": room}, {"message": message("first", 1)}],
        }));
        page
    }

    /// After `welcome`, before anything is known of the room.
    fn before_room() -> Self {
        let mut replica = Replica::new(Profile::guest(UserId(7), "Ada".to_owned(), Rev(1)));
        let connected = replica.connected();
        let opened = replica.open(ROOM);
        let mut page = TestPage(replica, RoomView::new(ROOM, None), Vec::new());
        page.apply(connected);
        page.apply(opened);
        page.receive(&json!({
            "type": "welcome", "version": 2, "epoch": EPOCH, "lobby": 1, "now": NOW,
            "user": {"id": 7, "name": "Ada", "rev": 1, "role": "guest"}, "limits": shared::limits::Limits::default(),
        }));
        page
    }

    fn receive(&mut self, frame: &serde_json::Value) {
        let frame = serde_json::from_value(frame.clone()).unwrap();
        let output = self.0.receive(frame, NOW);
        self.apply(output);
    }

    fn apply(&mut self, output: SyncOutput) {
        for frame in output.send {
            if let ClientFrame::Subscribe {
                question, stream, ..
            } = frame
            {
                self.2.push((stream, question));
            }
        }
        for event in output.events {
            match event {
                SyncEvent::Timeline(change) if change.room == ROOM => self.1.note_change(&change),
                SyncEvent::Names(people) => self.1.note_names(&people),
                SyncEvent::ReadMarks(_) => self.1.note_mark(&self.0),
                _ => {}
            }
        }
    }

    /// The number of the last question about a stream.
    fn question(&self, stream: StreamKey) -> u32 {
        let asked = self.2.iter().rev().find(|(asked, _)| *asked == stream);
        asked.unwrap().1
    }

    fn receive_ack(&mut self, id: ClientId, seq: i64, rev: i64) {
        self.receive(
            &json!({"type": "ack", "client_id": id, "room": ROOM, "seq": seq, "rev": rev}),
        );
    }

    /// The last row's signals.
    fn last_row(&self) -> RowSignals {
        self.1.refresh(&self.0, true);
        let last = self.1.rows.with_untracked(|rows| *rows.last().unwrap());
        self.1.row(last).unwrap()
    }

    /// The last row.
    fn last_content(&self) -> RowContent {
        self.last_row().content.get_untracked()
    }
}

fn message(body: &str, rev: i64) -> serde_json::Value {
    json!({"seq": 1, "rev": rev, "author": {"id": 7, "name": "Ada", "rev": 1}, "body": body,
        "posted_at": NOW})
}

fn id(last: u8) -> ClientId {
    let text = format!("018bcfe5-6800-7707-8707-0000000000{last:02x}");
    serde_json::from_value(json!(text)).unwrap()
}

#[test]
fn a_further_edit_names_the_revision_of_the_acknowledged_one() {
    let mut page = TestPage::new();
    let _ = page
        .0
        .edit(id(1), ROOM, (Seq(1), Rev(1)), "second".to_owned(), NOW);
    assert_eq!(page.last_content().delivery, Delivery::Sending);
    page.receive_ack(id(1), 1, 2);
    let row = page.last_content();
    assert_eq!((&*row.body, row.rev), ("second", Rev(2)));
    assert_eq!(row.delivery, Delivery::Sent);

    page.receive(
        &json!({"type": "changes", "stream": "room/1", "from": 1, "through": 2,
        "items": [{"message": message("second", 2)}]}),
    );
    assert_eq!(
        (&*page.last_content().body, page.last_content().rev),
        ("second", Rev(2))
    );
    assert!(page.0.all_pending().next().is_none());
}

#[test]
fn an_acknowledged_message_can_be_edited_before_it_arrives() {
    let mut page = TestPage::new();
    let _ = page.0.post(id(1), ROOM, "frist".to_owned(), NOW);
    page.receive_ack(id(1), 2, 2);
    assert_eq!(page.last_content().rev, Rev(2));
    let _ = page
        .0
        .edit(id(2), ROOM, (Seq(2), Rev(2)), "first".to_owned(), NOW);
    let row = page.last_content();
    assert_eq!((&*row.body, row.delivery), ("first", Delivery::Sending));
    page.receive_ack(id(2), 2, 3);
    let row = page.last_content();
    assert_eq!((&*row.body, row.rev), ("first", Rev(3)));
}

#[test]
fn a_pending_change_in_another_room_changes_nothing_here() {
    let mut page = TestPage::new();
    let other = RoomId(2);
    let _ = page
        .0
        .edit(id(1), other, (Seq(1), Rev(1)), "there".to_owned(), NOW);
    let _ = page.0.delete(id(2), other, Seq(1), NOW);
    let row = page.last_content();
    assert_eq!((&*row.body, row.deleted), ("first", false));
}

#[test]
fn an_acknowledged_message_stays_visible_before_the_room_arrives() {
    let mut page = TestPage::before_room();
    let _ = page.0.post(id(1), ROOM, "early".to_owned(), NOW);
    page.receive_ack(id(1), 2, 2);
    assert_eq!(page.last_content().body, "early");
}

#[test]
fn a_cancelled_message_never_shows_as_sent() {
    let mut page = TestPage::new();
    let _ = page.0.post(id(1), ROOM, "no".to_owned(), NOW);
    let _ = page.0.cancel(id(2), id(1));
    assert_eq!(page.last_content().body, "first", "it is gone at once");
    let mut stored = message("no", 2);
    stored["seq"] = json!(2);
    stored["client_id"] = json!(id(1));
    let change = |message| {
        let (from, through) = (1, 3);
        json!({"type": "changes", "stream": "room/1", "from": from, "through": through,
            "items": [{"message": message}]})
    };
    let mut first = change(stored.clone());
    first["through"] = json!(2);
    page.receive(&first);
    assert!(page.last_content().deleted);
    // The acknowledgement arrives before the deletion.
    page.receive_ack(id(2), 2, 3);
    assert!(page.last_content().deleted);
    stored["rev"] = json!(3);
    stored["body"] = json!("");
    stored["deleted_at"] = json!(NOW);
    page.receive(&change(stored));
    assert!(page.last_content().deleted);
    assert!(page.0.all_pending().next().is_none());
}

#[test]
fn a_refused_row_that_was_overtaken_keeps_its_signals() {
    let mut page = TestPage::new();
    let _ = page.0.post(id(1), ROOM, "refused".to_owned(), NOW);
    page.receive(
        &json!({"type": "error", "code": "text_characters", "message": "",
        "client_id": id(1)}),
    );
    let refused = page.last_row();
    let _ = page.0.post(id(2), ROOM, "later".to_owned(), NOW);
    assert_eq!(page.last_content().body, "later");
    page.receive_ack(id(2), 2, 2);
    let mut stored = message("later", 2);
    stored["seq"] = json!(2);
    stored["client_id"] = json!(id(2));
    page.receive(
        &json!({"type": "changes", "stream": "room/1", "from": 1, "through": 2,
        "items": [{"message": stored}]}),
    );
    assert_eq!(page.last_content().body, "refused", "it was overtaken");
    let _ = page.0.retry(id(1), id(3), NOW);
    assert_eq!(page.last_content().delivery, Delivery::Sending);
    assert_eq!(refused.content.get_untracked().delivery, Delivery::Sending);
}

/// Messages of another person, at these numbers and revisions.
fn changes(from: i64, messages: &[(i64, i64, &str)]) -> serde_json::Value {
    let items: Vec<_> = messages
        .iter()
        .map(|(seq, rev, body)| {
            json!({"message": {"seq": seq, "rev": rev, "body": body, "posted_at": NOW,
                "author": {"id": 8, "name": "Ben", "rev": 1}}})
        })
        .collect();
    let through = items.last().unwrap()["message"]["rev"].clone();
    json!({"type": "changes", "stream": "room/1", "from": from, "through": through,
        "items": items})
}

fn bodies(page: &TestPage) -> Vec<(String, String)> {
    page.1.refresh(&page.0, true);
    let keys = page.1.rows.get_untracked();
    let rows = keys.into_iter().map(|key| page.1.row(key).unwrap());
    rows.map(|row| {
        let content = row.content.get_untracked();
        (content.author, content.body)
    })
    .collect()
}

fn row(author: &str, body: &str) -> (String, String) {
    (author.to_owned(), body.to_owned())
}

#[test]
fn only_rows_that_the_replica_names_are_read_again() {
    let mut page = TestPage::new();
    page.receive(&changes(1, &[(2, 2, "two"), (3, 3, "three")]));
    assert_eq!(bodies(&page).len(), 3);
    // A mark on rows that a refresh must not write again.
    let mark = |page: &TestPage, seq: i64| {
        let (_, row) = page.1.find(Seq(seq)).unwrap();
        row.content.update(|content| content.body.push('!'));
    };
    for seq in 1..=3 {
        mark(&page, seq);
    }
    page.receive(&changes(3, &[(2, 4, "edited")]));
    assert_eq!(
        bodies(&page),
        [
            row("Ada", "first!"),
            row("Ben", "edited"),
            row("Ben", "three!")
        ]
    );
    mark(&page, 2);
    let renamed = json!({"id": 8, "name": "Benjamin", "rev": 2, "role": "guest"});
    page.receive(
        &json!({"type": "changes", "stream": "directory", "question": page.question(StreamKey::Directory), "from": 0,
            "through": 2, "head": 2, "items": [{"person": renamed}]}),
    );
    assert_eq!(
        bodies(&page),
        [
            row("Ada", "first!"),
            row("Benjamin", "edited"),
            row("Benjamin", "three"),
        ]
    );
    mark(&page, 3);
    page.receive(&changes(4, &[(4, 5, "four")]));
    assert_eq!(
        bodies(&page)[2..],
        [row("Benjamin", "three!"), row("Benjamin", "four")]
    );
}

#[test]
fn a_pending_edit_that_fails_shows_the_stored_text_again() {
    let mut page = TestPage::new();
    let _ = (page.0).edit(id(1), ROOM, (Seq(1), Rev(1)), "typo".to_owned(), NOW);
    assert_eq!(bodies(&page), [row("Ada", "typo")]);
    page.receive(&json!({"type": "error", "code": "stale", "message": "", "client_id": id(1)}));
    assert_eq!(bodies(&page), [row("Ada", "first")]);
}

/// A room that was shown before, and that is shown again.
fn shown_again() -> TestPage {
    let mut page = TestPage::new();
    let own = json!({"read_mark": {"room": 1, "seq": 1, "rev": 1}});
    page.receive(
        &json!({"type": "changes", "question": page.question(StreamKey::Own), "stream": "own",
            "from": 0, "through": 1, "head": 1, "items": [own]}),
    );
    assert_eq!(bodies(&page), [row("Ada", "first")]);
    let _ = page.0.close(ROOM);
    page.1 = RoomView::new(ROOM, None);
    let opened = page.0.open(ROOM);
    page.apply(opened);
    page
}

/// Answers the question for what came since.
fn catch_up(page: &mut TestPage, messages: &[(i64, i64, &str)]) {
    let mut answer = changes(1, messages);
    answer["question"] = json!(page.question(StreamKey::Room(ROOM)));
    answer["head"] = answer["through"].clone();
    page.receive(&answer);
}

#[test]
fn a_room_that_is_shown_again_is_there_at_once_and_then_opens_at_what_came_since() {
    let mut page = shown_again();
    assert_eq!(bodies(&page), [row("Ada", "first")]);
    assert_eq!(page.1.take_scroll_target(), Some(ScrollTarget::End));
    assert!(!page.1.has_caught_up(), "nothing is announced yet");
    catch_up(&mut page, &[(2, 2, "two"), (3, 3, "three")]);
    assert_eq!(bodies(&page).len(), 3);
    assert_eq!(
        page.1.take_scroll_target(),
        Some(ScrollTarget::Unread(Seq(2)))
    );
    assert!(page.1.has_caught_up());
    // Only once: what comes now is new.
    page.receive(&changes(3, &[(4, 4, "four")]));
    assert_eq!(bodies(&page).len(), 4);
    assert_eq!(page.1.take_scroll_target(), None);
}

#[test]
fn a_reader_who_has_scrolled_already_stays_there_when_the_room_has_caught_up() {
    let mut page = shown_again();
    assert_eq!(bodies(&page), [row("Ada", "first")]);
    page.1.take_scroll_target();
    page.1.set_pinned_to_end(false);
    catch_up(&mut page, &[(2, 2, "two")]);
    bodies(&page);
    assert_eq!(page.1.take_scroll_target(), None);
}

#[test]
fn a_room_of_which_more_is_known_to_be_unread_waits_for_it() {
    let mut page = shown_again();
    let watch = page.0.watch(false);
    let Some(ClientFrame::Watch { question, .. }) = watch.send.first() else {
        panic!("it asks for heads");
    };
    page.receive(&json!({"type": "heads", "question": question,
        "heads": [{"room": 1, "seq": 3, "counted": [[2, 3]]}]}));
    assert_eq!(bodies(&page), []);
    catch_up(&mut page, &[(2, 2, "two"), (3, 3, "three")]);
    assert_eq!(bodies(&page).len(), 3);
    assert_eq!(
        page.1.take_scroll_target(),
        Some(ScrollTarget::Unread(Seq(2)))
    );
}
