//! Where a page comes from.

use url::Host;

use crate::http::authority::Authority;

/// The origin of a page (RFC 6454 § 4): in a request's `Origin`, or in a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebOrigin {
    /// One that browsers do not tell, `null`: a page that was opened from a file, and a
    /// sandboxed frame of any site.
    Hidden,
    /// A site's.
    Site {
        /// In lower case.
        scheme: String,
        /// The host.
        host: Host,
        /// The port; the scheme's own where none is named and it has one.
        port: Option<u16>,
    },
}

impl WebOrigin {
    /// Reads `scheme://host[:port]` or `null`; none if it is neither.
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

    /// The origin of a page that was had from this host without TLS.
    pub fn plain(asked: &Authority) -> Self {
        WebOrigin::Site {
            scheme: "http".into(),
            host: asked.host.clone(),
            port: asked.port.or(default_port("http")),
        }
    }

    /// Whether it is a page that this machine serves without TLS on the port of `asked`: all
    /// of a loopback server's names are that server.
    pub fn is_this(&self, asked: &Authority) -> bool {
        let WebOrigin::Site { scheme, port, .. } = self else {
            return false;
        };
        scheme == "http" && self.is_loopback() && *port == asked.port.or(default_port("http"))
    }

    /// Whether it is a page that this machine serves.
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

/// The port that a scheme means where none is named.
pub fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}
