//! `PATCH /api/v1/account`: changing one's own profile and settings.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Deserializer, Serialize};
use shared::model::{Profile, ProfileStatus};
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::viewer::RequestActor;
use crate::accounts::{Accounts, ProfileRequest};
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::store::ValueChange;

/// The account after a change.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangedAccount {
    /// What everybody sees.
    user: Profile,
    /// The language of the page, as a tag; absent: as the browser says.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// The time zone, such as `Asia/Seoul`; absent: as the device says.
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<String>,
}

/// What changes. What is absent stays as it is; `null` takes it away.
#[derive(Deserialize, ToSchema)]
pub(super) struct AccountChange {
    /// The display name.
    name: Option<String>,
    /// The name to sign in with.
    username: Option<String>,
    /// The colour of the avatar, 0 to 11.
    #[serde(default, deserialize_with = "change_of")]
    #[schema(value_type = Option<u8>)]
    colour: ValueChange<u8>,
    /// What the person is doing.
    #[serde(default, deserialize_with = "change_of")]
    #[schema(value_type = Option<ProfileStatus>)]
    status: ValueChange<ProfileStatus>,
    /// The language of the page, as a tag.
    #[serde(default, deserialize_with = "change_of")]
    #[schema(value_type = Option<String>)]
    language: ValueChange<String>,
    /// The time zone, by its name in the time zone database.
    #[serde(default, deserialize_with = "change_of")]
    #[schema(value_type = Option<String>)]
    time_zone: ValueChange<String>,
}

impl ExampleBody for AccountChange {
    const EXAMPLE: &'static str =
        r#"{"name": "Ada", "colour": 4, "status": {"emoji": "🍵", "text": "at tea"}}"#;
}

/// Reads a value that is there, `null` too.
fn change_of<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<ValueChange<T>, D::Error> {
    let value = Option::deserialize(deserializer)?;
    Ok(value.map_or(ValueChange::Clear, ValueChange::Set))
}

/// Changes the person's own profile and settings.
///
/// Others learn of it by the directory. A guest has a name and a colour only. Another username needs
/// a credential that was proved in this session in the last ten minutes.
#[utoipa::path(
    patch,
    path = "/api/v1/account",
    security(("token" = []), ("page" = [])),
    request_body = AccountChange,
    responses(
        (status = 200, description = "The person as changed", body = ChangedAccount),
        (status = 400, description = "The body, or something in it, is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "A guest does not have this, the person has to prove a credential before taking another username, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "Somebody has the username", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many changes or requests came from the person or this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn change(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    State(rate_limits): State<Arc<RateLimits>>,
    JsonBody(body): JsonBody<AccountChange>,
) -> Result<Json<ChangedAccount>, ApiError> {
    let request = ProfileRequest {
        name: body.name,
        username: body.username,
        colour: body.colour,
        status: body.status,
        language: body.language,
        time_zone: body.time_zone,
    };
    // Everybody who is connected gets it, as a message.
    let address = actor.viewer.address.group.address();
    let subject = rate_limits.person(actor.user(), address);
    rate_limits.take_text(&subject, request.text_bytes())?;
    let user = accounts
        .change_profile(&actor.acting_person(), request)
        .await?;
    let settings = accounts.settings(actor.viewer.viewer()).await?;
    Ok(Json(ChangedAccount {
        user,
        language: settings.language,
        time_zone: settings.time_zone,
    }))
}
