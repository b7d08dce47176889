//! Clients that stop reading or disconnect in the middle: they hold no resources and delay
//! nobody.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use shared::error::ErrorCode;
use shared::frame::{ServerFrame, close};
use shared::id::RoomId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::native::{Native, PATH};
use crate::support::raw::{FIN, HANDSHAKE, Raw, TEXT, frame, handshake};
use crate::support::server::Server;
use crate::support::simple::Simple;
use crate::support::{command, within};

const LOBBY: RoomId = RoomId::LOBBY;

/// Half of what may wait for a reader is reached somewhere in the middle of this, and
/// the byte of an unfinished frame that comes then is what woke the reading side. The
/// heartbeat does the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stops_in_the_middle_of_a_frame_delays_nobody() {
    const STEPS: usize = 20;
    let server = Server::start(&[
        "--max-outbox-bytes",
        "8000000",
        "--progress-timeout-seconds",
        "2",
        "--heartbeat-seconds",
        "1",
    ])
    .await;
    let mut ada = enter(server.address, "Ada").await;
    let guest = Guest::come_in(server.address, "Asleep").await;
    let mut asleep = Raw::greeted(server.address, &guest.token).await;
    socket2::SockRef::from(&asleep.0)
        .set_recv_buffer_size(4096)
        .unwrap();
    asleep
        .text(r#"{"type":"subscribe","question":1,"stream":"room/1"}"#)
        .await;
    assert_eq!(asleep.json().await["type"], "reset");
    let unfinished = frame(FIN | TEXT, &[b' '; 100]);
    let body = "x".repeat(ada.welcome.limits.body_bytes);
    for step in 0..STEPS {
        ada.post_all(LOBBY, std::iter::repeat_n(body.clone(), 32))
            .await;
        asleep.bytes(&unfinished[step..=step]).await;
        let healthy = http::get(server.address, "/healthz", &[]).await;
        assert_eq!(healthy.status, 200);
    }
    // It is disconnected in the end: only the witness is left.
    let mut witness = enter(server.address, "Witness").await;
    witness.subscribe(LOBBY).await;
    witness
        .expect("the reader to be given up", |frame| match frame {
            ServerFrame::Presence { count: 1, .. } => Some(()),
            _ => None,
        })
        .await;
    ada.post(LOBBY, "undisturbed").await;
    server.stop().await;
}

#[tokio::test]
async fn an_http_client_that_does_not_read_its_response_is_disconnected() {
    let server = Server::start(&["--progress-timeout-seconds", "1"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let guest = Guest::come_in(server.address, "Ben").await;
    let body = "x".repeat(ada.welcome.limits.body_bytes);
    ada.post_all(LOBBY, std::iter::repeat_n(body, 60)).await;
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    socket2::SockRef::from(&idle)
        .set_recv_buffer_size(4096)
        .unwrap();
    let question = format!(
        "GET /api/v1/rooms/1/messages HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\n\r\n",
        guest.bearer()
    );
    // More answers than the network buffers hold.
    let _sent = idle.write_all(question.repeat(40).as_bytes()).await;
    let begun = Instant::now();
    let ended = within("the connection's end", async {
        // The end is noticed without reading: a write fails.
        while idle.write_all(question.as_bytes()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    ended.await;
    assert!(begun.elapsed() >= Duration::from_millis(500), "not at once");
    ada.post(LOBBY, "undisturbed").await;
}

#[tokio::test]
async fn a_sign_out_takes_effect_even_if_the_client_does_not_wait_for_it() {
    let server = Server::start(&[]).await;
    for _ in 0..20 {
        let guest = Guest::come_in(server.address, "Hasty").await;
        let mut window = guest.connect(server.address).await;
        let mut request = TcpStream::connect(server.address).await.unwrap();
        let text = format!(
            "DELETE /api/v1/session HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\n\r\n",
            guest.bearer()
        );
        request.write_all(text.as_bytes()).await.unwrap();
        drop(request);
        let bearer = guest.bearer();
        let headers = [("authorization", bearer.as_str())];
        // The server may see the end of the connection before the request; then the session stays.
        for _ in 0..20 {
            let answer = http::get(server.address, "/api/v1/session", &headers).await;
            if answer.status == 401 {
                assert_eq!(window.closed().await, Some(close::UNAUTHORIZED));
                break;
            }
        }
    }
}

#[tokio::test]
async fn data_files_are_readable_by_their_owner_alone() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.post(LOBBY, "private").await;
    let mut files = 0;
    for entry in std::fs::read_dir(server.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 5, "the store, its log and index, lock, socket");
}

#[tokio::test]
async fn a_deleted_text_is_also_removed_from_the_write_ahead_log() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let secret = "correct horse battery staple";
    let seq = ada.post(LOBBY, secret).await.seq.unwrap();
    let holds = || {
        let files = std::fs::read_dir(server.folder.path()).unwrap();
        let files = files.map(Result::unwrap);
        let files = files.filter(|entry| entry.file_type().unwrap().is_file());
        files.map(|entry| entry.path()).any(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        })
    };
    assert!(holds());
    ada.ask(&command::delete(LOBBY, seq)).await.unwrap();
    within("the text's end", async {
        while holds() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_handshake_is_a_get_request_without_a_body() {
    let server = Server::start(&[]).await;
    for path in ["/", PATH] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let mut text = format!("HEAD {path} HTTP/1.1\r\nhost: localhost\r\n");
        for (name, value) in HANDSHAKE {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.push_str("\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut status = [0; 12];
        within("an answer", stream.read_exact(&mut status))
            .await
            .unwrap();
        assert_eq!(&status, b"HTTP/1.1 426", "{path}");
        for extra in [("content-length", "5"), ("transfer-encoding", "chunked")] {
            let answer = handshake(server.address, path, &[extra]).await;
            assert_ne!(answer.status, 101, "{path} {extra:?}");
        }
    }
}

#[tokio::test]
async fn reconnecting_does_not_reset_a_simple_client_s_rate_limit() {
    let server = Server::start(&["--rate-limit", "10"]).await;
    let mut refused = 0;
    for _ in 0..8 {
        let mut simple = Simple::connect(server.address).await;
        for number in 0..50 {
            simple.say("Mallory", &number.to_string()).await;
        }
        simple.say("Mallory", "").await;
        loop {
            match simple.next().await.error {
                // What the ones before have said.
                None => {}
                Some(ErrorCode::RateLimited) => {
                    refused += 1;
                    break;
                }
                Some(ErrorCode::TextEmpty) => break,
                Some(other) => panic!("{other}"),
            }
        }
    }
    assert!(refused > 0, "400 at once are more than a place may say");
}

#[tokio::test]
async fn binary_frames_count_as_mistakes() {
    let server = Server::start(&[]).await;
    let mut raw = Raw::open(server.address, "/").await;
    raw.bytes(&frame(FIN | 0x2, b"x").repeat(1_000)).await;
    assert_eq!(raw.closed().await, Some(close::FLOOD));
    let guest = Guest::come_in(server.address, "Ada").await;
    let native = Native::connect(server.address, &guest.token).await;
    assert_eq!(native.user().name, "Ada");
}
