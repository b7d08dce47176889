//! Heartbeat: pings, deadlines, and clients that do not answer.

use std::time::Duration;

use shared::frame::close;

use crate::support::guest::Guest;
use crate::support::native::PATH;
use crate::support::process::Process;
use crate::support::raw::{FIN, PING, PONG, Raw, TEXT};
use crate::support::server::{Server, folder};

const QUICK: &[&str] = &["--heartbeat-seconds", "1", "--dead-after-seconds", "3"];

#[tokio::test]
async fn a_silent_client_gets_a_ping_and_is_then_closed() {
    let server = Server::start(QUICK).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut native = Raw::greeted(server.address, &guest.token).await;
    let mut simple = Raw::open(server.address, "/").await;
    for raw in [&mut native, &mut simple] {
        assert_eq!(raw.next().await.unwrap().0, FIN | PING);
        assert_eq!(raw.closed().await, Some(close::SILENT));
    }
}

#[tokio::test]
async fn a_client_that_answers_pings_stays_connected() {
    let server = Server::start(QUICK).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    // Together longer than the silence that is allowed.
    for _ in 0..4 {
        let (first, payload) = raw.next().await.unwrap();
        assert_eq!(first, FIN | PING);
        raw.frame(FIN | PONG, &payload).await;
    }
    raw.text(r#"{"type":"ping"}"#).await;
    assert_eq!(raw.json().await["type"], "pong");
}

#[tokio::test]
async fn a_pong_repeats_the_content_of_the_ping() {
    let server = Server::start(&[]).await;
    for path in ["/", PATH] {
        let mut raw = Raw::open(server.address, path).await;
        raw.frame(FIN | PING, b"are you there?").await;
        assert_eq!(
            raw.next().await.unwrap(),
            (FIN | PONG, b"are you there?".to_vec())
        );
    }
}

#[tokio::test]
async fn a_client_without_hello_in_time_is_closed() {
    let server = Server::start(&["--header-seconds", "1"]).await;
    let mut silent = Raw::open(server.address, PATH).await;
    let mut chatty = Raw::open(server.address, PATH).await;
    chatty.text(r#"{"type":"ping"}"#).await;
    assert_eq!(chatty.json().await["code"], "hello_first");
    for raw in [&mut silent, &mut chatty] {
        assert_eq!(raw.closed().await, Some(close::NO_HELLO));
    }
}

/// The next text frame, whatever pings come before it.
async fn next_text(raw: &mut Raw) -> serde_json::Value {
    loop {
        match raw.next().await {
            Some((first, payload)) if first == FIN | TEXT => {
                return serde_json::from_slice(&payload).unwrap();
            }
            Some((first, _)) if first == FIN | PING => {}
            other => panic!("the connection was closed: {other:?}"),
        }
    }
}

/// A server that was suspended for longer than its deadlines has received nothing, but not because
/// nothing was sent.
#[tokio::test]
async fn a_frame_that_came_while_the_server_was_suspended_is_read() {
    /// With few the server may happen to look at all sockets before its clock.
    const CLIENTS: usize = 200;
    let folder = folder();
    let patient = ["--heartbeat-seconds", "1", "--dead-after-seconds", "6"];
    let server = Process::start(folder.path(), &patient).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut natives = Vec::new();
    for _ in 0..CLIENTS {
        natives.push(Raw::greeted(server.address, &guest.token).await);
    }
    let mut simple = Raw::open(server.address, "/").await;
    // A first exchange, so that it is served when the server stops.
    simple.text("words").await;
    assert_eq!(next_text(&mut simple).await["error"], "bad_json");

    // All of them got a ping and have not answered.
    for native in &mut natives {
        assert_eq!(native.next().await.unwrap().0, FIN | PING);
    }
    server.pause();
    for native in &mut natives {
        native.text(r#"{"type":"ping"}"#).await;
    }
    simple.text("more words").await;
    // While it is suspended nobody gets an answer.
    let answered = next_text(&mut natives[0]);
    let answered = tokio::time::timeout(Duration::from_secs(7), answered).await;
    assert!(answered.is_err(), "it did not sleep: {answered:?}");
    server.go_on();

    assert_eq!(next_text(&mut simple).await["error"], "bad_json");
    for native in &mut natives {
        assert_eq!(next_text(native).await["type"], "pong");
    }
    // The connections stay open.
    for native in &mut natives {
        native.text(r#"{"type":"ping"}"#).await;
        assert_eq!(next_text(native).await["type"], "pong");
    }
    server.stop().await;
}
