//! People with accounts: the owner who claims the place, and those who are invited.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use super::guest::Guest;
use super::http::{self, Answer};
use super::process::madang;

/// A password that is accepted.
pub const PASSWORD: &str = "cabbage-lantern-42-tide";

/// The secret of the link that `madang link` prints.
pub async fn claim_secret(folder: &Path) -> String {
    let printed = madang(folder, &["link", "--json"]).await.unwrap();
    let answer: Value = serde_json::from_str(&printed).unwrap();
    let path = answer["path"].as_str().unwrap();
    path.strip_prefix("/claim#").unwrap().to_owned()
}

/// The body that claims a place for this username.
pub fn claim_body(secret: &str, username: &str) -> Value {
    json!({ "token": secret, "place": "Courtyard", "username": username,
        "name": format!("{username} of the yard"), "password": PASSWORD })
}

/// Posts JSON to a path below `/api/v1`.
pub async fn post(address: SocketAddr, path: &str, body: &Value) -> Answer {
    http::post(address, &format!("/api/v1/{path}"), &[], &body.to_string()).await
}

/// Asks as somebody for a path below `/api/v1`. A body that is `null` is not sent.
pub async fn ask_as(
    address: SocketAddr,
    who: &Guest,
    method: &str,
    path: &str,
    body: &Value,
) -> Answer {
    let path = format!("/api/v1/{path}");
    let bearer = who.bearer();
    let mut headers = vec![("authorization", &*bearer)];
    let mut text = String::new();
    if !body.is_null() {
        headers.push(("content-type", "application/json"));
        text = body.to_string();
    }
    http::ask(address, method, &path, &headers, &text).await
}

/// Claims the place, and signs in as its owner.
pub async fn claim(address: SocketAddr, folder: &Path) -> Guest {
    let secret = claim_secret(folder).await;
    signed_in(&post(address, "claim", &claim_body(&secret, "olga")).await)
}

/// The secret of an invitation that somebody makes.
pub async fn invite(address: SocketAddr, by: &Guest, wish: &Value) -> String {
    let headers = [("authorization", &*by.bearer())];
    let answer = http::post(address, "/api/v1/invites", &headers, &wish.to_string()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let link = answer.json()["link"].as_str().unwrap().to_owned();
    link.strip_prefix("/join#").unwrap().to_owned()
}

/// Follows an invitation.
pub async fn join(address: SocketAddr, secret: &str, username: &str) -> Answer {
    let body = json!({ "token": secret, "username": username, "name": username,
        "password": PASSWORD });
    post(address, "invitation/account", &body).await
}

/// Tries to sign in with a password.
pub async fn sign_in(address: SocketAddr, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    post(address, "session/password", &body).await
}

/// The person of an answer that began a session.
pub fn signed_in(answer: &Answer) -> Guest {
    assert_eq!(answer.status, 201, "{answer:?}");
    let session = answer.json();
    Guest {
        profile: serde_json::from_value(session["user"].clone()).unwrap(),
        token: session["token"].as_str().unwrap().to_owned(),
    }
}
