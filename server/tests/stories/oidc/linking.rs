//! An identity at the provider that somebody links to an account.

use serde_json::{Value, json};
use server::clock::Clock;
use shared::error::ErrorCode;
use shared::model::Role;

use super::TestClock;
use super::browser::{Browser, path_of};
use super::routes::{registered, registered_in};
use crate::support::account;
use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::identity_provider::IdentityProvider;
use crate::support::identity_provider::misbehaviour::Misbehaviour;
use crate::support::server::{Server, folder};

const OWN: &str = "/api/v1/account/external";

/// A request of a person in a browser.
async fn ask(browser: &mut Browser, who: &Guest, method: &str, path: &str) -> Answer {
    let headers = [("authorization", &*who.bearer())];
    browser.ask(method, path, &headers).await
}

/// Begins at the provider by a request, and visits it: the server's last answer.
async fn by_provider(
    provider: &IdentityProvider,
    browser: &mut Browser,
    who: &Guest,
    path: &str,
) -> Answer {
    let begun = ask(browser, who, "POST", path).await;
    assert_eq!(begun.status, 200, "{begun:?}");
    let begun = begun.json();
    let back = provider.send_back(begun["address"].as_str().unwrap()).await;
    browser.visit(&path_of(&back)).await
}

/// Links the identity of whoever signs in at the provider now to an account.
pub async fn link(provider: &IdentityProvider, browser: &mut Browser, who: &Guest) {
    let answer = by_provider(provider, browser, who, OWN).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn linked(server: &Server, who: &Guest) -> Value {
    let headers = [("authorization", &*who.bearer())];
    let shown = http::get(server.address, OWN, &headers).await.json();
    assert_eq!(shown["label"], "Test");
    shown["linked"].clone()
}

#[tokio::test]
async fn an_identity_is_linked_signs_in_and_is_unlinked() {
    let (provider, server) = registered(&["--oidc-known-only"]).await;
    let olga = account::claim(server.address, server.folder.path()).await;
    assert_eq!(linked(&server, &olga).await, Value::Null);
    let mut browser = Browser::new(server.address);
    let answer = by_provider(&provider, &mut browser, &olga, OWN).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("url=/settings/sign-in"));
    // She was signed in before, and is not signed in here.
    assert_eq!(answer.all("set-cookie"), Vec::<&str>::new());
    assert_eq!(linked(&server, &olga).await["name"], "ada");

    let again = Browser::new(server.address).signed_in(&provider).await;
    assert_eq!(again.profile, olga.profile);
    let gone = ask(&mut browser, &olga, "DELETE", OWN).await;
    assert_eq!(gone.status, 204);
    assert_eq!(linked(&server, &olga).await, Value::Null);
    let refused = Browser::new(server.address).sign_in(&provider).await;
    super::browser::assert_refused(&refused, "no_external_account");
}

#[tokio::test]
async fn what_fails_leads_back_to_the_settings_and_links_nothing() {
    let (provider, server) = registered(&[]).await;
    let olga = account::claim(server.address, server.folder.path()).await;
    // Somebody else has it.
    Browser::new(server.address).signed_in(&provider).await;
    let mut browser = Browser::new(server.address);
    for (misbehaviour, code) in [
        (None, "external_taken"),
        (Some(Misbehaviour::Denial), "provider_denied"),
        (Some(Misbehaviour::Audience), "provider_failed"),
    ] {
        provider.behave();
        if let Some(misbehaviour) = misbehaviour {
            provider.misbehave(misbehaviour);
        }
        let answer = by_provider(&provider, &mut browser, &olga, OWN).await;
        let location = answer.header("location").unwrap();
        assert_eq!(location, format!("/settings/sign-in?refused={code}"));
        assert_eq!(linked(&server, &olga).await, Value::Null);
    }
    // The answer counts in the browser that asked.
    provider.behave();
    provider.sign_in_as(json!({"sub": "olga-1", "name": "Olga"}));
    let begun = ask(&mut browser, &olga, "POST", OWN).await.json();
    let back = provider.send_back(begun["address"].as_str().unwrap()).await;
    let eve = Browser::new(server.address).visit(&path_of(&back)).await;
    super::browser::assert_refused(&eve, "provider_expired");
    assert_eq!(linked(&server, &olga).await, Value::Null);
}

