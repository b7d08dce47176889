//! Resuming: a client gets exactly what it missed, or a reset.

use shared::frame::ClientFrame;
use shared::id::{Rev, RoomId};
use shared::limits::Limits;
use shared::stream::StreamKey;

use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::mirror::Mirror;
use crate::support::questions::Answer;
use crate::support::server::Server;
use crate::support::within;

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_missed_messages_come_complete_and_one_more_makes_a_reset() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let guest = Guest::come_in(server.address, "Bob").await;
    let mut bob = guest.connect(server.address).await;
    let limits = bob.welcome.limits.clone();
    assert_eq!(limits.resume, 10_000, "the default is what is promised");
    ada.post(LOBBY, "before").await;
    let mut mirror = Mirror::subscribe(&mut bob, LOBBY).await;
    let last_seen = mirror.clone();
    bob.socket.close().await;

    ada.post_numbers(LOBBY, 0..limits.resume).await;

    let mut bob = guest.connect(server.address).await;
    let pages = mirror.catch_up(&mut bob).await;
    // Pages end at fixed revisions: the first and the last one are shorter.
    assert_eq!(pages, limits.resume / limits.page + 1);
    mirror.assert_whole();
    let expected: Vec<String> = std::iter::once("before".to_owned())
        .chain((0..limits.resume).map(|number| number.to_string()))
        .collect();
    assert_eq!(mirror.bodies(), expected);

    ada.post(LOBBY, "one too many").await;
    let reset = bob
        .resume(LOBBY, last_seen.epoch, last_seen.rev)
        .await
        .reset();
    assert_eq!(reset.messages().len(), limits.page, "the newest page");
    assert_eq!(reset.messages().last().unwrap().body, "one too many");
    assert_eq!(reset.messages().last().unwrap().seq, reset.room().seq);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_during_catch_up_are_neither_lost_nor_duplicated() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let mut mirror = Mirror::subscribe(&mut bob, LOBBY).await;
    bob.say(&command::unsubscribe(LOBBY)).await;
    bob.settle().await;
    ada.post_numbers(LOBBY, 0..1_500).await;

    let writing = tokio::spawn(async move {
        let mut last = Rev::ZERO;
        for start in (1_500..3_000).step_by(100) {
            last = ada.post_numbers(LOBBY, start..start + 100).await;
        }
        last
    });
    mirror.catch_up(&mut bob).await;
    let last = within("the writer", writing).await.unwrap();
    mirror.read_to(&mut bob, last).await;

    mirror.assert_whole();
    let expected: Vec<String> = (0..3_000).map(|number| number.to_string()).collect();
    assert_eq!(mirror.bodies(), expected);
}

#[tokio::test]
async fn missed_edits_and_deletions_arrive_on_resume() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let mut acks = ada
        .post_all(LOBBY, ["one", "two", "three"].map(str::to_owned))
        .await;
    let mut mirror = Mirror::subscribe(&mut bob, LOBBY).await;
    bob.say(&command::unsubscribe(LOBBY)).await;
    bob.settle().await;

    let edit = command::edit(LOBBY, acks[0].seq.unwrap(), acks[0].rev.unwrap(), "uno");
    acks[0] = ada.ask(&edit).await.unwrap();
    // Of three states only the last one is sent.
    let again = command::edit(LOBBY, acks[0].seq.unwrap(), acks[0].rev.unwrap(), "ichi");
    ada.ask(&again).await.unwrap();
    let delete = command::delete(LOBBY, acks[1].seq.unwrap());
    ada.ask(&delete).await.unwrap();
    ada.post(LOBBY, "four").await;

    let changes = bob.resume(LOBBY, mirror.epoch, mirror.rev).await.changes();
    assert_eq!(changes.messages().len(), 3);
    mirror.apply(changes);
    assert_eq!(mirror.bodies(), ["ichi", "", "three", "four"]);
    let messages: Vec<_> = mirror.messages.values().collect();
    assert!(messages[0].edited_at.is_some());
    assert!(messages[1].is_deleted());
}

#[tokio::test]
async fn a_client_may_ask_for_less_than_the_resume_limit() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let first = ada.post(LOBBY, "first").await;
    let epoch = Some(ada.epoch());
    ada.post_numbers(LOBBY, 0..20).await;
    let resume = |most, page| ClientFrame::Subscribe {
        question: command::number(),
        stream: StreamKey::Room(LOBBY),
        epoch,
        rev: first.rev.unwrap(),
        most: Some(most),
        page: Some(page),
    };

    ada.say(&resume(10, 5)).await;
    let reset = ada.subscribed(LOBBY).await.reset();
    assert_eq!(reset.messages().len(), 5);

    ada.say(&resume(20, 5)).await;
    assert_eq!(ada.subscribed(LOBBY).await.changes().messages().len(), 20);
    // A client cannot get more than the server's own limits.
    ada.say(&resume(usize::MAX, usize::MAX)).await;
    assert!(matches!(ada.subscribed(LOBBY).await, Answer::Changes(_)));
}

#[tokio::test]
async fn the_resume_limit_is_configurable() {
    let server = Server::start(&["--resume-limit", "3"]).await;
    let mut ada = enter(server.address, "Ada").await;
    assert_eq!(ada.welcome.limits.resume, 3);
    let first = ada.post(LOBBY, "first").await.rev.unwrap();
    let epoch = ada.epoch();
    ada.post_numbers(LOBBY, 0..3).await;
    let missed = ada.resume(LOBBY, epoch, first).await.changes();
    assert_eq!(missed.messages().len(), 3);
    ada.post(LOBBY, "one more").await;
    ada.resume(LOBBY, epoch, first).await.reset();
}

#[tokio::test]
async fn the_number_of_subscriptions_is_limited() {
    let server = Server::start(&["--max-subscriptions", "2"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let (one, two) = (ada.create_room("one").await, ada.create_room("two").await);
    ada.subscribe(LOBBY).await;
    ada.subscribe(one).await;
    ada.say(&command::subscribe(two, None, Rev::ZERO)).await;
    assert_eq!(
        ada.error().await,
        shared::error::ErrorCode::TooManySubscriptions
    );
    // A subscribed room may be asked for again, and unsubscribing makes room for another.
    ada.subscribe(one).await;
    ada.say(&command::unsubscribe(LOBBY)).await;
    ada.subscribe(two).await;
    assert_eq!(Limits::default().subscriptions, 1_000);
}
