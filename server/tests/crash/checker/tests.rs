//! Tests of the checker: a good record passes, and each fault in it is found.

mod catch_up;
mod reset;

use std::collections::BTreeMap;

use shared::frame::{Changes, Reset};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Author, Message, Posting, Room, RoomKind};
use shared::stream::{Item, StreamKey};

use super::{Violation, check};
use crate::evidence::{AckPosition, Change, Evidence, Listener, Reader, ReaderEvent, Sent, Stored};

const ROOM: RoomId = RoomId::LOBBY;
const ANN: UserId = UserId(7);

fn id(number: u64) -> ClientId {
    ClientId::new(number, &[0; 10])
}

fn post(seq: i64, rev: i64, body: &str) -> Message {
    Message {
        seq: Seq(seq),
        rev: Rev(rev),
        content_rev: None,
        author: Author {
            id: Some(ANN),
            name: "Ann".into(),
            rev: Rev::ZERO,
        },
        client_id: Some(id(seq.unsigned_abs())),
        body: body.into(),
        event: None,
        posted_at: Micros(1),
        edited_at: None,
        deleted_at: None,
    }
}

fn sent(number: u64, change: Change, seq: i64, rev: i64) -> Sent {
    Sent {
        author: ANN,
        client_id: id(number),
        room: ROOM,
        change,
        acks: vec![AckPosition {
            seq: Seq(seq),
            rev: Rev(rev),
        }],
        refused: None,
    }
}

fn said(body: &str) -> Change {
    Change::Post { body: body.into() }
}

fn changes(from: i64, through: i64, head: Option<i64>, messages: &[&Message]) -> Changes {
    let items = messages.iter().map(|&message| message.clone());
    Changes {
        question: head.map(|_| 1),
        stream: StreamKey::Room(ROOM),
        from: Rev(from),
        through: Rev(through),
        head: head.map(Rev),
        items: items.map(Item::Message).collect(),
    }
}

fn live(from: i64, messages: &[&Message]) -> ReaderEvent {
    let through = messages.last().unwrap().rev.0;
    ReaderEvent::Changes(changes(from, through, None, messages))
}

fn nothing_yet() -> Reset {
    let room = Room {
        id: ROOM,
        kind: RoomKind::Public,
        name: "lobby".into(),
        topic: String::new(),
        rev: Rev(1),
        directory_rev: Rev(1),
        seq: Seq::ZERO,
        created_at: Micros(0),
        created_by: None,
        posting: Posting::Everybody,
        people: Vec::new(),
        archived_at: None,
        removed_at: None,
    };
    Reset {
        question: Some(1),
        stream: StreamKey::Room(ROOM),
        rev: Rev(1),
        items: vec![Item::Room(room)],
    }
}

/// Three posts of Ann's, of which the second was edited and the third deleted, and one
/// over the simple protocol. A reader was there all the time, but for one change.
fn good() -> Evidence {
    let first = post(1, 2, "one");
    let second = post(2, 3, "two");
    let mut edited = post(2, 5, "two, better");
    edited.edited_at = Some(Micros(5));
    let mut simple = post(3, 4, "hello");
    simple.author.id = None;
    simple.author.name = "Tom".into();
    simple.client_id = None;
    let fourth = post(4, 6, "four");
    let mut deleted = post(4, 7, "");
    deleted.deleted_at = Some(Micros(7));
    let messages = vec![
        first.clone(),
        edited.clone(),
        simple.clone(),
        deleted.clone(),
    ];
    let edit = Change::Edit {
        seq: Seq(2),
        body: "two, better".into(),
    };
    let reader = Reader {
        name: "reader".into(),
        seen: vec![
            ReaderEvent::Resubscribed,
            ReaderEvent::Reset(nothing_yet()),
            live(1, &[&first, &second]),
            live(3, &[&simple]),
            ReaderEvent::Resubscribed,
            ReaderEvent::Changes(changes(4, 5, Some(5), &[&edited])),
            live(5, &[&fourth]),
            live(6, &[&deleted]),
        ],
        shown: BTreeMap::from([(ROOM, messages.clone())]),
    };
    let listener = Listener {
        name: "Tim".into(),
        received: ["one", "two", "hello", "four"]
            .map(|text| ("someone".to_owned(), text.to_owned()))
            .into(),
    };
    let stored = Stored {
        made: Rev(1),
        head: Rev(7),
        last: Seq(4),
        members: Vec::new(),
        pages: vec![
            changes(1, 4, Some(7), &[&first, &simple]),
            changes(4, 7, Some(7), &[&edited, &deleted]),
        ],
        messages,
    };
    Evidence {
        sent: vec![
            sent(1, said("one"), 1, 2),
            sent(2, said("two"), 2, 3),
            sent(12, edit, 2, 5),
            sent(4, said("four"), 4, 6),
            sent(14, Change::Delete { seq: Seq(4) }, 4, 7),
        ],
        said: vec!["hello".into()],
        readers: vec![reader],
        listeners: vec![listener],
        rooms: BTreeMap::from([(ROOM, stored)]),
    }
}