#[tokio::test]
async fn linking_needs_a_session_an_account_and_a_proof_of_the_last_ten_minutes() {
    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    let own = provider.arguments();
    let arguments: Vec<&str> = own.iter().map(String::as_str).collect();
    let server = Server::start_by(time.clock(), folder(), &arguments).await;
    let mut browser = Browser::new(server.address);
    for method in ["GET", "POST", "DELETE"] {
        let host = format!("localhost:{}", server.address.port());
        let stranger = http::ask(server.address, method, OWN, &[("host", &host)], "").await;
        assert_eq!(stranger.code(), ErrorCode::Unauthorized, "{method}");
    }
    let guest = Guest::come_in(server.address, "Ben").await;
    let refused = ask(&mut browser, &guest, "POST", OWN).await;
    assert_eq!(refused.code(), ErrorCode::Forbidden);

    let ada = browser.signed_in(&provider).await;
    // The only way in stays.
    let last = ask(&mut browser, &ada, "DELETE", OWN).await;
    assert_eq!((last.status, last.code()), (409, ErrorCode::LastCredential));
    time.advance_seconds(10 * 60);
    for method in ["POST", "DELETE"] {
        let late = ask(&mut browser, &ada, method, OWN).await;
        assert_eq!(late.code(), ErrorCode::ConfirmationRequired, "{method}");
    }
    // The provider proves again who she is.
    let confirmation = "/api/v1/account/confirmation/external";
    provider.sign_in_as(json!({"sub": "somebody else"}));
    let wrong = by_provider(&provider, &mut browser, &ada, confirmation).await;
    let location = wrong.header("location").unwrap();
    assert_eq!(location, "/settings/sign-in?refused=wrong_credentials");
    // Either way she is back at the section that asked.
    let confirmation = &format!("{confirmation}?return_to=/settings/profile");
    let wrong = by_provider(&provider, &mut browser, &ada, confirmation).await;
    let location = wrong.header("location").unwrap();
    assert_eq!(location, "/settings/profile?refused=wrong_credentials");
    provider.sign_in_as(json!({"sub": "1"}));
    let confirmed = by_provider(&provider, &mut browser, &ada, confirmation).await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    assert!(confirmed.body.contains("url=/settings/profile"));
    let last = ask(&mut browser, &ada, "DELETE", OWN).await;
    assert_eq!(last.code(), ErrorCode::LastCredential);
}

#[tokio::test]
async fn who_is_deactivated_stays_out_and_an_owner_stays_an_owner() {
    let roles = [
        "--oidc-role-claim=groups",
        "--oidc-role=staff=member",
        "--oidc-require-role",
    ];
    let (provider, server) = registered_in(folder(), &roles).await;
    let olga = account::claim(server.address, server.folder.path()).await;
    let staff = |subject: &str| json!({"sub": subject, "name": "Kim", "groups": ["staff"]});
    provider.sign_in_as(staff("kim"));
    let mut browser = Browser::new(server.address);
    let kim = browser.signed_in(&provider).await;
    let headers = [("authorization", &*olga.bearer())];
    let path = format!("/api/v1/people/{}", kim.profile.id.0);
    let body = r#"{"deactivated": true}"#;
    let mut headers = headers.to_vec();
    headers.push(("content-type", "application/json"));
    let changed = http::ask(server.address, "PATCH", &path, &headers, body).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(browser.person().await, None);
    let refused = Browser::new(server.address).sign_in(&provider).await;
    super::browser::assert_refused(&refused, "account_deactivated");

    // The last owner, to whom the claim gives less, and then nothing.
    provider.sign_in_as(staff("olga"));
    let answer = by_provider(&provider, &mut Browser::new(server.address), &olga, OWN).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for groups in [json!(["staff"]), json!([])] {
        provider.sign_in_as(json!({"sub": "olga", "name": "Olga", "groups": groups}));
        let again = Browser::new(server.address).signed_in(&provider).await;
        assert_eq!(again.profile.id, olga.profile.id);
        assert_eq!(again.profile.role, Role::Owner);
    }
}

#[tokio::test]
async fn another_name_of_the_machine_is_told_to_use_the_providers() {
    let provider = IdentityProvider::start(Clock::system()).await;
    let own = provider.arguments();
    let arguments: Vec<&str> = own.iter().map(String::as_str).collect();
    let server = Server::start(&arguments).await;
    let olga = account::claim(server.address, server.folder.path()).await;
    let mut browser = Browser::at(server.address, server.address.to_string());
    let refused = ask(&mut browser, &olga, "POST", OWN).await;
    assert_eq!(refused.code(), ErrorCode::HostForbidden);
}
