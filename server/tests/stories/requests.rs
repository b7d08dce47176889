//! HTTP requests that are slow, too large, or malformed.

use std::time::Duration;

use shared::error::ErrorCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::guest::enter;
use crate::support::native::PATH;
use crate::support::raw::handshake;
use crate::support::server::Server;
use crate::support::{http, within};

const SESSION: &str = "/api/v1/session";

#[tokio::test]
async fn slow_headers_time_out_without_delaying_others() {
    let server = Server::start(&["--header-seconds", "1"]).await;
    let address = server.address;
    let silent = TcpStream::connect(address).await.unwrap();
    let dripping = TcpStream::connect(address).await.unwrap();
    let (mut reading, mut writing) = dripping.into_split();
    let drip = tokio::spawn(async move {
        // The attacker's clock: one byte now and then, for ever.
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        let header = b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ".iter();
        for byte in header.chain(std::iter::repeat(&b'x')) {
            ticks.tick().await;
            if writing.write_all(&[*byte]).await.is_err() {
                return;
            }
        }
    });
    let mut ada = enter(address, "Ada").await;
    ada.post(shared::id::RoomId::LOBBY, "served").await;
    let mut left = Vec::new();
    // Closed or reset: it is over.
    let _end = within(
        "the end of a dripping request",
        reading.read_to_end(&mut left),
    )
    .await;
    drip.abort();
    let mut silent = silent;
    let _end = within("the end of a silent one", silent.read_to_end(&mut left)).await;
}

#[tokio::test]
async fn a_request_that_is_no_handshake_gets_an_explanation() {
    let server = Server::start(&[]).await;
    // Another protocol or version: RFC 9110 §15.5.22 and RFC 6455 §4.4.
    let others: [&[(&str, &str)]; 5] = [
        &[("sec-websocket-version", "")],
        &[("sec-websocket-version", "8")],
        &[("sec-websocket-version", "13, 8")],
        &[("upgrade", "h2c")],
        &[("connection", "close")],
    ];
    for path in ["/", PATH] {
        for headers in others {
            let answer = handshake(server.address, path, headers).await;
            assert_eq!(answer.status, 426, "{headers:?} {answer:?}");
            assert_eq!(answer.code(), ErrorCode::BadCommand);
            assert_eq!(answer.header("upgrade"), Some("websocket"), "{answer:?}");
            assert_eq!(answer.header("sec-websocket-version"), Some("13"));
        }
    }
    // Required headers that are missing or malformed (RFC 6455 §4.2.1).
    let version = ("sec-websocket-version", "13");
    let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let malformed: [&[(&str, &str)]; 9] = [
        &[("sec-websocket-key", "")],
        &[("sec-websocket-key", "short")],
        &[("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZR==")],
        &[("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==AAAA")],
        &[("sec-websocket-key", "\u{ff}\u{ff}hlIHNhbXBsZSBub25jZQ==")],
        &[key, key],
        &[version, version],
        &[("content-length", "5")],
        &[("transfer-encoding", "chunked")],
    ];
    for path in ["/", PATH] {
        for headers in malformed {
            let answer = handshake(server.address, path, headers).await;
            assert_eq!(answer.status, 400, "{path} {headers:?} {answer:?}");
            assert_eq!(answer.code(), ErrorCode::BadCommand);
        }
    }
    let answer = http::get(server.address, PATH, &[]).await;
    assert_eq!(answer.status, 426);
}

#[tokio::test]
async fn a_malformed_session_request_is_refused_with_a_code() {
    let server = Server::start(&[]).await;
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(20_000));
    let cases = [
        (large.as_str(), 413, ErrorCode::TooLarge),
        ("name=Ada", 400, ErrorCode::BadJson),
        ("{\"name\":", 400, ErrorCode::BadJson),
        ("[]", 400, ErrorCode::BadCommand),
        ("{}", 400, ErrorCode::BadCommand),
        (r#"{"name":5}"#, 400, ErrorCode::BadCommand),
    ];
    for (body, status, code) in cases {
        let answer = http::post(server.address, SESSION, &[], body).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
    }
    // A form of another site's page, which needs no permission to be sent.
    let form = [("content-type", "text/plain")];
    let answer = http::ask(server.address, "POST", SESSION, &form, r#"{"name":"Ada"}"#).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.code(), ErrorCode::BadCommand);
    let answer = http::ask(server.address, "PUT", SESSION, &[], "").await;
    assert_eq!(answer.code(), ErrorCode::MethodNotAllowed);
}

#[tokio::test]
async fn a_body_that_never_comes_times_out() {
    let server = Server::start(&[]).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\n\
        content-type: application/json\r\ncontent-length: 100\r\n\r\n{\"name\":";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut ada = enter(server.address, "Ada").await;
    ada.settle().await;
    // Nothing else runs now: the paused clock advances by itself while the server waits.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let answer = tokio::time::timeout(Duration::from_mins(10), async {
        let mut answer = Vec::new();
        // The server closes the connection, because the request is not complete.
        let _closed = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    });
    let answer = answer.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(12), "10 s are given");
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains(r#""code":"request_timeout""#), "{answer}");
    // This response has the common headers too.
    for header in ["nosniff", "same-origin", "no-store"] {
        assert!(answer.contains(header), "{answer}");
    }
}

#[tokio::test]
async fn a_body_above_the_limit_of_the_route_is_refused() {
    let server = Server::start(&[]).await;
    for (bytes, status) in [(4_000, 400), (5_000, 413)] {
        let body = format!(r#"{{"name":"{}"}}"#, "x".repeat(bytes));
        let answer = http::post(server.address, SESSION, &[], &body).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

#[tokio::test]
async fn endless_headers_are_refused() {
    let server = Server::start(&[]).await;
    let large = "x".repeat(100_000);
    let answer = http::get(server.address, "/", &[("x-large", &large)]).await;
    assert_eq!(answer.status, 431);
    let answer = http::get(server.address, &format!("/{large}"), &[]).await;
    assert!(matches!(answer.status, 414 | 431), "{}", answer.status);
}
