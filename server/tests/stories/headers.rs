//! The security and cache headers of every response.

use crate::support::http::{self, Answer};
use crate::support::native::PATH;
use crate::support::raw::handshake;
use crate::support::server::Server;

const SESSION: &str = "/api/v1/session";
const MESSAGES: &str = "/api/v1/rooms/1/messages";

/// That an answer is what its type says and stays within the server's own pages; and what
/// may be kept of it.
fn assert_guarded(what: &str, status: u16, answer: &Answer, kept: &str) {
    assert_eq!(answer.status, status, "{what} {answer:?}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", kept),
        ("x-robots-tag", "noindex"),
    ] {
        let same_name = answer.all(name);
        assert_eq!(same_name, [value], "{name} of {what} {answer:?}");
    }
}

#[tokio::test]
async fn every_response_has_security_headers_and_private_ones_are_not_cached() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let bearer = http::post(address, SESSION, &[], r#"{"name":"Ada"}"#).await;
    let token = format!("Bearer {}", bearer.json()["token"].as_str().unwrap());
    let shown = [("authorization", token.as_str())];
    let evil = [("origin", "https://evil.example")];
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(20_000));
    let cases = [
        ("a program's session", 201, bearer),
        ("session", 200, http::get(address, SESSION, &shown).await),
        ("history", 200, http::get(address, MESSAGES, &shown).await),
        ("no session", 401, http::get(address, MESSAGES, &[]).await),
        ("health", 200, http::get(address, "/healthz", &[]).await),
        ("no route", 404, http::get(address, "/api/v1/x", &[]).await),
        ("no file", 404, http::get(address, "/x.js", &[]).await),
        (
            "no method",
            405,
            http::ask(address, "PUT", SESSION, &[], "").await,
        ),
        (
            "no change of the page",
            405,
            http::post(address, "/", &[], "{}").await,
        ),
        (
            "too large",
            413,
            http::post(address, SESSION, &[], &large).await,
        ),
        ("no JSON", 400, http::post(address, SESSION, &[], "{").await),
        (
            "no host",
            400,
            http::get(address, "/", &[("host", "@")]).await,
        ),
        ("origin", 403, http::get(address, SESSION, &evil).await),
        ("no handshake", 426, http::get(address, PATH, &[]).await),
        ("native", 101, handshake(address, PATH, &[]).await),
        ("simple", 101, handshake(address, "/", &[]).await),
        (
            "origin of simple",
            403,
            handshake(address, "/", &evil).await,
        ),
        (
            "end",
            204,
            http::ask(address, "DELETE", SESSION, &shown, "").await,
        ),
    ];
    for (what, status, answer) in cases {
        assert_guarded(what, status, &answer, "no-store");
    }
    // The page itself may be kept, as it says.
    let page = http::get(address, "/", &[]).await;
    let kept = if page.status == 503 {
        "no-store"
    } else {
        "no-cache"
    };
    assert_guarded("page", page.status, &page, kept);
}
