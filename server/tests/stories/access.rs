//! Which pages and programs may connect, by `Host` and `Origin`, before anything else:
//! the server's own pages, those of allowed origins, and programs.

use shared::error::ErrorCode;

use crate::support::http;
use crate::support::native::PATH;
use crate::support::process::Process;
use crate::support::raw::handshake;
use crate::support::server::{Server, folder};

const SESSION: &str = "/api/v1/session";

/// What a client may do.
#[derive(Clone, Copy, Debug)]
enum May {
    /// Everything: a page of the server's own, or a program.
    All,
    /// Speak the simple protocol, and nothing that needs a session.
    Simple,
    /// Nothing, for this reason.
    Nothing(u16, ErrorCode),
}

use May::{All, Simple};

const ORIGIN: May = May::Nothing(403, ErrorCode::OriginForbidden);
const HOST: May = May::Nothing(403, ErrorCode::HostForbidden);
const BAD: May = May::Nothing(400, ErrorCode::BadCommand);

/// Checks the answers to both handshakes and to a change over HTTP.
async fn assert_may(server: &Server, headers: &[(&str, &str)], may: May) {
    let simple = handshake(server.address, "/", headers).await;
    let native = handshake(server.address, PATH, headers).await;
    let change = http::post(server.address, SESSION, headers, r#"{"name":"Ada"}"#).await;
    for (door, answer, good) in [
        ("simple", simple, 101),
        ("native", native, 101),
        ("session", change, 201),
    ] {
        let refused = match may {
            All => None,
            Simple if door == "simple" => None,
            Simple => Some((403, ErrorCode::OriginForbidden)),
            May::Nothing(status, code) => Some((status, code)),
        };
        let what = format!("{door} {headers:?} {answer:?}");
        match refused {
            None => assert_eq!(answer.status, good, "{what}"),
            Some((status, code)) => {
                assert_eq!((answer.status, answer.code()), (status, code), "{what}");
                assert!(answer.header("set-cookie").is_none(), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn in_local_mode_other_loopback_pages_may_only_speak_the_simple_protocol() {
    let server = Server::start(&[]).await;
    let port = server.address.port();
    let own = format!("http://localhost:{port}");
    let numeric = format!("http://127.0.0.1:{port}");
    let other = format!("http://localhost:{}", port ^ 1);
    let secure = format!("https://localhost:{port}");
    let origins = [
        (own.as_str(), All),
        (&numeric, All),
        (&other, Simple),
        (&secure, Simple),
        ("http://localhost", Simple),
        ("http://localhost:8080", Simple),
        ("https://localhost", Simple),
        ("http://[::1]:8080", Simple),
        ("http://app.localhost:8080", Simple),
        ("https://evil.example", ORIGIN),
        ("http://localhost.evil.example", ORIGIN),
        ("http://evil.example:8080", ORIGIN),
        ("http://127.0.0.1.evil.example", ORIGIN),
        ("http://localhost@evil.example", ORIGIN),
        ("http://evil.example@localhost", ORIGIN),
        ("http://notlocalhost", ORIGIN),
        ("file://", ORIGIN),
        ("null", ORIGIN),
        ("\u{ff}", ORIGIN),
    ];
    for (origin, may) in origins {
        assert_may(&server, &[("origin", origin)], may).await;
    }
    assert_may(&server, &[("origin", &own), ("origin", &own)], ORIGIN).await;
}

#[tokio::test]
async fn a_configured_development_origin_counts_as_own() {
    let arguments = [
        "--dev-origin",
        "http://localhost:8080,http://127.0.0.1:8080",
    ];
    let server = Server::start(&arguments).await;
    // Trunk passes on the browser's Origin, and a Host without its port.
    for host in ["localhost", "localhost:8080", "127.0.0.1", "LocalHost:8080"] {
        for origin in ["http://localhost:8080", "http://127.0.0.1:8080"] {
            assert_may(&server, &[("origin", origin), ("host", host)], All).await;
        }
        let another = [("origin", "http://localhost:8081"), ("host", host)];
        assert_may(&server, &another, Simple).await;
    }
}

#[tokio::test]
async fn a_foreign_host_header_is_refused_whatever_the_origin() {
    let server = Server::start(&[]).await;
    for host in [
        "evil.example",
        "localhost.evil.example",
        "192.168.1.1:3000",
        "[::2]",
    ] {
        assert_may(&server, &[("host", host)], HOST).await;
        let origin = format!("http://{host}");
        assert_may(&server, &[("host", host), ("origin", &origin)], HOST).await;
    }
}

#[tokio::test]
async fn a_malformed_host_header_is_a_bad_request() {
    let server = Server::start(&[]).await;
    for host in [
        " ",
        "@",
        "ada@localhost",
        "localhost, localhost",
        "localhost/",
        "http://localhost",
        "localhost:port",
        "localhost:99999",
        "[::1",
        "::1",
        "\u{ff}",
    ] {
        assert_may(&server, &[("host", host)], BAD).await;
        let page = http::get(server.address, "/", &[("host", host)]).await;
        assert_eq!(page.status, 400, "{host:?}");
    }
    assert_may(
        &server,
        &[("host", "localhost"), ("host", "localhost")],
        BAD,
    )
    .await;
}

#[tokio::test]
async fn a_request_needs_exactly_one_host() {
    const WEBSOCKET: &str = "connection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let server = Server::start(&[]).await;
    let none = "";
    let local = "host: localhost\r\n";
    let evil = "host: evil.example\r\n";
    for (line, host, status) in [
        // RFC 9112 § 3.2.
        ("GET / HTTP/1.1", none, 400),
        ("GET /api/v1/ws HTTP/1.1", none, 400),
        ("GET http://localhost/api/v1/ws HTTP/1.1", none, 400),
        ("GET /healthz HTTP/1.1", none, 400),
        // § 3.2.2: the host of the request target replaces that of the header.
        ("GET http://localhost/api/v1/ws HTTP/1.1", evil, 101),
        ("GET http://localhost:3000/ HTTP/1.1", evil, 101),
        ("GET http://evil.example/ HTTP/1.1", local, 403),
        ("GET http://evil.example/api/v1/ws HTTP/1.1", local, 403),
        ("GET http://ada@localhost/api/v1/ws HTTP/1.1", local, 400),
        ("GET http://localhost/healthz HTTP/1.1", local, 200),
        ("GET ftp://localhost/api/v1/ws HTTP/1.1", local, 400),
        // Health checks send such; a WebSocket needs HTTP/1.1 (RFC 6455 § 4.2.1).
        ("GET /healthz HTTP/1.0", none, 200),
        ("GET /api/v1/session HTTP/1.0", none, 400),
        ("GET /api/v1/session HTTP/1.0", local, 200),
        ("GET /api/v1/ws HTTP/1.0", local, 426),
        ("GET / HTTP/1.0", local, 426),
    ] {
        let request = format!("{line}\r\n{host}{WEBSOCKET}\r\n");
        let answer = http::exchange(server.address, request.as_bytes()).await;
        assert_eq!(answer.status, status, "{line} {host:?} {answer:?}");
        if matches!(status, 400 | 403) {
            let code = if status == 400 {
                ErrorCode::BadCommand
            } else {
                ErrorCode::HostForbidden
            };
            assert_eq!(answer.code(), code, "{line} {host:?}");
        }
    }
}

#[tokio::test]
async fn allowed_origins_may_only_speak_the_simple_protocol() {
    let arguments = ["--allow-origin", "null,https://www.example.org:443/"];
    let server = Server::start(&arguments).await;
    for (origin, may) in [
        ("null", Simple),
        ("https://www.example.org", Simple),
        ("HTTPS://WWW.example.org", Simple),
        ("http://www.example.org", ORIGIN),
        ("https://www.example.org:444", ORIGIN),
        ("https://example.org", ORIGIN),
    ] {
        assert_may(&server, &[("origin", origin)], may).await;
    }
}

#[tokio::test]
async fn a_public_url_means_what_browsers_make_of_it() {
    let on = ["--guests", "on", "--simple", "on"];
    for (url, host, origin) in [
        (
            "https://chat.example.org:443",
            "chat.example.org",
            "https://chat.example.org",
        ),
        (
            "https://Chat.Example.ORG.",
            "chat.example.org",
            "https://chat.example.org",
        ),
        (
            "http://chat.example.org:80/",
            "chat.example.org",
            "http://chat.example.org",
        ),
        (
            "https://chat.example.org:8443",
            "chat.example.org:8443",
            "https://chat.example.org:8443",
        ),
        (
            "https://마당.example",
            "xn--ok1b32k.example",
            "https://xn--ok1b32k.example",
        ),
    ] {
        let server = Server::start(&[&["--public-url", url][..], &on].concat()).await;
        assert_may(&server, &[("host", host), ("origin", origin)], All).await;
        assert_may(&server, &[("host", host)], All).await;
        let dotted = host.replacen("example.org", "example.org.", 1);
        assert_may(&server, &[("host", &dotted), ("origin", origin)], All).await;
    }
}

#[tokio::test]
async fn outside_local_mode_guests_and_the_simple_protocol_are_off_by_default() {
    let url = "https://chat.example.org";
    let headers = [("host", "chat.example.org"), ("origin", url)];
    let server = Server::start(&["--public-url", url]).await;
    let simple = handshake(server.address, "/", &headers).await;
    assert_eq!((simple.status, simple.code()), (403, ErrorCode::SimpleOff));
    let guest = http::post(server.address, SESSION, &headers, r#"{"name":"Ada"}"#).await;
    assert_eq!((guest.status, guest.code()), (403, ErrorCode::GuestsOff));

    let arguments = ["--public-url", url, "--guests", "on", "--simple", "on"];
    let server = Server::start(&arguments).await;
    assert_may(&server, &headers, All).await;
    // Only this one origin: not the machine's own pages, nor the same name unencrypted.
    for origin in ["http://localhost:8080", "http://chat.example.org"] {
        let headers = [("host", "chat.example.org"), ("origin", origin)];
        assert_may(&server, &headers, ORIGIN).await;
    }
    // The proxy on this machine may call the server by its numeric address.
    assert_may(&server, &[("origin", url)], All).await;
    assert_may(&server, &[("host", "evil.example"), ("origin", url)], HOST).await;
}

#[tokio::test]
async fn in_local_mode_guests_and_the_simple_protocol_can_be_turned_off() {
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
async fn the_log_names_the_setting_that_would_allow_a_refused_request() {
    let folder = folder();
    let url = "https://chat.example.org";
    let server = Process::start(folder.path(), &["--public-url", url]).await;
    let host = ("host", "chat.example.org");
    for headers in [
        &[host, ("origin", "https://evil.example")][..],
        &[host, ("origin", "null")],
        &[("host", "evil.example")],
        &[host],
    ] {
        handshake(server.address, "/", headers).await;
    }
    server.terminate();
    let (status, log) = server.exited().await;
    assert!(status.success());
    for hint in [
        "--guests on",
        "--allow-origin \"https://evil.example\"",
        "opened from a file",
        "--allow-origin null",
        "--public-url",
        "--simple on",
    ] {
        assert!(log.contains(hint), "{hint} in:\n{log}");
    }
}

#[tokio::test]
async fn the_log_warns_of_settings_that_probably_are_mistakes() {
    let folder = folder();
    let allow = [
        "--public-url",
        "https://chat.example.org",
        "--allow-origin",
        "null",
    ];
    let server = Process::start(folder.path(), &allow).await;
    server.terminate();
    let (_, log) = server.exited().await;
    for words in [
        "any site's sandboxed frame",
        "--allow-origin does nothing",
        "--simple on",
    ] {
        assert!(log.contains(words), "{words} in:\n{log}");
    }
}
