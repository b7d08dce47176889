//! The origin of a web page.

use url::Host;

use crate::http::authority::Authority;

/// The origin of a page (RFC 6454 § 4), from an `Origin` header or an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebOrigin {
    /// `null`: browsers do not reveal it. Pages opened from a file have it, and sandboxed frames
    /// of any site.
    Hidden,
    /// The origin of a site.
    Site {
        /// In lower case.
        scheme: String,
        /// The host.
        host: Host,
        /// The port; if none is given, the scheme's default port if there is one.
        port: Option<u16>,
    },
}

impl WebOrigin {
    /// Parses `scheme://host[:port]` or `null`; none if the text is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("null") {
            return Some(WebOrigin::Hidden);
        }
        let (scheme, authority) = text.split_once("://")?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !is_scheme {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let Authority { host, port } = Authority::parse(authority)?;
        Some(WebOrigin::Site {
            port: port.or(default_port(&scheme)),
            scheme,
            host,
        })
    }

    /// The origin of a page that this host serves without TLS.
    pub fn plain(authority: &Authority) -> Self {
        WebOrigin::Site {
            scheme: "http".into(),
            host: authority.host.clone(),
            port: authority.port.or(default_port("http")),
        }
    }

    /// Whether it is a page of this machine without TLS, on the port of
    /// `authority`. All loopback names with that port mean the same server.
    pub fn is_this(&self, authority: &Authority) -> bool {
        let WebOrigin::Site { scheme, port, .. } = self else {
            return false;
        };
        scheme == "http" && self.is_loopback() && *port == authority.port.or(default_port("http"))
    }

    /// Whether it is a page of this machine.
    pub fn is_loopback(&self) -> bool {
        match self {
            WebOrigin::Site { scheme, host, port } if default_port(scheme).is_some() => {
                let (host, port) = (host.clone(), *port);
                Authority { host, port }.is_loopback()
            }
            _ => false,
        }
    }
}

/// As browsers write it.
impl std::fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WebOrigin::Hidden => write!(f, "null"),
            WebOrigin::Site { scheme, host, port } => {
                write!(f, "{scheme}://{host}")?;
                match port.filter(|_| *port != default_port(scheme)) {
                    Some(port) => write!(f, ":{port}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// The port of a scheme if none is given.
pub fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}