/// The violations in a good record that was changed.
fn found(spoil: impl FnOnce(&mut Evidence)) -> Vec<Violation> {
    let mut evidence = good();
    spoil(&mut evidence);
    check(&evidence)
}

fn lobby(evidence: &mut Evidence) -> &mut Stored {
    evidence.rooms.get_mut(&ROOM).unwrap()
}

fn reader() -> String {
    "reader".into()
}

#[test]
fn a_good_history_passes() {
    assert_eq!(check(&good()), []);
}

#[test]
fn an_acknowledged_message_that_is_missing_is_found() {
    let found = found(|evidence| {
        let stored = lobby(evidence);
        stored.messages.remove(0);
        stored.pages[0].items.remove(0);
    });
    assert!(found.contains(&Violation::Lost(id(1))), "{found:?}");
    assert!(found.contains(&Violation::SeqGap(ROOM, Seq(1))));
}

#[test]
fn a_lost_message_whose_seq_was_given_to_another_is_found() {
    let found = found(|evidence| {
        let mut other = post(1, 2, "another");
        other.client_id = Some(id(99));
        lobby(evidence).messages[0] = other;
    });
    assert!(found.contains(&Violation::Lost(id(1))), "{found:?}");
    assert!(found.contains(&Violation::UnknownMessage(ROOM, Seq(1))));
    let phantom = |found: &Violation| matches!(found, Violation::SeenButNotStored(who, ..) if *who == reader());
    assert!(found.iter().any(phantom), "the reader saw the lost one");
}

#[test]
fn a_message_that_is_stored_twice_is_found() {
    let found = found(|evidence| {
        let mut double = post(5, 8, "one");
        double.client_id = Some(id(1));
        let stored = lobby(evidence);
        stored.pages.push(changes(7, 8, Some(8), &[&double]));
        stored.messages.push(double);
        (stored.head, stored.last) = (Rev(8), Seq(5));
    });
    let twice = Violation::StoredTwice(format!("{ANN} {}", id(1)));
    assert!(found.contains(&twice), "{found:?}");
}

#[test]
fn a_seq_that_was_given_twice_is_found() {
    let found = found(|evidence| {
        let mut double = post(1, 8, "again");
        double.client_id = Some(id(1));
        lobby(evidence).messages.insert(1, double);
    });
    assert!(
        found.contains(&Violation::SeqTwice(ROOM, Seq(1))),
        "{found:?}"
    );
}

#[test]
fn an_acknowledged_edit_without_effect_is_found() {
    let found = found(|evidence| lobby(evidence).messages[1] = post(2, 3, "two"));
    assert!(found.contains(&Violation::ChangeLost(id(12))), "{found:?}");
}

#[test]
fn a_deleted_message_that_came_back_is_found() {
    let found = found(|evidence| lobby(evidence).messages[3].deleted_at = None);
    assert!(found.contains(&Violation::ChangeLost(id(14))), "{found:?}");
}

#[test]
fn a_gap_in_the_revisions_is_found() {
    let found = found(|evidence| {
        evidence.sent.retain(|sent| sent.client_id != id(12));
    });
    assert!(
        found.contains(&Violation::RevGap(ROOM, Rev(5))),
        "{found:?}"
    );
}

#[test]
fn a_revision_that_was_given_twice_is_found() {
    let found = found(|evidence| evidence.sent[2].acks[0].rev = Rev(3));
    assert!(
        found.contains(&Violation::RevTwice(ROOM, Rev(3))),
        "{found:?}"
    );
}

#[test]
fn a_changed_reply_and_a_missing_reply_are_found() {
    let found = found(|evidence| {
        let other = AckPosition {
            seq: Seq(9),
            rev: Rev(9),
        };
        evidence.sent[0].acks.push(other);
        evidence.sent[4].acks.clear();
    });
    assert!(found.contains(&Violation::ReplyChanged(id(1))), "{found:?}");
    assert!(found.contains(&Violation::NoReply(id(14))));
}

