//! The sign-in form that stands in the page itself, as a browser posts it before the page's
//! program is there.

use std::net::SocketAddr;

use shared::error::ErrorCode;

use crate::support::http::{self, Answer};
use crate::support::server::Server;

const SESSION: &str = "/api/v1/session";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Posts the form as a page of this origin does.
async fn post_form(address: SocketAddr, path: &str, origin: &str, form: &str) -> Answer {
    let headers = [FORM, ("origin", origin)];
    http::ask(address, "POST", path, &headers, form).await
}

fn own_origin(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// The cookies of an answer, as a browser sends them back.
fn cookies(answer: &Answer) -> String {
    let set = answer.all("set-cookie");
    let pairs = set.iter().filter_map(|cookie| cookie.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

async fn name_of(address: SocketAddr, cookies: &str) -> serde_json::Value {
    let shown = http::get(address, SESSION, &[("cookie", cookies)]).await;
    shown.json()["user"]["name"].clone()
}

#[tokio::test]
async fn the_form_signs_in_and_leads_back_to_the_same_address() {
    let server = Server::start(&[]).await;
    let (address, origin) = (server.address, own_origin(server.address));
    for (path, form, name) in [
        ("/", "name=Ada+Lee", "Ada Lee"),
        ("/rooms/1/42?at=1", "name=%EC%95%84%EB%8B%A4", "아다"),
    ] {
        let answer = post_form(address, path, &origin, form).await;
        assert_eq!(answer.status, 303);
        let back = path.split('?').next();
        assert_eq!(answer.header("location"), back);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(name_of(address, &cookies(&answer)).await, name);
    }
}

#[tokio::test]
async fn a_refusal_leads_back_with_its_code_and_makes_nobody() {
    let server = Server::start(&[]).await;
    let (address, origin) = (server.address, own_origin(server.address));
    let long = format!("name={}", "x".repeat(1_000));
    for (form, code) in [("name=", "text_empty"), (&long, "text_too_long")] {
        let answer = post_form(address, "//rooms/1", &origin, form).await;
        assert_eq!(answer.status, 303);
        let back = format!("/rooms/1?refused={code}");
        assert_eq!(answer.header("location"), Some(&*back));
        assert_eq!(answer.header("set-cookie"), None);
    }
    let closed = Server::start(&["--guests", "off"]).await;
    let origin = own_origin(closed.address);
    let answer = post_form(closed.address, "/", &origin, "name=Ada").await;
    assert_eq!(answer.header("location"), Some("/?refused=guests_off"));
}

#[tokio::test]
async fn nobody_else_s_page_can_post_it_and_no_program() {
    let server = Server::start(&[]).await;
    for origin in ["https://evil.example", "null", "http://localhost:1"] {
        let answer = post_form(server.address, "/", origin, "name=Mallory").await;
        assert_eq!(answer.status, 403, "{origin}");
        assert_eq!(answer.code(), ErrorCode::OriginForbidden);
        assert_eq!(answer.header("set-cookie"), None);
    }
    let answer = http::ask(server.address, "POST", "/", &[FORM], "name=Mallory").await;
    assert_eq!(answer.code(), ErrorCode::OriginForbidden);
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn what_is_no_form_of_the_page_is_no_route() {
    let server = Server::start(&[]).await;
    let (address, origin) = (server.address, own_origin(server.address));
    for (path, form) in [("/icon.svg", "name=Ada"), ("/", "nickname=Ada")] {
        let answer = post_form(address, path, &origin, form).await;
        assert_eq!(answer.status, 405, "{path} {form}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    let answer = post_form(address, "/api/v1/x", &origin, "name=Ada").await;
    assert_eq!(answer.status, 404);
    let huge = format!("name={}", "x".repeat(100_000));
    let answer = post_form(address, "/", &origin, &huge).await;
    assert_eq!(answer.code(), ErrorCode::TooLarge);
}
