//! Sign-in with an identity provider: the client, and the server's routes, against a real one on
//! this machine, over real sockets.

mod becoming;
mod browser;
mod keys;
mod linking;
mod logout;
mod misbehaviour;
mod roles;
mod routes;
mod secrets;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::json;
use server::accounts::oidc::{
    BrowserBinding, CallbackAnswer, ClaimedRole, Issuer, OidcClient, OidcError, Purpose, SignedIn,
};
use server::clock::Clock;
use shared::error::ErrorCode;
use shared::id::Micros;

use crate::support::identity_provider::misbehaviour::{Endpoint, Misbehaviour, WrongAnswer};
use crate::support::identity_provider::{CLIENT_ID, IdentityProvider};
use crate::support::server::{config, folder};
use crate::support::within;

/// What a sign-in is for that is nothing else.
const SIGN_IN: Purpose = Purpose::SignIn { guest: None };
/// The browser of the person.
pub(crate) const BROWSER: BrowserBinding = BrowserBinding::new([1; 32]);
/// Another browser.
const OTHER_BROWSER: BrowserBinding = BrowserBinding::new([2; 32]);

/// A clock that the test moves.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub(crate) fn new() -> Self {
        TestClock(Arc::new(AtomicI64::new(1_800_000_000_000_000)))
    }

    pub(crate) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Clock::new(move || Micros(time.load(Ordering::SeqCst)))
    }

    pub(crate) fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

/// A whole sign-in, as a browser makes it.
pub(crate) async fn sign_in(
    provider: &IdentityProvider,
    client: &OidcClient,
) -> Result<SignedIn, OidcError> {
    let whole = async {
        let address = client.begin(SIGN_IN, "/room/1", BROWSER).await?;
        let back = provider.visit(&address).await;
        client.finish(&back, BROWSER).await
    };
    within("a sign-in with the provider", whole).await
}

async fn provider() -> IdentityProvider {
    IdentityProvider::start(TestClock::new().clock()).await
}

