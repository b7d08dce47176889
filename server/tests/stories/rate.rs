//! Rate limits of a person and of an address.

use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::ClientFrame;
use shared::id::{RoomId, Seq};

use crate::support::command::{self, send};
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::native::Native;
use crate::support::server::Server;
use crate::support::simple::Simple;

const LOBBY: RoomId = RoomId::LOBBY;

/// Sends until a command is refused. Returns how many were accepted, and the refusal's wait.
async fn exhaust(native: &mut Native) -> (u64, u64) {
    let commands: Vec<ClientFrame> = (0..60).map(|_| send(LOBBY, "again")).collect();
    native.say_all(&commands).await;
    let (mut taken, mut wait) = (0, 0);
    for command in &commands {
        match native.answer(command::id(command)).await {
            Ok(_) => taken += 1,
            Err(refusal) => {
                assert_eq!(refusal.code, ErrorCode::RateLimited);
                wait = refusal.retry_after_ms.unwrap();
            }
        }
    }
    (taken, wait)
}

#[tokio::test]
async fn a_burst_above_the_limit_is_refused_with_a_wait_and_accepted_after_it() {
    let server = Server::start(&["--rate-limit", "2"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let limits = &ada.welcome.limits;
    assert_eq!((limits.rate_per_second, limits.rate_burst), (2, 10));
    let began = Instant::now();
    let (taken, wait) = exhaust(&mut ada).await;
    // On a slow machine some tokens were refilled meanwhile.
    let earned = 2 * (began.elapsed().as_secs() + 1);
    assert!((10..=10 + earned).contains(&taken), "{taken}");
    assert!((1..=500).contains(&wait), "{wait}");

    let late = send(LOBBY, "later");
    let mut refusals = 0;
    while let Err(refusal) = ada.ask(&late).await {
        refusals += 1;
        assert!(refusals < 20, "what was said of the wait was not true");
        // The only timer in these tests: the client waits as long as the refusal says.
        let wait = Duration::from_millis(refusal.retry_after_ms.unwrap());
        tokio::time::sleep(wait).await;
    }
    // Other people, and queries, were never limited.
    let mut bob = enter(server.address, "Bob").await;
    bob.post(LOBBY, "at ease").await;
    ada.subscribe(LOBBY).await;
}

#[tokio::test]
async fn two_connections_of_one_person_share_a_rate_limit() {
    let server = Server::start(&["--rate-limit", "1"]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut window = guest.connect(server.address).await;
    let mut other = guest.connect(server.address).await;
    let began = Instant::now();
    let (taken, _) = exhaust(&mut window).await;
    let (more, _) = exhaust(&mut other).await;
    let earned = began.elapsed().as_secs() + 1;
    assert!(taken + more <= 5 + earned, "{taken} and {more}");
    // Read marks do not count as commands.
    other.say(&ClientFrame::mark_read(LOBBY, Seq(1), 0)).await;
    other.settle().await;
}

#[tokio::test]
async fn reconnecting_does_not_reset_the_rate_limit() {
    let server = Server::start(&["--rate-limit", "1"]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let began = Instant::now();
    let (taken, _) = exhaust(&mut ada).await;
    ada.socket.close().await;
    let mut ada = guest.connect(server.address).await;
    let (more, _) = exhaust(&mut ada).await;
    let earned = began.elapsed().as_secs() + 1;
    assert!(taken + more <= 5 + earned, "{taken} and {more}");
}

#[tokio::test]
async fn without_a_rate_limit_everything_is_accepted() {
    let server = Server::start(&["--rate-limit", "off"]).await;
    let mut ada = enter(server.address, "Ada").await;
    assert_eq!(ada.welcome.limits.rate_per_second, 0);
    assert_eq!(exhaust(&mut ada).await.0, 60);
    ada.post_numbers(LOBBY, 0..2_000).await;
}

#[tokio::test]
async fn a_simple_client_has_the_same_rate_limit() {
    let server = Server::start(&["--rate-limit", "1"]).await;
    let mut simple = Simple::connect(server.address).await;
    let mut other = Simple::connect(server.address).await;
    for _ in 0..30 {
        simple.say("John", "again").await;
    }
    assert_eq!(simple.refused().await, ErrorCode::RateLimited);
    other.say("Jane", "hello").await;
    loop {
        let frame = simple.next().await;
        if frame.user == "Jane" {
            break;
        }
        assert_eq!(frame.error, Some(ErrorCode::RateLimited));
    }
}

#[tokio::test]
async fn new_guests_from_one_address_are_rate_limited() {
    let server = Server::start(&["--rate-limit", "10"]).await;
    let mut taken = 0;
    let refused = loop {
        let body = r#"{"name":"Legion"}"#;
        let answer = http::post(server.address, "/api/v1/session", &[], body).await;
        if answer.status != 201 {
            break answer;
        }
        taken += 1;
        assert!(taken < 1_000, "as many as they like");
    };
    assert!(taken >= 600, "{taken}");
    assert_eq!(
        (refused.status, refused.code()),
        (429, ErrorCode::RateLimited)
    );
    assert_eq!(refused.header("retry-after"), Some("1"));
}
