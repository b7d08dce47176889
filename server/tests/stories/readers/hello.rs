//! Who is let in to read, and what everybody else is told.

use serde_json::{Value, json};
use shared::PROTOCOL_VERSION;
use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::RoomId;

use super::{ON, reader};
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::native::{Native, PATH};
use crate::support::process::admin;
use crate::support::raw::{CLOSE, FIN, Raw};
use crate::support::server::Server;
use crate::support::socket::Socket;

/// No room has this number.
const NEVER: RoomId = RoomId(4711);

/// All that is said to somebody without a session, whose `hello` has these fields besides.
async fn answer(server: &Server, fields: Value) -> Vec<(u8, String)> {
    let mut hello = json!({"type": "hello", "version": PROTOCOL_VERSION});
    let fields = fields.as_object().unwrap().clone();
    hello.as_object_mut().unwrap().extend(fields);
    let mut raw = Raw::open(server.address, PATH).await;
    raw.text(&hello.to_string()).await;
    let mut said = Vec::new();
    while let Some((first, payload)) = raw.next().await {
        said.push((first, String::from_utf8_lossy(&payload).into_owned()));
        if first == FIN | CLOSE {
            break;
        }
    }
    said
}

#[tokio::test]
async fn a_room_that_is_not_to_be_read_is_answered_as_a_missing_session() {
    for setting in [&ON[..], &["--public-reading", "off"], &[]] {
        let server = Server::start(setting).await;
        let mut ada = enter(server.address, "Ada").await;
        let private = ada.create_private_room("den").await;
        let ben = Guest::come_in(server.address, "Ben").await;
        let direct = ada.open_direct(&[ben.profile.id]).await;
        let removed = ada.create_room("gone").await;
        admin(server.folder.path(), &["remove-room", &removed.to_string()]).await;
        ada.settle().await;
        let expected = answer(&server, json!({})).await;
        let [(_, refusal), (closing, _)] = &expected[..] else {
            panic!("a refusal and an end: {expected:?}");
        };
        assert!(refusal.contains("unauthorized"), "{refusal}");
        assert_eq!(*closing, FIN | CLOSE);
        for room in [private, direct, removed, NEVER, RoomId(0), RoomId(-1)] {
            let refused = answer(&server, json!({ "reads": room })).await;
            assert_eq!(refused, expected, "{room} {setting:?}");
            let ended = json!({ "reads": room, "token": "0".repeat(64) });
            assert_eq!(answer(&server, ended).await, expected, "{room} {setting:?}");
        }
        if setting != &ON[..] {
            let refused = answer(&server, json!({ "reads": RoomId::LOBBY })).await;
            assert_eq!(refused, expected, "{setting:?}");
        }
        let place = http::get(server.address, "/api/v1/session", &[]).await;
        let says = place.json()["place"]["public_reading"].clone();
        assert_eq!(says, json!(setting == &ON[..]));
    }
}

#[tokio::test]
async fn a_session_decides_who_somebody_is_and_one_that_has_ended_does_not() {
    let server = Server::start(&ON).await;
    let address = server.address;
    let ada = Guest::come_in(address, "Ada").await;
    let garden = ada.connect(address).await.create_room("garden").await;
    let token = Some(&*ada.token);
    let socket = Socket::open(address, PATH, &[]).await.unwrap();
    let person = Native::greet_reading(socket, token, Some(garden)).await;
    let mut person = person.ok().unwrap();
    assert_eq!(person.user().id, ada.profile.id);
    assert_eq!(person.welcome.only_room, None);
    person.post(RoomId::LOBBY, "as ever").await;

    let headers = [("authorization", &*format!("Bearer {}", ada.token))];
    let ended = http::ask(address, "DELETE", "/api/v1/session", &headers, "").await;
    assert_eq!(ended.status, 204);
    assert_eq!(person.closed().await, Some(close::UNAUTHORIZED));
    let socket = Socket::open(address, PATH, &[]).await.unwrap();
    let nobody = Native::greet_reading(socket, token, Some(garden)).await;
    assert_eq!(nobody.ok().unwrap().welcome.user, None);
}

#[tokio::test]
async fn readers_take_half_of_the_connections_and_give_them_back() {
    let server = Server::start(&[&ON[..], &["--max-connections", "8"]].concat()).await;
    let address = server.address;
    let mut readers = Vec::new();
    for _ in 0..4 {
        readers.push(reader(address, RoomId::LOBBY).await.ok().unwrap());
    }
    let mut raw = Raw::open(address, PATH).await;
    let hello = json!({"type": "hello", "version": PROTOCOL_VERSION, "reads": 1}).to_string();
    raw.text(&hello).await;
    assert_eq!(raw.json().await["code"], json!("too_many_connections"));
    // Who has a session is let in.
    enter(address, "Ada").await.post(RoomId::LOBBY, "hi").await;
    // It may try again on the same connection.
    drop(readers.pop());
    loop {
        raw.text(&hello).await;
        let said = raw.json().await;
        if said["type"] == "welcome" {
            break;
        }
        assert_eq!(said["code"], json!("too_many_connections"));
    }
}

#[tokio::test]
async fn readers_of_one_address_are_limited_as_all_its_connections_are() {
    let settings = [
        "--trusted-proxy",
        "127.0.0.1",
        "--max-connections-per-address",
        "3",
    ];
    let server = Server::start(&[&ON[..], &settings].concat()).await;
    let visitor = |from: &'static str| {
        let address = server.address;
        async move {
            let headers = [("x-forwarded-for", from)];
            let socket = Socket::open(address, PATH, &headers).await?;
            let reader = Native::greet_reading(socket, None, Some(RoomId::LOBBY)).await;
            Ok::<_, Option<u16>>(reader.ok().unwrap())
        }
    };
    let mut readers = Vec::new();
    for _ in 0..3 {
        readers.push(visitor("203.0.113.9").await.ok().unwrap());
    }
    assert_eq!(visitor("203.0.113.9").await.err(), Some(Some(503)));
    assert!(visitor("198.51.100.1").await.is_ok());
}

#[tokio::test]
async fn a_reader_s_questions_are_limited() {
    let server = Server::start(&[&ON[..], &["--rate-limit", "1"]].concat()).await;
    let mut raw = Raw::open(server.address, PATH).await;
    let hello = json!({"type": "hello", "version": PROTOCOL_VERSION, "reads": 1}).to_string();
    raw.text(&hello).await;
    assert_eq!(raw.json().await["type"], "welcome");
    let mut codes = Vec::new();
    for question in 0..400 {
        let asked = json!({"type": "people", "question": question, "ids": []});
        raw.text(&asked.to_string()).await;
    }
    for _ in 0..400 {
        let said = raw.json().await;
        if said["type"] == "error" {
            codes.push(said["code"].clone());
        }
    }
    let limited = serde_json::to_value(ErrorCode::RateLimited).unwrap();
    assert!(!codes.is_empty(), "all were answered");
    assert!(codes.iter().all(|code| *code == limited), "{codes:?}");
}
