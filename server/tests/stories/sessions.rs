//! Sessions: how pages and programs authenticate.

use shared::error::ErrorCode;
use shared::frame::close;
use shared::id::RoomId;

use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::native::{Native, PATH};
use crate::support::server::Server;
use crate::support::socket::Socket;

const SESSION: &str = "/api/v1/session";

type Headers<'a> = &'a [(&'a str, &'a str)];

/// A page of this server's own.
fn own_page(server: &Server) -> String {
    format!("http://localhost:{}", server.address.port())
}

/// Creates a guest as a page does. Returns the answer, and the cookie to send back.
async fn come_in(server: &Server, name: &str) -> (Answer, String) {
    let body = serde_json::json!({ "name": name }).to_string();
    let origin = own_page(server);
    let answer = http::post(server.address, SESSION, &[("origin", &origin)], &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let cookie = answer.header("set-cookie").unwrap();
    let pair = cookie.split(';').next().unwrap().to_owned();
    (answer, pair)
}

#[tokio::test]
async fn the_session_cookie_is_http_only_and_same_site() {
    let server = Server::start(&[]).await;
    let (answer, _) = come_in(&server, "Ada").await;
    let cookie = answer.header("set-cookie").unwrap();
    let name = format!("madang_session_{}=", server.address.port());
    assert!(cookie.starts_with(&name), "{cookie}");
    for flag in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age="] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "plain http works: {cookie}");
    // The page's scripts read the other one, which says nothing of the secret.
    let cookies = answer.all("set-cookie");
    let name = format!("madang_tag_{}=", server.address.port());
    let tag = cookies.iter().find_map(|cookie| cookie.strip_prefix(&name));
    let (tag, flags) = tag.unwrap().split_once(';').unwrap();
    assert!(!cookie.contains(tag), "{cookies:?}");
    assert!(flags.contains("SameSite=Strict") && !flags.contains("HttpOnly"));
    assert_eq!(cookies.len(), 2);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(
        answer.json().get("token").is_none(),
        "scripts cannot read it"
    );
}

#[tokio::test]
async fn the_cookies_of_a_session_that_has_ended_are_removed_and_no_others() {
    let server = Server::start(&[]).await;
    let (_, cookie) = come_in(&server, "Ada").await;
    let origin = own_page(&server);
    let ask = async |more: &[(&str, &str)]| {
        let mut headers = vec![("cookie", cookie.as_str())];
        headers.extend(more);
        let answer = http::get(server.address, SESSION, &headers).await;
        let removed = answer.all("set-cookie").len();
        (answer.json()["user"]["name"].clone(), removed)
    };
    let (ada, nobody) = (serde_json::json!("Ada"), serde_json::Value::Null);
    assert_eq!(ask(&[]).await, (ada, 0));
    // A page of another site asks: the cookie does not count, and stays.
    let other = [("sec-fetch-site", "cross-site")];
    assert_eq!(ask(&other).await, (nobody.clone(), 0));
    let headers = [("cookie", cookie.as_str()), ("origin", &origin)];
    let left = http::ask(server.address, "DELETE", SESSION, &headers, "").await;
    assert_eq!(left.status, 204);
    assert_eq!(ask(&other).await, (nobody.clone(), 0));
    assert_eq!(ask(&[]).await, (nobody, 2));
}

#[tokio::test]
async fn with_a_public_https_url_cookies_are_secure_and_named_by_its_port() {
    let cases = [
        (
            "https://chat.example.org",
            "__Host-madang_session_443=",
            true,
        ),
        ("http://chat.example.org", "madang_session_80=", false),
        (
            "https://chat.example.org:8443",
            "__Host-madang_session_8443=",
            true,
        ),
        (
            "http://chat.example.org:8081",
            "madang_session_8081=",
            false,
        ),
    ];
    for (url, name, secure) in cases {
        let server = Server::start(&["--public-url", url, "--guests", "on"]).await;
        let host = url.split_once("://").unwrap().1;
        let headers = [("host", host), ("origin", url)];
        let answer = http::post(server.address, SESSION, &headers, r#"{"name":"Ada"}"#).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.starts_with(name), "{url}: {cookie}");
        assert_eq!(cookie.contains("; Secure"), secure, "{url}: {cookie}");
        // Over plain http browsers only complain of it.
        let page = http::get(server.address, "/", &headers).await;
        let apart = page.header("cross-origin-opener-policy");
        assert_eq!(apart, secure.then_some("same-origin"), "{url}");
    }
}

#[tokio::test]
async fn a_page_without_a_session_gets_null_and_a_bad_token_is_refused() {
    let server = Server::start(&[]).await;
    let stale = format!(
        "madang_session_{}={}",
        server.address.port(),
        "0".repeat(64)
    );
    let newcomers: [Headers; 3] = [
        &[],
        &[("cookie", "madang_session_1=x")],
        &[("cookie", &stale)],
    ];
    for headers in newcomers {
        let answer = http::get(server.address, SESSION, headers).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.json()["user"].is_null(), "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let wrong = format!("Bearer {}", "0".repeat(64));
    for bearer in ["Bearer x", &wrong] {
        let answer = http::get(server.address, SESSION, &[("authorization", bearer)]).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, ErrorCode::Unauthorized)
        );
    }
}

#[tokio::test]
async fn a_page_s_session_survives_reload_and_restart() {
    let server = Server::start(&[]).await;
    let (answer, cookie) = come_in(&server, "Ada").await;
    let ada = answer.json()["user"].clone();
    let (_, secret) = cookie.split_once('=').unwrap();
    let server = server.restart().await;
    // The test's server has another port now, which names the cookie.
    let cookie = format!("other=1; madang_session_{}={secret}", server.address.port());
    let shown = http::get(server.address, SESSION, &[("cookie", &cookie)]).await;
    assert_eq!(shown.json()["user"], ada);
    let origin = own_page(&server);
    let headers = [("cookie", cookie.as_str()), ("origin", &origin)];
    let socket = Socket::open(server.address, PATH, &headers).await.unwrap();
    let native = Native::greet(socket, None).await;
    assert_eq!(native.ok().unwrap().user().name, "Ada");
}

#[tokio::test]
async fn pages_authenticate_by_cookie_only_and_programs_by_token_only() {
    let server = Server::start(&[]).await;
    let program = Guest::come_in(server.address, "Program").await;
    let (_, cookie) = come_in(&server, "Page").await;
    let origin = own_page(&server);
    let cases: [(Headers, Option<&str>, Option<&str>); 6] = [
        (&[], Some(&program.token), Some("Program")),
        (
            &[("origin", &origin), ("cookie", &cookie)],
            None,
            Some("Page"),
        ),
        (&[("origin", &origin)], Some(&program.token), None),
        (&[("cookie", &cookie)], None, None),
        (&[], None, None),
        (&[], Some("no token"), None),
    ];
    for (headers, token, expected) in cases {
        let socket = Socket::open(server.address, PATH, headers).await.unwrap();
        match (Native::greet(socket, token).await, expected) {
            (Ok(native), Some(name)) => assert_eq!(native.user().name, name),
            (Err((refusal, code)), None) => {
                assert_eq!(refusal.unwrap().code, ErrorCode::Unauthorized);
                assert_eq!(code, Some(close::UNAUTHORIZED));
            }
            (Ok(_), None) => panic!("welcome with {headers:?} and {token:?}"),
            (Err(_), Some(_)) => panic!("not welcome with {headers:?} and {token:?}"),
        }
    }
}

#[tokio::test]
async fn a_token_in_a_page_s_hello_does_not_override_its_cookie() {
    let server = Server::start(&[]).await;
    let program = Guest::come_in(server.address, "Program").await;
    let (_, cookie) = come_in(&server, "Page").await;
    let origin = own_page(&server);
    let headers = [("origin", origin.as_str()), ("cookie", cookie.as_str())];
    let socket = Socket::open(server.address, PATH, &headers).await.unwrap();
    let native = Native::greet(socket, Some(&program.token)).await;
    assert_eq!(native.ok().unwrap().user().name, "Page");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_closes_its_connections() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let other = Guest::come_in(server.address, "Bob").await;
    let mut ada = guest.connect(server.address).await;
    let mut window = guest.connect(server.address).await;
    let mut bob = other.connect(server.address).await;
    let bearer = guest.bearer();
    let headers = [("authorization", bearer.as_str())];

    let answer = http::ask(server.address, "DELETE", SESSION, &headers, "").await;

    assert_eq!(answer.status, 204);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.contains("=; ") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    assert_eq!(ada.closed().await, Some(close::UNAUTHORIZED));
    assert_eq!(window.closed().await, Some(close::UNAUTHORIZED));
    let shown = http::get(server.address, SESSION, &headers).await;
    assert_eq!(shown.status, 401);
    // The token of an ended session is invalid here too.
    let again = http::ask(server.address, "DELETE", SESSION, &headers, "").await;
    assert_eq!((again.status, again.code()), (401, ErrorCode::Unauthorized));
    bob.post(RoomId::LOBBY, "still here").await;
}

#[tokio::test]
async fn the_database_does_not_contain_session_tokens() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let folder = server.stop().await;
    let token = guest.token.as_bytes();
    let raw: Vec<u8> = token
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [token, &raw] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
    }
}
