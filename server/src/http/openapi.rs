//! `GET /api/v1/openapi.json`: the OpenAPI document, made from the handlers themselves.
//!
//! `routes` registers each route together with its documentation, so that a route of the API
//! cannot be without one.

use axum::body::Bytes;
use axum::extract::Extension;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::error_body::ErrorBody;

/// The document without its routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Madang",
        description = "What is not live. Messages as they happen come over WebSocket; see docs/PROTOCOL.md."
    ),
    components(schemas(ErrorBody)),
    modifiers(&Security)
)]
pub(super) struct Document;

/// The ways to authenticate.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            "madang_session_PORT",
            "Of the server's own page. Its name ends in the server's port; over https it begins with __Host-.",
        );
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        components.add_security_scheme("page", cookie);
    }
}

/// The document of this server.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    responses((status = 200, description = "This document", body = serde_json::Value))
)]
pub(super) async fn show(Extension(document): Extension<Bytes>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, document).into_response()
}
