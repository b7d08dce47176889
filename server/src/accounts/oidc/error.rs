//! What can go wrong at a sign-in with the identity provider.

use shared::error::ErrorCode;
use thiserror::Error;

/// Why a sign-in failed. The text is for the operator's log; it never contains a code, a token or
/// a secret. The person gets [`OidcError::code`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OidcError {
    /// No client could be built.
    #[error("no TLS client: {0}; does this system have certificate authorities (ca-certificates)?")]
    NoTls(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// The provider cannot be reached, or does not answer in time.
    #[error("the provider cannot be reached at its {endpoint}: {cause}")]
    Unreachable {
        /// Which of its addresses.
        endpoint: &'static str,
        /// What the network says.
        cause: String,
    },
    /// An answer is larger than allowed.
    #[error("the answer of the {0} is too large")]
    AnswerTooLarge(&'static str),
    /// An endpoint leads to another address. Such requests are not followed.
    #[error("the {0} redirects to another address")]
    Redirected(&'static str),
    /// An endpoint answers with a failure.
    #[error("the {endpoint} answers with status {status}")]
    AnswerStatus {
        /// Which of its addresses.
        endpoint: &'static str,
        /// The status of HTTP.
        status: u16,
    },
    /// An answer is not JSON of the expected form.
    #[error("the answer of the {0} is not JSON of the expected form")]
    AnswerMalformed(&'static str),
    /// The provider failed a moment ago and is not asked again so soon.
    #[error("the provider failed a moment ago; it is asked again soon")]
    Paused,
    /// The discovery document is another issuer's.
    #[error(
        "the discovery document names the issuer {found:?}; --oidc-issuer has to be exactly that"
    )]
    DiscoveryIssuer {
        /// The issuer in the document.
        found: String,
    },
    /// The discovery document lacks something that the flow needs, or it cannot be used.
    #[error("the discovery document has no usable {0}")]
    DiscoveryIncomplete(&'static str),
    /// The state is unknown, was used before, or is too old.
    #[error("the state is unknown, was used before, or is older than ten minutes")]
    StateUnknown,
    /// The state belongs to another browser.
    #[error("the state belongs to another browser")]
    OtherBrowser,
    /// The person, or the provider, said no.
    #[error("the provider sent the browser back: {0}")]
    Denied(String),
    /// The provider sent the browser back because it does not accept the request.
    #[error("the provider does not accept the request for a sign-in: {0}")]
    RequestRefused(String),
    /// The callback lacks the issuer although the provider promises it (RFC 9207).
    #[error("the callback does not name the issuer, although the provider promises it")]
    CallbackIssuerMissing,
    /// The callback names another issuer (RFC 9207).
    #[error("the callback names another issuer")]
    CallbackIssuer,
    /// The callback has no code.
    #[error("the callback has no code")]
    CodeMissing,
    /// The token endpoint refuses.
    #[error("the token endpoint refuses with {0}")]
    TokenRefused(String),
    /// The ID token is no signed token of the expected form.
    #[error("the ID token is malformed")]
    TokenMalformed,
    /// The ID token's algorithm is not among those of the discovery document.
    #[error("the ID token is signed with {0:?}, which is not acceptable")]
    Algorithm(String),
    /// The key that signed the ID token is not among the provider's.
    #[error("the key of the ID token is not among the provider's keys")]
    KeyUnknown,
    /// The signature is wrong.
    #[error("the signature of the ID token is wrong")]
    Signature,
    /// The ID token is another issuer's.
    #[error("the ID token is of another issuer")]
    TokenIssuer,
    /// The ID token is not for this server.
    #[error("the ID token is not for this client")]
    Audience,
    /// The ID token was issued to another client.
    #[error("the ID token was issued to another client (azp)")]
    AuthorizedParty,
    /// The ID token has expired.
    #[error("the ID token has expired; are both clocks right?")]
    Expired,
    /// The ID token is from the future.
    #[error("the ID token is from the future; are both clocks right?")]
    FromTheFuture,
    /// The ID token is not of this sign-in.
    #[error("the ID token has no nonce or another sign-in's")]
    Nonce,
    /// The ID token names nobody.
    #[error("the ID token has no usable subject")]
    Subject,
    /// A logout token has no event of a logout.
    #[error("the logout token has no event of a logout")]
    LogoutEvent,
    /// A logout token has a nonce: it is an ID token.
    #[error("the logout token has a nonce, as ID tokens have")]
    LogoutNonce,
    /// A logout token was used before.
    #[error("the logout token was used before, or too many were used lately")]
    LogoutRepeated,
    /// The user information is somebody else's.
    #[error("the user information is about another subject than the ID token")]
    UserinfoSubject,
}

impl OidcError {
    /// A stable name, for logs and figures.
    pub fn name(&self) -> &'static str {
        match self {
            OidcError::NoTls(_) => "no_tls",
            OidcError::NoRandomness => "no_randomness",
            OidcError::Unreachable { .. } => "unreachable",
            OidcError::AnswerTooLarge(_) => "answer_too_large",
            OidcError::Redirected(_) => "redirected",
            OidcError::AnswerStatus { .. } => "answer_status",
            OidcError::AnswerMalformed(_) => "answer_malformed",
            OidcError::Paused => "paused",
            OidcError::DiscoveryIssuer { .. } => "discovery_issuer",
            OidcError::DiscoveryIncomplete(_) => "discovery_incomplete",
            OidcError::StateUnknown => "state_unknown",
            OidcError::OtherBrowser => "other_browser",
            OidcError::Denied(_) => "denied",
            OidcError::RequestRefused(_) => "request_refused",
            OidcError::CallbackIssuerMissing => "callback_issuer_missing",
            OidcError::CallbackIssuer => "callback_issuer",
            OidcError::CodeMissing => "code_missing",
            OidcError::TokenRefused(_) => "token_refused",
            OidcError::TokenMalformed => "token_malformed",
            OidcError::Algorithm(_) => "algorithm",
            OidcError::KeyUnknown => "key_unknown",
            OidcError::Signature => "signature",
            OidcError::TokenIssuer => "token_issuer",
            OidcError::Audience => "audience",
            OidcError::AuthorizedParty => "authorized_party",
            OidcError::Expired => "expired",
            OidcError::FromTheFuture => "from_the_future",
            OidcError::Nonce => "nonce",
            OidcError::Subject => "subject",
            OidcError::LogoutEvent => "logout_event",
            OidcError::LogoutNonce => "logout_nonce",
            OidcError::LogoutRepeated => "logout_repeated",
            OidcError::UserinfoSubject => "userinfo_subject",
        }
    }

    /// What the person is told.
    pub fn code(&self) -> ErrorCode {
        match self {
            OidcError::NoTls(_)
            | OidcError::NoRandomness
            | OidcError::Unreachable { .. }
            | OidcError::Paused => ErrorCode::ProviderUnavailable,
            OidcError::AnswerStatus { status, .. } if *status >= 500 => {
                ErrorCode::ProviderUnavailable
            }
            OidcError::Denied(_) => ErrorCode::ProviderDenied,
            OidcError::StateUnknown | OidcError::OtherBrowser => ErrorCode::ProviderExpired,
            OidcError::AnswerTooLarge(_)
            | OidcError::Redirected(_)
            | OidcError::AnswerStatus { .. }
            | OidcError::AnswerMalformed(_)
            | OidcError::DiscoveryIssuer { .. }
            | OidcError::DiscoveryIncomplete(_)
            | OidcError::CallbackIssuerMissing
            | OidcError::CallbackIssuer
            | OidcError::CodeMissing
            | OidcError::RequestRefused(_)
            | OidcError::TokenRefused(_)
            | OidcError::TokenMalformed
            | OidcError::Algorithm(_)
            | OidcError::KeyUnknown
            | OidcError::Signature
            | OidcError::TokenIssuer
            | OidcError::Audience
            | OidcError::AuthorizedParty
            | OidcError::Expired
            | OidcError::FromTheFuture
            | OidcError::Nonce
            | OidcError::Subject
            | OidcError::LogoutEvent
            | OidcError::LogoutNonce
            | OidcError::LogoutRepeated
            | OidcError::UserinfoSubject => ErrorCode::ProviderFailed,
        }
    }
}

/// An error code of OAuth (RFC 6749 § 5.2) as it may be logged: only a code of the usual form,
/// since anybody could have written anything there.
pub fn loggable_code(code: &str) -> String {
    let is_usual = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if !code.is_empty() && code.len() <= 40 && code.bytes().all(is_usual) {
        code.to_owned()
    } else {
        "(not a usual code)".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_of_the_usual_form_are_logged() {
        assert_eq!(loggable_code("access_denied"), "access_denied");
        for odd in ["", "SplxlOBeZQQYbYS6WxSbIA", "a\nb", &"a".repeat(41)] {
            assert_eq!(loggable_code(odd), "(not a usual code)");
        }
    }
}
