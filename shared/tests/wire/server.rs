//! The frames of the server.

use shared::error::{ErrorCode, Field};
use shared::frame::{
    Ack, Changes, Heads, History, Notice, People, Refusal, Reset, Rooms, ServerFrame, Welcome,
};
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{
    Author, EventKind, Member, MemberRole, Membership, Message, OnlyRoom, Posting, Profile,
    ProfileStatus, ReadMark, Restriction, Role, Room, RoomEvent, RoomKind, Section, Sidebar,
    UnreadHead,
};
use shared::stream::{Item, StreamKey};

use super::{client_id, epoch, lines, types};

const NOW: Micros = Micros(1_700_000_000_123_456);

fn profile() -> Profile {
    Profile::guest(UserId(5), "김하나".into(), Rev(3))
}

/// A profile with everything that may be left out.
fn full_profile() -> Profile {
    Profile {
        role: Role::Administrator,
        username: Some("hana".into()),
        colour: Some(11),
        status: Some(ProfileStatus {
            emoji: "🌱".into(),
            text: "휴가".into(),
            until: Some(NOW),
        }),
        deleted: true,
        deactivated: true,
        ..profile()
    }
}

fn room(removed_at: Option<Micros>) -> Room {
    Room {
        id: RoomId(2),
        kind: RoomKind::Public,
        name: "garden".into(),
        topic: "plants".into(),
        rev: Rev(12),
        directory_rev: Rev(9),
        seq: Seq(7),
        created_at: NOW,
        created_by: None,
        posting: Posting::Everybody,
        people: Vec::new(),
        archived_at: None,
        removed_at,
    }
}

fn message() -> Message {
    Message {
        seq: Seq(7),
        rev: Rev(12),
        content_rev: None,
        author: Author {
            id: Some(UserId(5)),
            name: "김하나".into(),
            rev: Rev(3),
        },
        client_id: Some(client_id()),
        body: "안녕".into(),
        event: None,
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
            content_rev: Some(Rev(10)),
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

fn welcome(user: Option<Profile>, only_room: Option<OnlyRoom>) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        version: 2,
        epoch: epoch(),
        user,
        lobby: only_room.map_or(RoomId::LOBBY, |only| only.room),
        only_room,
        now: NOW,
        limits: Limits::default(),
    }))
}

