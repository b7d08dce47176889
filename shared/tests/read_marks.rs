//! Read marks that are sent later, after `welcome` and after a temporary refusal; and their
//! generations.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, answer, changes, empty_room, question, welcome};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{Ack, Changes, ClientFrame, Refusal, ServerFrame};
use shared::id::{ClientId, Epoch, Micros, Rev, Seq};
use shared::model::{MarkChange, ReadMark};
use shared::stream::{Item, StreamKey};
use shared::sync::{Replica, SyncOutput};

const ID: ClientId = ClientId::from_bytes([1; 16]);

/// A replica after `welcome`, in a room of three messages at revision 4.
fn replica() -> Replica {
    let mut replica = busy_room::replica();
    let _ = replica.receive(changes(1..=3), NOW);
    replica
}

/// The answer to the question about the own stream, or a live frame of it.
fn own_stream(question: Option<u32>, from: i64, mark: ReadMark) -> ServerFrame {
    ServerFrame::Changes(Changes {
        question,
        stream: StreamKey::Own,
        from: Rev(from),
        through: mark.rev,
        head: question.map(|_| mark.rev),
        items: vec![Item::ReadMark(mark)],
    })
}

fn mark(rev: i64, seq: i64, generation: u32) -> ReadMark {
    ReadMark {
        room: ROOM,
        seq: Seq(seq),
        generation,
        rev: Rev(rev),
    }
}

/// The number of the question about the own stream.
fn own_question(sent: &[ClientFrame]) -> Option<u32> {
    sent.iter().find_map(|frame| match frame {
        ClientFrame::Subscribe {
            question,
            stream: StreamKey::Own,
            ..
        } => Some(*question),
        _ => None,
    })
}

fn hello() -> ServerFrame {
    welcome(Epoch::new([1; 16]))
}

fn read(replica: &mut Replica, seq: i64) -> SyncOutput {
    replica.mark_read(ID, ROOM, Seq(seq), NOW)
}

fn ack(client_id: ClientId) -> ServerFrame {
    ServerFrame::Ack(Ack {
        client_id,
        room: None,
        seq: None,
        rev: None,
    })
}

fn marks(output: &SyncOutput) -> usize {
    let is_mark = |frame: &&ClientFrame| {
        matches!(
            frame,
            ClientFrame::Command {
                command: Command::MarkRead { .. },
                ..
            }
        )
    };
    output.send.iter().filter(is_mark).count()
}

#[test]
fn a_temporarily_refused_read_mark_is_sent_again_until_it_is_confirmed() {
    let mut replica = replica();
    assert_eq!(marks(&read(&mut replica, 2)), 1);
    let refused = |replica: &mut Replica, now| {
        let refusal = ServerFrame::Error(Refusal {
            room: Some(ROOM),
            retry_after_ms: Some(500),
            ..Refusal::new(ErrorCode::StorageFull)
        });
        let _ = replica.receive(refusal, now);
        replica.next_timer().unwrap()
    };
    let mut now = NOW;
    for _ in 0..3 {
        let due = refused(&mut replica, now);
        assert!(due.0 >= now.0 + 500_000, "{due}");
        now = due;
        assert_eq!(marks(&replica.poll(now)), 1);
        assert_eq!(
            replica.next_timer(),
            None,
            "one that is not refused is on its way"
        );
    }
    refused(&mut replica, now);
    let asked = replica.connected().send;
    let _ = replica.receive(hello(), now);
    refused(&mut replica, now);
    let confirmed = own_stream(own_question(&asked), 0, mark(1, 2, 0));
    let _ = replica.receive(confirmed, now);
    assert_eq!(replica.next_timer(), None);
    assert_eq!(marks(&replica.poll(Micros(now.0 + 1_000_000))), 0);
}

#[test]
fn read_marks_are_sent_only_after_the_welcome() {
    let mut replica = replica();
    let _ = replica.disconnected();
    assert_eq!(marks(&read(&mut replica, 2)), 0);
    assert_eq!(marks(&replica.connected()), 0);
    assert_eq!(marks(&read(&mut replica, 3)), 0);
    assert_eq!(marks(&replica.receive(hello(), NOW)), 1);

    let _ = replica.disconnected();
    assert_eq!(marks(&replica.connected()), 0);
    let ServerFrame::Welcome(mut other) = hello() else {
        unreachable!("as it was made")
    };
    other.user.as_mut().unwrap().id.0 += 1;
    let said = replica.receive(ServerFrame::Welcome(other), NOW);
    assert_eq!(marks(&said), 0, "someone else's");
}

/// The generations of the read marks that are sent.
fn generations(output: &SyncOutput) -> Vec<(Seq, u32)> {
    let marks = output.send.iter().filter_map(|frame| match frame {
        ClientFrame::Command {
            command: Command::MarkRead {
                seq, generation, ..
            },
            ..
        } => Some((*seq, *generation)),
        _ => None,
    });
    marks.collect()
}

#[test]
fn a_mark_is_raised_only_within_its_generation() {
    let mut replica = replica();
    let asked = replica.connected().send;
    let _ = replica.receive(hello(), NOW);
    let _ = replica.receive(own_stream(own_question(&asked), 0, mark(1, 1, 0)), NOW);
    assert_eq!(generations(&read(&mut replica, 3)), [(Seq(3), 0)]);
    assert_eq!(replica.read_seq(ROOM), Some(Seq(3)));

    // Another device sets the mark back before it hears of that.
    let _ = replica.receive(own_stream(None, 1, mark(2, 1, 1)), NOW);
    assert_eq!(replica.read_seq(ROOM), Some(Seq(1)));
    let _ = replica.disconnected();
    let asked = replica.connected().send;
    let welcomed = replica.receive(hello(), NOW);
    assert_eq!(
        generations(&welcomed),
        [],
        "the older raise is not repeated"
    );

    let _ = replica.receive(own_stream(own_question(&asked), 2, mark(2, 1, 1)), NOW);
    assert_eq!(generations(&read(&mut replica, 2)), [(Seq(2), 1)]);
}

