//! Frames of older and newer versions: missing and additional fields.

use shared::error::ErrorCode;
use shared::frame::{Anchor, ClientFrame, ServerFrame};
use shared::id::{Rev, RoomId, Seq};

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
        r#"{"type":"changes","room":1,"from":1,"through":2,"reactions":[],
            "messages":[{"seq":1,"rev":2,"author":{"name":"John","badge":"x"},"body":"a",
                         "posted_at":5,"reactions":[]}]}"#,
    ) else {
        panic!("no changes");
    };
    assert_eq!(changes.messages[0].author.name, "John");
    assert_eq!(changes.messages[0].author.rev, Rev::ZERO);
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
        client(r#"{"type":"subscribe","room":1}"#),
        ClientFrame::Subscribe {
            room: RoomId(1),
            epoch: None,
            rev: Rev::ZERO,
            most: None,
            page: None,
        }
    );
    assert_eq!(
        client(r#"{"type":"history","request":1,"room":1,"before":9}"#),
        ClientFrame::History {
            request: 1,
            room: RoomId(1),
            anchor: Anchor::Before(Seq(9)),
            limit: None,
        }
    );
    let ServerFrame::Directory(directory) = server(r#"{"type":"directory","from":0,"through":0}"#)
    else {
        panic!("no directory");
    };
    assert_eq!(directory.head, None);
    assert!(directory.rooms.is_empty() && directory.people.is_empty());
}

#[test]
fn required_fields_may_not_be_missing() {
    for json in [
        "{}",
        r#"{"type":"send","room":1,"body":"a"}"#,
        r#"{"type":"history","request":1,"room":1}"#,
        r#"{"type":"subscribe","room":"1"}"#,
        r#"{"type":"send","client_id":"no-uuid","room":1,"body":"a"}"#,
        r#"{"type":"nobody_knows"}"#,
        r#"["hello"]"#,
    ] {
        assert!(serde_json::from_str::<ClientFrame>(json).is_err(), "{json}");
    }
}
