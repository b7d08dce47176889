//! Frames of older and newer versions: missing and additional fields.

use shared::error::ErrorCode;
use shared::frame::{Anchor, ClientFrame, ServerFrame};
use shared::id::{Rev, RoomId, Seq};
use shared::model::{MemberRole, Role, RoomKind};
use shared::stream::{Item, ItemKey, StreamKey};

fn client(json: &str) -> ClientFrame {
    serde_json::from_str(json).unwrap()
}

fn server(json: &str) -> ServerFrame {
    serde_json::from_str(json).unwrap()
}

#[test]
fn fields_that_are_not_known_are_ignored() {
    assert_eq!(
        client(r#"{"colour":{"deep":[1,2]},"type":"typing","room":1,"where":"here"}"#),
        ClientFrame::Typing { room: RoomId(1) }
    );
    assert_eq!(
        server(r#"{"type":"pong","later":"field"}"#),
        ServerFrame::Pong {}
    );
    let ServerFrame::Changes(changes) = server(
        r#"{"type":"changes","stream":"room/1","from":1,"through":2,"reactions":[],
            "items":[{"message":{"seq":1,"rev":2,"author":{"name":"John","badge":"x"},"body":"a",
                                 "posted_at":5,"reactions":[]}}]}"#,
    ) else {
        panic!("no changes");
    };
    let message = changes.items[0].as_message().unwrap();
    assert_eq!(message.author.name, "John");
    assert_eq!(message.author.rev, Rev::ZERO);
    assert_eq!(message.content_rev(), Rev(2));
}

#[test]
fn items_that_are_not_known_are_read_as_such() {
    let ServerFrame::Changes(changes) = server(
        r#"{"type":"changes","stream":"own","from":0,"through":3,"items":[
            {"mention":{"room":1,"seq":[4]}},
            {"read_mark":{"room":1,"seq":7,"rev":2},"note":"x"},
            {}]}"#,
    ) else {
        panic!("no changes");
    };
    let keys: Vec<_> = changes.items.iter().map(Item::key).collect();
    assert_eq!(keys, [None, Some(ItemKey::ReadMark(RoomId(1))), None]);
}

