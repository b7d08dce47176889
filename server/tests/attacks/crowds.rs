//! Honest crowds do not reach the limits that protect from attacks.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId};
use tokio::sync::Semaphore;

use crate::pumps::folder;
use crate::support::command;
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::native::{Native, PATH};
use crate::support::process::Process;
use crate::support::raw::Raw;
use crate::support::socket::Socket;

const LOBBY: RoomId = RoomId::LOBBY;
/// The limits that a server has where nothing is set.
const USUAL: &[&str] = &["--rate-limit", "10"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_people_behind_one_address_connect_and_post() {
    const PEOPLE: usize = 500;
    let _alone = crate::alone().await;
    let folder = folder();
    let server = Process::start(folder.path(), USUAL).await;
    let address = server.address;
    let together = Arc::new(Semaphore::new(50));
    let mut talking = Vec::new();
    for number in 0..PEOPLE {
        let together = Arc::clone(&together);
        talking.push(tokio::spawn(async move {
            let _turn = together.acquire_owned().await.unwrap();
            let guest = Guest::come_in(address, &format!("Pupil {number}")).await;
            let mut native = guest.connect(address).await;
            native.directory(None, Rev::ZERO).await;
            native.own(None, Rev::ZERO).await;
            native.subscribe(LOBBY).await;
            for sentence in 0..5 {
                let said = format!("Sentence {sentence}, and it is a long one, of {number}.");
                native.post(LOBBY, &said).await;
            }
            native
        }));
    }
    let mut natives = Vec::new();
    for talked in talking {
        // Any refusal fails the task.
        natives.push(talked.await.unwrap());
    }
    assert_eq!(natives.len(), PEOPLE);
    drop(natives);
    server.stop().await;
}

/// Says hello and asks for everything at once, as a client that comes back does; whether all
/// was answered and nothing refused.
async fn come_back(address: SocketAddr, token: String) -> Result<Raw, Value> {
    let mut raw = Raw::greeted(address, &token).await;
    for question in [
        r#"{"type":"subscribe","question":2,"stream":"directory"}"#,
        r#"{"type":"subscribe","question":3,"stream":"own"}"#,
        r#"{"type":"subscribe","question":1,"stream":"room/1"}"#,
    ] {
        raw.text(question).await;
    }
    let mut answered = HashSet::new();
    while answered.len() < 3 {
        let frame = raw.json().await;
        if frame["type"] == "error" {
            return Err(frame);
        }
        answered.extend(frame["question"].as_u64());
    }
    Ok(raw)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_clients_that_reconnect_at_once_are_all_served() {
    const PEOPLE: usize = 400;
    const EACH: usize = 25;
    let _alone = crate::alone().await;
    let folder = folder();
    let server = Process::start(folder.path(), USUAL).await;
    let address = server.address;
    let mut guests = Vec::new();
    for number in 0..PEOPLE {
        guests.push(Guest::come_in(address, &format!("Guest {number}")).await);
    }
    let mut coming = Vec::new();
    for number in 0..PEOPLE * EACH {
        let token = guests[number % PEOPLE].token.clone();
        coming.push(tokio::spawn(come_back(address, token)));
    }
    let mut here = Vec::new();
    for came in coming {
        here.push(came.await.unwrap().expect("no refusal"));
    }
    assert_eq!(here.len(), PEOPLE * EACH);
    drop(here);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_subscribes_to_a_thousand_rooms() {
    const ROOMS: usize = 999;
    let _alone = crate::alone().await;
    let folder = folder();
    let free = Process::start(
        folder.path(),
        &["--rate-limit", "off", "--max-rooms-per-person", "1000"],
    )
    .await;
    let guest = Guest::come_in(free.address, "Ada").await;
    let mut ada = guest.connect(free.address).await;
    for number in 0..ROOMS {
        let room = ada.create_room(&format!("room {number}")).await;
        ada.post(room, "hello").await;
    }
    drop(ada);
    free.stop().await;
    let server = Process::start(folder.path(), USUAL).await;
    let mut ada = guest.connect(server.address).await;
    let rooms = (1..=ROOMS + 1).map(|id| RoomId(i64::try_from(id).unwrap()));
    let questions: Vec<_> = rooms
        .clone()
        .map(|room| command::subscribe(room, None, Rev::ZERO))
        .collect();
    ada.say_all(&questions).await;
    for room in rooms {
        // A refusal would leave this without an answer.
        ada.subscribed(room).await;
    }
    drop(ada);
    server.stop().await;
}

/// Bytes that an address may write at once, and per second (docs/PROTOCOL.md).
const AT_ONCE: usize = 4 * 1024 * 1024;
const PER_SECOND: usize = 128 * 1024;

/// This many guests post the longest messages as fast as they can, for so long; the bytes that
/// were taken. Where each comes from, `from` says.
async fn flood(
    address: SocketAddr,
    guests: usize,
    seconds: u64,
    from: impl Fn(usize) -> String,
) -> usize {
    let mut writing = Vec::new();
    for number in 0..guests {
        let from = from(number);
        let body = serde_json::json!({ "name": format!("Legion {number}") }).to_string();
        let headers = [("x-forwarded-for", from.as_str())];
        let answer = http::post(address, "/api/v1/session", &headers, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        writing.push(tokio::spawn(async move {
            let headers = [("x-forwarded-for", from.as_str())];
            let socket = Socket::open(address, PATH, &headers).await.unwrap();
            let mut native = Native::greet(socket, Some(&token)).await.ok().unwrap();
            let body = "x".repeat(native.welcome.limits.body_bytes);
            let until = Instant::now() + Duration::from_secs(seconds);
            let mut written = 0;
            while Instant::now() < until {
                match native.ask(&command::send(LOBBY, &body)).await {
                    Ok(_) => written += body.len(),
                    Err(refusal) => assert_eq!(refusal.code, ErrorCode::RateLimited),
                }
            }
            written
        }));
    }
    let mut all = 0;
    for wrote in writing {
        all += wrote.await.unwrap();
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_connections_of_one_address_share_its_rate_limit() {
    const SECONDS: u64 = 3;
    let _alone = crate::alone().await;
    let folder = folder();
    let settings = ["--rate-limit", "10", "--trusted-proxy", "127.0.0.1"];
    let server = Process::start(folder.path(), &settings).await;
    let begun = Instant::now();
    let taken = flood(server.address, 60, SECONDS, |_| "203.0.113.9".to_owned()).await;
    let seconds = usize::try_from(begun.elapsed().as_secs() + 1).unwrap();
    println!("60 guests of one address wrote {taken} bytes");
    assert!(taken <= AT_ONCE + seconds * PER_SECOND, "{taken}");
    assert!(taken > AT_ONCE / 2, "{taken}: less than a crowd may");
    // Whoever has a wide network of IPv6 has four times as much, and not for each address.
    let begun = Instant::now();
    let wide = |number| format!("2001:db8:7:{number:x}00::{number:x}");
    let taken = flood(server.address, 60, SECONDS, wide).await;
    let seconds = usize::try_from(begun.elapsed().as_secs() + 1).unwrap();
    println!("60 guests of one /48 wrote {taken} bytes");
    assert!(taken <= 4 * (AT_ONCE + seconds * PER_SECOND), "{taken}");
    // Another address has its own.
    let other = flood(server.address, 1, 1, |_| "198.51.100.7".to_owned()).await;
    assert!(other > 100_000, "{other}");
    server.stop().await;
}
