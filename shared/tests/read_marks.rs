//! Read marks that are sent later: after `welcome`, and after a temporary refusal.

#[path = "support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, changes, empty_room, person, welcome};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal, ServerFrame, Stream};
use shared::id::{Epoch, Micros, Rev, Seq};
use shared::model::ReadMark;
use shared::sync::{Replica, SubscriptionLevel, SyncOutput};

/// A replica after `welcome`, in a room of three messages at revision 4.
fn replica() -> Replica {
    let mut replica = Replica::new(person());
    let _ = replica.subscribe(ROOM, SubscriptionLevel::Open);
    let _ = replica.connected();
    for frame in [hello(), empty_room(), changes(1..=3, None)] {
        let _ = replica.receive(frame, NOW);
    }
    replica
}

fn hello() -> ServerFrame {
    welcome(Epoch::new([1; 16]))
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
    assert_eq!(marks(&replica.mark_read(ROOM, Seq(2))), 1);
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
    let mark = ReadMark {
        room: ROOM,
        seq: Seq(2),
        rev: Rev(1),
    };
    let told = Stream {
        from: Rev::ZERO,
        through: Rev(1),
        head: Some(Rev(1)),
        marks: vec![mark],
    };
    let _ = replica.receive(ServerFrame::Stream(told), now);
    assert_eq!(replica.next_timer(), None);
    assert_eq!(marks(&replica.poll(Micros(now.0 + 1_000_000))), 0);
}

#[test]
fn read_marks_are_sent_only_after_the_welcome() {
    let mut replica = replica();
    let _ = replica.disconnected();
    assert_eq!(marks(&replica.mark_read(ROOM, Seq(2))), 0);
    assert_eq!(marks(&replica.connected()), 0);
    assert_eq!(marks(&replica.mark_read(ROOM, Seq(3))), 0);
    assert_eq!(marks(&replica.receive(hello(), NOW)), 1);

    let _ = replica.disconnected();
    assert_eq!(marks(&replica.connected()), 0);
    let ServerFrame::Welcome(mut other) = hello() else {
        unreachable!("as it was made")
    };
    other.user.id.0 += 1;
    let said = replica.receive(ServerFrame::Welcome(other), NOW);
    assert_eq!(marks(&said), 0, "someone else's");
}
