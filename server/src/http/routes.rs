//! The table of all routes of the public listener, with their limits.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use super::route_limits::{RouteLimits, limit};
use super::state::HttpState;
use super::{
    account, address_check, applications, audit, confirmation, export, external_identity,
    forgotten_password, guest_joining, health, invites, joining, links, members, messages, openapi,
    outer_layer, own_mail_address, own_passkeys, own_password, own_sessions, own_totp, page,
    passkey_confirmation, passkey_joining, passkey_session, password_session, password_strength,
    people, people_search, place, profile, provider_logout, provider_session, rooms, session,
    sign_in_form, websocket,
};
use crate::edge::ApiError;

/// Routes without a body that read memory only.
const QUICK: RouteLimits = RouteLimits {
    body_bytes: 0,
    time: Duration::from_secs(5),
};
/// Routes that take a name or a token and ask the store.
const SESSION: RouteLimits = RouteLimits {
    body_bytes: 4 * 1024,
    time: Duration::from_secs(10),
};
/// Routes that take a passkey. An attestation that nobody asked for may come with it.
const PASSKEY: RouteLimits = RouteLimits {
    body_bytes: 32 * 1024,
    time: Duration::from_secs(10),
};
/// Routes that read much from the store, where they wait their turn.
const READ: RouteLimits = RouteLimits {
    body_bytes: 0,
    time: Duration::from_secs(30),
};
/// Routes that ask the identity provider, up to three times.
const PROVIDER: RouteLimits = RouteLimits {
    body_bytes: 0,
    time: Duration::from_secs(45),
};

/// The same, which take a token of the provider.
const PROVIDER_FORM: RouteLimits = RouteLimits {
    body_bytes: 32 * 1024,
    ..PROVIDER
};

/// All routes of the public listener.
pub fn routes(state: HttpState) -> Router {
    let sign_in = || limit(post(sign_in_form::submit), SESSION);
    let page_routes = Router::new()
        .route("/", sign_in().get(root))
        .route("/api/{*rest}", any(not_found))
        .fallback_service(sign_in().fallback(page).with_state(state.clone()));
    Router::from(documented_routes(openapi_document()))
        .merge(page_routes)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(
            state.clone(),
            address_check::check_address,
        ))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            outer_layer::wrap,
        ))
        .with_state(state)
}

/// The OpenAPI document of [`documented_routes`], as JSON.
fn openapi_document() -> Bytes {
    let document = documented_routes(Bytes::new()).into_openapi();
    Bytes::from(document.to_json().unwrap_or_default())
}

