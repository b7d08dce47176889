//! `/api/v1/account/totp` and `/api/v1/account/recovery_codes`: the second factor of one's own
//! password.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::confirmation::ConfirmedActor;
use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use crate::accounts::Accounts;
use crate::accounts::qr::QrCode;
use crate::accounts::recovery_codes::RecoveryCode;
use crate::edge::ApiError;

/// What an authenticator app has to learn.
#[derive(Serialize, ToSchema)]
pub(super) struct OfferedTotp {
    /// The key, in base32.
    key: String,
    /// The `otpauth:` address that the app reads.
    uri: String,
    /// The address as a QR code, in SVG.
    #[serde(skip_serializing_if = "Option::is_none")]
    qr: Option<String>,
}

/// The proof that an app has the key.
#[derive(Deserialize, ToSchema)]
pub(super) struct ShownTotp {
    /// The key that was offered.
    key: String,
    /// A code that the app shows now.
    code: String,
}

impl ExampleBody for ShownTotp {
    const EXAMPLE: &'static str =
        r#"{"key": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "code": "123456"}"#;
}

/// Recovery codes. They are shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct NewRecoveryCodes {
    /// Ten of them, in groups of four letters and digits.
    recovery_codes: Vec<String>,
}

impl NewRecoveryCodes {
    fn of(codes: &[RecoveryCode]) -> Json<Self> {
        let recovery_codes = codes.iter().map(RecoveryCode::text).collect();
        Json(NewRecoveryCodes { recovery_codes })
    }
}

/// A new key for an authenticator app.
///
/// Nothing is stored: `PUT` turns it on, with a code by which the app shows that it has the key.
#[utoipa::path(
    post,
    path = "/api/v1/account/totp",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The key", body = OfferedTotp),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account, or has to prove a credential first", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn offer(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<OfferedTotp>, ApiError> {
    let offer = accounts.offer_totp(&actor.acting_person()).await?;
    Ok(Json(OfferedTotp {
        qr: QrCode::of(&offer.uri).map(|code| code.svg()),
        key: offer.key,
        uri: offer.uri,
    }))
}

/// From now on the password needs a code of the app besides.
///
/// An app from before and its recovery codes are void.
#[utoipa::path(
    put,
    path = "/api/v1/account/totp",
    request_body = ShownTotp,
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "It is on", body = NewRecoveryCodes),
        (status = 400, description = "The body or the key is not valid", body = ErrorBody),
        (status = 401, description = "There is no session, or the code is wrong", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no password, or has to prove a credential first", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn turn_on(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(ShownTotp { key, code }): JsonBody<ShownTotp>,
) -> Result<Json<NewRecoveryCodes>, ApiError> {
    let who = actor.acting_person();
    let codes = accounts.turn_totp_on(&who, &key, &code).await?;
    Ok(NewRecoveryCodes::of(&codes))
}

/// The password needs no code any more, and the recovery codes are void.
///
/// It is no error if it needed none.
#[utoipa::path(
    delete,
    path = "/api/v1/account/totp",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "It is off"),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account, or has to prove a credential first", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn turn_off(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<StatusCode, ApiError> {
    accounts.turn_totp_off(&actor.acting_person()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// New recovery codes. Those before are void.
#[utoipa::path(
    post,
    path = "/api/v1/account/recovery_codes",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The codes", body = NewRecoveryCodes),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account, or has to prove a credential first", body = ErrorBody),
        (status = 404, description = "The password needs no code", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn replace_codes(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<NewRecoveryCodes>, ApiError> {
    let who = actor.acting_person();
    let codes = accounts.replace_recovery_codes(&who).await?;
    Ok(NewRecoveryCodes::of(&codes))
}
