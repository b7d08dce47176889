//! Links that work once: setting a new password, and taking a session to another device.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::close;

use crate::support::account::{PASSWORD, ask_as, claim, invite, join, post, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::process::madang;
use crate::support::server::{Server, folder};
use crate::support::time::Time;
use crate::support::totp_app::TotpApp;

const NEW_PASSWORD: &str = "tide-lantern-77-cabbage";
const HOUR: i64 = 60 * 60 * 1_000_000;

async fn post_as(server: &Server, who: &Guest, path: &str) -> Answer {
    let headers = [("authorization", &*who.bearer())];
    http::post(server.address, &format!("/api/v1/{path}"), &headers, "").await
}

/// The secret of a link that was made.
fn secret(answer: &Answer, path: &str) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    let link = answer.json()["link"].as_str().unwrap().to_owned();
    link.strip_prefix(path).unwrap().to_owned()
}

async fn reset_secret(server: &Server, by: &Guest, of: &Guest) -> String {
    let path = format!("people/{}/link", of.profile.id);
    secret(&post_as(server, by, &path).await, "/reset#")
}

async fn transfer_secret(server: &Server, of: &Guest) -> String {
    secret(&post_as(server, of, "account/link").await, "/link#")
}

async fn reset(server: &Server, secret: &str, password: &str) -> Answer {
    let body = json!({ "token": secret, "password": password });
    post(server.address, "password_reset", &body).await
}

async fn follow(server: &Server, secret: &str) -> Answer {
    post(server.address, "session/link", &json!({ "token": secret })).await
}

async fn look(server: &Server, secret: &str) -> Answer {
    post(server.address, "link", &json!({ "token": secret })).await
}

/// A member who was invited.
async fn member(server: &Server, owner: &Guest, wish: Value, name: &str) -> Guest {
    let secret = invite(server.address, owner, &wish).await;
    signed_in(&join(server.address, &secret, name).await)
}

#[tokio::test]
async fn an_administrator_makes_a_link_with_which_somebody_sets_a_new_password() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let ada = member(&server, &owner, json!({}), "ada").await;
    let mut socket = ada.connect(server.address).await;
    let transfer = transfer_secret(&server, &ada).await;
    let link = reset_secret(&server, &owner, &ada).await;
    let seen = look(&server, &link).await.json();
    assert_eq!(seen["purpose"], "reset");
    assert_eq!(seen["user"]["username"], "ada");
    // What was typed wrongly does not spend the link.
    for (password, code) in [
        ("short", ErrorCode::PasswordInvalid),
        ("ada12345", ErrorCode::PasswordWeak),
    ] {
        assert_eq!(reset(&server, &link, password).await.code(), code);
    }
    let back = signed_in(&reset(&server, &link, NEW_PASSWORD).await);
    assert_eq!(back.profile.id, ada.profile.id);
    // Whoever was signed in is out, and the link of before is of no use.
    assert_eq!(socket.closed().await, Some(close::UNAUTHORIZED));
    assert_eq!(
        follow(&server, &transfer).await.code(),
        ErrorCode::LinkInvalid
    );
    let before = sign_in(server.address, "ada", PASSWORD).await;
    assert_eq!(before.code(), ErrorCode::WrongCredentials);
    signed_in(&sign_in(server.address, "ada", NEW_PASSWORD).await);
    back.connect(server.address).await;
}

