//! Readers that do not read, and senders that do not read their replies: only they are slowed.

use shared::frame::{Anchor, ClientFrame, ServerFrame, close};
use shared::id::{Rev, RoomId, Seq};

use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::mirror::Mirror;
use crate::support::native::Native;
use crate::support::server::Server;
use crate::support::simple::Simple;

const LOBBY: RoomId = RoomId::LOBBY;
/// More bytes than the network buffers and the server's outbox hold for one connection.
const FLOOD: usize = 6 * 1024 * 1024;
/// Messages that are posted at once: few enough that a reader keeps up.
const AT_ONCE: usize = 32;

/// Posts `FLOOD` bytes while a witness reads them.
async fn flood(writer: &mut Native, witness: &mut Native, mirror: &mut Mirror) -> Rev {
    let body = "x".repeat(writer.welcome.limits.body_bytes);
    let mut last = mirror.rev;
    for _ in 0..FLOOD / (AT_ONCE * body.len()) {
        let bodies = std::iter::repeat_n(body.clone(), AT_ONCE);
        let acks = writer.post_all(LOBBY, bodies).await;
        last = acks.last().unwrap().rev.unwrap();
        mirror.read_to(witness, last).await;
    }
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_gets_a_resync_and_others_are_not_delayed() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut witness = enter(server.address, "Witness").await;
    let mut watching = Mirror::subscribe(&mut witness, LOBBY).await;
    let guest = Guest::come_in(server.address, "Sleepy").await;
    let mut sleepy = Native::connect_narrow(server.address, &guest.token).await;
    let mut mirror = Mirror::subscribe(&mut sleepy, LOBBY).await;
    let mut simple = Simple::connect_narrow(server.address).await;

    let last = flood(&mut ada, &mut witness, &mut watching).await;
    watching.assert_whole();

    // The native client gets a resync, and then has everything.
    loop {
        match sleepy.try_next().await {
            Ok(ServerFrame::Changes(changes)) => mirror.apply(changes),
            Ok(ServerFrame::Resync {}) => break,
            Ok(_) => {}
            Err(code) => panic!("closed with {code:?} instead of a resync"),
        }
    }
    assert!(mirror.rev < last, "it has missed something");
    mirror.catch_up(&mut sleepy).await;
    assert_eq!(mirror.rev, last);
    mirror.assert_whole();
    assert_eq!(mirror.messages.len(), watching.messages.len());
    // It subscribes to the room again.
    let rev = ada.post(LOBBY, "awake?").await.rev.unwrap();
    mirror.read_to(&mut sleepy, rev).await;
    // The simple client is closed with the reason.
    assert_eq!(simple.closed().await, Some(close::SLOW_READER));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_without_progress_is_disconnected() {
    let server = Server::start(&[
        "--progress-timeout-seconds",
        "1",
        "--max-outbox-bytes",
        "100000000",
    ])
    .await;
    let mut ada = enter(server.address, "Ada").await;
    let mut witness = enter(server.address, "Witness").await;
    let mut watching = Mirror::subscribe(&mut witness, LOBBY).await;
    let guest = Guest::come_in(server.address, "Asleep").await;
    let mut asleep = Native::connect_narrow(server.address, &guest.token).await;
    asleep.subscribe(LOBBY).await;
    present(&mut witness, 2).await;

    flood(&mut ada, &mut witness, &mut watching).await;

    present(&mut witness, 1).await;
    assert_eq!(
        asleep.closed().await,
        None,
        "there was no room for a reason"
    );
}

/// Reads presence frames until one has this count.
async fn present(native: &mut Native, expected: usize) {
    let next_count = async |native: &mut Native| {
        native
            .expect("people to come or go", |frame| match frame {
                ServerFrame::Presence { count, .. } => Some(*count),
                _ => None,
            })
            .await
    };
    while next_count(native).await != expected {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_that_does_not_read_replies_is_slowed_and_loses_nothing() {
    const SENDS: usize = 12_000;
    let server = Server::start(&["--max-outbox-bytes", "65536", "--max-in-flight", "100"]).await;
    let guest = Guest::come_in(server.address, "Hasty").await;
    let hasty = Native::connect_narrow(server.address, &guest.token).await;
    let commands: Vec<ClientFrame> = (0..SENDS)
        .map(|number| command::send(LOBBY, &number.to_string()))
        .collect();
    let (mut sending, mut answers) = hasty.socket.split();
    let frames: Vec<String> = commands
        .iter()
        .map(|command| serde_json::to_string(command).unwrap())
        .collect();
    let sent = tokio::spawn(async move { sending.text_all(frames).await });

    // Others are served while the replies to this one wait.
    let mut ada = enter(server.address, "Ada").await;
    ada.post_numbers(LOBBY, 0..200).await;

    for command in &commands {
        let text = answers.text().await;
        match serde_json::from_str(&text).unwrap() {
            ServerFrame::Ack(ack) => assert_eq!(ack.client_id, command::id(command)),
            other => panic!("not an acknowledgement: {other:?}"),
        }
    }
    sent.await.unwrap();
    let end = ada.history(LOBBY, Anchor::After(Seq(i64::MAX)), None);
    assert_eq!(end.await.unwrap().seq, Seq(12_200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_larger_than_the_outbox_all_arrive() {
    const QUESTIONS: u32 = 200;
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let body = "x".repeat(ada.welcome.limits.body_bytes);
    ada.post_all(LOBBY, vec![body; 20]).await;
    let guest = Guest::come_in(server.address, "Curious").await;
    let mut curious = Native::connect_narrow(server.address, &guest.token).await;

    // All at once: some 50 MB of answers, of which 1 MB may wait.
    let questions: Vec<ClientFrame> = (0..QUESTIONS)
        .map(|question| ClientFrame::History {
            question,
            room: LOBBY,
            anchor: Anchor::After(Seq::ZERO),
            limit: None,
        })
        .collect();
    curious.say_all(&questions).await;

    for question in 0..QUESTIONS {
        match curious.try_next().await {
            Ok(ServerFrame::History(history)) => assert_eq!(history.question, question),
            other => panic!("instead of answer {question}: {other:?}"),
        }
    }
}
