//! The frames of the server.

use shared::error::{ErrorCode, Field};
use shared::frame::{
    Ack, Changes, Directory, History, Refusal, Reset, ServerFrame, Stream, Welcome,
};
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Profile, ReadMark, Room, UserKind};

use super::{client_id, epoch, lines, types};

const NOW: Micros = Micros(1_700_000_000_123_456);

fn profile() -> Profile {
    Profile {
        id: UserId(5),
        name: "김하나".into(),
        rev: Rev(3),
        kind: UserKind::Guest,
    }
}

fn room(removed_at: Option<Micros>) -> Room {
    Room {
        id: RoomId(2),
        name: "garden".into(),
        topic: "plants".into(),
        rev: Rev(12),
        directory_rev: Rev(9),
        seq: Seq(7),
        created_at: NOW,
        created_by: None,
        removed_at,
    }
}

fn message() -> Message {
    Message {
        seq: Seq(7),
        rev: Rev(12),
        author: Author {
            id: Some(UserId(5)),
            name: "김하나".into(),
            rev: Rev(3),
        },
        client_id: Some(client_id()),
        body: "안녕".into(),
        posted_at: NOW,
        edited_at: None,
        deleted_at: None,
    }
}

/// An edited message of the simple protocol, and a tombstone.
fn other_messages() -> Vec<Message> {
    let author = Author {
        id: None,
        name: "John".into(),
        rev: Rev::ZERO,
    };
    vec![
        Message {
            author,
            client_id: None,
            edited_at: Some(NOW),
            ..message()
        },
        Message {
            seq: Seq(8),
            rev: Rev(13),
            body: String::new(),
            deleted_at: Some(NOW),
            ..message()
        },
    ]
}

fn refusal() -> Refusal {
    Refusal {
        client_id: Some(client_id()),
        room: Some(RoomId(2)),
        ..Refusal::new(ErrorCode::TextTooLong)
    }
}

fn answers() -> Vec<ServerFrame> {
    vec![
        ServerFrame::Welcome(Box::new(Welcome {
            version: 1,
            epoch: epoch(),
            user: profile(),
            lobby: RoomId::LOBBY,
            now: NOW,
            limits: Limits::default(),
        })),
        ServerFrame::History(History {
            request: 3,
            room: RoomId(2),
            rev: Rev(13),
            seq: Seq(8),
            messages: other_messages(),
        }),
        ServerFrame::Ack(Ack {
            client_id: client_id(),
            room: Some(RoomId(2)),
            seq: Some(Seq(7)),
            rev: Some(Rev(12)),
        }),
        ServerFrame::Ack(Ack {
            client_id: client_id(),
            room: None,
            seq: None,
            rev: Some(Rev(3)),
        }),
        ServerFrame::Error(Refusal {
            field: Some(Field::Body),
            ..refusal()
        }),
        ServerFrame::Error(Refusal {
            retry_after_ms: Some(200),
            ..Refusal::new(ErrorCode::RateLimited)
        }),
        ServerFrame::Error(Refusal {
            request: Some(3),
            ..Refusal::new(ErrorCode::NoSuchRoom)
        }),
        ServerFrame::Error(Refusal {
            client_id: Some(client_id()),
            room: Some(RoomId(2)),
            current: Some(Box::new(message())),
            current_room: Some(Box::new(room(None))),
            ..Refusal::new(ErrorCode::Stale)
        }),
        ServerFrame::Pong {},
    ]
}

fn range_frames() -> Vec<ServerFrame> {
    vec![
        ServerFrame::Directory(Directory {
            from: Rev::ZERO,
            through: Rev(9),
            head: Some(Rev(9)),
            rooms: vec![room(None), room(Some(NOW))],
            people: vec![profile()],
        }),
        ServerFrame::Directory(Directory {
            from: Rev(9),
            through: Rev(10),
            head: None,
            rooms: Vec::new(),
            people: vec![profile()],
        }),
        ServerFrame::Stream(Stream {
            from: Rev(4),
            through: Rev(5),
            head: None,
            marks: vec![ReadMark {
                room: RoomId(2),
                seq: Seq(7),
                rev: Rev(5),
            }],
        }),
        ServerFrame::Changes(Changes {
            room: RoomId(2),
            from: Rev(11),
            through: Rev(12),
            head: None,
            info: None,
            messages: vec![message()],
        }),
        ServerFrame::Changes(Changes {
            room: RoomId(2),
            from: Rev(4),
            through: Rev(12),
            head: Some(Rev(30)),
            info: Some(room(None)),
            messages: Vec::new(),
        }),
        ServerFrame::Reset(Reset {
            rev: Rev(12),
            info: room(None),
            messages: vec![message()],
        }),
        ServerFrame::Typing {
            room: RoomId(2),
            people: vec![profile()],
        },
        ServerFrame::Presence {
            room: RoomId(2),
            count: 1,
            people: Some(vec![profile()]),
        },
        ServerFrame::Presence {
            room: RoomId(2),
            count: 4_000,
            people: None,
        },
        ServerFrame::Resync {},
    ]
}

#[test]
fn every_answer() {
    insta::assert_snapshot!(lines(&answers()));
}

#[test]
fn every_range_and_notification() {
    insta::assert_snapshot!(lines(&range_frames()));
}

#[test]
fn none_is_missing() {
    // A new frame does not compile here. Add it to a list above too.
    let known = |frame: &ServerFrame| match frame {
        ServerFrame::Welcome(_)
        | ServerFrame::Directory(_)
        | ServerFrame::Stream(_)
        | ServerFrame::Changes(_)
        | ServerFrame::Reset(_)
        | ServerFrame::History(_)
        | ServerFrame::Ack(_)
        | ServerFrame::Error(_)
        | ServerFrame::Typing { .. }
        | ServerFrame::Presence { .. }
        | ServerFrame::Resync {}
        | ServerFrame::Pong {} => true,
    };
    let all = [answers(), range_frames()].concat();
    assert!(all.iter().all(known));
    assert_eq!(types(&all).len(), 12);
}
