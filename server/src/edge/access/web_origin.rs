//! The origin of a web page.

use url::Host;

use crate::edge::authority::Authority;

/// The origin of a page (RFC 6454 § 4): in a request's `Origin`, or in a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebOrigin {
    /// `null`: a page that was opened from a file, or a sandboxed frame of any site. The
    /// browser does not say which.
    Opaque,
    /// The origin of a site.
    Site {
        /// The scheme, in lower case.
        scheme: String,
        /// The host.
        host: Host,
        /// The port; where none is named, the default port of the scheme.
        port: Option<u16>,
    },
}

impl WebOrigin {
    /// Parses `scheme://host[:port]` or `null`; none if it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("null") {
            return Some(WebOrigin::Opaque);
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

    /// The origin of a page that this host served without TLS.
    pub fn without_tls(asked: &Authority) -> Self {
        WebOrigin::Site {
            scheme: "http".into(),
            host: asked.host.clone(),
            port: asked.port.or(default_port("http")),
        }
    }

    /// Whether this machine served the page without TLS on the port of `asked`. All loopback
    /// names mean the same server.
    pub fn is_same_loopback_server(&self, asked: &Authority) -> bool {
        let WebOrigin::Site { scheme, port, .. } = self else {
            return false;
        };
        scheme == "http" && self.is_loopback() && *port == asked.port.or(default_port("http"))
    }

    /// Whether this machine served the page.
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

/// The spelling of browsers.
impl std::fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WebOrigin::Opaque => write!(f, "null"),
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

/// The port of a scheme where none is named.
pub fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}
