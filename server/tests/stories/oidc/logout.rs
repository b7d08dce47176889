//! The provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0).

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::close;

use super::browser::Browser;
use super::routes::registered;
use crate::support::account::{PASSWORD, ask_as, claim, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::identity_provider::IdentityProvider;
use crate::support::identity_provider::misbehaviour::Misbehaviour;
use crate::support::server::Server;

const LOGOUT: &str = "/api/v1/session/oidc/logout";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Posts what a provider posts.
async fn post(server: &Server, more: &[(&str, &str)], form: &str) -> Answer {
    let mut headers = vec![FORM];
    headers.extend(more);
    http::ask(server.address, "POST", LOGOUT, &headers, form).await
}

async fn log_out(server: &Server, token: &str) -> Answer {
    post(server, &[], &format!("logout_token={token}")).await
}

async fn is_signed_in(server: &Server, who: &Guest) -> bool {
    let answer = ask_as(server.address, who, "GET", "session", &Value::Null).await;
    answer.status == 200
}

/// Signs in by the provider, in a session there.
async fn come(provider: &IdentityProvider, server: &Server, subject: &str, sid: &str) -> Guest {
    provider.sign_in_as(json!({"sub": subject, "preferred_username": subject, "sid": sid}));
    Browser::new(server.address).signed_in(provider).await
}

#[tokio::test]
async fn who_signs_out_at_the_provider_is_signed_out_here_where_that_session_led() {
    let (provider, server) = registered(&[]).await;
    let desk = come(&provider, &server, "ada", "desk").await;
    let phone = come(&provider, &server, "ada", "phone").await;
    let ben = come(&provider, &server, "ben", "desk-of-ben").await;
    let mut line = desk.connect(server.address).await;

    let token = provider.logout_token("ada", &json!({ "sid": "desk" }));
    let answer = log_out(&server, &token).await;
    assert_eq!((answer.status, &*answer.body), (200, ""), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(line.closed().await, Some(close::UNAUTHORIZED));
    assert!(!is_signed_in(&server, &desk).await);
    assert!(is_signed_in(&server, &phone).await);

    // A session there that belongs to somebody else, a subject and a session that nobody has.
    for (subject, sid) in [
        ("ada", json!("desk-of-ben")),
        ("nobody", Value::Null),
        ("ada", json!("none")),
    ] {
        let token = provider.logout_token(subject, &json!({ "sid": sid }));
        assert_eq!(log_out(&server, &token).await.status, 200);
    }
    assert!(is_signed_in(&server, &phone).await && is_signed_in(&server, &ben).await);

    // After a restart it is known how the sessions began; the session alone is enough.
    let server = server.restart().await;
    let token = provider.logout_token("", &json!({ "sub": null, "sid": "desk-of-ben" }));
    assert_eq!(log_out(&server, &token).await.status, 200);
    assert!(!is_signed_in(&server, &ben).await);
    assert!(is_signed_in(&server, &phone).await);
}

#[tokio::test]
async fn a_session_of_an_identity_that_was_unlinked_since_ends_all_the_same() {
    let (provider, server) = registered(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let mut browser = Browser::new(server.address);
    provider.sign_in_as(json!({"sub": "olga", "name": "Olga"}));
    super::linking::link(&provider, &mut browser, &olga).await;
    let desk = come(&provider, &server, "olga", "desk").await;
    let path = "account/external";
    let unlinked = ask_as(server.address, &olga, "DELETE", path, &Value::Null).await;
    assert_eq!(unlinked.status, 204, "{unlinked:?}");
    assert!(is_signed_in(&server, &desk).await);
    let token = provider.logout_token("olga", &json!({ "sid": "desk" }));
    assert_eq!(log_out(&server, &token).await.status, 200);
    assert!(!is_signed_in(&server, &desk).await && is_signed_in(&server, &olga).await);
}

#[tokio::test]
async fn all_that_began_by_the_provider_ends_and_nothing_that_began_otherwise() {
    let (provider, server) = registered(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let mut browser = Browser::new(server.address);
    provider.sign_in_as(json!({"sub": "olga", "name": "Olga"}));
    super::linking::link(&provider, &mut browser, &olga).await;
    let by_provider = [
        come(&provider, &server, "olga", "one").await,
        come(&provider, &server, "olga", "two").await,
    ];
    assert_eq!(by_provider[0].profile.id, olga.profile.id);
    let by_password = signed_in(&sign_in(server.address, "olga", PASSWORD).await);
    let token = provider.logout_token("olga", &json!({}));
    assert_eq!(log_out(&server, &token).await.status, 200);
    for ended in &by_provider {
        assert!(!is_signed_in(&server, ended).await);
    }
    for stays in [&olga, &by_password] {
        assert!(is_signed_in(&server, stays).await);
    }
    // Once is enough: who signs in again stays, whoever repeats the token.
    let again = come(&provider, &server, "olga", "three").await;
    let repeated = log_out(&server, &token).await;
    assert_eq!(
        (repeated.status, repeated.code()),
        (400, ErrorCode::ProviderFailed)
    );
    assert!(is_signed_in(&server, &again).await);
}

#[tokio::test]
async fn a_token_that_is_not_the_providers_or_no_logout_token_ends_nothing() {
    let (provider, server) = registered(&[]).await;
    let ada = come(&provider, &server, "ada", "desk").await;
    let failed = |answer: Answer, what: &str| {
        let code = (answer.status, answer.code());
        assert_eq!(code, (400, ErrorCode::ProviderFailed), "{what}");
    };
    for misbehaviour in [
        Misbehaviour::Unsigned,
        Misbehaviour::PublicKeyAsSecret,
        Misbehaviour::UnknownKey,
        Misbehaviour::OtherKey,
    ] {
        provider.misbehave(misbehaviour);
        let token = provider.logout_token("ada", &json!({}));
        failed(log_out(&server, &token).await, &format!("{misbehaviour:?}"));
    }
    provider.behave();
    for changes in [
        json!({ "iss": "https://other.example" }),
        json!({ "aud": "other" }),
        json!({ "exp": 1_000 }),
        json!({ "iat": 1_000 }),
        json!({ "iat": 9_000_000_000_i64 }),
        json!({ "events": {} }),
        json!({ "events": null }),
        json!({ "nonce": "n" }),
        json!({ "sub": null }),
        json!({ "jti": null }),
    ] {
        let token = provider.logout_token("ada", &changes);
        failed(log_out(&server, &token).await, &changes.to_string());
    }
    // An ID token, as somebody may have seen one.
    let secrets = provider.secrets();
    let id_token = secrets
        .iter()
        .find(|secret| secret.matches('.').count() == 2);
    failed(log_out(&server, id_token.unwrap()).await, "an ID token");
    failed(log_out(&server, "no-token").await, "no token");

    let token = provider.logout_token("ada", &json!({}));
    let form = format!("logout_token={token}");
    let foreign = post(&server, &[("origin", "https://evil.example")], &form).await;
    assert_eq!(foreign.code(), ErrorCode::OriginForbidden);
    let no_field = post(&server, &[], "token=x").await;
    assert_eq!(
        (no_field.status, no_field.code()),
        (400, ErrorCode::BadCommand)
    );
    let no_form = http::post(server.address, LOGOUT, &[], "{}").await;
    assert_eq!(no_form.code(), ErrorCode::BadCommand);
    assert!(is_signed_in(&server, &ada).await);
    assert_eq!(log_out(&server, &token).await.status, 200);
    assert!(!is_signed_in(&server, &ada).await);
}

#[tokio::test]
async fn a_server_without_a_provider_has_nobody_to_listen_to() {
    let server = Server::start(&[]).await;
    let answer = log_out(&server, "x").await;
    assert_eq!(
        (answer.status, answer.code()),
        (503, ErrorCode::ProviderUnavailable)
    );
}
