//! Retries: a command is carried out once, whatever was lost on the way.

use server::store::sqlite::FILE;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{Anchor, ClientFrame};
use shared::id::{RoomId, Seq};

use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::process::admin;
use crate::support::server::Server;
use crate::support::within;

const LOBBY: RoomId = RoomId::LOBBY;

async fn bodies(native: &mut Native) -> Vec<String> {
    let history = native.history(LOBBY, Anchor::After(Seq::ZERO), None).await;
    let messages = history.unwrap().messages().into_iter();
    messages.map(|message| message.body).collect()
}

#[tokio::test]
async fn a_retry_gets_the_first_reply_and_stores_no_second_message() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let send = command::send(LOBBY, "once");
    let first = ada.ask(&send).await.unwrap();
    ada.post(LOBBY, "and another").await;

    assert_eq!(ada.ask(&send).await.unwrap(), first, "the same connection");
    let mut again = guest.connect(server.address).await;
    assert_eq!(again.ask(&send).await.unwrap(), first, "a new connection");
    drop((ada, again));
    let server = server.restart().await;
    let mut later = guest.connect(server.address).await;
    assert_eq!(later.ask(&send).await.unwrap(), first, "after a restart");
    assert_eq!(bodies(&mut later).await, ["once", "and another"]);
}

#[tokio::test]
async fn the_same_command_twice_in_one_batch_is_carried_out_once() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let send = command::send(LOBBY, "once");
    ada.say_all([&send, &send, &send]).await;
    let id = command::id(&send);
    let first = ada.answer(id).await.unwrap();
    assert_eq!(ada.answer(id).await.unwrap(), first);
    assert_eq!(ada.answer(id).await.unwrap(), first);
    assert_eq!(bodies(&mut ada).await, ["once"]);
}

#[tokio::test]
async fn every_kind_of_command_can_be_retried() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let posted = ada.post(LOBBY, "text").await;
    let (seq, rev) = (posted.seq.unwrap(), posted.rev.unwrap());
    let create = command::create_room("garden", "");
    let room = ada.ask(&create).await.unwrap();
    let (room, room_rev) = (room.room.unwrap(), room.rev.unwrap());
    let commands = [
        create,
        command::edit(LOBBY, seq, rev, "another text"),
        command::delete(LOBBY, seq),
        command::update_room(room, room_rev, Some("yard"), None),
        command::rename("Ada L."),
        command::cancel(LOBBY, command::new_id()),
    ];
    for command in &commands {
        let first = ada.ask(command).await.unwrap();
        // Carried out a second time, an edit, for example, would be stale.
        assert_eq!(ada.ask(command).await.unwrap(), first, "{command:?}");
    }
}

#[tokio::test]
async fn a_client_id_identifies_one_command_of_one_person() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let garden = ada.create_room("garden").await;
    let send = command::send(LOBBY, "mine");
    let client_id = command::id(&send);
    ada.ask(&send).await.unwrap();
    let reuses = [
        ClientFrame::command(
            client_id,
            Command::Send {
                room: LOBBY,
                body: "other words".into(),
            },
        ),
        ClientFrame::command(
            client_id,
            Command::Send {
                room: garden,
                body: "mine".into(),
            },
        ),
        ClientFrame::command(
            client_id,
            Command::Rename {
                name: "mine".into(),
            },
        ),
    ];
    for reuse in &reuses {
        assert_eq!(ada.refused(reuse).await, ErrorCode::ClientIdReused);
    }
    // Another person may use the same id.
    let theirs = bob.ask(&reuses[0]).await.unwrap();
    assert_eq!(theirs.seq, Some(Seq(2)));
    assert_eq!(bodies(&mut ada).await, ["mine", "other words"]);
}

#[tokio::test]
async fn a_post_cancelled_before_it_arrives_is_refused() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let send = command::send(LOBBY, "late");
    let cancelled = ada
        .ask(&command::cancel(LOBBY, command::id(&send)))
        .await
        .unwrap();
    assert_eq!(cancelled.seq, None);
    assert_eq!(ada.refused(&send).await, ErrorCode::Cancelled);
    drop(ada);
    let server = server.restart().await;
    let mut ada = guest.connect(server.address).await;
    assert_eq!(ada.refused(&send).await, ErrorCode::Cancelled);
    assert!(bodies(&mut ada).await.is_empty());
}