#[tokio::test]
async fn a_link_takes_a_session_to_a_phone_once() {
    let server = Server::start(&[]).await;
    // A guest too: only this keeps the name on another device.
    let ada = Guest::come_in(server.address, "Ada").await;
    let link = transfer_secret(&server, &ada).await;
    let seen = look(&server, &link).await.json();
    assert_eq!(seen["purpose"], "transfer");
    assert_eq!(seen["user"]["name"], "Ada");
    let phone = signed_in(&follow(&server, &link).await);
    assert_eq!(phone.profile, ada.profile);
    assert_ne!(phone.token, ada.token);
    assert_eq!(follow(&server, &link).await.code(), ErrorCode::LinkInvalid);
    // One that was made before another, and one whose session has ended.
    let first = transfer_secret(&server, &ada).await;
    let second = transfer_secret(&server, &phone).await;
    assert_eq!(follow(&server, &first).await.code(), ErrorCode::LinkInvalid);
    let headers = [("authorization", &*phone.bearer())];
    let out = http::ask(server.address, "DELETE", "/api/v1/session", &headers, "").await;
    assert_eq!(out.status, 204);
    assert_eq!(
        follow(&server, &second).await.code(),
        ErrorCode::LinkInvalid
    );
}

#[tokio::test]
async fn a_link_comes_with_its_qr_code_and_works_for_four_hours() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let ada = Guest::come_in(server.address, "Ada").await;
    let made = post_as(&server, &ada, "account/link").await;
    assert!(made.json()["qr"].as_str().unwrap().starts_with("<svg "));
    let link = secret(&made, "/link#");
    let end = made.json()["expires_at"].as_i64().unwrap();
    let clock = time.clock();
    let left = end - clock.now().0;
    assert!((0..=4 * HOUR).contains(&left) && left > 4 * HOUR - HOUR / 60);
    time.set_ahead(4 * HOUR - HOUR / 60);
    assert_eq!(look(&server, &link).await.status, 200);
    time.set_ahead(4 * HOUR);
    assert_eq!(look(&server, &link).await.code(), ErrorCode::LinkInvalid);
    assert_eq!(follow(&server, &link).await.code(), ErrorCode::LinkInvalid);
}

#[tokio::test]
async fn all_links_that_do_not_work_look_alike() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let ada = member(&server, &owner, json!({}), "ada").await;
    let spent = transfer_secret(&server, &ada).await;
    signed_in(&follow(&server, &spent).await);
    let replaced = reset_secret(&server, &owner, &ada).await;
    reset_secret(&server, &owner, &ada).await;
    let mut answers = Vec::new();
    for secret in [&*spent, &*replaced, "", "x", &"0".repeat(64)] {
        answers.push(look(&server, secret).await);
        answers.push(follow(&server, secret).await);
        answers.push(reset(&server, secret, NEW_PASSWORD).await);
    }
    // One that works, for something else.
    let transfer = transfer_secret(&server, &ada).await;
    answers.push(reset(&server, &transfer, NEW_PASSWORD).await);
    let link = reset_secret(&server, &owner, &ada).await;
    answers.push(follow(&server, &link).await);
    for answer in &answers {
        assert_eq!(answer.status, 404);
        assert_eq!(answer.body, answers[0].body);
    }
    assert_eq!(answers[0].code(), ErrorCode::LinkInvalid);
}

#[tokio::test]
async fn a_password_that_its_person_changes_ends_the_links_of_before() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let ada = member(&server, &owner, json!({}), "ada").await;
    let transfer = transfer_secret(&server, &ada).await;
    let link = reset_secret(&server, &owner, &ada).await;
    let bearer = ada.bearer();
    let json = ("content-type", "application/json");
    let headers = [("authorization", &*bearer), json];
    let body = json!({ "password": NEW_PASSWORD }).to_string();
    let path = "/api/v1/account/password";
    let changed = http::ask(server.address, "PUT", path, &headers, &body).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    for answer in [
        follow(&server, &transfer).await,
        reset(&server, &link, PASSWORD).await,
    ] {
        assert_eq!(answer.code(), ErrorCode::LinkInvalid);
    }
}

#[tokio::test]
async fn of_two_who_open_a_link_at_once_one_gets_in() {
    let server = Server::start(&[]).await;
    let ada = Guest::come_in(server.address, "Ada").await;
    let link = transfer_secret(&server, &ada).await;
    let (one, two) = tokio::join!(follow(&server, &link), follow(&server, &link));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404]);
}

