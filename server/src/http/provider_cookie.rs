//! The cookie that binds a sign-in at the identity provider to the browser that began it. Who
//! sends somebody an address with a code of their own does not have it.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::session_cookie::token_in;
use crate::accounts::Token;

/// Longer than a sign-in may take.
const COOKIE_SECONDS: u32 = 60 * 60;

/// The cookie's name and attributes.
#[derive(Clone, Debug)]
pub struct ProviderCookie {
    name: Arc<str>,
    is_secure: bool,
}

impl ProviderCookie {
    /// The cookie of a server that people reach on this port, by https or not.
    pub fn new(port: u16, is_secure: bool) -> Self {
        let prefix = if is_secure { "__Host-" } else { "" };
        ProviderCookie {
            name: format!("{prefix}madang_provider_{port}").into(),
            is_secure,
        }
    }

    /// The secret in the request's cookie, with which another tab may have begun a sign-in, or a
    /// new one.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub(super) fn token_or_new(&self, headers: &HeaderMap) -> Result<Token, Refusal> {
        let token = self.token(headers).or_else(Token::random);
        token.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))
    }

    /// The secret in the request's cookie, if there is one.
    pub(super) fn token(&self, headers: &HeaderMap) -> Option<Token> {
        token_in(headers, &self.name)
    }

    /// Has the browser keep the secret. It sends it when the provider sends it back, which is why
    /// it is not `Strict`.
    pub(super) fn set(&self, response: &mut Response, token: &Token) {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let cookie = format!(
            "{}={}; Path=/; Max-Age={COOKIE_SECONDS}; SameSite=Lax{secure}; HttpOnly",
            self.name,
            token.secret()
        );
        // Hexadecimal digits and our own name: always a valid header.
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}
