//! Native and simple clients in one conversation.

use shared::frame::Anchor;
use shared::id::{Rev, RoomId, Seq};

use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::mirror::Mirror;
use crate::support::server::Server;
use crate::support::simple::Simple;
use crate::support::{command, http, within};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_simple_message_reaches_all_but_its_sender_and_is_in_the_history() {
    let server = Server::start(&[]).await;
    let mut native = enter(server.address, "Ada").await;
    native.subscribe(LOBBY).await;
    let mut john = Simple::connect(server.address).await;
    let mut jane = Simple::connect(server.address).await;

    john.say("John", "Hello, World!").await;

    assert_eq!(jane.hears().await, ("John".into(), "Hello, World!".into()));
    let live = native.changes(LOBBY).await;
    assert_eq!(live.messages()[0].body, "Hello, World!");
    assert_eq!(live.messages()[0].author.name, "John");
    assert_eq!(live.messages()[0].author.id, None);
    assert_eq!(live.messages()[0].client_id, None);
    let history = native
        .history(LOBBY, Anchor::After(Seq::ZERO), None)
        .await
        .unwrap();
    assert_eq!(history.messages(), live.messages());

    // The first message that the sender receives is another client's.
    jane.say("Jane", "Hello, John!").await;
    assert_eq!(john.hears().await, ("Jane".into(), "Hello, John!".into()));
}

#[tokio::test]
async fn simple_clients_get_native_messages_of_the_lobby_and_of_no_other_room() {
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
    assert_eq!(live.messages()[0].body, "between us");
    assert_eq!(live.messages()[0].author.id, Some(ada.user().id));
}

#[tokio::test]
async fn simple_clients_get_no_edits_or_deletions() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut simple = Simple::connect(server.address).await;
    let ack = ada.post(LOBBY, "first").await;
    let (seq, rev) = (ack.seq.unwrap(), ack.rev.unwrap());

    ada.ask(&command::edit(LOBBY, seq, rev, "changed"))
        .await
        .unwrap();
    ada.ask(&command::delete(LOBBY, seq)).await.unwrap();
    ada.post(LOBBY, "second").await;

    assert_eq!(simple.hears().await.1, "first");
    assert_eq!(simple.hears().await.1, "second");
}

#[tokio::test]
async fn all_readers_of_a_room_get_messages_in_the_same_order() {
    let server = Server::start(&[]).await;
    let mut readers = Vec::new();
    for name in ["Ada", "Bob"] {
        let mut native = enter(server.address, name).await;
        let mirror = Mirror::subscribe(&mut native, LOBBY).await;
        readers.push((native, mirror));
    }
    let mut simple = Simple::connect(server.address).await;
    let mut writers = Vec::new();
    for writer in ["Cora", "Dan", "Eve"] {
        let mut native = enter(server.address, writer).await;
        writers.push(tokio::spawn(async move {
            let bodies = (0..100).map(|number| format!("{writer} {number}"));
            native.post_all(LOBBY, bodies).await
        }));
    }
    let mut last = Rev::ZERO;
    for writer in writers {
        let acks = within("a writer's acks", writer).await.unwrap();
        assert_eq!(acks.len(), 100);
        last = last.max(acks[99].rev.unwrap());
    }
    let mut orders = Vec::new();
    for (native, mirror) in &mut readers {
        mirror.read_to(native, last).await;
        mirror.assert_whole();
        let bodies = mirror.bodies().into_iter().map(str::to_owned);
        orders.push(bodies.collect::<Vec<_>>());
    }
    let mut received = Vec::new();
    for _ in 0..300 {
        received.push(simple.hears().await.1);
    }
    assert_eq!(orders[0].len(), 300);
    assert_eq!(orders[0], orders[1]);
    assert_eq!(orders[0], received);
}

#[tokio::test]
async fn a_server_accepts_connections_when_it_prints_its_address() {
    let server = Server::start(&[]).await;
    let answer = http::get(server.address, "/healthz", &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
}
