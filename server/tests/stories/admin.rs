//! Removing things with `madang admin`, from a running server and from a stopped one.

use server::store::sqlite::FILE;
use shared::error::ErrorCode;
use shared::frame::{Anchor, close};
use shared::id::{Rev, RoomId, Seq};

use crate::support::command::{create_room, send, subscribe};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::{Native, PATH};
use crate::support::process::{admin, try_admin};
use crate::support::server::{Server, holds};
use crate::support::socket::Socket;
use crate::support::{http, within};

const LOBBY: RoomId = RoomId::LOBBY;

/// Checks that a removed room refuses posts, history and subscriptions.
async fn assert_gone(native: &mut Native, room: RoomId) {
    let gone = ErrorCode::RoomGone;
    assert_eq!(native.refused(&send(room, "anyone?")).await, gone);
    let history = native.history(room, Anchor::After(Seq::ZERO), None).await;
    assert_eq!(history.unwrap_err().code, gone);
    native.say(&subscribe(room, None, Rev::ZERO)).await;
    assert_eq!(native.error().await, gone);
}

#[tokio::test]
async fn a_room_removed_from_a_running_server_disappears_for_everyone() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let room = ada.create_room("garden").await;
    ada.post(room, "roses").await;
    ada.subscribe(room).await;
    let known = ada.directory(None, Rev::ZERO).await;

    admin(server.folder.path(), &["remove-room", &room.to_string()]).await;

    assert!(ada.changes(room).await.room().removed_at.is_some());
    let live = ada.next_directory().await;
    assert_eq!(live.from, known.through);
    assert!(live.rooms()[0].removed_at.is_some());
    assert_gone(&mut ada, room).await;
    // A new client does not see the room, and a returning one gets its removal.
    let mut bob = enter(server.address, "Bob").await;
    let all = bob.directory(None, Rev::ZERO).await;
    assert!(all.rooms().iter().all(|known| known.id != room));
    let epoch = Some(bob.epoch());
    let missed = bob.directory(epoch, known.through).await;
    assert!(missed.rooms()[0].removed_at.is_some());
    // Its name is free again.
    ada.ask(&create_room("garden", "")).await.unwrap();
}

#[tokio::test]
async fn a_room_removed_from_a_stopped_server_is_gone_after_the_start() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let room = ada.create_room("garden").await;
    ada.post(room, "roses").await;
    let known = ada.directory(None, Rev::ZERO).await;
    let epoch = Some(ada.epoch());
    drop(ada);
    let folder = server.stop().await;

    admin(folder.path(), &["remove-room", &room.to_string()]).await;

    let server = Server::start_in(folder, &[]).await;
    let mut ada = guest.connect(server.address).await;
    assert_gone(&mut ada, room).await;
    let missed = ada.directory(epoch, known.through).await;
    assert_eq!(missed.from, known.through);
    assert!(missed.rooms()[0].removed_at.is_some());
}

#[tokio::test]
async fn the_operator_erases_a_message_of_anyone() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.subscribe(LOBBY).await;
    for text in ["first insult", "second insult"] {
        ada.post(LOBBY, text).await;
        ada.changes(LOBBY).await;
    }
    let folder = server.folder.path();
    admin(folder, &["remove-message", "1", "1"]).await;
    let changes = ada.changes(LOBBY).await;
    assert!(changes.messages()[0].is_deleted());
    assert_eq!(changes.messages()[0].seq, Seq(1));
    drop(ada);

    let folder = server.stop().await;
    admin(folder.path(), &["remove-message", "1", "2"]).await;
    let server = Server::start_in(folder, &[]).await;
    let mut bob = enter(server.address, "Bob").await;
    let reset = bob.subscribe(LOBBY).await;
    assert!(
        reset
            .messages()
            .iter()
            .all(|message| message.body.is_empty())
    );
}

#[tokio::test]
async fn removing_a_guest_closes_the_connections_and_ends_the_session() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Mallory").await;
    let mut one = guest.connect(server.address).await;
    let mut two = guest.connect(server.address).await;
    let mut ada = enter(server.address, "Ada").await;
    one.post(LOBBY, "stays").await;

    let id = guest.profile.id.to_string();
    admin(server.folder.path(), &["remove-guest", &id]).await;

    assert_eq!(one.closed().await, Some(close::UNAUTHORIZED));
    assert_eq!(two.closed().await, Some(close::UNAUTHORIZED));
    let socket = Socket::open(server.address, PATH, &[]).await.unwrap();
    let refused = Native::greet(socket, Some(&guest.token)).await.err();
    let (refusal, code) = refused.unwrap();
    assert_eq!(refusal.unwrap().code, ErrorCode::Unauthorized);
    assert_eq!(code, Some(close::UNAUTHORIZED));
    let session = http::get(
        server.address,
        "/api/v1/session",
        &[("authorization", &guest.bearer())],
    )
    .await;
    assert_eq!(session.status, 401);
    // The guest's messages stay, without the name, and other clients are not affected.
    let reset = ada.subscribe(LOBBY).await;
    assert_eq!(reset.messages()[0].body, "stays");
    assert_eq!(reset.messages()[0].author.name, "");
}

#[tokio::test]
async fn a_failed_removal_is_reported_and_the_program_fails() {
    let server = Server::start(&[]).await;
    let folder = server.folder.path();
    let cases: [(&[&str], ErrorCode); 3] = [
        (&["remove-room", "4711"], ErrorCode::NoSuchRoom),
        (&["remove-message", "1", "4711"], ErrorCode::NoSuchMessage),
        (&["remove-message", "4711", "1"], ErrorCode::NoSuchRoom),
    ];
    for (removal, code) in cases {
        let output = try_admin(folder, removal).await;
        assert!(!output.status.success(), "{removal:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(&code.to_string()), "{removal:?}: {said}");
    }
    for removal in [&["remove-room", "1"], &["remove-guest", "4711"]] {
        assert!(!try_admin(folder, removal).await.status.success());
    }
    let nothing = tempfile::TempDir::new().unwrap();
    let output = try_admin(nothing.path(), &["remove-room", "2"]).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("--data"), "{said}");
    assert!(!output.status.success());
}

#[tokio::test]
async fn the_messages_of_a_removed_room_are_erased_from_the_file() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let room = ada.create_room("garden").await;
    // More messages than one step erases.
    let bodies = (0..1_200).map(|number| format!("secret {number}"));
    ada.post_all(room, bodies).await;
    ada.post(LOBBY, "kept").await;
    drop(ada);
    let folder = server.stop().await;
    admin(folder.path(), &["remove-room", &room.to_string()]).await;

    // The writer erases while it is idle.
    let server = Server::start_in(folder, &[]).await;
    let mut ada = guest.connect(server.address).await;
    let store = rusqlite::Connection::open(server.folder.path().join(FILE)).unwrap();
    within("the end of the erasing", async {
        let left = || -> i64 {
            let count = "SELECT count(*) FROM messages WHERE room = ?1";
            store.query_row(count, [room.0], |row| row.get(0)).unwrap()
        };
        while left() > 0 {
            ada.settle().await;
        }
    })
    .await;
    drop((store, ada));
    let folder = server.stop().await;
    assert!(!holds(&folder, "secret"));
    assert!(holds(&folder, "kept"));
}
