//! Which requests may come in at all, by their `Host` and `Origin`.
//!
//! Any web page can send requests to a server on loopback (by DNS rebinding), and any page can
//! open a WebSocket to any server. Therefore both headers are checked before anything else is
//! done. The server's *own* pages and programs may have sessions; pages of *allowed* origins
//! may only speak the simple protocol.

mod configured_origins;
mod web_origin;

use axum::http::{HeaderMap, header};
use shared::error::ErrorCode;

use super::authority::Authority;
use crate::config::Config;
use configured_origins::PublicUrl;
use web_origin::WebOrigin;

/// The names of the server, and the origins whose pages may connect.
#[derive(Clone, Debug)]
pub struct AccessPolicy {
    local_mode: bool,
    public: Option<PublicUrl>,
    allowed: Vec<WebOrigin>,
    // Origins of development servers, which serve this server's own page to its developers.
    development: Vec<WebOrigin>,
}

/// Who sent a request that may have a session, as far as its headers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// A page of this server.
    OwnPage,
    /// A program: browsers send an Origin with every WebSocket handshake and every change.
    Program,
}

/// Who sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Requester {
    OwnPage,
    AllowedPage,
    Program,
}

/// Why a request is refused, and which setting would allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessDenied {
    /// `host_forbidden` or `origin_forbidden`; `bad_command` where there is no host.
    pub code: ErrorCode,
    /// The message of the answer, where the code's own message does not say enough.
    pub message: Option<&'static str>,
    /// For the log: what was asked for, and which setting would allow it.
    pub hint: String,
}