#[tokio::test]
async fn nobody_makes_a_link_for_who_has_more_rights_or_for_oneself() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let wish = json!({ "role": "administrator" });
    let adam = member(&server, &owner, wish.clone(), "adam").await;
    let eve = member(&server, &owner, wish, "eve").await;
    let ada = member(&server, &owner, json!({}), "ada").await;
    let ben = member(&server, &owner, json!({}), "ben").await;
    let gus = Guest::come_in(server.address, "Gus").await;
    for (by, of) in [
        (&adam, &owner),
        (&adam, &eve),
        (&adam, &adam),
        (&owner, &owner),
        (&ada, &ben),
        (&gus, &ada),
        // Who has no username has no password.
        (&owner, &gus),
    ] {
        let path = format!("people/{}/link", of.profile.id);
        let refused = post_as(&server, by, &path).await;
        let who = (&by.profile.name, &of.profile.name);
        assert_eq!(refused.status, 403, "{who:?}");
        assert_eq!(refused.code(), ErrorCode::Forbidden, "{who:?}");
    }
    reset_secret(&server, &adam, &ada).await;
    reset_secret(&server, &owner, &adam).await;
    for (path, status, code) in [
        ("people/999/link", 404, ErrorCode::NoSuchPerson),
        ("people/x/link", 400, ErrorCode::BadCommand),
    ] {
        let refused = post_as(&server, &owner, path).await;
        assert_eq!((refused.status, refused.code()), (status, code));
    }
    for path in ["account/link", "people/1/link"] {
        let refused = post(server.address, path, &json!({})).await;
        assert_eq!(refused.code(), ErrorCode::Unauthorized);
    }
}

