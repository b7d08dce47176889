//! Which pages and programs may connect, by `Origin` and `Host`, before anything else.

use shared::error::ErrorCode;

use crate::support::http::{self, Answer};
use crate::support::native::PATH;
use crate::support::process::Process;
use crate::support::raw::handshake;
use crate::support::server::{Server, folder};

const SESSION: &str = "/api/v1/session";
const OK: Option<ErrorCode> = None;
const ORIGIN: Option<ErrorCode> = Some(ErrorCode::OriginForbidden);
const HOST: Option<ErrorCode> = Some(ErrorCode::HostForbidden);

/// That both handshakes and a change over HTTP are answered alike.
async fn assert_all(server: &Server, headers: &[(&str, &str)], expected: Option<ErrorCode>) {
    let change = http::post(server.address, SESSION, headers, r#"{"name":"Ada"}"#);
    let answers: [(&str, Answer, u16); 3] = [
        ("/", handshake(server.address, "/", headers).await, 101),
        (PATH, handshake(server.address, PATH, headers).await, 101),
        (SESSION, change.await, 201),
    ];
    for (path, answer, good) in answers {
        match expected {
            None => assert_eq!(answer.status, good, "{path} {headers:?} {answer:?}"),
            Some(code) => {
                assert_eq!(answer.status, 403, "{path} {headers:?}");
                assert_eq!(answer.code(), code, "{path} {headers:?}");
            }
        }
    }
}

#[tokio::test]
async fn in_local_mode_pages_of_this_machine_may_connect_and_no_others() {
    let server = Server::start(&[]).await;
    let port = server.address.port();
    let own = format!("http://localhost:{port}");
    let numeric = format!("http://127.0.0.1:{port}");
    let origins = [
        (own.as_str(), OK),
        (&numeric, OK),
        ("http://localhost:8080", OK),
        ("https://localhost", OK),
        ("http://[::1]:8080", OK),
        ("http://app.localhost:8080", OK),
        ("https://evil.example", ORIGIN),
        ("http://localhost.evil.example", ORIGIN),
        ("http://evil.example:8080", ORIGIN),
        ("http://127.0.0.1.evil.example", ORIGIN),
        ("http://localhost@evil.example", ORIGIN),
        ("http://notlocalhost", ORIGIN),
        ("file://", ORIGIN),
        ("null", ORIGIN),
    ];
    for (origin, expected) in origins {
        assert_all(&server, &[("origin", origin)], expected).await;
    }
    assert_all(&server, &[("origin", &own), ("origin", &own)], ORIGIN).await;
}

#[tokio::test]
async fn the_development_server_s_proxy_may_connect_with_or_without_the_port_in_host() {
    let server = Server::start(&[]).await;
    for host in ["localhost", "localhost:8080", "127.0.0.1", "LocalHost:8080"] {
        let headers = [("origin", "http://localhost:8080"), ("host", host)];
        assert_all(&server, &headers, OK).await;
    }
}

#[tokio::test]
async fn a_host_that_is_not_the_server_s_is_refused_whatever_the_origin() {
    let server = Server::start(&[]).await;
    for host in [
        "evil.example",
        "localhost.evil.example",
        "192.168.1.1:3000",
        "[::2]",
        "@",
    ] {
        assert_all(&server, &[("host", host)], HOST).await;
        let origin = format!("http://{host}");
        assert_all(&server, &[("host", host), ("origin", &origin)], HOST).await;
    }
    assert_all(
        &server,
        &[("host", "localhost"), ("host", "localhost")],
        HOST,
    )
    .await;
    let missing = missing_host(&server).await;
    assert!((400..=403).contains(&missing), "{missing}");
}

/// The status of a handshake without any `Host`.
async fn missing_host(server: &Server) -> u16 {
    use tokio::io::AsyncWriteExt;
    let mut stream = tokio::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    let request = "GET / HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    http::answer(&mut stream).await.unwrap().status
}

#[tokio::test]
async fn further_origins_are_a_setting() {
    let arguments = ["--allow-origin", "null,https://www.example.org/"];
    let server = Server::start(&arguments).await;
    assert_all(&server, &[("origin", "null")], OK).await;
    assert_all(&server, &[("origin", "https://www.example.org")], OK).await;
    assert_all(&server, &[("origin", "HTTPS://WWW.example.org")], OK).await;
    assert_all(&server, &[("origin", "http://www.example.org")], ORIGIN).await;
    assert_all(
        &server,
        &[("origin", "https://www.example.org:444")],
        ORIGIN,
    )
    .await;
}

#[tokio::test]
async fn outside_local_mode_guests_and_the_simple_protocol_are_off_unless_set() {
    let url = "https://chat.example.org";
    let headers = [("host", "chat.example.org"), ("origin", url)];
    let server = Server::start(&["--public-url", url]).await;
    let simple = handshake(server.address, "/", &headers).await;
    assert_eq!((simple.status, simple.code()), (403, ErrorCode::SimpleOff));
    let guest = http::post(server.address, SESSION, &headers, r#"{"name":"Ada"}"#).await;
    assert_eq!((guest.status, guest.code()), (403, ErrorCode::GuestsOff));

    let arguments = ["--public-url", url, "--guests", "on", "--simple", "on"];
    let server = Server::start(&arguments).await;
    assert_all(&server, &headers, OK).await;
    // Only this one origin: not the machine's own pages, nor the same name unencrypted.
    for origin in ["http://localhost:8080", "http://chat.example.org"] {
        let headers = [("host", "chat.example.org"), ("origin", origin)];
        assert_all(&server, &headers, ORIGIN).await;
    }
    // The proxy on this machine may call the server by its numeric address.
    assert_all(&server, &[("origin", url)], OK).await;
    assert_all(&server, &[("host", "evil.example"), ("origin", url)], HOST).await;
}

#[tokio::test]
async fn what_is_off_in_local_mode_was_turned_off() {
    let server = Server::start(&["--guests", "off", "--simple", "off"]).await;
    assert_eq!(
        handshake(server.address, "/", &[]).await.code(),
        ErrorCode::SimpleOff
    );
    let guest = http::post(server.address, SESSION, &[], r#"{"name":"Ada"}"#).await;
    assert_eq!(guest.code(), ErrorCode::GuestsOff);
    assert_eq!(handshake(server.address, PATH, &[]).await.status, 101);
}

#[tokio::test]
async fn the_log_names_the_setting_that_would_allow_what_was_refused() {
    let folder = folder();
    let url = "https://chat.example.org";
    let server = Process::start(folder.path(), &["--public-url", url]).await;
    let headers = [
        ("host", "chat.example.org"),
        ("origin", "https://evil.example"),
    ];
    handshake(server.address, "/", &headers).await;
    handshake(server.address, "/", &[("host", "evil.example")]).await;
    handshake(server.address, "/", &[("host", "chat.example.org")]).await;
    server.terminate();
    let (status, log) = server.exited().await;
    assert!(status.success());
    for hint in [
        "--guests on",
        "--allow-origin \"https://evil.example\"",
        "--public-url",
        "--simple on",
    ] {
        assert!(log.contains(hint), "{hint} in:\n{log}");
    }
}
