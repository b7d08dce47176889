//! More claims from the provider (OpenID Connect Core § 5.3).

use url::Url;

use super::claims::Claims;
use super::error::OidcError;
use super::fetch::ProviderHttp;

/// Asks for the user information of this subject.
///
/// # Errors
/// `userinfo_subject`, or why there is no answer.
pub async fn fetch_userinfo(
    http: &ProviderHttp,
    endpoint: &Url,
    access_token: &str,
    subject: &str,
) -> Result<Claims, OidcError> {
    let request = http.get(endpoint.clone()).bearer_auth(access_token);
    let answer = http.ask("user information endpoint", request).await?;
    let claims = Claims::new(answer.success()?);
    if claims.text("sub") != Some(subject) {
        return Err(OidcError::UserinfoSubject);
    }
    Ok(claims)
}