#[test]
fn a_raise_of_a_generation_that_the_restored_store_lost_is_dropped() {
    let mut replica = replica();
    let asked = replica.connected().send;
    let _ = replica.receive(hello(), NOW);
    let _ = replica.receive(own_stream(own_question(&asked), 0, mark(5, 1, 2)), NOW);
    let _ = read(&mut replica, 3);
    // The restored store has no mark of the room at all.
    let asked = replica.connected().send;
    let _ = replica.receive(welcome(Epoch::new([2; 16])), NOW);
    let empty = Changes {
        question: own_question(&asked),
        stream: StreamKey::Own,
        from: Rev::ZERO,
        through: Rev(1),
        head: Some(Rev(1)),
        items: Vec::new(),
    };
    let _ = replica.receive(ServerFrame::Changes(empty), NOW);
    assert_eq!(replica.read_seq(ROOM), None);
}

#[test]
fn after_a_restart_a_mark_waits_until_the_room_is_known_to_be_the_same() {
    for is_restored in [false, true] {
        let mut replica = replica();
        let _ = replica.disconnected();
        let _ = read(&mut replica, 2);
        let asked = replica.connected().send;
        let welcomed = replica.receive(welcome(Epoch::new([2; 16])), NOW);
        assert_eq!(marks(&welcomed), 0);
        assert_eq!(marks(&read(&mut replica, 3)), 0);
        let answered = if is_restored {
            replica.receive(empty_room(question(&asked)), NOW)
        } else {
            replica.receive(answer(question(&asked), 4..=4, 5), NOW)
        };
        let sent = if is_restored {
            vec![]
        } else {
            vec![(Seq(3), 0)]
        };
        assert_eq!(generations(&answered), sent);
        let shown = (!is_restored).then_some(Seq(3));
        assert_eq!(replica.read_seq(ROOM), shown);
    }
}

#[test]
fn a_mark_does_not_wait_for_a_room_that_cannot_be_subscribed_to() {
    for (code, is_sent) in [
        (ErrorCode::TooManySubscriptions, true),
        (ErrorCode::NoSuchRoom, false),
    ] {
        let mut replica = replica();
        let _ = replica.disconnected();
        let _ = read(&mut replica, 2);
        let asked = replica.connected().send;
        let welcomed = replica.receive(welcome(Epoch::new([2; 16])), NOW);
        assert_eq!(marks(&welcomed), 0, "the room may be another one");
        let refusal = ServerFrame::Error(Refusal {
            question: Some(question(&asked)),
            ..Refusal::new(code)
        });
        let refused = replica.receive(refusal, NOW);
        assert_eq!(marks(&refused), usize::from(is_sent));
        // That of a room that does not exist is not shown any more.
        assert_eq!(replica.read_seq(ROOM), is_sent.then_some(Seq(2)));
    }
}

/// The marks that commands set.
fn set_marks(output: &SyncOutput) -> Vec<MarkChange> {
    let sent = output.send.iter();
    let marks = sent.filter_map(|frame| match frame {
        ClientFrame::Command {
            command: Command::SetMarks { marks },
            ..
        } => Some(marks.clone()),
        _ => None,
    });
    marks.flatten().collect()
}

#[test]
fn what_is_read_while_the_mark_is_being_set_back_is_read_after_that() {
    let mut replica = replica();
    let asked = replica.connected().send;
    let _ = replica.receive(hello(), NOW);
    let _ = replica.receive(own_stream(own_question(&asked), 0, mark(1, 3, 0)), NOW);
    let _ = replica.disconnected();
    let back = MarkChange::new(ROOM, Seq(1));
    let first = ClientId::from_bytes([2; 16]);
    let set_back = Command::SetMarks { marks: vec![back] };
    let _ = replica.command(first, set_back, NOW);
    assert_eq!(replica.read_seq(ROOM), Some(Seq(1)));
    let said = read(&mut replica, 3);
    assert!(!said.events.is_empty(), "it is shown at once");
    assert_eq!(replica.read_seq(ROOM), Some(Seq(3)));
    assert!(read(&mut replica, 3).events.is_empty(), "once is enough");

    // One after the other, and neither is a raise of the generation that ends.
    let asked = replica.connected().send;
    let welcomed = replica.receive(hello(), NOW);
    assert_eq!((set_marks(&welcomed), marks(&welcomed)), (vec![back], 0));
    let _ = replica.receive(own_stream(own_question(&asked), 1, mark(2, 1, 1)), NOW);
    assert_eq!(replica.read_seq(ROOM), Some(Seq(3)));
    let forth = MarkChange {
        replaced: Some(Seq(1)),
        ..MarkChange::new(ROOM, Seq(3))
    };
    assert_eq!(set_marks(&replica.receive(ack(first), NOW)), [forth]);
    let _ = replica.receive(own_stream(None, 2, mark(3, 3, 1)), NOW);
    let _ = replica.receive(ack(ID), NOW);
    assert_eq!(replica.read_seq(ROOM), Some(Seq(3)));
    assert_eq!(replica.all_pending().count(), 0);
    // From then on a raise is one again.
    let _ = replica.receive(changes(4..=4), NOW);
    assert_eq!(generations(&read(&mut replica, 4)), [(Seq(4), 1)]);
}
