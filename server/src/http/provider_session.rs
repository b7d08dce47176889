//! `/api/v1/session/oidc`: signing in with an identity provider.
//!
//! Both addresses are visited by the browser itself, not by the page's program: they answer by
//! sending it on. What failed is said as a code in the address of the sign-in page.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::Role;
use utoipa::IntoParams;

use super::error_body::ErrorBody;
use super::metrics::CodeName;
use super::new_session::SessionRequest;
use super::provider_cookie::ProviderCookie;
use super::session_cookie::SessionCookie;
use super::state::HttpState;
use super::viewer::cookie_counts_for_read;
use crate::accounts::Accounts;
use crate::accounts::oidc::{ActingSession, BrowserBinding, CallbackAnswer, Purpose};
use crate::config::OIDC_CALLBACK_PATH;
use crate::edge::ApiError;
use crate::edge::access::ClientKind;

/// Where somebody signs in, and reads why it failed.
const SIGN_IN: &str = "/sign-in";
/// Where somebody links an identity, and proves again who they are if no other section is named.
pub(super) const OWN_ACCOUNT: &str = "/settings/sign-in";
/// The address of [`begin`].
const BEGIN: &str = "/api/v1/session/oidc";

/// Where somebody wants to go after the sign-in.
#[derive(Default, Deserialize, IntoParams)]
pub(super) struct ReturnTo {
    /// A path of the page, such as `/rooms/1`; anything else counts as `/`.
    #[serde(default)]
    return_to: String,
    /// Whether the guest who is signed in becomes the account, if the provider vouches for somebody
    /// who has none here.
    #[serde(default)]
    keep: bool,
}

/// Sends the browser to the identity provider.
///
/// For a link, not for a request of a program. A link of another site leads to the page to sign
/// in; so do a server without a provider and a provider that does not answer.
#[utoipa::path(
    get,
    path = "/api/v1/session/oidc",
    params(ReturnTo),
    responses(
        (status = 303, description = "Goes on at the provider, or at `/sign-in?refused=CODE`"),
        (status = 403, description = "The `Host` is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn begin(
    client: ClientKind,
    request: SessionRequest,
    State(state): State<HttpState>,
    headers: HeaderMap,
    query: Result<Query<ReturnTo>, QueryRejection>,
) -> Response {
    let Query(ReturnTo { return_to, keep }) = query.unwrap_or_default();
    // Pages of other sites could begin many, in the name of whoever looks at them. On one's own
    // machine the redirect below comes from another name of it.
    let is_local = state.perimeter.access.is_local();
    let is_own_page = cookie_counts_for_read(client, &headers);
    if !is_local && !is_own_page {
        return send_to(SIGN_IN);
    }
    // A guest of another name of this machine has another cookie, and stays a guest.
    if let Some(address) = own_address(&state, &headers, &return_to) {
        return send_to(&address);
    }
    let begun = async {
        let guest = if keep && is_own_page {
            guest(&state, &request, &headers).await?
        } else {
            None
        };
        begin_at_provider(&state, &request, &headers, guest, &return_to).await
    };
    match begun.await {
        Ok(response) => response,
        Err(refusal) => refused(refusal.code),
    }
}

async fn begin_at_provider(
    state: &HttpState,
    request: &SessionRequest,
    headers: &HeaderMap,
    guest: Option<ActingSession>,
    return_to: &str,
) -> Result<Response, Refusal> {
    request.take_provider_sign_in()?;
    let browser = state.provider_cookie.token_or_new(headers)?;
    let binding = BrowserBinding::new(browser.hash());
    let begun = state
        .accounts
        .begin_at_provider(Purpose::SignIn { guest }, return_to, binding);
    let mut response = send_to(&begun.await?);
    state.provider_cookie.set(&mut response, &browser);
    Ok(response)
}

/// The guest who is signed in in this browser, if somebody is and is a guest.
async fn guest(
    state: &HttpState,
    request: &SessionRequest,
    headers: &HeaderMap,
) -> Result<Option<ActingSession>, Refusal> {
    let Some(token) = state.session_cookie.token(headers) else {
        return Ok(None);
    };
    let session = match state.accounts.authenticate(request.take()?, &token).await {
        Ok(session) => session,
        Err(refusal) if refusal.code == ErrorCode::Unauthorized => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    Ok((session.person.role == Role::Guest).then(|| ActingSession {
        user: session.person.id,
        token_hash: token.hash(),
    }))
}

/// The same request at the address to which the provider sends the browser back, if it came to
/// another name of this machine: cookies are kept by host.
fn own_address(state: &HttpState, headers: &HeaderMap, return_to: &str) -> Option<String> {
    let base = other_base(state, headers)?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("return_to", return_to);
    Some(format!("{base}{BEGIN}?{}", query.finish()))
}

/// The address of this server to which the provider sends browsers back, if this request came to
/// another name of the same machine.
pub(super) fn other_base<'a>(state: &'a HttpState, headers: &HeaderMap) -> Option<&'a str> {
    if !state.perimeter.access.is_local() {
        return None;
    }
    let settings = state.accounts.provider()?.client.settings();
    let base = settings.redirect_uri.strip_suffix(OIDC_CALLBACK_PATH)?;
    let (_, authority) = base.split_once("://")?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (name, port) = host.rsplit_once(':')?;
    let (own_name, own_port) = authority.rsplit_once(':')?;
    // Through a forwarded port it would lead elsewhere.
    (port == own_port && name != own_name).then_some(base)
}