#[tokio::test]
async fn a_person_signs_in_and_returns_to_where_they_were() {
    let provider = provider().await;
    let client = provider.client();
    provider.sign_in_as(json!({
        "sub": "ada-1", "preferred_username": "ada", "name": "Ada Lovelace",
        "email": "ada@example.org",
    }));
    let signed_in = sign_in(&provider, &client).await.unwrap();
    let identity = signed_in.identity;
    assert_eq!(signed_in.return_to, "/room/1");
    assert_eq!(identity.issuer, provider.issuer());
    assert_eq!(identity.subject, "ada-1");
    assert_eq!(identity.preferred_username.as_deref(), Some("ada"));
    assert_eq!(identity.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(identity.email.as_deref(), Some("ada@example.org"));
    assert_eq!(identity.role, None);
    assert_eq!(provider.asked(Endpoint::Userinfo), 0);
}

#[tokio::test]
async fn a_secret_in_the_body_is_accepted_where_the_provider_wants_it_there() {
    let provider = provider().await;
    provider.set_client_authentication("client_secret_post");
    assert!(sign_in(&provider, &provider.client()).await.is_ok());
    provider.set_client_authentication("private_key_jwt");
    let refused = sign_in(&provider, &provider.client()).await.err();
    assert_eq!(refused.unwrap().name(), "discovery_incomplete");
}

#[tokio::test]
async fn claims_that_the_token_lacks_come_from_the_user_information() {
    let provider = provider().await;
    provider.sign_in_as(json!({"sub": "1", "name": "Ada"}));
    provider.add_userinfo(json!({"name": "Not Ada", "groups": ["chat-admins", "staff"]}));
    let mut settings = provider.settings();
    settings.role_claim = Some("groups".into());
    let client = OidcClient::new(settings, TestClock::new().clock()).unwrap();
    let identity = sign_in(&provider, &client).await.unwrap().identity;
    assert_eq!(identity.role, Some(ClaimedRole::Administrator));
    assert_eq!(identity.name.as_deref(), Some("Ada"));
    assert_eq!(provider.asked(Endpoint::Userinfo), 1);
}

#[tokio::test]
async fn user_information_about_somebody_else_is_refused() {
    let provider = provider().await;
    provider.sign_in_as(json!({"sub": "1"}));
    provider.misbehave(Misbehaviour::UserinfoSubject);
    let refused = sign_in(&provider, &provider.client()).await.err();
    assert_eq!(refused, Some(OidcError::UserinfoSubject));
}

#[tokio::test]
async fn a_state_is_of_one_browser() {
    let provider = provider().await;
    let client = provider.client();
    let address = client.begin(SIGN_IN, "/", BROWSER).await.unwrap();
    let back = provider.visit(&address).await;
    let other = client.finish(&back, OTHER_BROWSER).await.err();
    assert_eq!(other, Some(OidcError::OtherBrowser));
    assert_eq!(provider.asked(Endpoint::Token), 0);
    // The other browser has not ended it.
    assert!(client.finish(&back, BROWSER).await.is_ok());
}

#[tokio::test]
async fn a_state_is_used_once() {
    let provider = provider().await;
    let client = provider.client();
    let address = client.begin(SIGN_IN, "/", BROWSER).await.unwrap();
    let back = provider.visit(&address).await;
    client.finish(&back, BROWSER).await.ok().unwrap();
    let again = client.finish(&back, BROWSER).await.err();
    assert_eq!(again, Some(OidcError::StateUnknown));
    assert_eq!(provider.asked(Endpoint::Token), 1);
    for state in [None, Some("made up".into())] {
        let back = CallbackAnswer {
            state,
            ..back.clone()
        };
        let unknown = client.finish(&back, BROWSER).await.err();
        assert_eq!(unknown, Some(OidcError::StateUnknown));
    }
}

#[tokio::test]
async fn a_sign_in_ends_after_ten_minutes() {
    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    let client = provider.client();
    let address = client.begin(SIGN_IN, "/", BROWSER).await.unwrap();
    let back = provider.visit(&address).await;
    time.advance_seconds(10 * 60);
    let late = client.finish(&back, BROWSER).await.err();
    assert_eq!(late, Some(OidcError::StateUnknown));
}

#[tokio::test]
async fn a_code_of_another_sign_in_is_refused() {
    let provider = provider().await;
    let client = provider.client();
    let mut backs = Vec::new();
    for _ in 0..2 {
        let address = client.begin(SIGN_IN, "/", BROWSER).await.unwrap();
        backs.push(provider.visit(&address).await);
    }
    let injected = CallbackAnswer {
        code: backs[0].code.clone(),
        ..backs[1].clone()
    };
    // The provider compares the code's challenge with the verifier of the second sign-in.
    let refused = client.finish(&injected, BROWSER).await.err();
    assert_eq!(
        refused,
        Some(OidcError::TokenRefused("invalid_grant".into()))
    );
}

#[tokio::test]
async fn the_provider_is_asked_for_its_document_once_an_hour() {
    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    let client = provider.client();
    for (wait, asked) in [(0, 1), (3_599, 1), (1, 2)] {
        time.advance_seconds(wait);
        client.begin(SIGN_IN, "/", BROWSER).await.unwrap();
        assert_eq!(provider.asked(Endpoint::Discovery), asked);
    }
}

#[tokio::test]
async fn a_provider_that_failed_is_left_alone_for_a_moment_and_asked_again() {
    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    let client = provider.client();
    provider.misbehave(Misbehaviour::At(Endpoint::Discovery, WrongAnswer::Failure));
    let failed = client.begin(SIGN_IN, "/", BROWSER).await.unwrap_err();
    assert_eq!(failed.name(), "answer_status");
    assert_eq!(failed.code(), ErrorCode::ProviderUnavailable);
    provider.behave();
    time.advance_seconds(9);
    let paused = client.begin(SIGN_IN, "/", BROWSER).await.unwrap_err();
    assert_eq!(paused, OidcError::Paused);
    assert_eq!(provider.asked(Endpoint::Discovery), 1);
    time.advance_seconds(1);
    assert!(client.begin(SIGN_IN, "/", BROWSER).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_takes_long_to_fail_is_left_alone_too() {
    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    let mut settings = provider.settings();
    settings.timeout = Duration::from_secs(1);
    let client = OidcClient::new(settings, time.clock()).unwrap();
    provider.misbehave(Misbehaviour::At(Endpoint::Discovery, WrongAnswer::Never));
    let time_passes = async {
        while provider.asked(Endpoint::Discovery) == 0 {
            tokio::task::yield_now().await;
        }
        time.advance_seconds(30);
    };
    let both = async { tokio::join!(client.begin(SIGN_IN, "/", BROWSER), time_passes) };
    let (failed, ()) = within("the end of a request", both).await;
    assert_eq!(failed.unwrap_err().name(), "unreachable");
    let paused = client.begin(SIGN_IN, "/", BROWSER).await.unwrap_err();
    assert_eq!(paused, OidcError::Paused);
}

#[tokio::test]
async fn a_provider_with_https_is_not_asked_without_tls() {
    let provider = provider().await;
    let issuer = provider.issuer().replace("http:", "https:");
    let mut settings = provider.settings();
    settings.issuer = Issuer::parse(&issuer).unwrap();
    // The provider does not speak TLS. On a system without certificate authorities there is no
    // client at all.
    match OidcClient::new(settings, TestClock::new().clock()) {
        Ok(client) => {
            let begun = within("a refusal", client.begin(SIGN_IN, "/", BROWSER)).await;
            assert_eq!(begun.unwrap_err().name(), "unreachable");
        }
        Err(error) => assert_eq!(error.name(), "no_tls"),
    }
    assert_eq!(provider.asked(Endpoint::Discovery), 0);
}

#[tokio::test]
async fn the_settings_of_a_server_lead_to_a_client() {
    let provider = provider().await;
    let folder = folder();
    let arguments = provider.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let config = config(folder.path(), &arguments);
    config.check().unwrap();
    let settings = config.oidc.settings("http://localhost:3000");
    let settings = settings.unwrap().unwrap();
    let client = OidcClient::new(settings, TestClock::new().clock()).unwrap();
    assert!(sign_in(&provider, &client).await.is_ok());
}

#[tokio::test]
async fn the_address_at_the_provider_says_what_is_asked_for() {
    let provider = provider().await;
    let address = provider
        .client()
        .begin(SIGN_IN, "/", BROWSER)
        .await
        .unwrap();
    let address = url::Url::parse(&address).unwrap();
    let query: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!(query["client_id"], CLIENT_ID);
    assert_eq!(query["scope"], "openid profile");
    assert_eq!(query["response_mode"], "query");
    for secret in ["state", "nonce", "code_challenge"] {
        assert_eq!(query[secret].len(), 43, "{secret}");
    }
}
