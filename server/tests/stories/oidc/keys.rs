//! The provider's keys: kinds, changes, and how often they are asked for.

use server::accounts::oidc::OidcError;

use super::{TestClock, sign_in};
use crate::support::identity_provider::IdentityProvider;
use crate::support::identity_provider::keys::SigningKey;
use crate::support::identity_provider::misbehaviour::{Endpoint, Misbehaviour};

#[tokio::test]
async fn both_kinds_of_keys_sign() {
    let provider = IdentityProvider::start(TestClock::new().clock()).await;
    assert!(sign_in(&provider, &provider.client()).await.is_ok());
    provider.replace_key(SigningKey::ec());
    assert!(sign_in(&provider, &provider.client()).await.is_ok());
}

#[tokio::test]
async fn a_replaced_key_is_fetched() {
    let provider = IdentityProvider::start(TestClock::new().clock()).await;
    let client = provider.client();
    for _ in 0..2 {
        sign_in(&provider, &client).await.ok().unwrap();
    }
    assert_eq!(provider.asked(Endpoint::Keys), 1);
    provider.replace_key(SigningKey::rsa(1));
    sign_in(&provider, &client).await.ok().unwrap();
    assert_eq!(provider.asked(Endpoint::Keys), 2);
}

#[tokio::test]
async fn a_key_that_is_never_known_is_looked_for_once_a_minute() {
    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    let client = provider.client();
    sign_in(&provider, &client).await.ok().unwrap();
    provider.misbehave(Misbehaviour::UnknownKey);
    for (wait, asked) in [(0, 2), (0, 2), (59, 2), (1, 3)] {
        time.advance_seconds(wait);
        let refused = sign_in(&provider, &client).await.err();
        assert_eq!(refused, Some(OidcError::KeyUnknown));
        assert_eq!(provider.asked(Endpoint::Keys), asked);
    }
    provider.behave();
    assert!(sign_in(&provider, &client).await.is_ok());
}