/// Where the identity provider sends the browser back to: signs in.
#[utoipa::path(
    get,
    path = "/api/v1/session/oidc/callback",
    params(
        ("code" = Option<String>, Query, description = "The code for the provider's token endpoint"),
        ("state" = Option<String>, Query, description = "The value that the request had"),
        ("iss" = Option<String>, Query, description = "The issuer, if the provider says it (RFC 9207)"),
        ("error" = Option<String>, Query, description = "Why there is no code"),
    ),
    responses(
        (status = 200, description = "Signed in, or linked: a page that goes on to where the person wanted to go", content_type = "text/html", body = String),
        (status = 303, description = "Not signed in: goes on at `/sign-in?refused=CODE`. Not linked or not confirmed: at the section of the settings where it began, such as `/settings/sign-in?refused=CODE`"),
        (status = 403, description = "The `Host` is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn callback(
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    State(provider_cookie): State<ProviderCookie>,
    State(session_cookie): State<SessionCookie>,
    headers: HeaderMap,
    answer: Result<Query<CallbackAnswer>, QueryRejection>,
) -> Result<Response, ApiError> {
    // A query that is no answer has no state.
    let answer = answer.map_or_else(|_| CallbackAnswer::default(), |Query(answer)| answer);
    let Some(browser) = provider_cookie.token(&headers) else {
        return Ok(refused(ErrorCode::ProviderExpired));
    };
    let binding = BrowserBinding::new(browser.hash());
    let returned = accounts
        .finish_at_provider(&answer, binding, &request.device)
        .await;
    Ok(match returned {
        Ok(returned) => {
            let mut response = go_on(&returned.return_to);
            if let Some(signed_in) = returned.signed_in {
                session_cookie.set(&mut response, &signed_in.token);
            }
            response
        }
        Err(failed) => {
            let page = failed.own_page.as_deref().unwrap_or(SIGN_IN);
            refused_at(page, failed.refusal.code)
        }
    })
}

fn refused(code: ErrorCode) -> Response {
    refused_at(SIGN_IN, code)
}

fn refused_at(path: &str, code: ErrorCode) -> Response {
    send_to(&format!("{path}?refused={}", CodeName(code)))
}

fn send_to(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::try_from(address) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// A page that goes on by itself. A redirect would still count as the provider's, and with it the
/// browser would not send the new session's cookie (RFC 6265bis § 5.2).
fn go_on(path: &str) -> Response {
    let path = escaped(path);
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta http-equiv=\"refresh\" content=\"0;url={path}\">\
         <title>Madang</title><p><a href=\"{path}\">Continue · <span lang=\"ko\">계속</span></a></p></html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        // The address of this page has the code in it.
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    (headers, page).into_response()
}

/// A text between quotes in HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' => {
                // Writing to a string cannot fail.
                let _written = write!(escaped, "&#{};", u32::from(c));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_its_quotes() {
        let path = "/rooms/1?a=\"><script>alert('x')</script>&b";
        let escaped = escaped(path);
        assert!(!escaped.contains(['"', '<', '>', '\'']), "{escaped}");
        assert!(escaped.contains("&#38;b"), "{escaped}");
    }
}
