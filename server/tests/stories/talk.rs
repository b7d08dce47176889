//! People on both protocols in one conversation.

use shared::frame::Anchor;
use shared::id::{RoomId, Seq};

use crate::support::guest::enter;
use crate::support::server::Server;
use crate::support::simple::Simple;

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_simple_message_reaches_everyone_but_its_sender_and_stays_in_history() {
    let server = Server::start(&[]).await;
    let mut native = enter(server.address, "Ada").await;
    native.subscribe(LOBBY).await;
    let mut john = Simple::connect(server.address).await;
    let mut jane = Simple::connect(server.address).await;

    john.say("John", "Hello, World!").await;

    assert_eq!(jane.hears().await, ("John".into(), "Hello, World!".into()));
    let live = native.changes(LOBBY).await;
    assert_eq!(live.messages[0].body, "Hello, World!");
    assert_eq!(live.messages[0].author.name, "John");
    assert_eq!(live.messages[0].author.id, None);
    assert_eq!(live.messages[0].client_id, None);
    let history = native
        .history(LOBBY, Anchor::After(Seq::ZERO), None)
        .await
        .unwrap();
    assert_eq!(history.messages, live.messages);

    // The first thing that its sender hears is what another says.
    jane.say("Jane", "Hello, John!").await;
    assert_eq!(john.hears().await, ("Jane".into(), "Hello, John!".into()));
}

#[tokio::test]
async fn what_natives_post_in_the_lobby_reaches_simple_clients_and_other_rooms_do_not() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let mut simple = Simple::connect(server.address).await;
    let garden = ada.create_room("garden").await;
    bob.subscribe(garden).await;

    ada.post(garden, "between us").await;
    ada.post(LOBBY, "for all").await;

    assert_eq!(simple.hears().await, ("Ada".into(), "for all".into()));
    let live = bob.changes(garden).await;
    assert_eq!(live.messages[0].body, "between us");
    assert_eq!(live.messages[0].author.id, Some(ada.user().id));
}
