//! What is asked of the server without a WebSocket: the session.

use gloo_net::http::{Request, RequestBuilder, Response};
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::Profile;

use crate::state::Failure;
use crate::wire;

const SESSION: &str = "/api/v1/session";

#[derive(Serialize)]
struct NewSession<'a> {
    name: &'a str,
}

#[derive(Deserialize)]
struct Session {
    user: Profile,
}

/// Who this browser's session belongs to; `None` if there is no session.
///
/// # Errors
/// When the server cannot be reached, or does not answer to this page.
pub async fn session() -> Result<Option<Profile>, Failure> {
    match profile(Request::get(SESSION).send().await).await {
        Ok(profile) => Ok(Some(profile)),
        Err(failure) if failure.code() == Some(ErrorCode::Unauthorized) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Starts a guest's session by this name.
///
/// # Errors
/// When the server refuses the name or guests, or cannot be reached.
pub async fn sign_in(name: &str) -> Result<Profile, Failure> {
    let request = Request::post(SESSION)
        .json(&NewSession { name })
        .map_err(|_| Failure::Unreachable)?;
    profile(request.send().await).await
}

/// Ends the session.
///
/// # Errors
/// When the server cannot be reached.
pub async fn sign_out() -> Result<(), Failure> {
    let request: RequestBuilder = Request::delete(SESSION);
    let response = request.send().await.map_err(|_| Failure::Unreachable)?;
    // A session that is gone already is as good as ended.
    if response.ok() || response.status() == 401 {
        Ok(())
    } else {
        Err(refusal(&response).await)
    }
}

async fn profile(response: Result<Response, gloo_net::Error>) -> Result<Profile, Failure> {
    let response = response.map_err(|_| Failure::Unreachable)?;
    if !response.ok() {
        return Err(refusal(&response).await);
    }
    let text = response.text().await.map_err(|_| Failure::Unreachable)?;
    let session: Session = wire::from_str(&text).map_err(|_| Failure::Unreachable)?;
    Ok(session.user)
}

async fn refusal(response: &Response) -> Failure {
    let text = response.text().await.unwrap_or_default();
    if let Ok(refusal) = wire::from_str::<Refusal>(&text) {
        return Failure::Refused(Box::new(refusal));
    }
    // Not our server's words: something in between answered.
    match response.status() {
        401 => Failure::Refused(Box::new(Refusal::new(ErrorCode::Unauthorized))),
        _ => Failure::Unreachable,
    }
}