#[test]
fn an_error_code_that_is_not_known_is_still_an_error() {
    let ServerFrame::Error(refusal) =
        server(r#"{"type":"error","code":"of_another_day","message":"what is said"}"#)
    else {
        panic!("no error");
    };
    assert_eq!(refusal.code, ErrorCode::Unknown);
    assert_eq!(refusal.message, "what is said");
    assert!(!refusal.code.is_temporary());
}

#[test]
fn optional_fields_may_be_missing() {
    assert_eq!(
        client(r#"{"type":"subscribe","question":1,"stream":"room/1"}"#),
        ClientFrame::Subscribe {
            question: 1,
            stream: StreamKey::Room(RoomId(1)),
            epoch: None,
            rev: Rev::ZERO,
            most: None,
            page: None,
        }
    );
    assert_eq!(
        client(r#"{"type":"history","question":1,"room":1,"before":9}"#),
        ClientFrame::History {
            question: 1,
            room: RoomId(1),
            anchor: Anchor::Before(Seq(9)),
            limit: None,
        }
    );
    assert_eq!(
        client(r#"{"type":"watch","question":1}"#),
        ClientFrame::Watch {
            question: 1,
            rooms: None,
            notices: false,
        }
    );
    assert_eq!(
        client(r#"{"type":"mark_read","room":1,"seq":9}"#),
        ClientFrame::mark_read(RoomId(1), Seq(9), 0)
    );
    let ServerFrame::Changes(changes) =
        server(r#"{"type":"changes","stream":"directory","from":0,"through":0}"#)
    else {
        panic!("no changes");
    };
    assert_eq!((changes.question, changes.head), (None, None));
    assert!(changes.items.is_empty());
}

#[test]
fn required_fields_may_not_be_missing() {
    for json in [
        "{}",
        r#"{"type":"send","room":1,"body":"a"}"#,
        r#"{"type":"history","question":1,"room":1}"#,
        r#"{"type":"history","room":1,"before":9}"#,
        r#"{"type":"subscribe","stream":"own"}"#,
        r#"{"type":"subscribe","question":-1,"stream":"own"}"#,
        r#"{"type":"subscribe","question":1,"stream":"room/x"}"#,
        r#"{"type":"people","question":1}"#,
        r#"{"type":"watch"}"#,
        r#"{"type":"unwatch"}"#,
        r#"{"type":"send","client_id":"no-uuid","room":1,"body":"a"}"#,
        r#"{"type":"nobody_knows"}"#,
        r#"["hello"]"#,
    ] {
        assert!(serde_json::from_str::<ClientFrame>(json).is_err(), "{json}");
    }
}

#[test]
fn fields_that_would_be_zero_or_empty_may_be_missing() {
    for (long, short) in [
        (
            r#"{"type":"changes","stream":"own","from":0,"through":0,"items":[]}"#,
            r#"{"type":"changes","stream":"own"}"#,
        ),
        (
            r#"{"type":"reset","question":1,"stream":"room/1","rev":0,"items":[]}"#,
            r#"{"type":"reset","question":1,"stream":"room/1"}"#,
        ),
        (
            r#"{"type":"history","question":1,"room":1,"rev":0,"seq":0,"items":[]}"#,
            r#"{"type":"history","question":1,"room":1}"#,
        ),
        (
            r#"{"type":"typing","room":1,"people":[]}"#,
            r#"{"type":"typing","room":1}"#,
        ),
        (
            r#"{"type":"presence","room":1,"count":0}"#,
            r#"{"type":"presence","room":1}"#,
        ),
        (
            r#"{"type":"people","question":1,"people":[{"id":5,"name":"Ada","rev":0,"role":"guest"}]}"#,
            r#"{"type":"people","question":1,"people":[{"id":5,"name":"Ada","role":"guest"}]}"#,
        ),
        (
            r#"{"type":"heads","heads":[{"room":1,"seq":0,"counted":[]}]}"#,
            r#"{"type":"heads","heads":[{"room":1}]}"#,
        ),
        (
            r#"{"type":"changes","stream":"room/1","through":2,"items":[
                {"room":{"id":1,"name":"a","topic":"","rev":0,"seq":0,"created_at":5}},
                {"message":{"seq":1,"rev":2,"author":{"name":"John"},"body":"","posted_at":5}},
                {"read_mark":{"room":1,"seq":0,"rev":0}}]}"#,
            r#"{"type":"changes","stream":"room/1","through":2,"items":[
                {"room":{"id":1,"name":"a","created_at":5}},
                {"message":{"seq":1,"rev":2,"author":{"name":"John"},"posted_at":5}},
                {"read_mark":{"room":1}}]}"#,
        ),
    ] {
        assert_eq!(server(long), server(short));
    }
}

#[test]
fn kinds_and_roles_that_are_not_known_do_not_lose_the_frame() {
    let ServerFrame::Changes(changes) = server(
        r#"{"type":"changes","stream":"room/9","through":3,"items":[
            {"room":{"id":9,"kind":"secret","name":"a","created_at":5}},
            {"member":{"person":{"id":5,"name":"Ada","role":"robot"},"rev":2,"role":"owner",
                       "joined_at":5}},
            {"membership":{"room":9,"rev":3,"role":"owner","joined_at":5}}]}"#,
    ) else {
        panic!("no changes");
    };
    let [
        Item::Room(room),
        Item::Member(member),
        Item::Membership(membership),
    ] = &changes.items[..]
    else {
        panic!("other items: {:?}", changes.items);
    };
    // Nobody is told more than is certain.
    assert_eq!(room.kind, RoomKind::Public);
    assert_eq!(member.person.role, Role::Guest);
    assert_eq!(member.role, MemberRole::Member);
    assert_eq!(membership.role, MemberRole::Member);
    // A command with such a kind is refused all the same.
    let command = r#"{"type":"create_room","client_id":"018bcfe5-6804-7707-8707-070707070707",
                      "name":"a","topic":"","kind":"secret"}"#;
    assert!(serde_json::from_str::<ClientFrame>(command).is_err());
}
