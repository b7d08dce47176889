//! Who may ask at all: the `Host` that is asked for, the `Origin` that asks.
//!
//! A server on loopback is reachable from any web page by DNS rebinding, and a WebSocket
//! from any origin; therefore both are checked, before anything else is done. The server's
//! *own* pages are told from those of *allowed* origins: only its own have sessions.

mod configured_origins;
mod web_origin;

use axum::http::{HeaderMap, header};
use shared::error::ErrorCode;

use crate::config::Config;
use crate::http::authority::Authority;
use configured_origins::PublicUrl;
use web_origin::WebOrigin;

/// What the server is known as, and which pages may connect.
#[derive(Clone, Debug)]
pub struct Access {
    local_mode: bool,
    public: Option<PublicUrl>,
    allowed: Vec<WebOrigin>,
    // Own pages that another server shows: that of whoever works on the page.
    development: Vec<WebOrigin>,
}

/// Who sent a request that may have a session, as far as its headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A page of the server's own.
    Page,
    /// A program: no browser sends a WebSocket handshake or a change without an Origin.
    Program,
}

/// Whose page it is that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Requester {
    OwnPage,
    AllowedPage,
    Program,
}

/// Why a request is refused, and which setting would allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// `host_forbidden` or `origin_forbidden`; `bad_command` where there is no host.
    pub code: ErrorCode,
    /// For whoever asks, where the code does not say it all.
    pub message: Option<&'static str>,
    /// For the log: what was asked and which setting allows it.
    pub hint: String,
}

impl Access {
    /// What the settings say.
    ///
    /// # Errors
    /// A sentence about a setting that cannot be read.
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

    /// The address at which people reach the server, where the operator named it; as browsers
    /// write it.
    pub fn public_url(&self) -> Option<String> {
        let public = self.public.as_ref()?;
        Some(public.origin.to_string())
    }

    /// The port that people use, where it is not the one that the server listens on.
    pub fn public_port(&self) -> Option<u16> {
        self.public.as_ref().map(|public| public.port)
    }

    /// Whether pages may connect whose origin browsers do not tell.
    pub fn allows_hidden_origins(&self) -> bool {
        self.allowed.contains(&WebOrigin::Hidden)
    }

    /// Whether a request may use what needs a session: it comes from a page of the
    /// server's own, or from a program.
    ///
    /// # Errors
    /// When another host is asked for, or the page is another one's.
    pub fn with_session(&self, headers: &HeaderMap) -> Result<Asker, Denied> {
        let host = self.host(headers)?;
        match self.origin(&host, headers)? {
            Requester::OwnPage => Ok(Asker::Page),
            Requester::Program => Ok(Asker::Program),
            Requester::AllowedPage => Err(Denied {
                code: ErrorCode::OriginForbidden,
                message: Some(
                    "pages of this origin may speak the simple protocol only; \
                     sessions are for the server's own pages and for programs",
                ),
                hint: format!(
                    "Origin {} may speak the simple protocol, but has no sessions{}",
                    shown(headers, &header::ORIGIN),
                    if self.local_mode {
                        "; for work on the page, --dev-origin takes it for the server's own"
                    } else {
                        ""
                    }
                ),
            }),
        }
    }

    /// Whether a request may speak the simple protocol: pages of allowed origins may as well.
    ///
    /// # Errors
    /// When another host is asked for, or the page's origin is not allowed.
    pub fn without_session(&self, headers: &HeaderMap) -> Result<(), Denied> {
        let host = self.host(headers)?;
        self.origin(&host, headers).map(|_requester| ())
    }

    /// The request's `Host`, if it is one that the server is known as.
    fn host(&self, headers: &HeaderMap) -> Result<Authority, Denied> {
        // That there is one at most, and that it can be read, was seen to (`http::guard`).
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
            // Without a public address the server cannot know its names; a numeric one
            // cannot be another site's by rebinding.
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
                shown(headers, &header::HOST)
            ),
        })
    }

    /// Whose page the request comes from, if from any, by its `Origin`. What was asked for
    /// is a host that the server is known as.
    fn origin(&self, host: &Authority, headers: &HeaderMap) -> Result<Requester, Denied> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = match (origins.next(), origins.next()) {
            (None, _) => return Ok(Requester::Program),
            (Some(origin), None) => origin.to_str().ok().and_then(WebOrigin::parse),
            _ => None,
        };
        let Some(origin) = origin else {
            return Err(forbidden(format!(
                "Origin {} is not an origin",
                shown(headers, &header::ORIGIN)
            )));
        };
        // A browser says of itself where a page is from and which host it asks: where the
        // two are the same, it is this server that the page was had from.
        let is_own = match &self.public {
            Some(public) => origin == public.origin,
            None => origin == WebOrigin::plain(host) || (self.local_mode && origin.is_this(host)),
        };
        if is_own || self.development.contains(&origin) {
            return Ok(Requester::OwnPage);
        }
        if self.allowed.contains(&origin) || (self.local_mode && origin.is_loopback()) {
            return Ok(Requester::AllowedPage);
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

/// A header as a log shows it: not more of it than is needed, and nothing that a terminal
/// would take for a command.
fn shown(headers: &HeaderMap, name: &header::HeaderName) -> String {
    const LONG: usize = 100;
    let value = headers.get(name).map_or(&b""[..], |value| value.as_bytes());
    let end = value.len().min(LONG);
    format!("\"{}\"", value[..end].escape_ascii())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn access(arguments: &[&str]) -> Access {
        Access::new(&Config::of(arguments)).unwrap()
    }

    fn requester(access: &Access, host: &str, origin: &str) -> Result<Requester, ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if !origin.is_empty() {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        let asked = access.host(&headers).map_err(|denied| denied.code)?;
        access
            .origin(&asked, &headers)
            .map_err(|denied| denied.code)
    }

    const OWN: Result<Requester, ErrorCode> = Ok(Requester::OwnPage);
    const ALLOWED: Result<Requester, ErrorCode> = Ok(Requester::AllowedPage);
    const PROGRAM: Result<Requester, ErrorCode> = Ok(Requester::Program);
    const ORIGIN: Result<Requester, ErrorCode> = Err(ErrorCode::OriginForbidden);
    const HOST: Result<Requester, ErrorCode> = Err(ErrorCode::HostForbidden);

    #[test]
    fn in_local_mode_a_page_is_own_on_the_port_that_it_asks_and_allowed_on_another() {
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
            let found = requester(&access, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn a_public_server_has_its_one_own_origin_and_those_that_are_named() {
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
            let found = requester(&access, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn a_home_network_s_address_is_its_own_origin() {
        let access = access(&["--listen", "0.0.0.0:3000"]);
        for (host, origin, expected) in [
            ("192.168.0.5:3000", "http://192.168.0.5:3000", OWN),
            ("192.168.0.5:3000", "http://192.168.0.5:8080", ORIGIN),
            ("evil.example:3000", "http://evil.example:3000", HOST),
        ] {
            let found = requester(&access, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn only_own_pages_and_programs_have_sessions() {
        let access = access(&["--dev-origin", "http://localhost:8080"]);
        for (origin, expected) in [
            ("http://localhost:3000", Ok(Asker::Page)),
            ("http://localhost:8080", Ok(Asker::Page)),
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
    fn one_origin_at_most() {
        let access = access(&[]);
        let mut doubled = HeaderMap::new();
        doubled.insert(header::HOST, HeaderValue::from_static("localhost"));
        for _ in 0..2 {
            doubled.append(header::ORIGIN, HeaderValue::from_static("http://localhost"));
        }
        assert!(access.without_session(&doubled).is_err());
    }
}
