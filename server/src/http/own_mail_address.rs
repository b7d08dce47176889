//! `/api/v1/account/mail_address`: the address at which a person gets mail.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use shared::id::Micros;
use utoipa::ToSchema;

use super::confirmation::ConfirmedActor;
use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::links::LinkToken;
use super::mail_language::mail_language;
use super::viewer::RequestActor;
use crate::accounts::Accounts;
use crate::edge::ApiError;
use crate::store::MailAddressRow;

/// The addresses of a person, for the person alone.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnMailAddress {
    /// The one that counts: its person has followed a link that was sent to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The one that waits for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
    /// Until when it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_until: Option<Micros>,
}

impl OwnMailAddress {
    /// None if there is none.
    pub(super) fn of(row: MailAddressRow) -> Option<Self> {
        let asked_until = row.asked.as_ref().map(|asked| asked.until);
        let own = OwnMailAddress {
            address: row.proved.map(|(address, _)| address),
            asked: row.asked.map(|asked| asked.address),
            asked_until,
        };
        (own.address.is_some() || own.asked.is_some()).then_some(own)
    }
}

/// The body of a new address.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewMailAddress {
    /// The address.
    address: String,
}

impl ExampleBody for NewMailAddress {
    const EXAMPLE: &'static str = r#"{"address": "ada@example.org"}"#;
}

/// Sends a link to an address, which counts from when it is followed.
///
/// The link is `/email#TOKEN`; it works once and for a day. The address of before counts until
/// then. Needs a credential that was proved in this session in the last ten minutes.
#[utoipa::path(
    put,
    path = "/api/v1/account/mail_address",
    request_body = NewMailAddress,
    security(("token" = []), ("page" = [])),
    responses(
        (status = 202, description = "The mail is on its way"),
        (status = 400, description = "The body or the address is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The server sends no mail, the person has no account or has to prove a credential first, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "Too many mails wait", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many mails to this address or by this person, or requests from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn ask(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
    headers: HeaderMap,
    JsonBody(NewMailAddress { address }): JsonBody<NewMailAddress>,
) -> Result<StatusCode, ApiError> {
    let (who, language) = (actor.acting_person(), mail_language(&headers));
    accounts
        .ask_for_mail_address(&who, &address, language)
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// Removes the address, and one that waits to be proved.
///
/// All links of the person end. Needs a credential that was proved in this session in the last
/// ten minutes.
#[utoipa::path(
    delete,
    path = "/api/v1/account/mail_address",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "There is none any more"),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person has no account or has to prove a credential first, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<StatusCode, ApiError> {
    accounts.remove_mail_address(&actor.acting_person()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follows the link that was sent to an address: from now on it is the person's.
///
/// Only the person who has asked for it can do that. All links of the person end.
#[utoipa::path(
    post,
    path = "/api/v1/account/mail_address/proof",
    request_body = LinkToken,
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "The address is proved"),
        (status = 400, description = "The body is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The link does not work (any more), or is somebody else's", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn prove(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(LinkToken { token }): JsonBody<LinkToken>,
) -> Result<StatusCode, ApiError> {
    accounts
        .prove_mail_address(&actor.acting_person(), &token)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
