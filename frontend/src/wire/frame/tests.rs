//! The reader on frames as `serde_json` writes them, and on frames that are none.

use shared::PROTOCOL_VERSION;
use shared::error::{ErrorCode, Field};
use shared::frame::{
    Ack, Changes, Heads, History, Notice, People, Refusal, Reset, Rooms, ServerFrame, Welcome,
};
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{
    Author, EventKind, Member, MemberRole, Membership, Message, Posting, Profile, ProfileStatus,
    ReadMark, Restriction, Role, Room, RoomEvent, RoomKind, Section, Sidebar, UnreadHead,
};
use shared::stream::{Item, StreamKey};

use super::{FRAME_TYPES, frame, frame_type};

fn person() -> Profile {
    Profile::guest(UserId(7), "김하나 \u{1F331}".into(), Rev(2))
}

fn full_profile() -> Profile {
    Profile {
        role: Role::Owner,
        username: Some("hana".into()),
        colour: Some(11),
        status: Some(ProfileStatus {
            emoji: "\u{1F331}".into(),
            text: "휴가".into(),
            until: Some(Micros(9)),
        }),
        deleted: true,
        deactivated: true,
        ..person()
    }
}

fn room() -> Room {
    Room {
        id: RoomId(1),
        kind: RoomKind::Private,
        name: "lobby".into(),
        topic: String::new(),
        rev: Rev(1),
        directory_rev: Rev(1),
        seq: Seq(1),
        created_at: Micros(1_700_000_000_000_000),
        created_by: None,
        posting: Posting::Everybody,
        people: Vec::new(),
        archived_at: None,
        removed_at: Some(Micros(2)),
    }
}

fn message() -> Message {
    Message {
        seq: Seq(1),
        rev: Rev(2),
        content_rev: Some(Rev(1)),
        author: Author {
            id: None,
            name: "John".into(),
            rev: Rev::ZERO,
        },
        client_id: Some(ClientId::from_bytes([0xAB; 16]).with_upper_case(0xF0F1)),
        body: "\"type\": \"pong\"\n\t\\ \u{1} 끝".into(),
        event: None,
        posted_at: Micros(5),
        edited_at: None,
        deleted_at: None,
    }
}

fn refusal() -> Refusal {
    Refusal {
        field: Some(Field::Body),
        retry_after_ms: Some(1_500),
        current: Some(Box::new(message())),
        current_room: Some(Box::new(room())),
        ..Refusal::of(ErrorCode::Stale)
    }
}

/// An answer whose items are of all kinds.
fn every_item() -> Changes {
    Changes {
        question: Some(7),
        stream: StreamKey::Directory,
        from: Rev(0),
        through: Rev(9),
        head: Some(Rev(9)),
        items: vec![
            Item::Message(message()),
            Item::Room(room()),
            Item::Member(Member {
                person: person(),
                rev: Rev(3),
                role: MemberRole::Manager,
                joined_at: Micros(4),
                left_at: None,
            }),
            Item::Person(full_profile()),
            Item::Membership(Membership {
                room: RoomId(1),
                kind: RoomKind::Private,
                rev: Rev(5),
                role: MemberRole::Member,
                joined_at: Micros(4),
                left_at: Some(Micros(6)),
            }),
            Item::ReadMark(ReadMark {
                room: RoomId(1),
                seq: Seq(4),
                generation: 2,
                rev: Rev(7),
            }),
            Item::Sidebar(Sidebar {
                rev: Rev(8),
                favourites: vec![RoomId(2)],
                sections: vec![Section {
                    name: "Work".into(),
                    rooms: vec![RoomId(9)],
                }],
                muted: Vec::new(),
                closed: vec![(RoomId(12), Seq(40))],
            }),
            Item::Restriction(Restriction {
                rev: Rev(9),
                timed_out_until: Some(Micros(10)),
            }),
        ],
    }
}

/// A line about what happened in a room.
fn line() -> Message {
    let people = vec![UserId(6), UserId(7)];
    Message {
        event: Some(Box::new(RoomEvent::of_people(EventKind::Added, people))),
        ..message()
    }
}

fn direct() -> Room {
    Room {
        kind: RoomKind::Direct,
        posting: Posting::Managers,
        people: vec![UserId(5), UserId(6)],
        archived_at: Some(Micros(3)),
        ..room()
    }
}

