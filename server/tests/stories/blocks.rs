//! Blocking addresses, and removing what was written from them.

use std::net::SocketAddr;

use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::{Rev, RoomId};

use crate::support::guest::enter;
use crate::support::http::{self, Answer};
use crate::support::items::Items;
use crate::support::native::{Native, PATH};
use crate::support::process::{admin, try_admin};
use crate::support::server::Server;
use crate::support::simple::Simple;
use crate::support::socket::Socket;

const LOBBY: RoomId = RoomId::LOBBY;
const SESSION: &str = "/api/v1/session";
/// The test itself is the trusted proxy that forwards the clients' addresses.
const PROXY: &[&str] = &["--trusted-proxy", "127.0.0.1"];

async fn come_in_from(server: SocketAddr, address: &str, name: &str) -> Answer {
    let body = serde_json::json!({ "name": name }).to_string();
    http::post(server, SESSION, &[("x-forwarded-for", address)], &body).await
}

/// A guest's connection from an address.
async fn enter_from(server: SocketAddr, address: &str, name: &str) -> Native {
    let answer = come_in_from(server, address, name).await;
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let headers = [("x-forwarded-for", address)];
    let socket = Socket::open(server, PATH, &headers).await.unwrap();
    Native::greet(socket, Some(&token)).await.ok().unwrap()
}

/// A simple client from an address.
async fn speak_from(server: SocketAddr, address: &str) -> Simple {
    let headers = [("x-forwarded-for", address)];
    Simple(Socket::open(server, "/", &headers).await.unwrap())
}

#[tokio::test]
async fn a_blocked_address_is_disconnected_and_admitted_again_later() {
    let server = Server::start(PROXY).await;
    let folder = server.folder.path();
    let mut mallory = enter_from(server.address, "203.0.113.9", "Mallory").await;
    let mut simple = speak_from(server.address, "203.0.113.77").await;
    let mut ada = enter_from(server.address, "198.51.100.7", "Ada").await;

    admin(folder, &["block", "203.0.113.0/24", "--for", "2h"]).await;

    assert_eq!(mallory.closed().await, Some(close::BLOCKED));
    assert_eq!(simple.closed().await, Some(close::BLOCKED));
    ada.post(LOBBY, "undisturbed").await;
    for address in ["203.0.113.9", "203.0.113.200"] {
        let answer = come_in_from(server.address, address, "Again").await;
        assert_eq!((answer.status, answer.code()), (403, ErrorCode::Blocked));
        // The form of the page itself.
        let origin = format!("http://{}", server.address);
        let form = [
            ("x-forwarded-for", address),
            ("origin", &origin),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let answer = http::ask(server.address, "POST", "/", &form, "name=Again").await;
        assert_eq!((answer.status, answer.code()), (403, ErrorCode::Blocked));
        for path in [PATH, "/"] {
            let headers = [("x-forwarded-for", address)];
            let opened = Socket::open(server.address, path, &headers).await;
            assert_eq!(opened.err(), Some(Some(403)), "{path}");
        }
    }
    let shown = try_admin(folder, &["blocks"]).await;
    assert!(String::from_utf8_lossy(&shown.stdout).contains("203.0.113.0/24 until 20"));
    // The block survives a restart.
    let server = server.restart().await;
    let answer = come_in_from(server.address, "203.0.113.9", "Again").await;
    assert_eq!(answer.code(), ErrorCode::Blocked);
    admin(server.folder.path(), &["unblock", "203.0.113.0/24"]).await;
    enter_from(server.address, "203.0.113.9", "Again").await;
}

#[tokio::test]
async fn everything_written_from_an_address_is_removed() {
    let server = Server::start(PROXY).await;
    let mut mallory = enter_from(server.address, "2001:db8:1:2::3", "Mallory").await;
    let mut other = enter_from(server.address, "2001:db8:9::1", "Other").await;
    let mut simple = speak_from(server.address, "2001:db8:1:2::99").await;
    let mut ada = enter(server.address, "Ada").await;
    ada.subscribe(LOBBY).await;
    mallory.post(LOBBY, "first insult").await;
    other.post(LOBBY, "kind words").await;
    simple.say("Program", "second insult").await;
    let insulting = mallory.create_room("insulting name").await;
    while ada.changes(LOBBY).await.messages()[0].body != "second insult" {}
    let removed = try_admin(
        server.folder.path(),
        &[
            "remove-writings",
            "--address",
            "2001:db8:1::/48",
            "--since",
            "1h",
        ],
    )
    .await;
    let said = String::from_utf8_lossy(&removed.stdout).into_owned();
    assert_eq!(said.trim(), "removed 2 messages and 1 rooms");
    let messages = ada.subscribe(LOBBY).await.messages();
    let bodies: Vec<_> = messages
        .iter()
        .map(|message| message.body.as_str())
        .collect();
    assert_eq!(bodies, ["", "kind words", ""]);
    let rooms = ada.directory(None, Rev::ZERO).await.rooms();
    assert!(rooms.iter().all(|room| room.id != insulting));
}

#[tokio::test]
async fn everything_a_guest_wrote_since_a_moment_is_removed() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut mallory = enter(server.address, "Mallory").await;
    // More than is looked through at once would be slow to make; several rooms are enough.
    let room = ada.create_room("garden").await;
    for room in [LOBBY, room] {
        mallory.post_numbers(room, 0..30).await;
        ada.post(room, "kept").await;
    }
    let id = mallory.user().id.to_string();
    let none = ["remove-writings", "--guest", &id, "--since", "0s"];
    let removed = try_admin(server.folder.path(), &none).await;
    assert!(String::from_utf8_lossy(&removed.stdout).starts_with("removed 0 messages"));
    admin(
        server.folder.path(),
        &["remove-writings", "--guest", &id, "--since", "1d"],
    )
    .await;
    for room in [LOBBY, room] {
        let messages = ada.subscribe(room).await.messages();
        let left: Vec<_> = messages
            .iter()
            .filter(|message| !message.is_deleted())
            .map(|message| message.body.as_str())
            .collect();
        assert_eq!(left, ["kept"]);
    }
}

#[tokio::test]
async fn invalid_addresses_and_times_are_reported() {
    let server = Server::start(&[]).await;
    let folder = server.folder.path();
    let cases: [(&[&str], &str); 4] = [
        (&["block", "example.org", "--for", "1h"], "203.0.113.0/24"),
        (
            &["block", "203.0.113.0/33", "--for", "1h"],
            "203.0.113.0/24",
        ),
        (&["block", "203.0.113.9", "--for", "soon"], "7d"),
        (&["remove-writings", "--since", "1h"], "--guest"),
    ];
    for (command, said) in cases {
        let output = try_admin(folder, command).await;
        assert!(!output.status.success(), "{command:?}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains(said), "{command:?}: {stderr}");
    }
}
