//! Pages of a room's history, over the socket and over HTTP.

use serde_json::Value;
use shared::error::ErrorCode;
use shared::frame::Anchor;
use shared::id::{RoomId, Seq};
use shared::model::Message;

use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::raw::Raw;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;
const PATH: &str = "/api/v1/rooms/1/messages";

fn places(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|message| message.seq.0).collect()
}

async fn page(native: &mut Native, anchor: Anchor, limit: usize) -> Vec<i64> {
    let history = native.history(LOBBY, anchor, Some(limit)).await.unwrap();
    places(&history.messages())
}

#[tokio::test]
async fn history_pages_lie_before_after_or_around_a_message() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let rev = ada.post_numbers(LOBBY, 0..10).await;
    let (before, after, around) = (Anchor::Before, Anchor::After, Anchor::Around);
    let cases: [(Anchor, usize, &[i64]); 11] = [
        (before(Seq(6)), 3, &[3, 4, 5]),
        (before(Seq(3)), 5, &[1, 2]),
        (before(Seq(i64::MAX)), 2, &[9, 10]),
        (before(Seq(1)), 5, &[]),
        (after(Seq(6)), 3, &[7, 8, 9]),
        (after(Seq::ZERO), 2, &[1, 2]),
        (after(Seq(10)), 2, &[]),
        (around(Seq(5)), 4, &[4, 5, 6, 7]),
        (around(Seq(5)), 1, &[5]),
        (around(Seq(10)), 4, &[9, 10]),
        (around(Seq(i64::MIN)), 4, &[1, 2]),
    ];
    for (anchor, limit, expected) in cases {
        assert_eq!(
            page(&mut ada, anchor, limit).await,
            expected,
            "{anchor:?} {limit}"
        );
    }
    let history = ada.history(LOBBY, after(Seq(8)), None).await.unwrap();
    assert_eq!((history.rev, history.seq), (rev, Seq(10)));
    // A limit of zero: the room's head without messages.
    for anchor in [before(Seq(6)), after(Seq(6)), around(Seq(6))] {
        let history = ada.history(LOBBY, anchor, Some(0)).await.unwrap();
        assert_eq!((history.rev, history.seq), (rev, Seq(10)));
        assert_eq!(history.messages(), [], "{anchor:?}");
    }
}

#[tokio::test]
async fn a_history_page_is_limited_in_messages_and_bytes() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let most = ada.welcome.limits.page;
    ada.post_numbers(LOBBY, 0..most + 50).await;
    let full = page(&mut ada, Anchor::After(Seq::ZERO), usize::MAX).await;
    assert_eq!(full.len(), most);

    let long = "x".repeat(ada.welcome.limits.body_bytes);
    let large = ada.create_room("large").await;
    ada.post_all(large, vec![long; 40]).await;
    let mut seen = Vec::new();
    while seen.len() < 40 {
        let last = Seq(seen.last().copied().unwrap_or(0));
        let history = ada.history(large, Anchor::After(last), None).await.unwrap();
        let bytes: usize = history.messages().iter().map(|m| m.body.len()).sum();
        assert!(bytes <= 300_000, "{bytes}");
        assert!(!history.messages().is_empty());
        seen.extend(places(&history.messages()));
    }
    assert_eq!(seen, (1..=40).collect::<Vec<_>>());
}

#[tokio::test]
async fn http_serves_the_same_history_pages() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    ada.post_numbers(LOBBY, 0..10).await;
    let bearer = guest.bearer();
    let headers = [("authorization", bearer.as_str())];
    let cases = [
        ("?before=6&limit=3", Anchor::Before(Seq(6)), 3),
        ("?after=6&limit=3", Anchor::After(Seq(6)), 3),
        ("?around=5&limit=4", Anchor::Around(Seq(5)), 4),
        ("", Anchor::Before(Seq(i64::MAX)), 200),
    ];
    for (query, anchor, limit) in cases {
        let answer = http::get(server.address, &format!("{PATH}{query}"), &headers).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let history = ada.history(LOBBY, anchor, Some(limit)).await.unwrap();
        let mut expected = serde_json::to_value(history).unwrap();
        expected.as_object_mut().unwrap().remove("question");
        assert_eq!(answer.json(), expected, "{query}");
    }
}