fn answers() -> Vec<ServerFrame> {
    vec![
        welcome(Some(profile()), None),
        // Of who reads without a session.
        welcome(
            None,
            Some(OnlyRoom {
                room: RoomId(9),
                from: Seq::ZERO,
            }),
        ),
        ServerFrame::History(History {
            question: 3,
            room: RoomId(2),
            rev: Rev(13),
            seq: Seq(8),
            items: other_messages().into_iter().map(Item::Message).collect(),
        }),
        ServerFrame::People(People {
            question: 4,
            people: vec![profile(), full_profile()],
        }),
        ServerFrame::Rooms(Rooms {
            question: 4,
            rooms: vec![
                Room {
                    posting: Posting::Managers,
                    archived_at: Some(NOW),
                    ..room(None)
                },
                Room {
                    kind: RoomKind::Direct,
                    name: String::new(),
                    people: vec![UserId(5), UserId(6)],
                    ..room(None)
                },
            ],
        }),
        ServerFrame::Heads(Heads {
            question: Some(5),
            more: false,
            heads: vec![
                UnreadHead {
                    room: RoomId(2),
                    seq: Seq(8),
                    at: Some(Micros(4)),
                    room_rev: Rev(12),
                    counted: vec![(Seq(1), Seq(3)), (Seq(5), Seq(7))],
                },
                UnreadHead {
                    room: RoomId(3),
                    seq: Seq::ZERO,
                    at: None,
                    room_rev: Rev::ZERO,
                    counted: Vec::new(),
                },
            ],
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
            question: Some(3),
            room: Some(RoomId(2)),
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

/// The person's membership in a private room, or its tombstone.
fn membership(left_at: Option<Micros>) -> Item {
    Item::Membership(Membership {
        room: RoomId(4),
        kind: RoomKind::Private,
        rev: Rev(3),
        role: MemberRole::Manager,
        joined_at: NOW,
        left_at,
    })
}

/// Lines about what happened in a room.
fn line(rev: i64, event: RoomEvent) -> Item {
    Item::Message(Message {
        seq: Seq(rev),
        rev: Rev(rev),
        client_id: None,
        body: String::new(),
        event: Some(Box::new(event)),
        ..message()
    })
}

fn lines_of_a_room() -> Vec<Item> {
    let renamed = RoomEvent::of_text(EventKind::Renamed, "정원".into());
    vec![
        line(13, RoomEvent::new(EventKind::Joined)),
        line(14, RoomEvent::of_people(EventKind::Added, vec![UserId(6)])),
        line(15, renamed),
        line(16, RoomEvent::new(EventKind::TopicChanged)),
    ]
}

fn sidebar() -> Item {
    Item::Sidebar(Sidebar {
        rev: Rev(6),
        favourites: vec![RoomId(2)],
        sections: vec![Section {
            name: "Work".into(),
            rooms: vec![RoomId(9)],
        }],
        muted: vec![RoomId(1)],
        closed: vec![(RoomId(12), Seq(40))],
    })
}

fn restriction(timed_out_until: Option<Micros>) -> Item {
    Item::Restriction(Restriction {
        rev: Rev(7),
        timed_out_until,
    })
}

fn member() -> Item {
    Item::Member(Member {
        person: profile(),
        rev: Rev(12),
        role: MemberRole::Member,
        joined_at: NOW,
        left_at: Some(NOW),
    })
}

fn read_mark(generation: u32) -> Item {
    Item::ReadMark(ReadMark {
        room: RoomId(2),
        seq: Seq(7),
        generation,
        rev: Rev(5),
    })
}

fn range_frames() -> Vec<ServerFrame> {
    let live = |stream, from, through, items| Changes {
        question: None,
        stream,
        from: Rev(from),
        through: Rev(through),
        head: None,
        items,
    };
    let answer = |question, head, changes| Changes {
        question: Some(question),
        head: Some(Rev(head)),
        ..changes
    };
    let private = Room {
        kind: RoomKind::Private,
        directory_rev: Rev::ZERO,
        created_by: Some(UserId(5)),
        ..room(None)
    };
    let (directory, own) = (StreamKey::Directory, StreamKey::Own);
    let stream = StreamKey::Room(RoomId(2));
    let rooms = vec![Item::Room(room(None)), Item::Room(room(Some(NOW)))];
    let marks = vec![read_mark(0), read_mark(2)];
    let memberships = vec![membership(None), membership(Some(NOW))];
    let ranges = [
        answer(1, 9, live(directory, 0, 9, rooms)),
        live(directory, 9, 10, vec![Item::Person(profile())]),
        answer(2, 5, live(own, 0, 4, memberships)),
        live(own, 4, 5, marks),
        live(own, 5, 6, vec![sidebar()]),
        live(own, 6, 7, vec![restriction(Some(NOW))]),
        live(own, 6, 7, vec![restriction(None)]),
        live(stream, 11, 12, vec![Item::Message(message())]),
        live(stream, 12, 13, vec![member()]),
        live(stream, 12, 16, lines_of_a_room()),
        answer(3, 30, live(stream, 4, 12, vec![Item::Room(private)])),
        answer(3, 30, live(stream, 30, 30, Vec::new())),
    ];
    let mut frames: Vec<_> = ranges.into_iter().map(ServerFrame::Changes).collect();
    frames.extend([
        ServerFrame::Reset(Reset {
            question: Some(3),
            stream,
            rev: Rev(12),
            items: vec![Item::Room(room(None)), Item::Message(message())],
        }),
        ServerFrame::Heads(Heads {
            question: None,
            more: false,
            heads: vec![UnreadHead {
                room: RoomId(2),
                seq: Seq(9),
                at: None,
                room_rev: Rev::ZERO,
                counted: vec![(Seq(9), Seq(9))],
            }],
        }),
        ServerFrame::Notice(Notice {
            room: RoomId(2),
            seq: Seq(9),
            author: message().author,
            words: "안녕".into(),
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
    ]);
    frames
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
        | ServerFrame::Changes(_)
        | ServerFrame::Reset(_)
        | ServerFrame::History(_)
        | ServerFrame::People(_)
        | ServerFrame::Rooms(_)
        | ServerFrame::Heads(_)
        | ServerFrame::Notice(_)
        | ServerFrame::Ack(_)
        | ServerFrame::Error(_)
        | ServerFrame::Typing { .. }
        | ServerFrame::Presence { .. }
        | ServerFrame::Resync {}
        | ServerFrame::Pong {} => true,
    };
    let all = [answers(), range_frames()].concat();
    assert!(all.iter().all(known));
    assert_eq!(types(&all).len(), 14);
}
