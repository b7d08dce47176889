//! The body of every refusal, for the OpenAPI document. [`ApiError`](crate::edge::ApiError)
//! writes it.

use shared::frame::Refusal;
use utoipa::ToSchema;

/// A refusal: `{"error": {"code": …, "message": …}}`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its schema is used")]
pub(super) struct ErrorBody {
    error: Refusal,
}