#[tokio::test]
async fn a_page_needs_its_origin_to_make_a_link() {
    let server = Server::start(&[]).await;
    let origin = format!("http://localhost:{}", server.address.port());
    let path = "/api/v1/session";
    let headers = [("origin", &*origin)];
    let answer = http::post(server.address, path, &headers, r#"{"name": "Ada"}"#).await;
    let cookie = answer.header("set-cookie").unwrap();
    let cookie = cookie.split(';').next().unwrap();
    for (headers, status) in [
        (vec![("cookie", cookie)], 401),
        (
            vec![("cookie", cookie), ("origin", "https://evil.example")],
            403,
        ),
        (vec![("cookie", cookie), ("origin", &*origin)], 201),
    ] {
        let answer = http::post(server.address, "/api/v1/account/link", &headers, "").await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

#[tokio::test]
async fn passwords_cannot_be_tried_without_end_by_one_link() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let ada = member(&server, &owner, json!({}), "ada").await;
    let link = reset_secret(&server, &owner, &ada).await;
    for _ in 0..6 {
        let refused = reset(&server, &link, "ada12345").await;
        assert_eq!(refused.code(), ErrorCode::PasswordWeak);
    }
    let refused = reset(&server, &link, NEW_PASSWORD).await;
    assert_eq!(refused.code(), ErrorCode::RateLimited);
    assert!(refused.header("retry-after").is_some());
    // Nobody is kept from signing in by it.
    signed_in(&sign_in(server.address, "ada", PASSWORD).await);
}

#[tokio::test]
async fn the_operator_makes_a_link_for_the_owner_who_forgot_the_password() {
    let server = Server::start(&[]).await;
    claim(server.address, server.folder.path()).await;
    let arguments = ["link", "--user", "Olga", "--json"];
    let printed = madang(server.folder.path(), &arguments).await.unwrap();
    let answer: Value = serde_json::from_str(&printed).unwrap();
    let base = format!("http://localhost:{}", server.address.port());
    assert_eq!(answer["base_url"], base);
    assert!(answer["expires_at"].as_i64().is_some());
    let path = answer["path"].as_str().unwrap();
    let link = path.strip_prefix("/reset#").unwrap();
    let olga = signed_in(&reset(&server, link, NEW_PASSWORD).await);
    assert_eq!(olga.profile.username.as_deref(), Some("olga"));
    // As a sentence and a link, for people.
    let arguments = ["link", "--user", "olga"];
    let printed = madang(server.folder.path(), &arguments).await.unwrap();
    assert!(printed.contains(&format!("{base}/reset#")), "{printed}");
    let arguments = ["link", "--user", "nobody"];
    let message = madang(server.folder.path(), &arguments).await.unwrap_err();
    assert!(message.contains("no such person"), "{message}");
    // A stopped server's too.
    let folder = server.stop().await;
    let arguments = ["link", "--user", "olga", "--json"];
    let printed = madang(folder.path(), &arguments).await.unwrap();
    let answer: Value = serde_json::from_str(&printed).unwrap();
    let link = answer["path"].as_str().unwrap().strip_prefix("/reset#");
    let server = Server::start_in(folder, &[]).await;
    signed_in(&reset(&server, link.unwrap(), PASSWORD).await);
}

/// Turns somebody's second factor on. Returns the recovery codes.
async fn turn_totp_on(server: &Server, who: &Guest) -> Vec<String> {
    let ask = async |method, body: Value| {
        let answer = ask_as(server.address, who, method, "account/totp", &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let offer = ask("POST", json!(null)).await;
    let app = TotpApp::read(offer["uri"].as_str().unwrap());
    let code = app.code(Time::default().clock().now().0);
    let on = ask("PUT", json!({ "key": offer["key"], "code": code })).await;
    let codes = on["recovery_codes"].as_array().unwrap().iter();
    codes
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_link_for_the_password_is_no_way_around_the_second_factor() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let ada = member(&server, &owner, json!({}), "ada").await;
    let codes = turn_totp_on(&server, &ada).await;
    let link = reset_secret(&server, &owner, &ada).await;
    let with = async |code: &str| {
        let body = json!({ "token": link, "password": NEW_PASSWORD, "code": code });
        post(server.address, "password_reset", &body).await
    };
    // Neither spends the link, nor changes anything.
    let asked = reset(&server, &link, NEW_PASSWORD).await;
    assert_eq!((asked.status, asked.code()), (401, ErrorCode::CodeRequired));
    assert_eq!(with("000000").await.code(), ErrorCode::CodeInvalid);
    ada.connect(server.address).await;
    let back = signed_in(&with(&codes[0]).await);
    assert_eq!(back.profile.id, ada.profile.id);
    // It is still there.
    let again = sign_in(server.address, "ada", NEW_PASSWORD).await;
    assert_eq!(again.code(), ErrorCode::CodeRequired);
}

#[tokio::test]
async fn who_has_lost_the_second_factor_too_gets_a_link_that_removes_it() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let ada = member(&server, &owner, json!({}), "ada").await;
    turn_totp_on(&server, &ada).await;
    let path = format!("people/{}/link?remove_second_factor=true", ada.profile.id);
    let link = secret(&post_as(&server, &owner, &path).await, "/reset#");
    signed_in(&reset(&server, &link, NEW_PASSWORD).await);
    signed_in(&sign_in(server.address, "ada", NEW_PASSWORD).await);
    // And the owner, from the command line.
    turn_totp_on(&server, &owner).await;
    let arguments = ["link", "--user", "olga", "--remove-second-factor", "--json"];
    let printed = madang(server.folder.path(), &arguments).await.unwrap();
    let answer: Value = serde_json::from_str(&printed).unwrap();
    let link = answer["path"].as_str().unwrap().strip_prefix("/reset#");
    signed_in(&reset(&server, link.unwrap(), NEW_PASSWORD).await);
    signed_in(&sign_in(server.address, "olga", NEW_PASSWORD).await);
}
