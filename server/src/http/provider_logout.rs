//! `/api/v1/session/oidc/logout`: the identity provider says that a session there has ended (OpenID
//! Connect Back-Channel Logout 1.0).

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{has_media_type, read_body};
use super::new_session::SessionRequest;
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// The form that the provider posts.
#[derive(ToSchema)]
pub(super) struct LogoutForm {
    /// A token that the provider has signed.
    logout_token: String,
}

/// Refuses with `bad_command` or `too_large`.
impl<S: Send + Sync> FromRequest<S> for LogoutForm {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let expected = || Refusal::bad_command("post a form with `logout_token`");
        if !has_media_type(request.headers(), "application/x-www-form-urlencoded") {
            return Err(expected().into());
        }
        let body = read_body(request).await?;
        let mut fields = url::form_urlencoded::parse(&body);
        let found = fields.find(|(name, _)| name == "logout_token");
        let (_, token) = found.ok_or_else(expected)?;
        Ok(LogoutForm {
            logout_token: token.into_owned(),
        })
    }
}

/// Ends sessions that began by the identity provider, and closes their connections. For the
/// provider itself, which proves it by its signature.
///
/// A token with `sid` ends those that belong to this session there, one with `sub` alone all of this
/// person that began by the provider.
#[utoipa::path(
    post,
    path = "/api/v1/session/oidc/logout",
    request_body(content = LogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The sessions have ended, or there were none"),
        (status = 400, description = "The form or the token is not valid, or the token was used before", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "There is no provider, or it does not answer; the server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn end(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    LogoutForm { logout_token }: LogoutForm,
) -> Result<StatusCode, ApiError> {
    request.take()?;
    let ended = accounts.log_out_by_provider(&logout_token).await;
    ended.map_err(|refusal| match refusal.code {
        // It is the provider who asks (§ 2.8).
        ErrorCode::ProviderFailed => ApiError::from(refusal).with_status(StatusCode::BAD_REQUEST),
        _ => refusal.into(),
    })?;
    Ok(StatusCode::OK)
}
