//! Which requests are served at all, by their `Host` and `Origin` headers.
//!
//! Any web page can reach a server on loopback by DNS rebinding, and can open a WebSocket from
//! any origin. Therefore both headers are checked before anything else. Pages of the server's
//! *own* origin may have sessions; pages of *allowed* origins may only speak the simple
//! protocol.

mod configured_origins;
mod web_origin;

use axum::http::{HeaderMap, header};
use shared::error::ErrorCode;

use crate::config::Config;
use crate::http::authority::Authority;
use configured_origins::PublicUrl;
use web_origin::WebOrigin;

/// The names of the server, and the origins whose pages may connect.
#[derive(Clone, Debug)]
pub struct Access {
    local_mode: bool,
    public: Option<PublicUrl>,
    allowed: Vec<WebOrigin>,
    // Origins that count as own, for a development server of the page.
    development: Vec<WebOrigin>,
}

/// What sent a request that may have a session, by its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// A page of the server's own.
    Page,
    /// A program: browsers send an Origin with every WebSocket handshake and every change.
    Program,
}

/// Where a request comes from, by its `Origin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestSource {
    OwnPage,
    AllowedPage,
    Program,
}

/// Why a request is refused, and which setting would allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// `host_forbidden` or `origin_forbidden`; `bad_command` where there is no host.
    pub code: ErrorCode,
    /// For the client, if the code alone does not say enough.
    pub message: Option<&'static str>,
    /// For the log: what was refused, and which setting would allow it.
    pub hint: String,
}

