//! A client comes back to a server that was started again, in a busy room.

use shared::frame::{Changes, ClientFrame, Reset, ServerFrame, Welcome};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Profile, Room, UserKind};
use shared::sync::{Attention, Replica};

const ROOM: RoomId = RoomId::LOBBY;
const NOW: Micros = Micros(0);

fn person() -> Profile {
    Profile {
        id: UserId(7),
        name: "Ada".into(),
        rev: Rev::ZERO,
        kind: UserKind::Guest,
    }
}

fn welcome(epoch: Epoch) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        version: shared::PROTOCOL_VERSION,
        epoch,
        user: person(),
        lobby: ROOM,
        now: NOW,
        limits: Limits::default(),
    }))
}

fn message(number: i64) -> Message {
    Message {
        seq: Seq(number),
        rev: Rev(number + 1),
        author: Author {
            id: Some(UserId(8)),
            name: "Tom".into(),
            rev: Rev::ZERO,
        },
        client_id: None,
        body: number.to_string(),
        posted_at: NOW,
        edited_at: None,
        deleted_at: None,
    }
}

fn changes(numbers: std::ops::RangeInclusive<i64>, head: Option<i64>) -> ServerFrame {
    ServerFrame::Changes(Changes {
        room: ROOM,
        from: Rev(*numbers.start()),
        through: Rev(numbers.end() + 1),
        head: head.map(Rev),
        info: None,
        messages: numbers.map(message).collect(),
    })
}

fn empty_room() -> ServerFrame {
    ServerFrame::Reset(Reset {
        rev: Rev(1),
        info: Room {
            id: ROOM,
            name: "lobby".into(),
            topic: String::new(),
            rev: Rev(1),
            directory_rev: Rev(1),
            seq: Seq::ZERO,
            created_at: NOW,
            removed_at: None,
        },
        messages: Vec::new(),
    })
}

#[test]
fn a_live_frame_before_the_first_answer_waits_for_it() {
    let mut replica = Replica::new(person());
    let _ = replica.follow(ROOM, Attention::Open);
    let _ = replica.connected();
    for frame in [
        welcome(Epoch::new([1; 16])),
        empty_room(),
        changes(1..=2, None),
    ] {
        let _ = replica.receive(frame, NOW);
    }
    let asked = replica.connected().send;
    assert!(
        asked
            .iter()
            .any(|frame| matches!(frame, ClientFrame::Subscribe { rev: Rev(3), .. }))
    );
    // The server follows first and reads then: what is posted in between comes first,
    // and seems to follow on what the client knows from the server's last life.
    let _ = replica.receive(welcome(Epoch::new([2; 16])), NOW);
    let _ = replica.receive(changes(3..=3, None), NOW);
    let _ = replica.receive(changes(3..=4, Some(5)), NOW);
    let timeline = replica.timeline(ROOM).unwrap();
    let shown: Vec<_> = timeline.messages().map(|message| message.seq.0).collect();
    assert_eq!(shown, [1, 2, 3, 4]);
    assert!(!timeline.is_catching_up());
}
