//! Signing in by the routes: from the link to the session, and every way in which it fails.

use serde_json::json;

use super::browser::{BEGIN, Browser, assert_refused};
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::identity_provider::IdentityProvider;
use crate::support::identity_provider::misbehaviour::{Endpoint, Misbehaviour, WrongAnswer};
use crate::support::process::Process;
use crate::support::server::{Folder, Server, folder};
use server::clock::Clock;

/// A provider, and a server that is registered there.
pub async fn registered(more: &[&str]) -> (IdentityProvider, Server) {
    registered_in(folder(), more).await
}

/// The same, on this folder.
pub async fn registered_in(folder: Folder, more: &[&str]) -> (IdentityProvider, Server) {
    let provider = IdentityProvider::start(Clock::system()).await;
    let own = provider.arguments();
    let mut arguments: Vec<&str> = own.iter().map(String::as_str).collect();
    arguments.extend(more);
    let server = Server::start_in(folder, &arguments).await;
    (provider, server)
}

/// The person who signs in next.
fn person(provider: &IdentityProvider, subject: &str, username: &str) {
    provider.sign_in_as(json!({
        "sub": subject, "preferred_username": username, "name": format!("{username} of the corp"),
    }));
}

#[tokio::test]
async fn somebody_signs_in_again_and_again_and_is_the_same_person() {
    let provider = IdentityProvider::start(Clock::system()).await;
    let arguments = provider.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let folder = folder();
    let server = Process::start(folder.path(), &arguments).await;
    let mut browser = Browser::new(server.address);
    let shown = browser.visit("/api/v1/session").await.json();
    assert_eq!(
        shown["place"]["oidc"],
        json!({"label": "Test", "is_only_way": false})
    );

    person(&provider, "ada-1", "ada");
    let begun = browser.visit(&format!("{BEGIN}?return_to=/rooms/1")).await;
    assert_eq!(begun.status, 303);
    let cookie = begun.header("set-cookie").unwrap();
    for attribute in ["; SameSite=Lax", "; HttpOnly", "; Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let back = provider.send_back(begun.header("location").unwrap()).await;
    let answer = browser.visit(&super::browser::path_of(&back)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains(r#"content="0;url=/rooms/1""#));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let session = answer.all("set-cookie");
    assert!(session.iter().all(|cookie| cookie.contains("Strict")));
    let ada = browser.person().await.unwrap();
    assert_eq!(
        (ada.name.as_str(), ada.username.as_deref()),
        ("ada of the corp", Some("ada"))
    );
    assert_eq!(ada.role, shared::model::Role::Member);

    // With another name there, in another browser.
    person(&provider, "ada-1", "lovelace");
    let again = Browser::new(server.address).signed_in(&provider).await;
    assert_eq!(again.profile, ada);
    // Somebody else of the same name.
    person(&provider, "ada-2", "ada");
    let other = Browser::new(server.address).signed_in(&provider).await;
    assert_ne!(other.profile.id, ada.id);
    assert_eq!(other.profile.username.as_deref(), Some("ada2"));
    assert_eq!(other.profile.name, ada.name);
    server.stop().await;
}

#[tokio::test]
async fn a_provider_that_misbehaves_signs_nobody_in() {
    let (provider, server) = registered(&[]).await;
    // No name, so that the user information is asked for.
    provider.sign_in_as(json!({"sub": "1"}));
    for (misbehaviour, code) in [
        (Misbehaviour::TokenIssuer, "provider_failed"),
        (Misbehaviour::Audience, "provider_failed"),
        (Misbehaviour::AudiencesWithoutParty, "provider_failed"),
        (Misbehaviour::OtherParty, "provider_failed"),
        (Misbehaviour::Expired, "provider_failed"),
        (Misbehaviour::FromTheFuture, "provider_failed"),
        (Misbehaviour::NoNonce, "provider_failed"),
        (Misbehaviour::OtherNonce, "provider_failed"),
        (Misbehaviour::Unsigned, "provider_failed"),
        (Misbehaviour::PublicKeyAsSecret, "provider_failed"),
        (Misbehaviour::OtherKey, "provider_failed"),
        (Misbehaviour::NoToken, "provider_failed"),
        (Misbehaviour::Refusal, "provider_failed"),
        (Misbehaviour::UserinfoSubject, "provider_failed"),
        (Misbehaviour::Denial, "provider_denied"),
        (Misbehaviour::InvalidScope, "provider_failed"),
        (Misbehaviour::NoCode, "provider_failed"),
        (Misbehaviour::CallbackWithoutIssuer, "provider_failed"),
        (Misbehaviour::MixUp, "provider_failed"),
        (
            Misbehaviour::At(Endpoint::Token, WrongAnswer::Failure),
            "provider_unavailable",
        ),
        (
            Misbehaviour::At(Endpoint::Token, WrongAnswer::Redirect),
            "provider_failed",
        ),
    ] {
        let mut browser = Browser::new(server.address);
        provider.misbehave(misbehaviour);
        let answer = browser.sign_in(&provider).await;
        assert_refused(&answer, code);
        assert_eq!(browser.person().await, None, "{misbehaviour:?}");
    }
    // None of them has made somebody: a guest who comes in now is the first.
    let first = Guest::come_in(server.address, "Ben").await.profile.id;
    provider.behave();
    let next = Browser::new(server.address).signed_in(&provider).await;
    assert_eq!((first.0, next.profile.id.0), (1, 2));
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_said_at_once() {
    let (provider, server) = registered(&[]).await;
    provider.misbehave(Misbehaviour::At(Endpoint::Discovery, WrongAnswer::Failure));
    let begun = Browser::new(server.address).visit(BEGIN).await;
    assert_refused(&begun, "provider_unavailable");

    let alone = Server::start(&[]).await;
    let begun = Browser::new(alone.address).visit(BEGIN).await;
    assert_refused(&begun, "provider_unavailable");
    let shown = http::get(alone.address, "/api/v1/session", &[]).await;
    assert_eq!(shown.json()["place"]["oidc"], json!(null));
}

#[tokio::test]
async fn an_answer_of_the_provider_counts_once_and_in_the_browser_that_asked() {
    let (provider, server) = registered(&[]).await;
    let (mut ada, mut eve) = (Browser::new(server.address), Browser::new(server.address));
    let back = ada.begin(&provider).await;
    // Without the cookie, and with that of another sign-in.
    assert_refused(&eve.visit(&back).await, "provider_expired");
    eve.begin(&provider).await;
    assert_refused(&eve.visit(&back).await, "provider_expired");
    let other_state = back.replace("state=", "state=x");
    assert_refused(&ada.visit(&other_state).await, "provider_expired");
    for query in ["", "?state=a&state=b", "?error=access_denied"] {
        let odd = format!("{BEGIN}/callback{query}");
        assert_refused(&ada.visit(&odd).await, "provider_expired");
    }
    assert_eq!(provider.asked(Endpoint::Token), 0);
    assert_eq!(ada.visit(&back).await.status, 200);
    assert_refused(&ada.visit(&back).await, "provider_expired");
    assert_eq!(provider.asked(Endpoint::Token), 1);
    assert_eq!(eve.person().await, None);
}

#[tokio::test]
async fn two_tabs_of_a_browser_sign_in_beside_each_other() {
    let (provider, server) = registered(&[]).await;
    let mut browser = Browser::new(server.address);
    let one = browser.begin(&provider).await;
    let two = browser.begin(&provider).await;
    for back in [one, two] {
        assert_eq!(browser.visit(&back).await.status, 200);
    }
}

#[tokio::test]
async fn nobody_is_sent_to_another_server_afterwards() {
    let (provider, server) = registered(&[]).await;
    for return_to in [
        "https://evil.example/",
        "//evil.example",
        "/%5Cevil.example",
    ] {
        let mut browser = Browser::new(server.address);
        let begun = browser
            .visit(&format!("{BEGIN}?return_to={return_to}"))
            .await;
        let back = provider.send_back(begun.header("location").unwrap()).await;
        let answer = browser.visit(&super::browser::path_of(&back)).await;
        assert!(answer.body.contains(r#"content="0;url=/""#), "{return_to}");
    }
}

#[tokio::test]
async fn a_link_of_another_site_leads_to_the_sign_in_page() {
    let provider = IdentityProvider::start(Clock::system()).await;
    let own = provider.arguments();
    let mut arguments: Vec<&str> = own.iter().map(String::as_str).collect();
    arguments.extend(["--public-url", "https://chat.example.org"]);
    let server = Server::start(&arguments).await;
    for (site, is_followed) in [("cross-site", false), ("same-origin", true), ("none", true)] {
        let headers = [("host", "chat.example.org"), ("sec-fetch-site", site)];
        let answer = http::get(server.address, BEGIN, &headers).await;
        assert_eq!(answer.status, 303);
        let location = answer.header("location").unwrap();
        assert_eq!(location.starts_with(provider.issuer()), is_followed);
        assert_eq!(location == "/sign-in", !is_followed, "{location}");
        let cookie = answer.header("set-cookie");
        let is_secure = |cookie: &str| cookie.starts_with("__Host-") && cookie.contains("; Secure");
        assert_eq!(cookie.is_some_and(is_secure), is_followed, "{cookie:?}");
    }
}

#[tokio::test]
async fn on_ones_own_machine_a_sign_in_begins_at_the_name_that_the_provider_knows() {
    let (provider, server) = registered(&[]).await;
    let mut browser = Browser::at(server.address, server.address.to_string());
    let moved = browser.visit(&format!("{BEGIN}?return_to=/rooms/1")).await;
    let port = server.address.port();
    assert_eq!(
        moved.header("location"),
        Some(&*format!(
            "http://localhost:{port}{BEGIN}?return_to=%2Frooms%2F1"
        ))
    );
    assert_eq!(provider.asked(Endpoint::Discovery), 0);
}

#[tokio::test]
async fn one_address_does_not_begin_any_number_of_sign_ins() {
    let (provider, server) = registered(&["--rate-limit", "10"]).await;
    let mut browser = Browser::new(server.address);
    let mut begun = 0;
    let refused = loop {
        let answer = browser.visit(BEGIN).await;
        if !answer
            .header("location")
            .unwrap()
            .starts_with(provider.issuer())
        {
            break answer;
        }
        begun += 1;
        assert!(begun < 1_000, "nobody is refused");
    };
    assert!(begun >= 300, "{begun}");
    assert_refused(&refused, "rate_limited");
}
