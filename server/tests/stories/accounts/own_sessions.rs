//! Where somebody is signed in, and ending that from elsewhere.

use serde_json::Value;
use shared::error::ErrorCode;
use shared::frame::close;

use crate::support::account::{PASSWORD, claim, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::server::Server;

const SESSIONS: &str = "/api/v1/account/sessions";

async fn listed(server: &Server, who: &Guest) -> Vec<Value> {
    let headers = [("authorization", &*who.bearer())];
    let answer = http::get(server.address, SESSIONS, &headers).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["sessions"].as_array().unwrap().clone()
}

async fn delete(server: &Server, who: &Guest, path: &str) -> u16 {
    let headers = [("authorization", &*who.bearer())];
    let answer = http::ask(server.address, "DELETE", path, &headers, "").await;
    answer.status
}

#[tokio::test]
async fn sessions_are_listed_with_device_and_address_and_ended_from_another() {
    let server = Server::start(&[]).await;
    let desk = claim(server.address, server.folder.path()).await;
    let body = serde_json::json!({ "username": "olga", "password": PASSWORD }).to_string();
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let headers = [("user-agent", firefox)];
    let answer = http::post(server.address, "/api/v1/session/password", &headers, &body).await;
    let phone = signed_in(&answer);
    let mut phone_line = phone.connect(server.address).await;
    let sessions = listed(&server, &desk).await;
    assert_eq!(sessions.len(), 2);
    let of_phone = sessions.iter().find(|one| one["is_current"] == false);
    let of_phone = of_phone.unwrap();
    assert_eq!(of_phone["device"], "Firefox · Linux");
    assert_eq!(of_phone["address"], "127.0.0.1");

    let path = format!("{SESSIONS}/{}", of_phone["id"]);
    assert_eq!(delete(&server, &desk, &path).await, 204);
    assert_eq!(phone_line.closed().await, Some(close::UNAUTHORIZED));
    let headers = [("authorization", &*phone.bearer())];
    let answer = http::get(server.address, SESSIONS, &headers).await;
    assert_eq!(answer.code(), ErrorCode::Unauthorized);
    assert_eq!(listed(&server, &desk).await.len(), 1);
    // Once more is no error.
    assert_eq!(delete(&server, &desk, &path).await, 204);
}

#[tokio::test]
async fn all_others_end_at_once_and_nobody_ends_those_of_somebody_else() {
    let server = Server::start(&[]).await;
    let desk = claim(server.address, server.folder.path()).await;
    let phone = signed_in(&sign_in(server.address, "olga", PASSWORD).await);
    let mut phone_line = phone.connect(server.address).await;
    let eve = Guest::come_in(server.address, "Eve").await;
    let mut desk_line = desk.connect(server.address).await;
    for session in listed(&server, &desk).await {
        let path = format!("{SESSIONS}/{}", session["id"]);
        assert_eq!(delete(&server, &eve, &path).await, 204, "alike for all");
    }
    assert_eq!(delete(&server, &eve, SESSIONS).await, 204);
    assert_eq!(listed(&server, &desk).await.len(), 2);
    assert_eq!(delete(&server, &desk, SESSIONS).await, 204);
    assert_eq!(phone_line.closed().await, Some(close::UNAUTHORIZED));
    desk_line.settle().await;
    assert_eq!(listed(&server, &desk).await.len(), 1);
}

#[tokio::test]
async fn a_page_needs_its_origin_to_end_a_session() {
    let server = Server::start(&[]).await;
    let origin = format!("http://localhost:{}", server.address.port());
    let body = r#"{"name": "Ada"}"#;
    let answer = http::post(
        server.address,
        "/api/v1/session",
        &[("origin", &origin)],
        body,
    )
    .await;
    let cookie = answer.header("set-cookie").unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let without = [("cookie", cookie)];
    let answer = http::ask(server.address, "DELETE", SESSIONS, &without, "").await;
    assert_eq!(answer.code(), ErrorCode::Unauthorized);
    let evil = [("cookie", cookie), ("origin", "https://evil.example")];
    let answer = http::ask(server.address, "DELETE", SESSIONS, &evil, "").await;
    assert_eq!(answer.code(), ErrorCode::OriginForbidden);
    let own = [("cookie", cookie), ("origin", &*origin)];
    let answer = http::ask(server.address, "DELETE", SESSIONS, &own, "").await;
    assert_eq!(answer.status, 204);
}
