//! The sign-in form that stands in the page itself: it works before the page's program is there.
//!
//! The browser posts it to the address that it shows, and is sent back there: with the session's
//! cookie, or with `?refused=` and the error code, which the program then explains.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::uri::Uri;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::json_body::{has_media_type, read_body};
use super::metrics::CodeName;
use super::new_session::SessionRequest;
use super::page;
use super::session_cookie::SessionCookie;
use crate::accounts::{Accounts, Token};
use crate::edge::ApiError;
use crate::edge::access::ClientKind;

/// The form's one field.
const NAME: &[u8] = b"name";

/// The name in a posted form.
pub(super) struct SignInForm {
    name: String,
}

/// What is no such form of the page is refused as any other change of a file of the page.
impl<S: Send + Sync> FromRequest<S> for SignInForm {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let headers = request.headers();
        let is_form = has_media_type(headers, "application/x-www-form-urlencoded");
        if is_form && page::is_route(&path) {
            let body = read_body(request).await;
            if let Some(name) = name_in(&body.map_err(ApiError::into_response)?) {
                return Ok(SignInForm { name });
            }
        }
        Err(page::serve(&method, &path, &HeaderMap::new(), true))
    }
}

fn name_in(form: &[u8]) -> Option<String> {
    let mut fields = url::form_urlencoded::parse(form);
    let (_, name) = fields.find(|(field, _)| field.as_bytes() == NAME)?;
    Some(name.into_owned())
}

/// Creates a guest of this name, and a session, for this server's own page only.
pub(super) async fn submit(
    client: ClientKind,
    request: SessionRequest,
    State(accounts): State<Arc<Accounts>>,
    State(cookie): State<SessionCookie>,
    uri: Uri,
    SignInForm { name }: SignInForm,
) -> Result<Response, ApiError> {
    // Without an Origin any site may have made the browser post it: the person would then write
    // under a name that the site knows.
    if client != ClientKind::OwnPage {
        return Err(Refusal::new(ErrorCode::OriginForbidden).into());
    }
    let token = sign_in(&accounts, &request, &name).await;
    let mut response = back_to(&uri, token.as_ref().err().map(ApiError::code));
    if let Ok(token) = token {
        cookie.set(&mut response, &token);
    }
    Ok(response)
}

async fn sign_in(
    accounts: &Accounts,
    request: &SessionRequest,
    name: &str,
) -> Result<Token, ApiError> {
    let take = || request.take_guest();
    let signed_in = accounts.create_guest(name, &request.device, take).await?;
    Ok(signed_in.token)
}

/// Sends the browser back to the page that it came from, by GET.
fn back_to(uri: &Uri, refused: Option<ErrorCode>) -> Response {
    // Two slashes at the beginning, of either kind, would name another server.
    let path = uri.path().trim_start_matches(['/', '\\']);
    let query = refused.map_or(String::new(), |code| format!("?refused={}", CodeName(code)));
    let mut response = StatusCode::SEE_OTHER.into_response();
    *response.body_mut() = Body::empty();
    if let Ok(location) = HeaderValue::try_from(format!("/{path}{query}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(uri: &'static str, refused: Option<ErrorCode>) -> String {
        let response = back_to(&Uri::from_static(uri), refused);
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let location = &response.headers()[header::LOCATION];
        location.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_browser_is_sent_back_to_a_path_of_this_server() {
        assert_eq!(location("/", None), "/");
        assert_eq!(location("/rooms/1/42?x=y", None), "/rooms/1/42");
        assert_eq!(location("//evil.example/x", None), "/evil.example/x");
        assert_eq!(location("///evil.example", None), "/evil.example");
        let refused = Some(ErrorCode::RateLimited);
        assert_eq!(
            location("/rooms/1", refused),
            "/rooms/1?refused=rate_limited"
        );
    }

    #[test]
    fn the_name_is_decoded() {
        let name = |form: &str| name_in(form.as_bytes());
        assert_eq!(name("name=Ada+Lee").as_deref(), Some("Ada Lee"));
        assert_eq!(name("x=1&name=%EC%95%84%EB%8B%A4").as_deref(), Some("아다"));
        assert_eq!(name("name=").as_deref(), Some(""));
        assert_eq!(name("nickname=Ada"), None);
    }
}
