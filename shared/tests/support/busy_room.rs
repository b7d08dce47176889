//! The frames of a busy room, for tests and benchmarks of the sync state machine.

use shared::PROTOCOL_VERSION;
use shared::frame::{Changes, ClientFrame, Reset, ServerFrame, Welcome};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Posting, Profile, Room, RoomKind};
use shared::stream::{Item, StreamKey};
use shared::sync::Replica;

pub const ROOM: RoomId = RoomId::LOBBY;
pub const NOW: Micros = Micros(1);

pub fn person() -> Profile {
    Profile::guest(UserId(7), "Ada".into(), Rev::ZERO)
}

pub fn welcome(epoch: Epoch) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        version: PROTOCOL_VERSION,
        epoch,
        user: Some(person()),
        lobby: ROOM,
        only_room: None,
        now: NOW,
        limits: Limits::default(),
    }))
}

/// A replica after `welcome`, with the empty room open.
pub fn replica() -> Replica {
    let mut replica = Replica::new(person());
    let _ = replica.open(ROOM);
    let asked = replica.connected().send;
    for frame in [welcome(Epoch::new([1; 16])), empty_room(question(&asked))] {
        let _ = replica.receive(frame, NOW);
    }
    replica
}

/// The number of the last question about the room.
pub fn question(sent: &[ClientFrame]) -> u32 {
    let mut numbers = sent.iter().filter_map(|frame| match frame {
        ClientFrame::Subscribe {
            question, stream, ..
        } if *stream == StreamKey::Room(ROOM) => Some(*question),
        _ => None,
    });
    let Some(last) = numbers.next_back() else {
        panic!("the room was not asked for");
    };
    last
}

pub fn empty_room(question: u32) -> ServerFrame {
    ServerFrame::Reset(Reset {
        question: Some(question),
        stream: StreamKey::Room(ROOM),
        rev: Rev(1),
        items: vec![Item::Room(Room {
            id: ROOM,
            kind: RoomKind::Public,
            name: "lobby".into(),
            topic: String::new(),
            rev: Rev(1),
            directory_rev: Rev(1),
            seq: Seq::ZERO,
            created_at: NOW,
            created_by: None,
            posting: Posting::Everybody,
            people: Vec::new(),
            archived_at: None,
            removed_at: None,
        })],
    })
}

/// Message `number` of the room. Its revision is one higher: revision 1 made the room.
fn message(number: i64) -> Message {
    Message {
        seq: Seq(number),
        rev: Rev(number + 1),
        content_rev: None,
        author: Author {
            id: Some(UserId(8)),
            name: "Tom".into(),
            rev: Rev::ZERO,
        },
        client_id: None,
        body: "x".repeat(200),
        event: None,
        posted_at: NOW,
        edited_at: None,
        deleted_at: None,
    }
}

/// These messages as one live frame.
pub fn changes(numbers: std::ops::RangeInclusive<i64>) -> ServerFrame {
    ServerFrame::Changes(live(numbers))
}

/// These messages as the answer to a question, and the last revision of the room.
pub fn answer(question: u32, numbers: std::ops::RangeInclusive<i64>, head: i64) -> ServerFrame {
    ServerFrame::Changes(Changes {
        question: Some(question),
        head: Some(Rev(head)),
        ..live(numbers)
    })
}

pub fn live(numbers: std::ops::RangeInclusive<i64>) -> Changes {
    Changes {
        question: None,
        stream: StreamKey::Room(ROOM),
        from: Rev(*numbers.start()),
        through: Rev(numbers.end() + 1),
        head: None,
        items: numbers
            .map(|number| Item::Message(message(number)))
            .collect(),
    }
}
