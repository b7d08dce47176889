//! A provider that does one thing wrong: the sign-in fails, and the error says what it was.

use std::time::Duration;

use server::accounts::oidc::OidcClient;
use shared::error::ErrorCode;

use super::{TestClock, sign_in};
use crate::support::identity_provider::IdentityProvider;
use crate::support::identity_provider::misbehaviour::{Endpoint, Misbehaviour, WrongAnswer};

/// The name of the error and the person's code, with a provider that misbehaves. It must be the
/// misbehaviour that fails: without it the same sign-in succeeds.
async fn failure(misbehaviour: Misbehaviour) -> (&'static str, ErrorCode) {
    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    // No name, so that the user information is asked for.
    provider.sign_in_as(serde_json::json!({"sub": "1"}));
    let mut settings = provider.settings();
    settings.answer_bytes = 64 * 1024;
    let waits = matches!(
        misbehaviour,
        Misbehaviour::At(_, WrongAnswer::Never | WrongAnswer::Endless)
    );
    if waits {
        settings.timeout = Duration::from_millis(300);
    }
    let client = OidcClient::new(settings, time.clock()).unwrap();
    provider.misbehave(misbehaviour);
    let Some(error) = sign_in(&provider, &client).await.err() else {
        panic!("signed in in spite of {misbehaviour:?}");
    };
    if !waits {
        provider.behave();
        time.advance_seconds(60);
        let after = sign_in(&provider, &client).await.err();
        assert_eq!(after, None, "after {misbehaviour:?}");
    }
    (error.name(), error.code())
}

/// One test for each misbehaviour.
macro_rules! fails {
    ($($test:ident: $misbehaviour:expr => $error:literal, $code:ident;)*) => {$(
        #[tokio::test]
        async fn $test() {
            assert_eq!(failure($misbehaviour).await, ($error, ErrorCode::$code));
        }
    )*};
}

use Endpoint::{Discovery, Keys, Token, Userinfo};
use Misbehaviour::At;
use WrongAnswer::{Endless, Failure, Html, Huge, Never, Redirect};

fails! {
    a_document_of_another_issuer_is_refused:
        Misbehaviour::DiscoveryIssuer => "discovery_issuer", ProviderFailed;
    a_document_without_usable_algorithms_is_refused:
        Misbehaviour::DiscoveryAlgorithms => "discovery_incomplete", ProviderFailed;
    an_endpoint_on_another_machine_without_tls_is_refused:
        Misbehaviour::DiscoveryPlainEndpoint => "discovery_incomplete", ProviderFailed;
    a_token_of_another_issuer_is_refused:
        Misbehaviour::TokenIssuer => "token_issuer", ProviderFailed;
    a_token_for_another_client_is_refused:
        Misbehaviour::Audience => "audience", ProviderFailed;
    a_token_for_several_clients_has_to_say_who_asked:
        Misbehaviour::AudiencesWithoutParty => "authorized_party", ProviderFailed;
    a_token_that_another_client_asked_for_is_refused:
        Misbehaviour::OtherParty => "authorized_party", ProviderFailed;
    an_expired_token_is_refused:
        Misbehaviour::Expired => "expired", ProviderFailed;
    a_token_from_the_future_is_refused:
        Misbehaviour::FromTheFuture => "from_the_future", ProviderFailed;
    a_token_without_a_nonce_is_refused:
        Misbehaviour::NoNonce => "nonce", ProviderFailed;
    a_token_with_another_nonce_is_refused:
        Misbehaviour::OtherNonce => "nonce", ProviderFailed;
    an_unsigned_token_is_refused:
        Misbehaviour::Unsigned => "algorithm", ProviderFailed;
    a_token_signed_with_the_public_key_as_secret_is_refused:
        Misbehaviour::PublicKeyAsSecret => "algorithm", ProviderFailed;
    a_token_of_an_unknown_key_is_refused:
        Misbehaviour::UnknownKey => "key_unknown", ProviderFailed;
    a_token_signed_with_another_key_is_refused:
        Misbehaviour::OtherKey => "signature", ProviderFailed;
    an_answer_without_a_token_is_refused:
        Misbehaviour::NoToken => "answer_malformed", ProviderFailed;
    a_refusal_of_the_token_endpoint_ends_the_sign_in:
        Misbehaviour::Refusal => "token_refused", ProviderFailed;
    somebody_elses_user_information_is_refused:
        Misbehaviour::UserinfoSubject => "userinfo_subject", ProviderFailed;
    a_person_may_say_no:
        Misbehaviour::Denial => "denied", ProviderDenied;
    a_request_that_the_provider_does_not_accept_is_the_operators_matter:
        Misbehaviour::InvalidScope => "request_refused", ProviderFailed;
    a_callback_without_a_code_is_refused:
        Misbehaviour::NoCode => "code_missing", ProviderFailed;
    a_callback_has_to_name_the_issuer_if_the_provider_promises_it:
        Misbehaviour::CallbackWithoutIssuer => "callback_issuer_missing", ProviderFailed;
    a_callback_of_another_issuer_is_refused:
        Misbehaviour::MixUp => "callback_issuer", ProviderFailed;

    a_huge_document_is_not_read: At(Discovery, Huge) => "answer_too_large", ProviderFailed;
    a_huge_key_set_is_not_read: At(Keys, Huge) => "answer_too_large", ProviderFailed;
    a_huge_token_is_not_read: At(Token, Huge) => "answer_too_large", ProviderFailed;
    huge_user_information_is_not_read: At(Userinfo, Huge) => "answer_too_large", ProviderFailed;
    a_document_is_not_waited_for_for_ever: At(Discovery, Never) => "unreachable", ProviderUnavailable;
    keys_are_not_waited_for_for_ever: At(Keys, Never) => "unreachable", ProviderUnavailable;
    a_token_is_not_waited_for_for_ever: At(Token, Never) => "unreachable", ProviderUnavailable;
    user_information_is_not_waited_for_for_ever:
        At(Userinfo, Never) => "unreachable", ProviderUnavailable;
    the_end_of_a_document_is_not_waited_for_for_ever:
        At(Discovery, Endless) => "unreachable", ProviderUnavailable;
    the_end_of_a_token_is_not_waited_for_for_ever:
        At(Token, Endless) => "unreachable", ProviderUnavailable;
    a_redirect_of_the_document_is_not_followed: At(Discovery, Redirect) => "redirected", ProviderFailed;
    a_redirect_of_the_keys_is_not_followed: At(Keys, Redirect) => "redirected", ProviderFailed;
    a_redirect_of_the_token_endpoint_is_not_followed: At(Token, Redirect) => "redirected", ProviderFailed;
    a_redirect_of_the_user_information_is_not_followed:
        At(Userinfo, Redirect) => "redirected", ProviderFailed;
    a_document_that_is_a_page_is_refused: At(Discovery, Html) => "answer_malformed", ProviderFailed;
    keys_that_are_a_page_are_refused: At(Keys, Html) => "answer_malformed", ProviderFailed;
    a_token_that_is_a_page_is_refused: At(Token, Html) => "answer_malformed", ProviderFailed;
    user_information_that_is_a_page_is_refused:
        At(Userinfo, Html) => "answer_malformed", ProviderFailed;
    a_failing_token_endpoint_is_a_failing_provider:
        At(Token, Failure) => "answer_status", ProviderUnavailable;
}
