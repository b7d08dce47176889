//! Signing in with a password.

use rusqlite::Connection;
use serde_json::json;
use server::accounts::password::PasswordHasher;
use server::store::sqlite::FILE;
use shared::error::ErrorCode;

use crate::support::account::{PASSWORD, claim, post, sign_in, signed_in};
use crate::support::http;
use crate::support::server::Server;

#[tokio::test]
async fn an_unknown_name_is_answered_as_a_wrong_password_is() {
    let server = Server::start(&[]).await;
    claim(server.address, server.folder.path()).await;
    let wrong = sign_in(server.address, "olga", "another-password-77").await;
    assert_eq!(
        (wrong.status, wrong.code()),
        (401, ErrorCode::WrongCredentials)
    );
    for name in ["nobody", "", "\u{202e}", &"x".repeat(1_000), "madang"] {
        let unknown = sign_in(server.address, name, PASSWORD).await;
        assert_eq!(unknown.status, 401, "{name}");
        assert_eq!(unknown.body, wrong.body, "{name}");
    }
    for password in ["", &"x".repeat(2_000)] {
        let refused = sign_in(server.address, "olga", password).await;
        assert_eq!(refused.body, wrong.body);
    }
    signed_in(&sign_in(server.address, " Olga ", PASSWORD).await);
}

#[tokio::test]
async fn guesses_are_slowed_down_and_who_is_signed_in_there_is_not_locked_out() {
    let server = Server::start(&["--trusted-proxy", "127.0.0.1"]).await;
    claim(server.address, server.folder.path()).await;
    let body = |password: &str| json!({ "username": "olga", "password": password }).to_string();
    let from = |address: String, password: &str| {
        let (server, body) = (server.address, body(password));
        async move {
            let headers = [("x-forwarded-for", &*address)];
            http::post(server, "/api/v1/session/password", &headers, &body).await
        }
    };
    // She signs in from home.
    signed_in(&from("192.0.2.1".to_owned(), PASSWORD).await);
    let mut refused = Vec::new();
    let mut wrong = 0;
    for number in 0..40 {
        let answer = from(format!("198.51.100.{number}"), "a-guess-of-many-1").await;
        match answer.status {
            401 => wrong += 1,
            429 => refused.push(answer),
            _ => panic!("{answer:?}"),
        }
    }
    // Her own sign-in counts as one of the thirty.
    assert_eq!(wrong, 29);
    assert!(
        refused
            .iter()
            .all(|answer| answer.header("retry-after").is_some())
    );
    // The right password does not help from there either, so that nobody learns it.
    let answer = from("198.51.100.99".to_owned(), PASSWORD).await;
    assert_eq!(answer.code(), ErrorCode::RateLimited);
    signed_in(&from("192.0.2.1".to_owned(), PASSWORD).await);
}

#[tokio::test]
async fn the_meter_knows_the_names_that_were_typed_and_the_place_s_and_korean_on_latin_keys() {
    let server = Server::start(&[]).await;
    claim(server.address, server.folder.path()).await;
    for (password, names, is_accepted, hint) in [
        ("courtyard2026", json!([]), false, json!("personal_word")),
        (
            "zbigniewa77",
            json!(["zb", "Anna Zbigniewa"]),
            false,
            json!("personal_word"),
        ),
        // 비밀번호 on a Latin keyboard.
        ("qlalfqjsgh", json!([]), false, json!("common_word")),
        ("short", json!([]), false, json!(null)),
        (PASSWORD, json!(["olga", "Olga"]), true, json!(null)),
    ] {
        let body = json!({ "password": password, "names": names });
        let answer = post(server.address, "password_strength", &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let judged = answer.json();
        assert_eq!(judged["is_accepted"], is_accepted, "{password}: {judged}");
        if !is_accepted && password != "short" {
            assert_eq!(judged["hint"], hint, "{password}: {judged}");
        }
    }
    let long = json!({ "password": "x".repeat(2_000) });
    let refused = post(server.address, "password_strength", &long).await;
    assert_eq!(
        (refused.status, refused.code()),
        (400, ErrorCode::PasswordInvalid)
    );
}

#[tokio::test]
async fn a_hash_of_an_earlier_version_is_replaced_when_its_person_signs_in() {
    let server = Server::start(&[]).await;
    claim(server.address, server.folder.path()).await;
    let folder = server.stop().await;
    // A version with cheaper parameters wrote the file.
    let earlier = PasswordHasher::with_cost(64, 1).unwrap();
    let earlier = earlier.hash(PASSWORD).await.unwrap();
    let file = Connection::open(folder.path().join(FILE)).unwrap();
    let stored = || -> (String, i64) {
        let sql = "SELECT hash, changed_at FROM passwords";
        file.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
    };
    let (_, changed_at) = stored();
    file.execute("UPDATE passwords SET hash = ?1", [&earlier])
        .unwrap();

    let server = Server::start_in(folder, &[]).await;
    let wrong = sign_in(server.address, "olga", "another-password-77").await;
    assert_eq!(wrong.code(), ErrorCode::WrongCredentials);
    assert_eq!(stored(), (earlier.clone(), changed_at));
    signed_in(&sign_in(server.address, "olga", PASSWORD).await);
    let (hash, since) = stored();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert_eq!(since, changed_at, "it is the same password");
    signed_in(&sign_in(server.address, "olga", PASSWORD).await);
    assert_eq!(stored().0, hash, "it is hashed anew once");
}
