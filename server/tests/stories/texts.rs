//! Names, topics and messages that are empty, too long, or invisible.

use shared::error::{ErrorCode, Field};
use shared::frame::{ClientFrame, Refusal};
use shared::id::{Rev, RoomId};

use crate::support::command::{create_room, edit, rename, send, update_room};
use crate::support::guest::enter;
use crate::support::http;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;
const EMPTY: ErrorCode = ErrorCode::TextEmpty;
const LONG: ErrorCode = ErrorCode::TextTooLong;
const CHARACTERS: ErrorCode = ErrorCode::TextCharacters;

/// Names that no one and nothing may have.
fn bad_names() -> Vec<(String, ErrorCode)> {
    let mut names: Vec<(String, ErrorCode)> = vec![
        (String::new(), EMPTY),
        (" \t\n\u{3000}".into(), EMPTY),
        ("x".repeat(41), LONG),
        ("마".repeat(41), LONG),
    ];
    let hidden = [
        '\0',
        '\u{7}',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{ad}',
        '\u{61c}',
        '\u{200b}',
        '\u{200e}',
        '\u{202a}',
        '\u{202e}',
        '\u{2066}',
        '\u{2069}',
        '\u{3164}',
        '\u{feff}',
        '\u{fff9}',
        '\u{e0041}',
    ];
    names.extend(hidden.map(|hidden| (format!("Ad{hidden}a"), CHARACTERS)));
    names
}

async fn refusal(native: &mut Native, command: &ClientFrame) -> Refusal {
    match native.ask(command).await {
        Err(refusal) => refusal,
        Ok(_) => panic!("taken: {command:?}"),
    }
}

#[tokio::test]
async fn empty_long_and_deceptive_names_are_refused() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let room = ada.create_room("garden").await;
    for (name, code) in bad_names() {
        let commands = [
            rename(&name),
            create_room(&name, ""),
            update_room(room, Rev(1), Some(&name), None),
        ];
        for command in &commands {
            let refusal = refusal(&mut ada, command).await;
            assert_eq!(
                (refusal.code, refusal.field),
                (code, Some(Field::Name)),
                "{name:?}"
            );
        }
        let body = serde_json::json!({ "name": name }).to_string();
        let answer = http::post(server.address, "/api/v1/session", &[], &body).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{name:?}");
        assert_eq!(answer.json()["error"]["field"], "name");
    }
    // Unusual names are valid.
    for name in [
        "마당",
        "小さな庭",
        "عليّ",
        "👩‍👩‍👧",
        "a",
        "it's <b>me</b>",
        &"마".repeat(40),
    ] {
        ada.ask(&rename(name)).await.unwrap();
    }
}

#[tokio::test]
async fn empty_topics_are_allowed_and_long_or_deceptive_ones_refused() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let long = "x".repeat(201);
    for (topic, code) in [(long.as_str(), LONG), ("a\u{202e}b", CHARACTERS)] {
        let refusal = refusal(&mut ada, &create_room("garden", topic)).await;
        assert_eq!((refusal.code, refusal.field), (code, Some(Field::Topic)));
    }
    ada.ask(&create_room("garden", &"x".repeat(200)))
        .await
        .unwrap();
}

#[tokio::test]
async fn empty_and_too_long_messages_are_refused() {
    let server = Server::start(&["--max-message-bytes", "100"]).await;
    let mut ada = enter(server.address, "Ada").await;
    assert_eq!(ada.welcome.limits.body_bytes, 100);
    let posted = ada.post(LOBBY, "first").await;
    let (seq, rev) = (posted.seq.unwrap(), posted.rev.unwrap());
    let long = "x".repeat(101);
    let wide = "마".repeat(34);
    let cases = [
        ("", EMPTY),
        (" \n\t\r\n", EMPTY),
        ("\u{200b}\u{200d}\u{2800}", EMPTY),
        (long.as_str(), LONG),
        (wide.as_str(), LONG),
        ("a\0b", CHARACTERS),
        ("\u{1b}[31mred", CHARACTERS),
        ("a\u{9b}b", CHARACTERS),
    ];
    for (body, code) in cases {
        for command in [send(LOBBY, body), edit(LOBBY, seq, rev, body)] {
            let refusal = refusal(&mut ada, &command).await;
            assert_eq!(
                (refusal.code, refusal.field),
                (code, Some(Field::Body)),
                "{body:?}"
            );
            assert_eq!(refusal.room, Some(LOBBY));
        }
    }
    ada.post(LOBBY, &"x".repeat(100)).await;
}

#[tokio::test]
async fn a_message_is_stored_as_it_was_typed() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.subscribe(LOBBY).await;
    let cases = [
        ("  indented\n\tcode", "  indented\n\tcode"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\n\ntext\n\n", "text"),
        (
            "<script>alert(1)</script> & \"so on\" \\",
            "<script>alert(1)</script> & \"so on\" \\",
        ),
        ("\u{202e}turned", "\u{202e}turned"),
        ("e\u{301} 👩‍👩‍👧 마당 ﷽", "e\u{301} 👩‍👩‍👧 마당 ﷽"),
    ];
    for (typed, expected) in cases {
        ada.post(LOBBY, typed).await;
        let changes = ada.changes(LOBBY).await;
        assert_eq!(changes.messages()[0].body, expected);
    }
}