#[tokio::test]
async fn a_post_cancelled_after_it_arrived_is_deleted() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    bob.subscribe(LOBBY).await;
    let send = command::send(LOBBY, "too fast");
    let cancel = command::cancel(LOBBY, command::id(&send));
    // Both are sent before any reply.
    ada.say_all([&send, &cancel]).await;
    let posted = ada.answer(command::id(&send)).await.unwrap();
    let cancelled = ada.answer(command::id(&cancel)).await.unwrap();
    assert_eq!(cancelled.seq, posted.seq);
    assert!(cancelled.rev > posted.rev);
    let mut changes = bob.changes(LOBBY).await;
    while changes.through < cancelled.rev.unwrap() {
        changes = bob.changes(LOBBY).await;
    }
    assert!(changes.messages().last().unwrap().is_deleted());
    assert_eq!(bodies(&mut ada).await, [""]);
}

#[tokio::test]
async fn only_a_post_can_be_cancelled() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let posted = ada.post(LOBBY, "text").await;
    let create = command::create_room("garden", "");
    let rename = command::rename("Ada L.");
    let edit = command::edit(LOBBY, posted.seq.unwrap(), posted.rev.unwrap(), "others");
    for done in [create, rename, edit] {
        let first = ada.ask(&done).await.unwrap();
        let cancel = command::cancel(LOBBY, command::id(&done));
        // An acknowledgement would promise that the command is never carried out.
        assert_eq!(ada.refused(&cancel).await, ErrorCode::ClientIdReused);
        assert_eq!(ada.ask(&done).await.unwrap(), first, "{done:?}");
    }
    // A cancel is retried by a client that did not get its reply.
    let never = command::new_id();
    for _ in 0..2 {
        let cancelled = ada.ask(&command::cancel(LOBBY, never)).await.unwrap();
        assert_eq!(cancelled.seq, None);
    }
}

/// The acknowledgement was lost, and then the room was removed; the post had been stored.
#[tokio::test]
async fn a_retry_after_the_room_was_removed_gets_the_first_reply() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let garden = ada.create_room("garden").await;
    let send = command::send(garden, "roses");
    let first = ada.ask(&send).await.unwrap();
    let (seq, rev) = (first.seq.unwrap(), first.rev.unwrap());
    let edit = command::edit(garden, seq, rev, "tulips");
    let edited = ada.ask(&edit).await.unwrap();
    let reuse = ClientFrame::command(
        command::id(&send),
        Command::Send {
            room: garden,
            body: "other words".into(),
        },
    );
    // More than is erased in one step.
    let bodies = (0..600).map(|number| format!("weed {number}"));
    ada.post_all(garden, bodies).await;

    admin(server.folder.path(), &["remove-room", &garden.to_string()]).await;
    let store = rusqlite::Connection::open(server.folder.path().join(FILE)).unwrap();
    within("the end of the erasing", async {
        let left = || -> i64 {
            let count = "SELECT count(*) FROM messages WHERE room = ?1";
            store
                .query_row(count, [garden.0], |row| row.get(0))
                .unwrap()
        };
        while left() > 0 {
            ada.settle().await;
        }
    })
    .await;
    drop(store);

    let gone = command::send(garden, "anyone?");
    assert_eq!(ada.ask(&send).await.unwrap(), first);
    assert_eq!(ada.ask(&edit).await.unwrap(), edited);
    assert_eq!(ada.refused(&reuse).await, ErrorCode::ClientIdReused);
    assert_eq!(ada.refused(&gone).await, ErrorCode::RoomGone);
    drop(ada);
    let server = server.restart().await;
    let mut ada = guest.connect(server.address).await;
    assert_eq!(ada.ask(&send).await.unwrap(), first, "after a restart");
    assert_eq!(ada.refused(&gone).await, ErrorCode::RoomGone);
}