/// The routes of the API, each with its documentation and its limits. `document` is what
/// `/api/v1/openapi.json` answers.
fn documented_routes(document: Bytes) -> OpenApiRouter<HttpState> {
    let (schemas, paths, handlers) = routes!(openapi::show);
    let openapi = (schemas, paths, handlers.layer(Extension(document)));
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .routes(limited(QUICK, routes!(health::show)))
        .routes(limited(QUICK, openapi))
        // A WebSocket is not cut off after a time.
        .routes(routes!(websocket::native))
        .routes(limited(
            SESSION,
            routes!(session::show, session::create, session::delete),
        ))
        .routes(limited(SESSION, routes!(password_session::create)))
        .routes(limited(PASSKEY, routes!(passkey_session::create)))
        .routes(limited(QUICK, routes!(passkey_session::options)))
        .routes(limited(SESSION, routes!(passkey_joining::options)))
        .routes(limited(PASSKEY, routes!(passkey_joining::create)))
        .routes(limited(
            PASSKEY,
            routes!(own_passkeys::list, own_passkeys::add),
        ))
        .routes(limited(QUICK, routes!(own_passkeys::options)))
        .routes(limited(QUICK, routes!(passkey_confirmation::options)))
        .routes(limited(PASSKEY, routes!(passkey_confirmation::create)))
        .routes(limited(
            SESSION,
            routes!(own_passkeys::rename, own_passkeys::remove),
        ))
        .routes(limited(PROVIDER, routes!(provider_session::begin)))
        .routes(limited(PROVIDER, routes!(provider_session::callback)))
        .routes(limited(PROVIDER_FORM, routes!(provider_logout::end)))
        .routes(limited(
            PROVIDER,
            routes!(
                external_identity::show,
                external_identity::begin_link,
                external_identity::unlink
            ),
        ))
        .routes(limited(
            PROVIDER,
            routes!(external_identity::begin_confirmation),
        ))
        .routes(limited(SESSION, routes!(password_strength::judge)))
        .routes(limited(SESSION, routes!(joining::claim)))
        .routes(limited(SESSION, routes!(joining::invitation)))
        .routes(limited(SESSION, routes!(joining::accept)))
        .routes(limited(SESSION, routes!(guest_joining::create)))
        .routes(limited(SESSION, routes!(account::show, profile::change)))
        .routes(limited(READ, routes!(export::show)))
        .routes(limited(SESSION, routes!(confirmation::create)))
        .routes(limited(SESSION, routes!(own_password::replace)))
        .routes(limited(
            SESSION,
            routes!(own_totp::offer, own_totp::turn_on, own_totp::turn_off),
        ))
        .routes(limited(SESSION, routes!(own_totp::replace_codes)))
        .routes(limited(
            SESSION,
            routes!(own_sessions::list, own_sessions::end_others),
        ))
        .routes(limited(SESSION, routes!(own_sessions::end)))
        .routes(limited(SESSION, routes!(links::look)))
        .routes(limited(SESSION, routes!(links::sign_in)))
        .routes(limited(SESSION, routes!(links::reset)))
        .routes(limited(SESSION, routes!(forgotten_password::create)))
        .routes(limited(
            SESSION,
            routes!(own_mail_address::ask, own_mail_address::remove),
        ))
        .routes(limited(SESSION, routes!(own_mail_address::prove)))
        .routes(limited(SESSION, routes!(links::create_own)))
        .routes(limited(SESSION, routes!(links::create_for)))
        .routes(limited(SESSION, routes!(invites::list, invites::create)))
        .routes(limited(SESSION, routes!(invites::revoke)))
        .routes(limited(
            SESSION,
            routes!(applications::list, applications::create),
        ))
        .routes(limited(SESSION, routes!(applications::approve)))
        .routes(limited(SESSION, routes!(applications::decline)))
        .routes(limited(SESSION, routes!(place::change)))
        .routes(limited(SESSION, routes!(people::delete_self)))
        .routes(limited(READ, routes!(people::list)))
        .routes(limited(SESSION, routes!(people::change, people::delete)))
        .routes(limited(READ, routes!(audit::list)))
        .routes(limited(READ, routes!(audit::export)))
        .routes(limited(READ, routes!(people_search::find)))
        .routes(limited(READ, routes!(rooms::list)))
        .routes(limited(READ, routes!(members::list)))
        .routes(limited(READ, routes!(messages::list)))
}

fn limited(
    limits: RouteLimits,
    (schemas, paths, handlers): UtoipaMethodRouter<HttpState>,
) -> UtoipaMethodRouter<HttpState> {
    (schemas, paths, limit(handlers, limits))
}

async fn root(State(state): State<HttpState>, request: Request) -> Result<Response, ApiError> {
    match websocket::simple(&state, request).await? {
        Ok(upgraded) => Ok(upgraded),
        Err(request) => Ok(serve_page(&state, &request)),
    }
}

async fn page(State(state): State<HttpState>, request: Request) -> Response {
    serve_page(&state, &request)
}

fn serve_page(state: &HttpState, request: &Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    // A room that anybody may read begins with no form.
    let is_readable = state.chat.is_read_publicly() && path.starts_with("/rooms/");
    let has_form = state.accounts.admits_guests() && !is_readable;
    let mut response = page::serve(method, path, request.headers(), has_form);
    // Browsers obey it over https only (HTML § 7.1.3), and warn about it over http.
    if state.perimeter.access.is_secure() {
        response.headers_mut().insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    response
}

async fn not_found() -> ApiError {
    Refusal::new(ErrorCode::NotFound).into()
}

async fn method_not_allowed() -> Response {
    ApiError::from(Refusal::new(ErrorCode::MethodNotAllowed)).into_response()
}
