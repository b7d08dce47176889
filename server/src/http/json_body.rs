//! An extractor for JSON bodies whose errors help the developer of a client.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use crate::edge::ApiError;

/// A body that has an example for its error messages.
pub(super) trait ExampleBody: DeserializeOwned {
    /// A valid body.
    const EXAMPLE: &'static str;
}

/// The body, parsed.
pub(super) struct JsonBody<T>(pub(super) T);

/// Refuses with `bad_json`, `bad_command` or `too_large`.
impl<S: Send + Sync, T: ExampleBody> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(JsonBody(body)),
            Err(rejection) => Err(refuse(&rejection, T::EXAMPLE)),
        }
    }
}

/// Serde's messages about syntax are passed on, since they name a position. Its messages about
/// fields are not, since they name types of this program.
fn refuse(rejection: &JsonRejection, example: &str) -> ApiError {
    let (code, message) = match rejection {
        JsonRejection::JsonDataError(_) => (ErrorCode::BadCommand, format!("send {example}")),
        JsonRejection::JsonSyntaxError(error) => {
            let mut cause: &dyn std::error::Error = error;
            while let Some(source) = cause.source() {
                cause = source;
            }
            let message = format!("the body is not valid JSON: {cause}; send {example}");
            (ErrorCode::BadJson, message)
        }
        JsonRejection::MissingJsonContentType(_) => (
            ErrorCode::BadJson,
            format!("send {example} with Content-Type: application/json"),
        ),
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            (ErrorCode::TooLarge, ErrorCode::TooLarge.to_string())
        }
        _ => (ErrorCode::BadJson, "the body could not be read".to_owned()),
    };
    Refusal {
        message,
        ..Refusal::new(code)
    }
    .into()
}
