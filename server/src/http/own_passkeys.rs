//! `/api/v1/account/passkeys`: the passkeys of a person.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::Micros;
use utoipa::ToSchema;

use super::confirmation::ConfirmedActor;
use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::viewer::{RequestActor, RequestViewer};
use crate::accounts::passkey::{CreationOptions, RegistrationResponse, RelyingParty};
use crate::accounts::{Accounts, Device};
use crate::edge::ApiError;
use crate::store::PasskeyRow;

/// A passkey, as its person sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnPasskey {
    /// The credential's id, in base64url without padding.
    id: String,
    /// What the person calls it.
    name: String,
    created_at: Micros,
    /// When it was last used; absent if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Micros>,
    /// The host name that it is for. At the address of another one it does not work.
    relying_party: String,
    /// Whether it works at this server's address.
    is_usable: bool,
}

/// All passkeys of a person.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnPasskeys {
    /// At most 20, the oldest first.
    passkeys: Vec<OwnPasskey>,
}

/// What the browser is asked to make.
#[derive(Serialize, ToSchema)]
pub(super) struct NewPasskeyRequest {
    /// As `PublicKeyCredential.parseCreationOptionsFromJSON` takes them.
    #[schema(value_type = Object)]
    pub(super) options: CreationOptions,
}

/// The body with which a passkey is added.
#[derive(Deserialize, ToSchema)]
pub(super) struct AddedPasskey {
    /// What `toJSON()` gives of the credential that the browser has made.
    #[schema(value_type = Object)]
    credential: RegistrationResponse,
    /// What the person calls it; by default it is named after the browser and the system.
    #[serde(default)]
    name: Option<String>,
}

impl ExampleBody for AddedPasskey {
    const EXAMPLE: &'static str = r#"{"credential": {"id": "…", "rawId": "…", "type": "public-key", "response": {"clientDataJSON": "…", "attestationObject": "…"}}, "name": "my key"}"#;
}

/// The body with which a passkey gets another name.
#[derive(Deserialize, ToSchema)]
pub(super) struct PasskeyName {
    name: String,
}

impl ExampleBody for PasskeyName {
    const EXAMPLE: &'static str = r#"{"name": "my key"}"#;
}

fn own_passkey(row: PasskeyRow, here: Option<&str>) -> OwnPasskey {
    let passkey = row.passkey;
    OwnPasskey {
        id: URL_SAFE_NO_PAD.encode(passkey.credential),
        name: passkey.name,
        created_at: row.created_at,
        used_at: row.used_at,
        is_usable: here == Some(&passkey.relying_party),
        relying_party: passkey.relying_party,
    }
}

/// The id of a passkey in an address.
fn credential(id: Result<Path<String>, PathRejection>) -> Result<Vec<u8>, Refusal> {
    let id = id.ok().and_then(|Path(id)| URL_SAFE_NO_PAD.decode(id).ok());
    id.ok_or_else(|| Refusal::bad_command("the passkey in the address is an id from the list"))
}

/// The person's passkeys.
#[utoipa::path(
    get,
    path = "/api/v1/account/passkeys",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The passkeys", body = OwnPasskeys),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<OwnPasskeys>, ApiError> {
    let own = accounts.passkeys(viewer.viewer()).await?;
    let here = accounts.relying_party().await.ok();
    let here = here.as_ref().map(RelyingParty::id);
    let passkeys = own.passkeys.into_iter();
    let passkeys = passkeys.map(|row| own_passkey(row, here)).collect();
    Ok(Json(OwnPasskeys { passkeys }))
}

/// Begins to add a passkey.
///
/// The challenge in the options holds for five minutes and for one answer of this session.
#[utoipa::path(
    post,
    path = "/api/v1/account/passkeys/options",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "What the browser is asked to make", body = NewPasskeyRequest),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account or has to prove a credential first, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 409, description = "The person has as many passkeys as allowed", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn options(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<Json<NewPasskeyRequest>, ApiError> {
    let who = actor.acting_person();
    let options = accounts.new_passkey_options(&who).await?;
    Ok(Json(NewPasskeyRequest { options }))
}

/// Adds the passkey that the browser has made.
#[utoipa::path(
    post,
    path = "/api/v1/account/passkeys",
    request_body = AddedPasskey,
    security(("token" = []), ("page" = [])),
    responses(
        (status = 201, description = "The passkey is added", body = OwnPasskey),
        (status = 400, description = "The body, the name or the passkey is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, the person has no account or has to prove a credential first, or passkeys do not work at this server's address", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "The person has as many passkeys as allowed", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn add(
    ConfirmedActor(actor): ConfirmedActor,
    device: Device,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(AddedPasskey { credential, name }): JsonBody<AddedPasskey>,
) -> Result<(StatusCode, Json<OwnPasskey>), ApiError> {
    let (who, name) = (actor.acting_person(), name.as_deref());
    let row = accounts
        .add_passkey(&who, &credential, name, &device)
        .await?;
    let here = row.passkey.relying_party.clone();
    Ok((StatusCode::CREATED, Json(own_passkey(row, Some(&here)))))
}

/// Gives a passkey another name.
#[utoipa::path(
    patch,
    path = "/api/v1/account/passkeys/{id}",
    request_body = PasskeyName,
    params(("id" = String, Path, description = "The passkey's id, in base64url")),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "The passkey has the name"),
        (status = 400, description = "The body, the id or the name is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 404, description = "The person has no such passkey", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn rename(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<String>, PathRejection>,
    JsonBody(PasskeyName { name }): JsonBody<PasskeyName>,
) -> Result<StatusCode, ApiError> {
    let credential = credential(id)?;
    accounts
        .rename_passkey(&actor.acting_person(), credential, &name)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a passkey.
///
/// It is no error if it is removed already.
#[utoipa::path(
    delete,
    path = "/api/v1/account/passkeys/{id}",
    params(("id" = String, Path, description = "The passkey's id, in base64url")),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "The passkey is removed"),
        (status = 400, description = "The id is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, the address is blocked, or the person has no account or has to prove a credential first", body = ErrorBody),
        (status = 409, description = "Without it the person could not sign in again", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    ConfirmedActor(actor): ConfirmedActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let credential = credential(id)?;
    accounts
        .remove_passkey(&actor.acting_person(), credential)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
