//! Who asks: the person of a request's session.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, UserId};
use shared::model::{OnlyRoom, Profile};

use super::state::HttpState;
use crate::accounts::{ActingPerson, Token};
use crate::edge::access::ClientKind;
use crate::edge::{ApiError, ClientAddress};
use crate::store::{QueryClient, Session, SessionId, TokenHash, Viewer};

/// The person of the request's bearer token or, in a request of the server's own page, of its
/// session cookie. Only for requests that change nothing: a change by cookie needs an `Origin`.
#[derive(Clone, Debug)]
pub struct RequestViewer {
    /// The person.
    pub person: Profile,
    /// The session.
    pub session: SessionId,
    /// The hash of its token.
    pub token_hash: TokenHash,
    /// The address that the request comes from.
    pub address: ClientAddress,
    /// Until when it may change credentials in this session; none if it has to prove one first.
    pub confirmed_until: Option<Micros>,
    /// The only room that exists for the person, if that is a guest of one room.
    pub only_room: Option<OnlyRoom>,
}

impl RequestViewer {
    /// For whom the store reads.
    pub fn viewer(&self) -> Viewer {
        Viewer::Person {
            user: self.person.id,
            only_room: self.only_room,
        }
    }

    async fn of_token(
        parts: &mut Parts,
        state: &HttpState,
        token: &Token,
    ) -> Result<Self, ApiError> {
        let address = ClientAddress::from_request_parts(parts, state).await?;
        let session = authenticate(state, address, token).await?;
        Ok(RequestViewer {
            confirmed_until: state.accounts.confirmed_until(&session),
            person: session.person,
            session: session.id,
            only_room: session.only_room,
            token_hash: token.hash(),
            address,
        })
    }
}

/// Refuses with 401 `unauthorized`, or as [`ClientKind`] and the store do.
impl FromRequestParts<HttpState> for RequestViewer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let client = ClientKind::from_request_parts(parts, state).await?;
        let token = match bearer_token(&parts.headers) {
            Some(token) => token?,
            None if cookie_counts_for_read(client, &parts.headers) => state
                .session_cookie
                .token(&parts.headers)
                .ok_or_else(|| Refusal::new(ErrorCode::Unauthorized))?,
            None => return Err(Refusal::new(ErrorCode::Unauthorized).into()),
        };
        RequestViewer::of_token(parts, state, &token).await
    }
}

/// The person who changes something by a request: of its bearer token or, in a request that the
/// server's own page has made with its Origin, of the session cookie.
#[derive(Clone)]
pub struct RequestActor {
    /// The person.
    pub viewer: RequestViewer,
    /// The session's token.
    pub token: Token,
}

impl RequestActor {
    /// The person's id.
    pub fn user(&self) -> UserId {
        self.viewer.person.id
    }

    /// The person, for changes of the own account.
    pub fn acting_person(&self) -> ActingPerson {
        ActingPerson {
            person: self.viewer.person.clone(),
            token: self.token.clone(),
            address: self.viewer.address.group.address(),
        }
    }
}

/// Refuses as [`RequestViewer`] does.
impl FromRequestParts<HttpState> for RequestActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, ApiError> {
        let client = ClientKind::from_request_parts(parts, state).await?;
        let token = match bearer_token(&parts.headers) {
            Some(token) => Some(token?),
            // Without an Origin any site may have made the browser send the cookie.
            None if client == ClientKind::OwnPage => state.session_cookie.token(&parts.headers),
            None => None,
        };
        let token = token.ok_or_else(|| Refusal::new(ErrorCode::Unauthorized))?;
        let viewer = RequestViewer::of_token(parts, state, &token).await?;
        // A change is a commit, whichever it is.
        let group = viewer.address.group.address();
        let subject = state.rate_limits.person(viewer.person.id, group);
        state.rate_limits.take_command(&subject, 0)?;
        Ok(RequestActor { viewer, token })
    }
}

/// The session of a token. The query counts towards the rate limit of the address.
///
/// # Errors
/// `unauthorized`, `rate_limited`, or the store's.
pub(super) async fn authenticate(
    state: &HttpState,
    address: ClientAddress,
    token: &Token,
) -> Result<Session, Refusal> {
    let group = address.group.address();
    state.rate_limits.take_anonymous_query(group)?;
    state
        .accounts
        .authenticate(QueryClient::Address(group), token)
        .await
}

/// The bearer token of the `Authorization` header (RFC 6750 § 2.1): none if there is none, an
/// error if it is malformed.
pub(super) fn bearer_token(headers: &HeaderMap) -> Option<Result<Token, Refusal>> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let end = value.iter().position(|byte| *byte == b' ');
    let (scheme, token) = value.split_at(end.unwrap_or(value.len()));
    // The scheme is case-insensitive (RFC 9110 § 11.1). Other schemes are for a proxy.
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    let token = str::from_utf8(token).ok().map(str::trim_ascii);
    let token = token.and_then(Token::parse);
    Some(token.ok_or_else(|| Refusal::new(ErrorCode::Unauthorized)))
}

/// Whether the cookie of a request that reads comes from this server's own page. Such a page
/// sends no Origin with a plain GET. If the browser says that a page of another site made the
/// request (Fetch Metadata § 2.4), the cookie does not count. Older browsers do not say it, and
/// over plain http none does; there the other page cannot read the answer.
pub(super) fn cookie_counts_for_read(client: ClientKind, headers: &HeaderMap) -> bool {
    match (client, headers.get("sec-fetch-site")) {
        (ClientKind::OwnPage, _) | (ClientKind::Program, None) => true,
        (ClientKind::Program, Some(site)) => matches!(site.as_bytes(), b"same-origin" | b"none"),
    }
}
