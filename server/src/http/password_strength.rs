//! `/api/v1/password_strength`: how easily a password would be guessed.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::new_session::SessionRequest;
use crate::accounts::Accounts;
use crate::accounts::password::{Strength, StrengthHint};
use crate::edge::ApiError;

/// The body of a question about a password.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewPassword {
    /// The password. Nothing of it is stored.
    password: String,
    /// The names that the person has typed beside it: they are no part of a good password.
    #[serde(default)]
    names: Vec<String>,
}

impl ExampleBody for NewPassword {
    const EXAMPLE: &'static str = r#"{"password": "a long one", "names": ["ada", "Ada Lee"]}"#;
}

/// How strong it is.
#[derive(Serialize, ToSchema)]
pub(super) struct PasswordStrength {
    /// From 0 (guessed at once) to 4 (not guessed even from a stolen hash).
    score: u8,
    /// Whether an account may have it.
    is_accepted: bool,
    /// What makes it weak, if something can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Hint>,
}

/// What makes a password weak.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Hint {
    /// A name of the person or of the place.
    PersonalWord,
    /// A common word, name or password.
    CommonWord,
    /// Neighbouring keys.
    Keyboard,
    /// The same again and again.
    Repetition,
    /// Letters or digits in their order.
    Sequence,
    /// A date or a year.
    Date,
}

impl From<Strength> for PasswordStrength {
    fn from(strength: Strength) -> Self {
        PasswordStrength {
            score: strength.score,
            is_accepted: strength.acceptable(),
            hint: match strength.hint {
                StrengthHint::None => None,
                StrengthHint::PersonalWord => Some(Hint::PersonalWord),
                StrengthHint::CommonWord => Some(Hint::CommonWord),
                StrengthHint::Keyboard => Some(Hint::Keyboard),
                StrengthHint::Repetition => Some(Hint::Repetition),
                StrengthHint::Sequence => Some(Hint::Sequence),
                StrengthHint::Date => Some(Hint::Date),
            },
        }
    }
}

/// Says how easily a password would be guessed.
///
/// The names of the place and of its host count as known, as do Korean words typed on Latin keys.
#[utoipa::path(
    post,
    path = "/api/v1/password_strength",
    request_body = NewPassword,
    responses(
        (status = 200, description = "How strong it is", body = PasswordStrength),
        (status = 400, description = "The body is not valid, or the password is too long", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address, or too many passwords are being judged", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn judge(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    JsonBody(NewPassword { password, names }): JsonBody<NewPassword>,
) -> Result<Json<PasswordStrength>, ApiError> {
    request.take()?;
    let strength = accounts
        .password_strength(&password, names, request.device.address)
        .await?;
    Ok(Json(strength.into()))
}
