//! Renames, presence and typing.

use shared::error::ErrorCode;
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Rev, RoomId, UserId};
use shared::model::Profile;

use crate::support::command::{rename, unsubscribe};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

fn names(people: &[Profile]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

/// Waits until exactly these people are said to be in the lobby.
async fn here(native: &mut Native, expected: &[&str]) {
    let what = format!("{expected:?} in the lobby");
    native
        .expect(&what, |frame| match frame {
            ServerFrame::Presence {
                room: LOBBY,
                count,
                people: Some(people),
            } if names(people) == expected => {
                assert_eq!(*count, expected.len());
                Some(())
            }
            _ => None,
        })
        .await;
}

/// Waits until exactly these people are said to be typing in the lobby.
async fn typing(native: &mut Native, expected: &[&str]) {
    let what = format!("{expected:?} typing");
    native
        .expect(&what, |frame| match frame {
            ServerFrame::Typing {
                room: LOBBY,
                people,
            } if names(people) == expected => Some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn a_rename_reaches_connected_and_returning_clients() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    ada.post(LOBBY, "under the old name").await;
    let seen = bob.directory(None, Rev::ZERO).await.through;
    bob.subscribe(LOBBY).await;
    let guest = Guest::come_in(server.address, "Cora").await;
    let cora = guest.connect(server.address).await;
    let epoch = cora.epoch();
    cora.socket.close().await;

    let ack = ada.ask(&rename("Ada Lovelace")).await.unwrap();

    let live = bob.next_directory().await;
    assert_eq!(names(&live.people()), ["Ada Lovelace"]);
    assert_eq!(live.people()[0].id, ada.user().id);
    assert_eq!(Some(live.people()[0].rev), ack.rev);
    let mut cora = guest.connect(server.address).await;
    let missed = cora.directory(Some(epoch), seen).await;
    assert_eq!((missed.from, &missed.people()), (seen, &live.people()));
    // Old messages carry the current name, with its revision.
    let reset = cora.subscribe(LOBBY).await;
    assert_eq!(reset.messages()[0].author.name, "Ada Lovelace");
    assert_eq!(Some(reset.messages()[0].author.rev), ack.rev);
    ada.post(LOBBY, "under the new name").await;
    let posted = bob.changes(LOBBY).await;
    assert_eq!(posted.messages()[0].author.name, "Ada Lovelace");
}

#[tokio::test]
async fn people_are_asked_for_by_their_ids() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let renamed = bob.ask(&rename("Robert")).await.unwrap();
    let nobody = UserId(4711);
    let ids = [bob.user().id, nobody, ada.user().id, bob.user().id];
    let mut people = ada.people(&ids).await;
    people.sort_by_key(|person| person.id);
    assert_eq!(names(&people), ["Ada", "Robert"]);
    assert_eq!(Some(people[1].rev), renamed.rev);
    assert_eq!(ada.people(&[]).await, []);
    assert_eq!(ada.people(&[nobody]).await, []);
}

#[tokio::test]
async fn a_name_survives_a_restart() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    ada.ask(&rename("Ada Lovelace")).await.unwrap();
    drop(ada);
    let server = server.restart().await;
    let ada = guest.connect(server.address).await;
    assert_eq!(ada.user().name, "Ada Lovelace");
    assert_eq!(ada.user().id, guest.profile.id);
}

#[tokio::test]
async fn presence_is_published_when_people_come_and_go() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.subscribe(LOBBY).await;
    here(&mut ada, &["Ada"]).await;
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut bob = guest.connect(server.address).await;
    bob.subscribe(LOBBY).await;
    here(&mut ada, &["Ada", "Bob"]).await;
    here(&mut bob, &["Ada", "Bob"]).await;
    // With two connections Bob is present once, until both are closed.
    let mut window = guest.connect(server.address).await;
    window.subscribe(LOBBY).await;
    // Subscribing again to a subscribed room does not change presence.
    window.subscribe(LOBBY).await;
    here(&mut window, &["Ada", "Bob"]).await;
    bob.socket.close().await;
    window.ask(&rename("Rob")).await.unwrap();
    here(&mut ada, &["Ada", "Rob"]).await;
    window.say(&unsubscribe(LOBBY)).await;
    here(&mut ada, &["Ada"]).await;
}

#[tokio::test]
async fn typing_ends_with_the_message_or_when_the_person_leaves() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    ada.subscribe(LOBBY).await;
    bob.subscribe(LOBBY).await;
    bob.say(&ClientFrame::Typing { room: LOBBY }).await;
    typing(&mut ada, &["Bob"]).await;
    bob.post(LOBBY, "done").await;
    typing(&mut ada, &[]).await;
    bob.say(&ClientFrame::Typing { room: LOBBY }).await;
    typing(&mut ada, &["Bob"]).await;
    bob.socket.close().await;
    typing(&mut ada, &[]).await;
}

#[tokio::test]
async fn a_person_who_is_not_subscribed_cannot_type_in_a_room() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut stranger = enter(server.address, "Stranger").await;
    ada.subscribe(LOBBY).await;
    here(&mut ada, &["Ada"]).await;
    stranger.say(&ClientFrame::Typing { room: LOBBY }).await;
    stranger
        .say(&ClientFrame::Typing { room: RoomId(4711) })
        .await;
    stranger.settle().await;
    ada.say(&ClientFrame::Typing { room: LOBBY }).await;
    typing(&mut ada, &["Ada"]).await;
}

#[tokio::test]
async fn a_removed_or_unknown_room_has_no_presence() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let nowhere = RoomId(4711);
    ada.say(&unsubscribe(nowhere)).await;
    ada.say(&ClientFrame::mark_read(nowhere, shared::id::Seq(1), 0))
        .await;
    assert_eq!(ada.error().await, ErrorCode::NoSuchRoom);
    ada.settle().await;
}