impl Access {
    /// As configured.
    ///
    /// # Errors
    /// A sentence about an option that is not valid.
    pub fn new(config: &Config) -> Result<Self, String> {
        let public = config.public_url.as_deref().map(PublicUrl::parse);
        let allowed = config.allow_origins.iter();
        let development = config.dev_origins.iter();
        if !config.is_local() && !config.dev_origins.is_empty() {
            return Err("--dev-origin is for a server in local mode only: on a loopback address, without --public-url".into());
        }
        Ok(Access {
            local_mode: config.is_local(),
            public: public.transpose()?,
            allowed: allowed
                .map(|text| configured_origins::allowed_origin(text))
                .collect::<Result<_, _>>()?,
            development: development
                .map(|text| configured_origins::development_origin(text))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether the server listens for this machine only.
    pub fn is_local(&self) -> bool {
        self.local_mode
    }

    /// Whether people reach the server by `https`, so that cookies must be `Secure`.
    pub fn is_secure(&self) -> bool {
        self.public.as_ref().is_some_and(|public| public.is_secure)
    }

    /// The server's public address as browsers write it, if the operator gave one.
    pub fn public_url(&self) -> Option<String> {
        let public = self.public.as_ref()?;
        Some(public.origin.to_string())
    }

    /// The port of the public address, if the operator gave one.
    pub fn public_port(&self) -> Option<u16> {
        self.public.as_ref().map(|public| public.port)
    }

    /// Whether pages with the origin `null` may connect.
    pub fn allows_hidden_origins(&self) -> bool {
        self.allowed.contains(&WebOrigin::Hidden)
    }

    /// Checks a request that may have a session: from a page of the server's own origin, or from
    /// a program.
    ///
    /// # Errors
    /// When `Host` is not the server's, or the page has another origin.
    pub fn with_session(&self, headers: &HeaderMap) -> Result<ClientKind, Denied> {
        let host = self.host(headers)?;
        match self.origin(&host, headers)? {
            RequestSource::OwnPage => Ok(ClientKind::Page),
            RequestSource::Program => Ok(ClientKind::Program),
            RequestSource::AllowedPage => Err(Denied {
                code: ErrorCode::OriginForbidden,
                message: Some(
                    "pages of this origin may speak the simple protocol only; \
                     sessions are for the server's own pages and for programs",
                ),
                hint: format!(
                    "Origin {} may speak the simple protocol, but has no sessions{}",
                    for_log(headers, &header::ORIGIN),
                    if self.local_mode {
                        "; for work on the page, --dev-origin takes it for the server's own"
                    } else {
                        ""
                    }
                ),
            }),
        }
    }

    /// Checks a request for the simple protocol. Pages of allowed origins may speak it too.
    ///
    /// # Errors
    /// When `Host` is not the server's, or the page's origin is not allowed.
    pub fn without_session(&self, headers: &HeaderMap) -> Result<(), Denied> {
        let host = self.host(headers)?;
        self.origin(&host, headers).map(|_source| ())
    }

    /// The request's `Host`, if it is a name of the server.
    fn host(&self, headers: &HeaderMap) -> Result<Authority, Denied> {
        // `http::guard` has refused requests with several, or with one that is malformed.
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let Some(host) = host.and_then(Authority::parse) else {
            return Err(Denied {
                code: ErrorCode::BadCommand,
                message: Some("a request needs a Host header"),
                hint: "a request without a Host header".into(),
            });
        };
        let is_known = match (&self.public, self.local_mode) {
            (Some(public), _) => host.host == public.host || host.is_loopback(),
            (None, true) => host.is_loopback(),
            // Without a public address the server does not know its names. A numeric one is
            // safe: DNS rebinding needs a name.
            (None, false) => host.is_numeric() || host.is_loopback(),
        };
        if is_known {
            return Ok(host);
        }
        Err(Denied {
            code: ErrorCode::HostForbidden,
            message: None,
            hint: format!(
                "Host {} is not known; if people reach the server by it, set --public-url",
                for_log(headers, &header::HOST)
            ),
        })
    }

    /// The source of a request by its `Origin`. `host` has been checked before.
    fn origin(&self, host: &Authority, headers: &HeaderMap) -> Result<RequestSource, Denied> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = match (origins.next(), origins.next()) {
            (None, _) => return Ok(RequestSource::Program),
            (Some(origin), None) => origin.to_str().ok().and_then(WebOrigin::parse),
            _ => None,
        };
        let Some(origin) = origin else {
            return Err(forbidden(format!(
                "Origin {} is not an origin",
                for_log(headers, &header::ORIGIN)
            )));
        };
        // The browser sets both headers. If they name the same server, the page came from here.
        let is_own = match &self.public {
            Some(public) => origin == public.origin,
            None => origin == WebOrigin::plain(host) || (self.local_mode && origin.is_this(host)),
        };
        if is_own || self.development.contains(&origin) {
            return Ok(RequestSource::OwnPage);
        }
        if self.allowed.contains(&origin) || (self.local_mode && origin.is_loopback()) {
            return Ok(RequestSource::AllowedPage);
        }
        Err(forbidden(match origin {
            WebOrigin::Hidden => "Origin \"null\" is not allowed: a page that was opened from a \
                file, or a sandboxed frame of any site; --allow-origin null lets all of them \
                speak the simple protocol"
                .into(),
            WebOrigin::Site { .. } => format!(
                "Origin \"{origin}\" is not allowed; if its pages may speak the simple protocol, \
                 set --allow-origin \"{origin}\""
            ),
        }))
    }
}

fn forbidden(hint: String) -> Denied {
    Denied {
        code: ErrorCode::OriginForbidden,
        message: None,
        hint,
    }
}

/// A header's value for the log: cut, and without characters that a terminal would interpret.
fn for_log(headers: &HeaderMap, name: &header::HeaderName) -> String {
    const MAX_BYTES: usize = 100;
    let value = headers.get(name).map_or(&b""[..], |value| value.as_bytes());
    let end = value.len().min(MAX_BYTES);
    format!("\"{}\"", value[..end].escape_ascii())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn access(arguments: &[&str]) -> Access {
        Access::new(&Config::of(arguments)).unwrap()
    }

    fn source_of(access: &Access, host: &str, origin: &str) -> Result<RequestSource, ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if !origin.is_empty() {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        let checked_host = access.host(&headers).map_err(|denied| denied.code)?;
        access
            .origin(&checked_host, &headers)
            .map_err(|denied| denied.code)
    }

    const OWN: Result<RequestSource, ErrorCode> = Ok(RequestSource::OwnPage);
    const ALLOWED: Result<RequestSource, ErrorCode> = Ok(RequestSource::AllowedPage);
    const PROGRAM: Result<RequestSource, ErrorCode> = Ok(RequestSource::Program);
    const ORIGIN: Result<RequestSource, ErrorCode> = Err(ErrorCode::OriginForbidden);
    const HOST: Result<RequestSource, ErrorCode> = Err(ErrorCode::HostForbidden);

    #[test]
    fn in_local_mode_a_page_of_the_same_port_is_own_and_of_another_port_allowed() {
        let access = access(&[]);
        for (host, origin, expected) in [
            ("localhost:3000", "http://localhost:3000", OWN),
            ("LocalHost:3000", "http://localhost:3000", OWN),
            ("127.0.0.1:3000", "http://127.0.0.1:3000", OWN),
            ("[::1]:3000", "http://[::1]:3000", OWN),
            ("localhost", "http://localhost", OWN),
            ("localhost:80", "http://localhost", OWN),
            ("localhost:3000", "http://localhost:8080", ALLOWED),
            ("localhost:3000", "https://localhost:3000", ALLOWED),
            ("127.0.0.1:3000", "http://localhost:3000", OWN),
            ("localhost:3000", "http://app.localhost:3000", OWN),
            ("localhost", "http://localhost:8080", ALLOWED),
            ("localhost:3000", "http://app.localhost:8080", ALLOWED),
            ("localhost:3000", "https://evil.example", ORIGIN),
            ("localhost:3000", "null", ORIGIN),
            ("localhost:3000", "", PROGRAM),
            ("evil.example:3000", "", HOST),
            ("evil.example:3000", "http://evil.example:3000", HOST),
        ] {
            let found = source_of(&access, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn a_public_server_has_one_own_origin_and_the_configured_allowed_ones() {
        let access = access(&[
            "--public-url",
            "https://Chat.Example.org:443",
            "--allow-origin",
            "https://www.example.org/",
        ]);
        for (host, origin, expected) in [
            ("chat.example.org", "https://chat.example.org", OWN),
            ("chat.example.org:443", "https://chat.example.org", OWN),
            ("chat.example.org.", "https://chat.example.org.", OWN),
            ("127.0.0.1:3000", "https://chat.example.org", OWN),
            ("chat.example.org", "https://www.example.org", ALLOWED),
            ("chat.example.org", "https://www.example.org:443", ALLOWED),
            ("chat.example.org", "http://chat.example.org", ORIGIN),
            ("chat.example.org", "https://chat.example.org:8443", ORIGIN),
            (
                "chat.example.org",
                "https://www.example.org.evil.example",
                ORIGIN,
            ),
            ("localhost:3000", "http://localhost:3000", ORIGIN),
            ("chat.example.org", "http://localhost:8080", ORIGIN),
            ("other.example.org", "", HOST),
        ] {
            let found = source_of(&access, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn a_numeric_address_on_a_home_network_is_an_own_origin() {
        let access = access(&["--listen", "0.0.0.0:3000"]);
        for (host, origin, expected) in [
            ("192.168.0.5:3000", "http://192.168.0.5:3000", OWN),
            ("192.168.0.5:3000", "http://192.168.0.5:8080", ORIGIN),
            ("evil.example:3000", "http://evil.example:3000", HOST),
        ] {
            let found = source_of(&access, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn only_own_pages_and_programs_may_have_sessions() {
        let access = access(&["--dev-origin", "http://localhost:8080"]);
        for (origin, expected) in [
            ("http://localhost:3000", Ok(ClientKind::Page)),
            ("http://localhost:8080", Ok(ClientKind::Page)),
            ("http://localhost:8081", Err(ErrorCode::OriginForbidden)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost:3000"));
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            let found = access.with_session(&headers);
            assert_eq!(found.map_err(|denied| denied.code), expected, "{origin}");
            assert!(access.without_session(&headers).is_ok(), "{origin}");
        }
        let elsewhere = [
            "--public-url",
            "https://a.example",
            "--dev-origin",
            "http://localhost:8080",
        ];
        assert!(Access::new(&Config::of(&elsewhere)).is_err());
    }

    #[test]
    fn a_request_with_two_origins_is_refused() {
        let access = access(&[]);
        let mut doubled = HeaderMap::new();
        doubled.insert(header::HOST, HeaderValue::from_static("localhost"));
        for _ in 0..2 {
            doubled.append(header::ORIGIN, HeaderValue::from_static("http://localhost"));
        }
        assert!(access.without_session(&doubled).is_err());
    }
}