impl AccessPolicy {
    /// Reads the settings.
    ///
    /// # Errors
    /// A sentence about a setting that is wrong.
    pub fn new(config: &Config) -> Result<Self, String> {
        let public = config.public_url.as_deref().map(PublicUrl::parse);
        let allowed = config.allow_origins.iter();
        let development = config.dev_origins.iter();
        if !config.is_local() && !config.dev_origins.is_empty() {
            return Err("--dev-origin is for a server in local mode only: on a loopback address, without --public-url".into());
        }
        Ok(AccessPolicy {
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

    /// The address of `--public-url`, as browsers write it.
    pub fn public_url(&self) -> Option<String> {
        let public = self.public.as_ref()?;
        Some(public.origin.to_string())
    }

    /// The port of `--public-url`.
    pub fn public_port(&self) -> Option<u16> {
        self.public.as_ref().map(|public| public.port)
    }

    /// Whether pages with the origin `null` may connect.
    pub fn allows_opaque_origins(&self) -> bool {
        self.allowed.contains(&WebOrigin::Opaque)
    }

    /// Checks a request for something that needs a session: it must come from a page of this
    /// server, or from a program.
    ///
    /// # Errors
    /// When the host is unknown, or the page is not this server's.
    pub fn check_session_request(&self, headers: &HeaderMap) -> Result<ClientKind, AccessDenied> {
        let host = self.check_host(headers)?;
        match self.check_origin(&host, headers)? {
            Requester::OwnPage => Ok(ClientKind::OwnPage),
            Requester::Program => Ok(ClientKind::Program),
            Requester::AllowedPage => Err(AccessDenied {
                code: ErrorCode::OriginForbidden,
                message: Some(
                    "pages of this origin may speak the simple protocol only; \
                     sessions are for the server's own pages and for programs",
                ),
                hint: format!(
                    "Origin {} may speak the simple protocol, but has no sessions{}",
                    escaped(headers, &header::ORIGIN),
                    if self.local_mode {
                        "; for work on the page, --dev-origin takes it for the server's own"
                    } else {
                        ""
                    }
                ),
            }),
        }
    }

    /// Checks a request of the simple protocol, which pages of allowed origins may speak too.
    ///
    /// # Errors
    /// When the host is unknown, or the page's origin is not allowed.
    pub fn check_simple_request(&self, headers: &HeaderMap) -> Result<(), AccessDenied> {
        let host = self.check_host(headers)?;
        self.check_origin(&host, headers).map(|_requester| ())
    }

    /// The request's `Host`, if it is a name of this server.
    fn check_host(&self, headers: &HeaderMap) -> Result<Authority, AccessDenied> {
        // `normalize_host` has made sure that there is at most one, and that it can be read.
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let Some(host) = host.and_then(Authority::parse) else {
            return Err(AccessDenied {
                code: ErrorCode::BadCommand,
                message: Some("a request needs a Host header"),
                hint: "a request without a Host header".into(),
            });
        };
        let is_known = match (&self.public, self.local_mode) {
            (Some(public), _) => host.host == public.host || host.is_loopback(),
            (None, true) => host.is_loopback(),
            // Without a public address the server does not know its names. An IP address is
            // safe: DNS rebinding needs a name.
            (None, false) => host.is_ip_address() || host.is_loopback(),
        };
        if is_known {
            return Ok(host);
        }
        Err(AccessDenied {
            code: ErrorCode::HostForbidden,
            message: None,
            hint: format!(
                "Host {} is not known; if people reach the server by it, set --public-url",
                escaped(headers, &header::HOST)
            ),
        })
    }

    /// Who sent the request, by its `Origin`. The host was checked before.
    fn check_origin(
        &self,
        host: &Authority,
        headers: &HeaderMap,
    ) -> Result<Requester, AccessDenied> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = match (origins.next(), origins.next()) {
            (None, _) => return Ok(Requester::Program),
            (Some(origin), None) => origin.to_str().ok().and_then(WebOrigin::parse),
            _ => None,
        };
        let Some(origin) = origin else {
            return Err(origin_forbidden(format!(
                "Origin {} is not an origin",
                escaped(headers, &header::ORIGIN)
            )));
        };
        // The browser itself sets both headers. Where they are equal, this server has served
        // the page.
        let is_own = match &self.public {
            Some(public) => origin == public.origin,
            None => {
                origin == WebOrigin::without_tls(host)
                    || (self.local_mode && origin.is_same_loopback_server(host))
            }
        };
        if is_own || self.development.contains(&origin) {
            return Ok(Requester::OwnPage);
        }
        if self.allowed.contains(&origin) || (self.local_mode && origin.is_loopback()) {
            return Ok(Requester::AllowedPage);
        }
        Err(origin_forbidden(match origin {
            WebOrigin::Opaque => "Origin \"null\" is not allowed: a page that was opened from a \
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

fn origin_forbidden(hint: String) -> AccessDenied {
    AccessDenied {
        code: ErrorCode::OriginForbidden,
        message: None,
        hint,
    }
}

/// The beginning of a header for the log, escaped so that a terminal takes none of it for a
/// command.
fn escaped(headers: &HeaderMap, name: &header::HeaderName) -> String {
    const MAX_BYTES: usize = 100;
    let value = headers.get(name).map_or(&b""[..], |value| value.as_bytes());
    let end = value.len().min(MAX_BYTES);
    format!("\"{}\"", value[..end].escape_ascii())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn policy(arguments: &[&str]) -> AccessPolicy {
        AccessPolicy::new(&Config::of(arguments)).unwrap()
    }

    fn requester(policy: &AccessPolicy, host: &str, origin: &str) -> Result<Requester, ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if !origin.is_empty() {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        let asked = policy.check_host(&headers).map_err(|denied| denied.code)?;
        policy
            .check_origin(&asked, &headers)
            .map_err(|denied| denied.code)
    }

    const OWN: Result<Requester, ErrorCode> = Ok(Requester::OwnPage);
    const ALLOWED: Result<Requester, ErrorCode> = Ok(Requester::AllowedPage);
    const PROGRAM: Result<Requester, ErrorCode> = Ok(Requester::Program);
    const ORIGIN: Result<Requester, ErrorCode> = Err(ErrorCode::OriginForbidden);
    const HOST: Result<Requester, ErrorCode> = Err(ErrorCode::HostForbidden);

    #[test]
    fn in_local_mode_a_page_is_own_on_the_server_s_port_and_allowed_on_other_ports() {
        let policy = policy(&[]);
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
            let found = requester(&policy, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn a_public_server_has_one_own_origin_and_the_allowed_ones() {
        let policy = policy(&[
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
            let found = requester(&policy, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn an_ip_address_in_a_home_network_is_an_own_origin() {
        let policy = policy(&["--listen", "0.0.0.0:3000"]);
        for (host, origin, expected) in [
            ("192.168.0.5:3000", "http://192.168.0.5:3000", OWN),
            ("192.168.0.5:3000", "http://192.168.0.5:8080", ORIGIN),
            ("evil.example:3000", "http://evil.example:3000", HOST),
        ] {
            let found = requester(&policy, host, origin);
            assert_eq!(found, expected, "{host} {origin}");
        }
    }

    #[test]
    fn only_own_pages_and_programs_have_sessions() {
        let policy = policy(&["--dev-origin", "http://localhost:8080"]);
        for (origin, expected) in [
            ("http://localhost:3000", Ok(ClientKind::OwnPage)),
            ("http://localhost:8080", Ok(ClientKind::OwnPage)),
            ("http://localhost:8081", Err(ErrorCode::OriginForbidden)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost:3000"));
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            let found = policy.check_session_request(&headers);
            assert_eq!(found.map_err(|denied| denied.code), expected, "{origin}");
            assert!(policy.check_simple_request(&headers).is_ok(), "{origin}");
        }
        let elsewhere = [
            "--public-url",
            "https://a.example",
            "--dev-origin",
            "http://localhost:8080",
        ];
        assert!(AccessPolicy::new(&Config::of(&elsewhere)).is_err());
    }

    #[test]
    fn two_origin_headers_are_refused() {
        let policy = policy(&[]);
        let mut doubled = HeaderMap::new();
        doubled.insert(header::HOST, HeaderValue::from_static("localhost"));
        for _ in 0..2 {
            doubled.append(header::ORIGIN, HeaderValue::from_static("http://localhost"));
        }
        assert!(policy.check_simple_request(&doubled).is_err());
    }
}
