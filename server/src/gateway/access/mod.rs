//! Who may ask at all: the `Host` that is asked for, the `Origin` that asks.
//!
//! A server on loopback is reachable from any web page by DNS rebinding, and a
//! WebSocket from any origin; therefore both are checked, before anything else is done.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};
use shared::error::ErrorCode;

use crate::config::Config;

/// What the server is known as, and which pages may connect.
#[derive(Clone, Debug)]
pub struct Access {
    local_mode: bool,
    public: Option<PublicUrl>,
    allowed: Vec<String>,
}

/// The address at which people reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    authority: String,
    /// Whether it is `https`.
    pub is_secure: bool,
    /// The port, named or implied.
    pub port: u16,
}

impl PublicUrl {
    /// Reads what the operator gave.
    ///
    /// # Errors
    /// A sentence that says what it must look like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("--public-url must look like https://chat.example.org, not {text:?}");
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| matches!(*scheme, "http" | "https"));
        let (Some(scheme), Some(authority)) = (scheme, uri.authority()) else {
            return Err(wrong());
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong());
        }
        let is_secure = scheme == "https";
        let port = authority
            .port_u16()
            .unwrap_or(if is_secure { 443 } else { 80 });
        let authority = authority.as_str().to_ascii_lowercase();
        Ok(PublicUrl {
            origin: format!("{scheme}://{authority}"),
            authority,
            is_secure,
            port,
        })
    }
}

/// Who sent a request, as far as its headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A page that may.
    Page,
    /// A program: no browser sends a WebSocket handshake or a change without an Origin.
    Program,
}

/// Why a request is refused, and which setting would allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// `host_forbidden` or `origin_forbidden`.
    pub code: ErrorCode,
    /// For the log: what was asked and which setting allows it.
    pub hint: String,
}

impl Access {
    /// What the settings say.
    ///
    /// # Errors
    /// A sentence about a setting that cannot be read.
    pub fn new(config: &Config) -> Result<Self, String> {
        let public = config
            .public_url
            .as_deref()
            .map(PublicUrl::parse)
            .transpose()?;
        let allowed = config
            .allow_origins
            .iter()
            .map(|origin| origin.trim_end_matches('/').to_ascii_lowercase())
            .collect();
        Ok(Access {
            local_mode: config.is_local(),
            public,
            allowed,
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

    /// The port that people use, where it is not the one that the server listens on.
    pub fn public_port(&self) -> Option<u16> {
        self.public.as_ref().map(|public| public.port)
    }

    /// Whether the request's `Host` is one that the server is known as.
    ///
    /// # Errors
    /// When it is missing, doubled, or another's.
    pub fn host(&self, headers: &HeaderMap) -> Result<(), Denied> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().unwrap_or_default().to_ascii_lowercase(),
            _ => {
                return Err(denied(
                    ErrorCode::HostForbidden,
                    "a request needs one Host header".into(),
                ));
            }
        };
        let known = match (&self.public, self.local_mode) {
            (Some(public), _) => host == public.authority || is_loopback(&host),
            (None, true) => is_loopback(&host),
            // Without a public address the server cannot know its names; a numeric one
            // cannot be another site's by rebinding.
            (None, false) => is_address(&host) || is_loopback(&host),
        };
        if known {
            return Ok(());
        }
        Err(denied(
            ErrorCode::HostForbidden,
            format!(
                "Host {:?} is not known; if people reach the server by it, set --public-url",
                short(&host)
            ),
        ))
    }

    /// Whether the request's `Origin`, if it has one, may use the server.
    ///
    /// # Errors
    /// When a page of another origin asks.
    pub fn origin(&self, headers: &HeaderMap) -> Result<Asker, Denied> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = match (origins.next(), origins.next()) {
            (None, _) => return Ok(Asker::Program),
            (Some(origin), None) => origin.to_str().unwrap_or_default().to_ascii_lowercase(),
            _ => {
                return Err(denied(
                    ErrorCode::OriginForbidden,
                    "a request needs one Origin at most".into(),
                ));
            }
        };
        let is_public = self
            .public
            .as_ref()
            .is_some_and(|public| public.origin == origin);
        let is_own = || {
            let host = headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok());
            let (_, authority) = origin.split_once("://")?;
            Some(self.public.is_none() && host?.eq_ignore_ascii_case(authority))
        };
        let is_local_page = || {
            let authority = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            self.local_mode && authority.is_some_and(is_loopback)
        };
        if is_public || self.allowed.contains(&origin) || is_own() == Some(true) || is_local_page()
        {
            return Ok(Asker::Page);
        }
        Err(denied(
            ErrorCode::OriginForbidden,
            format!(
                "Origin {0:?} is not allowed; if its pages may connect, set --allow-origin {0:?}",
                short(&origin)
            ),
        ))
    }
}

