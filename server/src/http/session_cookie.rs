//! The cookies of a session of the server's own page: one holds the token, which scripts cannot
//! read. The other holds the session's tag, which they can: what the page stores of a session it
//! shows again only while that session's tag is there.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::accounts::Token;

/// The longest time for which browsers keep a cookie: 400 days.
const COOKIE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// The cookie's name and attributes.
#[derive(Clone, Debug)]
pub struct SessionCookie {
    name: Arc<str>,
    tag_name: Arc<str>,
    is_secure: bool,
}

impl SessionCookie {
    /// The cookie of a server that people reach on this port, by https or not.
    pub fn new(port: u16, is_secure: bool) -> Self {
        // Cookies ignore the port: two servers on one host need two names. The prefix keeps a
        // sibling domain from setting the cookie (RFC 6265bis § 4.1.3.2).
        let prefix = if is_secure { "__Host-" } else { "" };
        SessionCookie {
            name: format!("{prefix}madang_session_{port}").into(),
            tag_name: format!("{prefix}madang_tag_{port}").into(),
            is_secure,
        }
    }

    /// The token in the request's cookie, if there is one.
    pub fn token(&self, headers: &HeaderMap) -> Option<Token> {
        token_in(headers, &self.name)
    }

    /// Has the browser keep the token and the tag.
    pub fn set(&self, response: &mut Response, token: &Token) {
        self.append(response, (token.secret(), &token.tag()), COOKIE_SECONDS);
    }

    /// Has the browser forget both.
    pub fn clear(&self, response: &mut Response) {
        self.append(response, ("", ""), 0);
    }

    fn append(&self, response: &mut Response, (token, tag): (&str, &str), max_age: u32) {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let common = format!("; Path=/; Max-Age={max_age}; SameSite=Strict{secure}");
        for cookie in [
            format!("{}={token}{common}; HttpOnly", self.name),
            format!("{}={tag}{common}", self.tag_name),
        ] {
            // Hexadecimal digits and our own names: always a valid header.
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
    }
}

/// The token in the cookie of this name.
pub(super) fn token_in(headers: &HeaderMap, cookie: &str) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == cookie)
        .find_map(|(_, value)| Token::parse(value))
}
