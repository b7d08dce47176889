//! The exchange of a code for tokens (RFC 6749 § 4.1.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::discovery::{ClientAuthentication, Discovery};
use super::error::{OidcError, loggable_code};
use super::fetch::ProviderHttp;
use super::settings::OidcSettings;

const NAME: &str = "token endpoint";

/// What the token endpoint gives. Secrets, so there is no `Debug`.
#[derive(Deserialize)]
pub struct Tokens {
    /// Who the person is, signed.
    pub id_token: String,
    /// For the user information.
    pub access_token: Option<String>,
}

/// A refusal of the token endpoint (RFC 6749 § 5.2).
#[derive(Deserialize)]
struct RefusedToken {
    error: String,
}

/// Exchanges a code.
///
/// # Errors
/// `token_refused`, or why there is no answer.
pub async fn exchange_code(
    http: &ProviderHttp,
    settings: &OidcSettings,
    discovery: &Discovery,
    code: &str,
    verifier: &str,
) -> Result<Tokens, OidcError> {
    let request = token_request(http, settings, discovery, code, verifier)?;
    let answer = http.ask(NAME, request).await?;
    if !answer.is_success() {
        let refused = answer.parse::<RefusedToken>();
        return Err(match refused {
            Ok(refused) => OidcError::TokenRefused(loggable_code(&refused.error)),
            Err(_) => answer.failure(),
        });
    }
    answer.success()
}

fn token_request(
    http: &ProviderHttp,
    settings: &OidcSettings,
    discovery: &Discovery,
    code: &str,
    verifier: &str,
) -> Result<RequestBuilder, OidcError> {
    let mut body = Serializer::new(String::new());
    body.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &settings.redirect_uri)
        .append_pair("code_verifier", verifier);
    let mut request = http
        .post(discovery.token_endpoint.clone())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    match discovery.client_authentication {
        ClientAuthentication::Basic => {
            request = request.header(AUTHORIZATION, basic(settings)?);
        }
        ClientAuthentication::Post => {
            body.append_pair("client_id", &settings.client_id)
                .append_pair("client_secret", settings.client_secret.reveal());
        }
    }
    Ok(request.body(body.finish()))
}

/// Both parts are form-encoded before they are joined (RFC 6749 § 2.3.1).
fn basic(settings: &OidcSettings) -> Result<HeaderValue, OidcError> {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let client_id = encode(&settings.client_id);
    let secret = encode(settings.client_secret.reveal());
    let joined = STANDARD.encode(format!("{client_id}:{secret}"));
    let mut value = HeaderValue::try_from(format!("Basic {joined}"))
        .map_err(|_| OidcError::AnswerMalformed(NAME))?;
    value.set_sensitive(true);
    Ok(value)
}