#[tokio::test]
async fn http_refuses_a_malformed_history_query_with_a_code() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let bearer = guest.bearer();
    let headers = [("authorization", bearer.as_str())];
    let cases = [
        (
            "/api/v1/rooms/1/messages?before=x",
            400,
            ErrorCode::BadCommand,
        ),
        (
            "/api/v1/rooms/1/messages?limit=-1",
            400,
            ErrorCode::BadCommand,
        ),
        (
            "/api/v1/rooms/1/messages?before=1&after=1",
            400,
            ErrorCode::BadCommand,
        ),
        ("/api/v1/rooms/one/messages", 400, ErrorCode::BadCommand),
        ("/api/v1/rooms/4711/messages", 404, ErrorCode::NoSuchRoom),
        ("/api/v1/nothing", 404, ErrorCode::NotFound),
    ];
    for (path, status, code) in cases {
        let answer = http::get(server.address, path, &headers).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{path}");
    }
    let answer = http::post(server.address, PATH, &headers, "{}").await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.code(), ErrorCode::MethodNotAllowed);
}

#[tokio::test]
async fn a_history_query_has_exactly_one_anchor_over_socket_and_http() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let bearer = guest.bearer();
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    for (fields, query) in [
        (r#""before":7,"after":1"#, "before=7&after=1"),
        (r#""after":1,"around":1"#, "after=1&around=1"),
        (r#""before":1,"before":2"#, "before=1&before=2"),
        (
            r#""before":1,"after":1,"around":1"#,
            "before=1&after=1&around=1",
        ),
    ] {
        raw.text(&format!(
            r#"{{"type":"history","question":9,"room":1,{fields}}}"#
        ))
        .await;
        let refused = raw.json().await;
        assert_eq!(refused["code"], "bad_command", "{fields} {refused}");
        assert_eq!(refused["question"], 9, "{fields} {refused}");
        let path = format!("{PATH}?{query}");
        let answer = http::get(server.address, &path, &[("authorization", &bearer)]).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, ErrorCode::BadCommand),
            "{query}"
        );
    }
    // Over HTTP, no anchor means the newest page.
    raw.text(r#"{"type":"history","question":10,"room":1}"#)
        .await;
    assert_eq!(raw.json().await["code"], "bad_command");
    let newest = http::get(server.address, PATH, &[("authorization", &bearer)]).await;
    assert_eq!(newest.status, 200);
    let none = format!("{PATH}?limit=0");
    let none = http::get(server.address, &none, &[("authorization", &bearer)]).await;
    assert_eq!(none.json()["items"], serde_json::json!([]));
}

#[tokio::test]
async fn history_needs_a_session() {
    let server = Server::start(&[]).await;
    let wrong = format!("Bearer {}", "0".repeat(64));
    let attempts: [&[(&str, &str)]; 4] = [
        &[],
        &[("authorization", "Bearer x")],
        &[("authorization", &wrong)],
        &[("cookie", "madang_session_1=x")],
    ];
    for headers in attempts {
        let answer = http::get(server.address, PATH, headers).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, ErrorCode::Unauthorized)
        );
        assert_ne!(answer.json()["error"]["message"], Value::Null);
    }
}

#[tokio::test]
async fn no_page_of_long_messages_is_larger_than_the_protocol_promises() {
    const MAX_FRAME: usize = 1024 * 1024;
    let server = Server::start(&["--rate-limit", "off"]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    // Each of these characters takes two bytes in JSON.
    let long = "\"".repeat(16 * 1024);
    for _ in 0..50 {
        ada.post(LOBBY, &long).await;
    }
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    for question in [
        r#"{"type":"history","question":1,"room":1,"around":25}"#,
        r#"{"type":"history","question":1,"room":1,"before":50}"#,
        r#"{"type":"history","question":1,"room":1,"after":1}"#,
        r#"{"type":"subscribe","question":1,"stream":"room/1"}"#,
    ] {
        raw.text(question).await;
        let answer = raw.json().await;
        let messages = answer["items"].as_array().unwrap().len();
        assert!(messages >= 16, "{question}: {messages}");
        let bytes = answer.to_string().len();
        assert!(bytes < MAX_FRAME, "{question}: {bytes}");
    }
}
