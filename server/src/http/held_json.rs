//! Large answers, which count towards the bytes that wait for readers until they are sent.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use crate::gateway::delivery::memory_budget::MemoryBudget;

/// The time to wait when too many bytes wait for readers, in milliseconds.
const BUSY_RETRY_MS: u64 = 1_000;

/// The answer as JSON.
///
/// # Errors
/// `rate_limited` when too much waits for readers.
pub(super) fn held_json(
    memory: &Arc<MemoryBudget>,
    answer: &impl Serialize,
) -> Result<Response, Refusal> {
    let text = serde_json::to_vec(answer).map_err(|_| Refusal::new(ErrorCode::StorageFailed))?;
    let held = memory.try_hold(Bytes::from(text));
    let body = held.ok_or_else(|| Refusal {
        retry_after_ms: Some(BUSY_RETRY_MS),
        ..Refusal::new(ErrorCode::RateLimited)
    })?;
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], Body::from(body)).into_response())
}
