//! Malformed frames: each has a defined answer, and other clients are not affected.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::RoomId;

use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::PATH;
use crate::support::raw::{FIN, Raw, TEXT, frame};
use crate::support::server::Server;
use crate::support::simple::Simple;

const BINARY: u8 = 0x2;

fn code(json: &serde_json::Value) -> ErrorCode {
    serde_json::from_value(json["code"].clone()).unwrap_or_else(|_| panic!("no code in {json}"))
}

#[tokio::test]
async fn a_malformed_frame_is_refused_and_the_connection_stays_open() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    let deep = format!(
        r#"{{"type":"typing","room":{}1{}}}"#,
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let cases = [
        ("", ErrorCode::BadJson),
        ("hello", ErrorCode::BadJson),
        ("{", ErrorCode::BadJson),
        (r#"{"type":"ping"} {"type":"ping"}"#, ErrorCode::BadJson),
        (&deep, ErrorCode::BadJson),
        ("[]", ErrorCode::BadCommand),
        ("null", ErrorCode::BadCommand),
        ("17", ErrorCode::BadCommand),
        ("{}", ErrorCode::BadCommand),
        (r#"{"type":17}"#, ErrorCode::BadCommand),
        (r#"{"type":"send"}"#, ErrorCode::BadCommand),
        (
            r#"{"type":"send","client_id":"x","room":1,"body":"x"}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"mark_read","room":1.5,"seq":1}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"mark_read","room":"1","seq":1}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"mark_read","room":1,"seq":9223372036854775808}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"history","question":1,"room":1}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"subscribe","question":1,"stream":"room/1","epoch":"yesterday"}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"subscribe","question":1,"stream":"room/01"}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"subscribe","stream":"room/1"}"#,
            ErrorCode::BadCommand,
        ),
        (
            r#"{"type":"watch","question":1,"rooms":1}"#,
            ErrorCode::BadCommand,
        ),
        (r#"{"type":"dance"}"#, ErrorCode::UnknownCommand),
        (r#"{"type":"Ping"}"#, ErrorCode::UnknownCommand),
        (r#"{"type":"hello","version":2}"#, ErrorCode::HelloTwice),
    ];
    for (text, expected) in cases {
        raw.text(text).await;
        let answer = raw.json().await;
        let shown = &text[..text.len().min(80)];
        assert_eq!(answer["type"], "error", "{shown}");
        assert_eq!(code(&answer), expected, "{shown}");
    }
    raw.frame(FIN | BINARY, br#"{"type":"ping"}"#).await;
    assert_eq!(code(&raw.json().await), ErrorCode::NotText);
    // Unknown fields are ignored.
    raw.text(r#"{"type":"ping","colour":"green"}"#).await;
    assert_eq!(raw.json().await["type"], "pong");
}

#[tokio::test]
async fn a_lone_surrogate_escape_is_refused_and_not_stored() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let text = format!(r#"{{"type":"send","client_id":"{id}","room":1,"body":"\ud83d"}}"#);
    raw.text(&text).await;
    let answer = raw.json().await;
    assert_eq!(answer["type"], "error");
    assert_eq!(code(&answer), ErrorCode::BadJson);
    assert_eq!(answer["client_id"], id);
    let mut ada = guest.connect(server.address).await;
    assert!(ada.subscribe(RoomId::LOBBY).await.messages().is_empty());
}

#[tokio::test]
async fn before_hello_every_other_command_is_refused() {
    let server = Server::start(&[]).await;
    let mut raw = Raw::open(server.address, PATH).await;
    for text in [
        r#"{"type":"ping"}"#,
        r#"{"type":"subscribe","question":1,"stream":"room/1"}"#,
    ] {
        raw.text(text).await;
        assert_eq!(code(&raw.json().await), ErrorCode::HelloFirst);
    }
    raw.text(r#"{"type":"hello","version":1}"#).await;
    assert_eq!(code(&raw.json().await), ErrorCode::UnsupportedVersion);
    assert_eq!(raw.closed().await, Some(close::NO_HELLO));
}

#[tokio::test]
async fn frames_sent_before_the_welcome_arrives_are_handled() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::open(server.address, PATH).await;
    let hello = json!({"type": "hello", "version": 2, "token": guest.token}).to_string();
    let mut bytes = frame(FIN | TEXT, hello.as_bytes());
    bytes.extend(frame(
        FIN | TEXT,
        br#"{"type":"subscribe","question":1,"stream":"room/1"}"#,
    ));
    bytes.extend(frame(FIN | TEXT, br#"{"type":"ping"}"#));
    raw.bytes(&bytes).await;
    for expected in ["welcome", "reset", "presence", "pong"] {
        assert_eq!(raw.json().await["type"], expected);
    }
}

#[tokio::test]
async fn endless_garbage_closes_the_connection_and_affects_no_other() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Mallory").await;
    let mut witness = enter(server.address, "Witness").await;
    let bad = frame(FIN | TEXT, b"garbage").repeat(1_000);
    let mut connections = [
        Raw::open(server.address, "/").await,
        Raw::open(server.address, PATH).await,
        Raw::greeted(server.address, &guest.token).await,
    ];
    for raw in &mut connections {
        raw.bytes(&bad).await;
        witness.post(RoomId::LOBBY, "undisturbed").await;
        assert_eq!(raw.closed().await, Some(close::FLOOD));
    }
}

#[tokio::test]
async fn a_refused_simple_client_is_told_what_to_send() {
    let server = Server::start(&[]).await;
    let mut simple = Simple::connect(server.address).await;
    let long = json!({"user": "x".repeat(41), "content": "x"}).to_string();
    let cases = [
        ("hello", ErrorCode::BadJson),
        ("[1, 2]", ErrorCode::BadCommand),
        (r#"{"user":"John"}"#, ErrorCode::BadCommand),
        (r#"{"content":"hello"}"#, ErrorCode::BadCommand),
        (r#"{"user":5,"content":"hello"}"#, ErrorCode::BadCommand),
        (r#"{"user":"","content":"hello"}"#, ErrorCode::TextEmpty),
        (r#"{"user":"John","content":" \n "}"#, ErrorCode::TextEmpty),
        (
            r#"{"user":"Jo\u202ehn","content":"x"}"#,
            ErrorCode::TextCharacters,
        ),
        (
            r#"{"user":"John","content":"\u0000"}"#,
            ErrorCode::TextCharacters,
        ),
        (&long, ErrorCode::TextTooLong),
    ];
    for (text, expected) in cases {
        simple.0.text(text).await;
        assert_eq!(simple.refused().await, expected, "{text}");
    }
    simple.0.binary(br#"{"user":"John","content":"x"}"#).await;
    assert_eq!(simple.refused().await, ErrorCode::NotText);
    // Further fields are ignored, and nothing of the above was posted.
    simple
        .0
        .text(r#"{"user":"John","content":"at last","colour":"green"}"#)
        .await;
    let mut native = enter(server.address, "Ada").await;
    let reset = native.subscribe(RoomId::LOBBY).await;
    let posted = match reset.messages().pop() {
        Some(message) => message,
        None => native.changes(RoomId::LOBBY).await.messages().remove(0),
    };
    assert_eq!((posted.seq.0, posted.body.as_str()), (1, "at last"));
}

#[tokio::test]
async fn large_frames_that_are_refused_close_the_connection_whatever_is_accepted_in_between() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Mallory").await;
    let mut witness = enter(server.address, "Witness").await;
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let marks = "\u{301}\u{327}".repeat(8_000);
    let nested = "[".repeat(50_000);
    let keys: Vec<String> = (0..5_000).map(|n| format!(r#""{n}":{n}"#)).collect();
    for large in [
        format!(r#"{{"type":"send","body":{nested}"#),
        json!({"type": "rename", "client_id": id, "name": marks}).to_string(),
        format!("{{{}}}", keys.join(",")),
    ] {
        let mut raw = Raw::greeted(server.address, &guest.token).await;
        for _ in 0..12 {
            raw.text(&large).await;
            raw.text(r#"{"type":"ping"}"#).await;
        }
        assert_eq!(raw.closed().await, Some(close::FLOOD));
    }
    witness.post(RoomId::LOBBY, "unaffected").await;
}