fn frames() -> Vec<ServerFrame> {
    let unread = |counted| UnreadHead {
        room: RoomId(1),
        seq: Seq(9),
        at: Some(Micros(7)),
        room_rev: Rev(8),
        counted,
    };
    vec![
        ServerFrame::Welcome(Box::new(Welcome {
            version: PROTOCOL_VERSION,
            epoch: Epoch::new([3; 16]),
            user: Some(person()),
            lobby: RoomId(1),
            only_room: None,
            now: Micros(9),
            limits: Limits::default(),
        })),
        ServerFrame::Changes(every_item()),
        ServerFrame::Reset(Reset {
            question: Some(1),
            stream: StreamKey::Room(RoomId(1)),
            rev: Rev(2),
            items: vec![Item::Room(room()), Item::Message(line())],
        }),
        ServerFrame::History(History {
            question: 3,
            room: RoomId(1),
            rev: Rev(2),
            seq: Seq(1),
            items: Vec::new(),
        }),
        ServerFrame::People(People {
            question: 4,
            people: vec![person()],
        }),
        ServerFrame::Rooms(Rooms {
            question: 5,
            rooms: vec![direct(), room()],
        }),
        ServerFrame::Heads(Heads {
            question: None,
            more: false,
            heads: vec![
                unread(vec![(Seq(2), Seq(4)), (Seq(6), Seq(6))]),
                unread(Vec::new()),
            ],
        }),
        ServerFrame::Notice(Notice {
            room: RoomId(1),
            seq: Seq(9),
            author: message().author,
            words: "first words".into(),
        }),
        ServerFrame::Ack(Ack {
            client_id: ClientId::new(1, &[7; 10]),
            room: None,
            seq: Some(Seq(1)),
            rev: Some(Rev(2)),
        }),
        ServerFrame::Error(refusal()),
        ServerFrame::Typing {
            room: RoomId(1),
            people: vec![person()],
        },
        ServerFrame::Presence {
            room: RoomId(1),
            count: 300,
            people: None,
        },
        ServerFrame::Resync {},
        ServerFrame::Pong {},
    ]
}

#[test]
fn every_frame_is_parsed_as_serde_json_writes_it() {
    for written in frames() {
        let text = serde_json::to_string(&written).unwrap();
        let read = frame(&text);
        assert_eq!(read, Some(written.clone()), "{text}");
        // Compares the case of ids too, which equality ignores.
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        let spaced = serde_json::to_string_pretty(&written).unwrap();
        assert_eq!(frame(&spaced), Some(written));
    }
}

#[test]
fn the_examples_above_are_all_frames() {
    let types: Vec<&str> = frames().iter().map(frame_type).collect();
    assert_eq!(types, FRAME_TYPES);
    for written in frames() {
        let json = serde_json::to_value(&written).unwrap();
        assert_eq!(json["type"], frame_type(&written));
    }
}

#[test]
fn the_examples_above_have_every_kind_of_item() {
    // A new kind does not compile here. Add an example of it too.
    let number = |item: &Item| match item {
        Item::Message(_) => 0,
        Item::Room(_) => 1,
        Item::Member(_) => 2,
        Item::Person(_) => 3,
        Item::Membership(_) => 4,
        Item::ReadMark(_) => 5,
        Item::Sidebar(_) => 6,
        Item::Restriction(_) => 7,
        Item::Unknown => 8,
    };
    let numbers: Vec<_> = every_item().items.iter().map(number).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn invalid_frames_are_none() {
    for text in [
        "",
        "[]",
        "{}",
        "null",
        r#"{"type":7}"#,
        r#"{"type":"later"}"#,
        r#"{"type":"ack"}"#,
        r#"{"type":"pong"} x"#,
        r#"{"type":"history","question":1.5,"room":1,"rev":1,"seq":1,"items":[]}"#,
        r#"{"type":"heads","heads":[{"room":1,"seq":2,"counted":[[1]]}]}"#,
        r#"{"type":"heads","heads":[{"room":1,"seq":2,"counted":[[1,2,3]]}]}"#,
        r#"{"type":"changes","stream":"room/01","from":0,"through":0}"#,
    ] {
        assert_eq!(frame(text), None, "{text}");
    }
}

#[test]
fn the_type_may_be_anywhere_and_unknown_fields_are_ignored() {
    let text = r#"{"room":1,"new":[{"a":[1.5e3,true,null,"]}"]}],"people":[],"type":"typing"}"#;
    assert!(matches!(frame(text), Some(ServerFrame::Typing { .. })));
}

#[test]
fn an_item_of_a_later_version_is_unknown_and_the_others_are_read() {
    let text = r#"{"type":"changes","stream":"room/1","from":1,"through":3,"items":[
        {"poll":{"seq":[1.5]}},{"message":{"seq":1,"rev":2,"author":{"name":"John"},"body":"",
        "posted_at":5}},{},{"read_mark":{"room":1,"seq":1,"rev":2,"later":[]}}]}"#;
    let Some(ServerFrame::Changes(changes)) = frame(text) else {
        panic!("it is a frame of changes");
    };
    assert_eq!(changes.stream, StreamKey::Room(RoomId(1)));
    let ServerFrame::Changes(expected) = serde_json::from_str(text).unwrap() else {
        panic!("it is a frame of changes");
    };
    assert_eq!(changes, expected);
    assert_eq!(changes.items[0], Item::Unknown);
    assert!(matches!(changes.items[1], Item::Message(_)));
    assert_eq!(changes.items[2], Item::Unknown);
    assert!(matches!(changes.items[3], Item::ReadMark(_)));
}

#[test]
fn a_code_of_a_later_version_is_unknown_and_a_truncated_frame_is_none() {
    let text = r#"{"type":"error","code":"too_purple","message":"no"}"#;
    assert_eq!(
        frame(text),
        Some(ServerFrame::Error(Refusal {
            message: "no".into(),
            ..Refusal::of(ErrorCode::Unknown)
        }))
    );
    for (cut, _) in text.char_indices() {
        assert_eq!(frame(&text[..cut]), None);
    }
}
