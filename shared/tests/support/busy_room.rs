//! The frames of a busy room, for tests and benchmarks of the sync state machine.

use shared::PROTOCOL_VERSION;
use shared::frame::{Changes, Reset, ServerFrame, Welcome};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Profile, Room, UserKind};

pub const ROOM: RoomId = RoomId::LOBBY;
pub const NOW: Micros = Micros(1);

pub fn person() -> Profile {
    Profile {
        id: UserId(7),
        name: "Ada".into(),
        rev: Rev::ZERO,
        kind: UserKind::Guest,
    }
}

pub fn welcome(epoch: Epoch) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        version: PROTOCOL_VERSION,
        epoch,
        user: person(),
        lobby: ROOM,
        now: NOW,
        limits: Limits::default(),
    }))
}

pub fn empty_room() -> ServerFrame {
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
            created_by: None,
            removed_at: None,
        },
        messages: Vec::new(),
    })
}

/// Message `number` of the room. Its revision is one higher: revision 1 made the room.
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
        body: "x".repeat(200),
        posted_at: NOW,
        edited_at: None,
        deleted_at: None,
    }
}

/// These messages as one `changes` frame.
pub fn changes(numbers: std::ops::RangeInclusive<i64>, head: Option<i64>) -> ServerFrame {
    ServerFrame::Changes(Changes {
        room: ROOM,
        from: Rev(*numbers.start()),
        through: Rev(numbers.end() + 1),
        head: head.map(Rev),
        info: None,
        messages: numbers.map(message).collect(),
    })
}
