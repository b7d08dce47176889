//! The owner claims the place by the link that the server prints.

use shared::error::ErrorCode;
use shared::model::Role;

use crate::support::account::PASSWORD;
use crate::support::account::{claim, claim_body, claim_secret, post, sign_in, signed_in};
use crate::support::guest::enter;
use crate::support::http;
use crate::support::process::{Process, madang};
use crate::support::server::{Server, folder};
use crate::support::time::{DAY, Time};

#[tokio::test]
async fn the_first_start_prints_a_link_with_which_the_place_is_claimed() {
    let folder = folder();
    let process = Process::start(folder.path(), &[]).await;
    let printed = process.printed_line("/claim#").await;
    let (before, secret) = printed.split_once("/claim#").unwrap();
    assert_eq!(
        before,
        format!("http://localhost:{}", process.address.port())
    );
    let answer = post(process.address, "claim", &claim_body(secret, "Olga")).await;
    let owner = signed_in(&answer);
    assert_eq!(owner.profile.role, Role::Owner);
    assert_eq!(owner.profile.username.as_deref(), Some("olga"));
    assert_eq!(owner.profile.name, "Olga of the yard");
    let shown = http::get(process.address, "/api/v1/session", &[]).await;
    let place = &shown.json()["place"];
    assert_eq!(place["name"], "Courtyard");
    assert_eq!(place["is_claimed"], true);
    // She comes back with her password.
    let again = signed_in(&sign_in(process.address, "OLGA", PASSWORD).await);
    assert_eq!(again.profile, owner.profile);
}

#[tokio::test]
async fn a_link_claims_once_and_a_second_visitor_does_not_become_owner() {
    let server = Server::start(&[]).await;
    let first = claim_secret(server.folder.path()).await;
    // Who was quick needs the link, and an earlier one is of no use.
    let secret = claim_secret(server.folder.path()).await;
    let refused = post(server.address, "claim", &claim_body(&first, "mallory")).await;
    assert_eq!(
        (refused.status, refused.code()),
        (404, ErrorCode::LinkInvalid)
    );
    for guess in ["", "0", &"0".repeat(64), &"é".repeat(32)] {
        let refused = post(server.address, "claim", &claim_body(guess, "mallory")).await;
        assert_eq!(refused.code(), ErrorCode::LinkInvalid, "{guess}");
    }
    signed_in(&post(server.address, "claim", &claim_body(&secret, "olga")).await);
    let refused = post(server.address, "claim", &claim_body(&secret, "mallory")).await;
    assert_eq!(refused.code(), ErrorCode::LinkInvalid);
    let message = madang(server.folder.path(), &["link"]).await.unwrap_err();
    assert!(message.contains("owner"), "{message}");
}

#[tokio::test]
async fn of_two_who_claim_at_once_one_becomes_owner() {
    let server = Server::start(&[]).await;
    let secret = claim_secret(server.folder.path()).await;
    let bodies = [claim_body(&secret, "olga"), claim_body(&secret, "otto")];
    let (one, two) = tokio::join!(
        post(server.address, "claim", &bodies[0]),
        post(server.address, "claim", &bodies[1]),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404]);
}

#[tokio::test]
async fn the_link_ends_after_a_day() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let secret = claim_secret(server.folder.path()).await;
    time.set_ahead(DAY);
    let refused = post(server.address, "claim", &claim_body(&secret, "olga")).await;
    assert_eq!(refused.code(), ErrorCode::LinkInvalid);
    let secret = claim_secret(server.folder.path()).await;
    signed_in(&post(server.address, "claim", &claim_body(&secret, "olga")).await);
}

#[tokio::test]
async fn the_link_survives_what_was_typed_wrongly() {
    let server = Server::start(&[]).await;
    let secret = claim_secret(server.folder.path()).await;
    for (field, value, code) in [
        ("username", "o", ErrorCode::UsernameInvalid),
        ("username", "all", ErrorCode::UsernameInvalid),
        ("name", " ", ErrorCode::TextEmpty),
        ("place", "\u{202e}", ErrorCode::TextEmpty),
        ("password", "short", ErrorCode::PasswordInvalid),
        ("password", "password1", ErrorCode::PasswordWeak),
        ("password", "olga1234", ErrorCode::PasswordWeak),
    ] {
        let mut body = claim_body(&secret, "olga");
        body[field] = value.into();
        let refused = post(server.address, "claim", &body).await;
        assert_eq!(refused.status, 400, "{field} {value}: {refused:?}");
        let allowed = [code, ErrorCode::TextCharacters];
        assert!(
            allowed.contains(&refused.code()),
            "{field} {value}: {refused:?}"
        );
    }
    signed_in(&post(server.address, "claim", &claim_body(&secret, "olga")).await);
}

#[tokio::test]
async fn in_local_mode_guests_come_in_at_once_and_the_owner_finds_what_they_wrote() {
    let server = Server::start(&[]).await;
    let shown = http::get(server.address, "/api/v1/session", &[]).await;
    assert_eq!(shown.json()["place"]["is_claimed"], false);
    assert_eq!(shown.json()["place"]["guests"], true);
    let mut ada = enter(server.address, "Ada").await;
    ada.post(shared::id::RoomId::LOBBY, "hello").await;
    let owner = claim(server.address, server.folder.path()).await;
    let mut olga = owner.connect(server.address).await;
    let reset = olga.subscribe(shared::id::RoomId::LOBBY).await;
    drop(reset);
    assert_eq!(olga.user().role, Role::Owner);
    enter(server.address, "Ben").await;
}
