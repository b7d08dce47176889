//! `/api/v1/account`: one's own account, as only its person sees it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::id::Micros;
use shared::model::Profile;
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::own_mail_address::OwnMailAddress;
use super::viewer::RequestViewer;
use crate::accounts::Accounts;
use crate::edge::ApiError;

/// One's own account.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnAccount {
    /// What others see.
    user: Profile,
    /// The language of the page, as a tag; absent: as the browser says.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// The time zone, such as `Asia/Seoul`; absent: as the device says.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
    /// Whether there is a password.
    has_password: bool,
    /// Whether a password needs a code of an app besides.
    totp: bool,
    /// Recovery codes that are left.
    recovery_codes: u32,
    /// Whether the server sends mail.
    sends_mail: bool,
    /// The address at which the person gets mail; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_address: Option<OwnMailAddress>,
    /// Until when credentials can be changed in this session; absent if one has to be proved
    /// first.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_until: Option<Micros>,
}

/// One's own account.
#[utoipa::path(
    get,
    path = "/api/v1/account",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The account", body = OwnAccount),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn show(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<OwnAccount>, ApiError> {
    let credentials = accounts.credentials(viewer.viewer()).await?;
    let settings = accounts.settings(viewer.viewer()).await?;
    let mail_address = accounts.mail_address(viewer.viewer()).await?;
    Ok(Json(OwnAccount {
        user: viewer.person,
        language: settings.language,
        time_zone: settings.time_zone,
        has_password: credentials.has_password,
        totp: credentials.totp,
        recovery_codes: credentials.recovery_codes,
        sends_mail: accounts.sends_mail(),
        mail_address: OwnMailAddress::of(mail_address),
        confirmed_until: viewer.confirmed_until,
    }))
}
