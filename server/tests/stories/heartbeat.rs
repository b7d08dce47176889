//! Silence: who is asked, who is given up.

use shared::frame::close;

use crate::support::guest::Guest;
use crate::support::native::PATH;
use crate::support::raw::{FIN, PING, PONG, Raw};
use crate::support::server::Server;

const QUICK: &[&str] = &["--heartbeat-seconds", "1", "--dead-after-seconds", "3"];

#[tokio::test]
async fn a_silent_client_is_asked_and_then_closed() {
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
async fn who_answers_stays() {
    let server = Server::start(QUICK).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    // Together longer than silence is borne.
    for _ in 0..4 {
        let (first, payload) = raw.next().await.unwrap();
        assert_eq!(first, FIN | PING);
        raw.frame(FIN | PONG, &payload).await;
    }
    raw.text(r#"{"type":"ping"}"#).await;
    assert_eq!(raw.json().await["type"], "pong");
}

#[tokio::test]
async fn a_ping_is_answered_with_its_own_content() {
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
async fn who_does_not_say_hello_in_time_is_closed() {
    let server = Server::start(&["--header-seconds", "1"]).await;
    let mut silent = Raw::open(server.address, PATH).await;
    let mut chatty = Raw::open(server.address, PATH).await;
    chatty.text(r#"{"type":"ping"}"#).await;
    assert_eq!(chatty.json().await["code"], "hello_first");
    for raw in [&mut silent, &mut chatty] {
        assert_eq!(raw.closed().await, Some(close::NO_HELLO));
    }
}