#[test]
fn messages_in_another_order_are_found() {
    let stored = found(|evidence| {
        evidence.sent[0].acks[0] = AckPosition {
            seq: Seq(2),
            rev: Rev(2),
        };
        evidence.sent[1].acks[0] = AckPosition {
            seq: Seq(1),
            rev: Rev(3),
        };
        let messages = &mut lobby(evidence).messages;
        let (first, second) = (messages[0].client_id, messages[1].client_id);
        messages[0].client_id = second;
        messages[1].client_id = first;
    });
    assert!(
        stored.contains(&Violation::PostDisorder(ROOM, Seq(2))),
        "{stored:?}"
    );
    let seen = found(|evidence| {
        if let ReaderEvent::Changes(changes) = &mut evidence.readers[0].seen[2] {
            changes.items.reverse();
        }
    });
    let disorder = Violation::ReaderDisorder(reader(), ROOM, Rev(2));
    assert!(seen.contains(&disorder), "{seen:?}");
    let received = found(|evidence| evidence.listeners[0].received.swap(0, 1));
    let disorder = Violation::SimpleDisorder("Tim".into(), "one".into());
    assert!(received.contains(&disorder), "{received:?}");
}

#[test]
fn a_gap_between_live_frames_is_found() {
    let found = found(|evidence| {
        evidence.readers[0].seen.remove(2);
    });
    assert_eq!(found, [Violation::Missed(reader(), ROOM, Rev(2))]);
    let found = self::found(|evidence| {
        evidence.readers[0].seen.remove(6);
    });
    // The last change replaces the one before it, but the missing revision is still a gap.
    assert_eq!(found, [Violation::Missed(reader(), ROOM, Rev(6))]);
    let found = self::found(|evidence| {
        evidence.readers[0].seen.remove(3);
        evidence.readers[0].seen.remove(3);
        let caught_up = ReaderEvent::Changes(changes(3, 5, Some(5), &[]));
        evidence.readers[0].seen[3] = caught_up;
    });
    assert!(
        found.contains(&Violation::Missed(reader(), ROOM, Rev(4))),
        "a stretch that leaves its message out: {found:?}"
    );
    let found = self::found(|evidence| {
        let seen = &mut evidence.readers[0].seen;
        let later = seen.remove(7);
        seen.insert(3, later);
    });
    let hole = Violation::LiveGap(reader(), ROOM, Rev(3), Rev(6));
    assert!(found.contains(&hole), "{found:?}");
}

#[test]
fn a_message_that_was_seen_and_is_not_stored_is_found() {
    let phantom = |found: &[Violation], who: &str| {
        let is = |found: &Violation| matches!(found, Violation::SeenButNotStored(name, ..) if name == who);
        assert!(found.iter().any(is), "{found:?}");
    };
    let beyond = found(|evidence| {
        let lost = post(5, 8, "never stored");
        evidence.readers[0].seen.push(live(7, &[&lost]));
    });
    phantom(&beyond, "reader");
    let other_text = found(|evidence| {
        if let ReaderEvent::Changes(changes) = &mut evidence.readers[0].seen[2] {
            let Item::Message(message) = &mut changes.items[1] else {
                panic!("a message");
            };
            message.body = "never sent".into();
        }
    });
    phantom(&other_text, "reader");
    let received = found(|evidence| {
        let received = &mut evidence.listeners[0].received;
        received.push(("Ann".into(), "never stored".into()));
    });
    phantom(&received, "Tim");
}

#[test]
fn an_unnecessary_reset_is_found() {
    let found = found(|evidence| {
        let mut reset = nothing_yet();
        reset.rev = Rev(7);
        evidence.readers[0].seen.push(ReaderEvent::Reset(reset));
    });
    assert_eq!(found, [Violation::UnneededReset(reader(), ROOM)]);
}

#[test]
fn a_replica_with_another_final_state_is_found() {
    let found = found(|evidence| {
        let shown = evidence.readers[0].shown.get_mut(&ROOM).unwrap();
        shown.pop();
    });
    assert_eq!(found, [Violation::ReplicaDiffers(reader(), ROOM, Seq(4))]);
}

#[test]
fn an_echo_on_the_simple_protocol_is_found() {
    let found = found(|evidence| evidence.listeners[0].received[2].0 = "Tim".into());
    assert_eq!(found, [Violation::Echo("Tim".into(), "hello".into())]);
}