fn denied(code: ErrorCode, hint: String) -> Denied {
    Denied { code, hint }
}

/// As much of a header as a log needs.
fn short(header: &str) -> &str {
    const LONG: usize = 100;
    header.get(..LONG).unwrap_or(header)
}

/// The host of `host[:port]`, brackets of an IPv6 address taken off; none if it is not
/// of that form.
fn host_part(authority: &str) -> Option<&str> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_port = |rest: &str| {
        rest.strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok())
    };
    (rest.is_empty() || is_port(rest)).then_some(host)
}

fn is_loopback(authority: &str) -> bool {
    let Some(host) = host_part(authority) else {
        return false;
    };
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn is_address(authority: &str) -> bool {
    host_part(authority).is_some_and(|host| host.parse::<IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn access(arguments: &[&str]) -> Access {
        Access::new(&Config::of(arguments)).unwrap()
    }

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers
    }

    fn admits(access: &Access, host: &str, origin: Option<&str>) -> bool {
        let headers = headers(host, origin);
        access.host(&headers).is_ok() && access.origin(&headers).is_ok()
    }

    #[test]
    fn local_mode_takes_pages_of_this_machine_only() {
        let access = access(&[]);
        assert!(admits(
            &access,
            "localhost:3000",
            Some("http://localhost:3000")
        ));
        assert!(
            admits(&access, "localhost", Some("http://localhost:8080")),
            "the development loop"
        );
        assert!(admits(&access, "[::1]:3000", Some("http://[::1]:3000")));
        assert!(!admits(
            &access,
            "localhost:3000",
            Some("https://evil.example")
        ));
        assert!(!admits(&access, "localhost:3000", Some("null")));
        assert!(!admits(&access, "evil.example:3000", None), "DNS rebinding");
    }

    #[test]
    fn a_public_server_takes_its_own_origin_only() {
        let access = access(&["--public-url", "https://chat.example.org"]);
        assert!(admits(
            &access,
            "chat.example.org",
            Some("https://chat.example.org")
        ));
        assert!(!admits(
            &access,
            "chat.example.org",
            Some("http://chat.example.org")
        ));
        assert!(!admits(
            &access,
            "chat.example.org",
            Some("http://localhost:8080")
        ));
        assert!(!admits(&access, "other.example.org", None));
    }

    #[test]
    fn a_home_network_s_address_is_its_own_origin() {
        let access = access(&["--listen", "0.0.0.0:3000"]);
        assert!(admits(
            &access,
            "192.168.0.5:3000",
            Some("http://192.168.0.5:3000")
        ));
        assert!(!admits(
            &access,
            "192.168.0.5:3000",
            Some("http://192.168.0.5:8080")
        ));
        assert!(!admits(
            &access,
            "evil.example:3000",
            Some("http://evil.example:3000")
        ));
    }

    #[test]
    fn further_origins_are_named_one_by_one() {
        let access = access(&[
            "--allow-origin",
            "null",
            "--allow-origin",
            "https://www.example.org/",
        ]);
        assert!(admits(&access, "localhost:3000", Some("null")));
        assert!(admits(
            &access,
            "localhost:3000",
            Some("https://www.example.org")
        ));
        assert!(!admits(
            &access,
            "localhost:3000",
            Some("https://www.example.org.evil.example")
        ));
    }

    #[test]
    fn one_host_and_at_most_one_origin() {
        let access = access(&[]);
        let mut doubled = headers("localhost", Some("http://localhost"));
        doubled.append(header::HOST, HeaderValue::from_static("localhost"));
        assert!(access.host(&doubled).is_err());
        doubled.append(header::ORIGIN, HeaderValue::from_static("http://localhost"));
        assert!(access.origin(&doubled).is_err());
        assert!(access.host(&HeaderMap::new()).is_err());
    }

    #[test]
    fn what_is_no_public_url_is_refused_with_a_model() {
        for text in [
            "chat.example.org",
            "ftp://a.example",
            "https://a.example/chat",
            "",
        ] {
            assert!(
                PublicUrl::parse(text)
                    .unwrap_err()
                    .contains("https://chat.example.org"),
                "{text}"
            );
        }
        assert_eq!(
            PublicUrl::parse("https://A.Example:8443/").unwrap().port,
            8443
        );
    }
}
