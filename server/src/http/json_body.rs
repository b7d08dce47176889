//! An extractor for JSON bodies: bounded, and with errors that help the developer of a client.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use crate::edge::ApiError;
use crate::json_fields::is_object;

/// The largest body of a route, in bytes. A layer adds it to the requests of the route.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyLimit(pub(super) usize);

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

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if !has_media_type(request.headers(), "application/json") {
            let message = format!("send {} with Content-Type: application/json", T::EXAMPLE);
            return Err(refuse(ErrorCode::BadCommand, message));
        }
        let bytes = read_body(request).await?;
        let body = serde_json::from_slice(&bytes).map_err(|error| explain(&error, T::EXAMPLE))?;
        if !is_object(&bytes) {
            return Err(refuse(
                ErrorCode::BadCommand,
                format!("send {}", T::EXAMPLE),
            ));
        }
        Ok(JsonBody(body))
    }
}

/// Whether the body is said to be of this type, with or without parameters (RFC 9110 §8.3).
pub(super) fn has_media_type(headers: &HeaderMap, wanted: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE);
    given
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media| media.trim().eq_ignore_ascii_case(wanted))
}

/// Reads the body, of at most the route's [`BodyLimit`], into one piece of memory. A body that is
/// collected as it comes would keep the buffer of every chunk, and a chunk may be a single byte.
pub(super) async fn read_body(request: Request) -> Result<Bytes, ApiError> {
    let limit = request.extensions().get();
    let limit = limit.map_or(0, |BodyLimit(limit)| *limit);
    collect(request.into_body(), limit).await
}

/// The same for a body of at most so many bytes.
pub(super) async fn collect(mut body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_broken| {
            refuse(ErrorCode::BadJson, "the body could not be read".to_owned())
        })?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > limit {
                return Err(Refusal::new(ErrorCode::TooLarge).into());
            }
            // The route's limits have collected it before: then it is one piece.
            if bytes.is_empty() && body.is_end_stream() {
                return Ok(data);
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.into())
}

/// Serde's messages about syntax are passed on, since they name a position. Its messages about
/// fields are not, since they name types of this program.
fn explain(error: &serde_json::Error, example: &str) -> ApiError {
    if error.is_data() {
        return refuse(ErrorCode::BadCommand, format!("send {example}"));
    }
    let message = format!("the body is not valid JSON: {error}; send {example}");
    refuse(ErrorCode::BadJson, message)
}

fn refuse(code: ErrorCode, message: String) -> ApiError {
    Refusal {
        message,
        ..Refusal::new(code)
    }
    .into()
}
