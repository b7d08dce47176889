//! Changes of credentials ask for the present one, if it was not proved lately.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::close;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::account::{PASSWORD, ask_as, claim, invite, join, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::server::{Server, folder};
use crate::support::time::Time;

const NEW_PASSWORD: &str = "orchard-kettle-19-moth";
const MINUTE: i64 = 60 * 1_000_000;

async fn change(server: &Server, who: &Guest, password: &str) -> u16 {
    let body = json!({ "password": password });
    let answer = ask_as(server.address, who, "PUT", "account/password", &body).await;
    answer.status
}

#[tokio::test]
async fn ten_minutes_after_signing_in_a_change_asks_for_the_password_again() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let account = ask_as(server.address, &olga, "GET", "account", &json!(null)).await;
    assert!(account.json()["confirmed_until"].is_i64(), "{account:?}");

    time.set_ahead(11 * MINUTE);
    let new = json!({ "password": NEW_PASSWORD });
    let asked = ask_as(server.address, &olga, "PUT", "account/password", &new).await;
    assert_eq!(
        (asked.status, asked.code()),
        (403, ErrorCode::ConfirmationRequired)
    );
    let account = ask_as(server.address, &olga, "GET", "account", &json!(null)).await;
    assert!(account.json().get("confirmed_until").is_none());

    // A session on another device says nothing about this one.
    let phone = signed_in(&sign_in(server.address, "olga", PASSWORD).await);
    assert_eq!(change(&server, &olga, NEW_PASSWORD).await, 403);

    let path = "account/confirmation";
    let wrong = json!({ "password": NEW_PASSWORD });
    let refused = ask_as(server.address, &olga, "POST", path, &wrong).await;
    assert_eq!(
        (refused.status, refused.code()),
        (401, ErrorCode::WrongCredentials)
    );
    assert_eq!(change(&server, &olga, NEW_PASSWORD).await, 403);
    let right = json!({ "password": PASSWORD });
    let confirmed = ask_as(server.address, &olga, "POST", path, &right).await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    assert!(confirmed.json()["confirmed_until"].is_i64());

    let mut phone_line = phone.connect(server.address).await;
    assert_eq!(change(&server, &olga, NEW_PASSWORD).await, 204);
    // All other sessions have ended, and this one has not.
    assert_eq!(phone_line.closed().await, Some(close::UNAUTHORIZED));
    assert_eq!(change(&server, &phone, PASSWORD).await, 401);
    assert_eq!(change(&server, &olga, NEW_PASSWORD).await, 204);
    let old = sign_in(server.address, "olga", PASSWORD).await;
    assert_eq!(old.code(), ErrorCode::WrongCredentials);
    signed_in(&sign_in(server.address, "olga", NEW_PASSWORD).await);
}

#[tokio::test]
async fn a_new_password_is_judged_as_the_first_one() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    for (password, code) in [
        ("short", ErrorCode::PasswordInvalid),
        ("olga1234", ErrorCode::PasswordWeak),
        ("courtyard1", ErrorCode::PasswordWeak),
    ] {
        let body = json!({ "password": password });
        let refused = ask_as(server.address, &olga, "PUT", "account/password", &body).await;
        assert_eq!((refused.status, refused.code()), (400, code), "{password}");
    }
    signed_in(&sign_in(server.address, "olga", PASSWORD).await);
}

#[tokio::test]
async fn guests_and_strangers_have_no_password_to_change() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let eve = Guest::come_in(server.address, "Eve").await;
    let right = json!({ "password": PASSWORD });
    for (method, path) in [
        ("PUT", "account/password"),
        ("POST", "account/confirmation"),
    ] {
        let refused = ask_as(server.address, &eve, method, path, &right).await;
        assert_eq!(
            (refused.status, refused.code()),
            (403, ErrorCode::Forbidden),
            "{path}"
        );
        let stranger = Guest {
            token: "0".repeat(64),
            ..eve.clone()
        };
        let refused = ask_as(server.address, &stranger, method, path, &right).await;
        assert_eq!(refused.code(), ErrorCode::Unauthorized, "{path}");
    }
    let account = ask_as(server.address, &eve, "GET", "account", &json!(null)).await;
    let account = account.json();
    assert_eq!(account["has_password"], false);
    assert!(account.get("confirmed_until").is_none(), "{account}");

    // The password of one person proves nothing in the session of another.
    let secret = invite(server.address, &olga, &json!({ "role": "member" })).await;
    let ben = signed_in(&join(server.address, &secret, "ben").await);
    let new = json!({ "password": NEW_PASSWORD });
    let changed = ask_as(server.address, &ben, "PUT", "account/password", &new).await;
    assert_eq!(changed.status, 204);
    let path = "account/confirmation";
    let refused = ask_as(server.address, &ben, "POST", path, &right).await;
    assert_eq!(refused.code(), ErrorCode::WrongCredentials);
    signed_in(&sign_in(server.address, "olga", PASSWORD).await);
}

#[tokio::test]
async fn guesses_at_a_confirmation_count_as_guesses_at_a_sign_in() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let wrong = json!({ "password": NEW_PASSWORD });
    let mut codes = Vec::new();
    for _ in 0..12 {
        let path = "account/confirmation";
        let answer = ask_as(server.address, &olga, "POST", path, &wrong).await;
        codes.push(answer.code());
    }
    let wrong = codes
        .iter()
        .filter(|&&code| code == ErrorCode::WrongCredentials);
    let wrong = wrong.count();
    assert!((1..=6).contains(&wrong), "{codes:?}");
    assert_eq!(codes.last(), Some(&ErrorCode::RateLimited));
    let sign_in = sign_in(server.address, "olga", PASSWORD).await;
    assert_eq!(sign_in.code(), ErrorCode::RateLimited);
}

#[tokio::test]
async fn an_invitation_for_an_administrator_asks_for_the_password_and_one_for_a_member_does_not() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    time.set_ahead(11 * MINUTE);
    let invite = async |role: &str| {
        let wish = json!({ "role": role });
        ask_as(server.address, &olga, "POST", "invites", &wish).await
    };
    assert_eq!(invite("member").await.status, 201);
    let asked = invite("administrator").await;
    assert_eq!(
        (asked.status, asked.code()),
        (403, ErrorCode::ConfirmationRequired)
    );
    let right = json!({ "password": PASSWORD });
    ask_as(
        server.address,
        &olga,
        "POST",
        "account/confirmation",
        &right,
    )
    .await;
    assert_eq!(invite("administrator").await.status, 201);
}

#[tokio::test]
async fn a_request_whose_end_comes_after_its_session_has_ended_does_nothing() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let thief = signed_in(&sign_in(server.address, "olga", PASSWORD).await);
    let body = r#"{"role": "member"}"#;
    let head = format!(
        "POST /api/v1/invites HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n",
        server.address,
        thief.bearer(),
        body.len()
    );
    let (most, end) = body.split_at(body.len() - 1);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let begun = [head.as_bytes(), most.as_bytes()].concat();
    stream.write_all(&begun).await.unwrap();
    // The server has begun to read the body.
    let mut begun = [0; 25];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
    let path = "account/sessions";
    let ended = ask_as(server.address, &olga, "DELETE", path, &json!(null)).await;
    assert_eq!(ended.status, 204);
    stream.write_all(end.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}
