//! Parses the addresses in the settings, once at the start.

use url::Host;

use super::web_origin::{WebOrigin, default_port};
use crate::edge::authority::Authority;

/// The address at which people reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// The origin of the pages that are served there.
    pub origin: WebOrigin,
    /// The host.
    pub host: Host,
    /// The port, also where the scheme implies it.
    pub port: u16,
    /// Whether it is `https`.
    pub is_secure: bool,
}

impl PublicUrl {
    /// Parses `--public-url`.
    ///
    /// # Errors
    /// A sentence that says what it must look like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |reason: &str| {
            format!("--public-url must look like https://chat.example.org, not {text:?}: {reason}")
        };
        match origin_only(text).map_err(wrong)? {
            WebOrigin::Site { scheme, host, port } => {
                let Some(port) = port.filter(|_| default_port(&scheme).is_some()) else {
                    return Err(wrong("it has to begin with https:// or http://"));
                };
                Ok(PublicUrl {
                    is_secure: scheme == "https",
                    host: host.clone(),
                    port,
                    origin: WebOrigin::Site {
                        scheme,
                        host,
                        port: Some(port),
                    },
                })
            }
            WebOrigin::Opaque => Err(wrong("it names no host")),
        }
    }
}

/// Parses one `--allow-origin`.
///
/// # Errors
/// A sentence that says what it must look like.
pub fn allowed_origin(text: &str) -> Result<WebOrigin, String> {
    let wrong = |reason: &str| {
        format!("--allow-origin must look like https://www.example.org, not {text:?}: {reason}")
    };
    match text.split_once(':').map(|(scheme, _)| scheme.trim()) {
        Some("file") => Err(wrong("pages that were opened from a file are `null`")),
        Some("ws" | "wss") => Err(wrong("it is the page's address, with http or https")),
        _ => origin_only(text).map_err(wrong),
    }
}

/// Parses one `--dev-origin`.
///
/// # Errors
/// A sentence that says what it must look like.
pub fn development_origin(text: &str) -> Result<WebOrigin, String> {
    let wrong = |reason: &str| {
        format!("--dev-origin must look like http://localhost:8080, not {text:?}: {reason}")
    };
    let origin = origin_only(text).map_err(wrong)?;
    if !origin.is_loopback() {
        return Err(wrong("it has to be a page that this machine serves"));
    }
    Ok(origin)
}

/// Parses an address that must be an origin and nothing more: no user, no path.
fn origin_only(text: &str) -> Result<WebOrigin, &'static str> {
    let text = text.trim();
    let origin = text.strip_suffix('/').unwrap_or(text);
    let (_, rest) = origin.split_once("://").unwrap_or(("", origin));
    if rest.contains('@') {
        return Err("it names a user");
    }
    if rest.contains(['/', '\\', '?', '#']) {
        return Err("it has more than a host and its port");
    }
    if rest.contains('*') {
        return Err("each address is named by itself");
    }
    let Some(origin) = WebOrigin::parse(origin) else {
        return Err("it is no address");
    };
    if let WebOrigin::Site { host, port, .. } = &origin {
        let (host, port) = (host.clone(), *port);
        if (Authority { host, port }).is_unreachable() {
            return Err("nobody can be reached there");
        }
    }
    Ok(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_parsed_as_browsers_parse_it() {
        for (text, origin, port) in [
            ("https://chat.example.org", "https://chat.example.org", 443),
            (
                "https://chat.example.org:443/",
                "https://chat.example.org",
                443,
            ),
            ("http://chat.example.org:80", "http://chat.example.org", 80),
            ("HTTPS://Chat.Example.ORG.", "https://chat.example.org", 443),
            (
                "https://chat.example.org:8443",
                "https://chat.example.org:8443",
                8443,
            ),
            (
                "https://münchen.example",
                "https://xn--mnchen-3ya.example",
                443,
            ),
            ("http://192.168.0.5:3000", "http://192.168.0.5:3000", 3000),
            ("http://[2001:DB8::1]", "http://[2001:db8::1]", 80),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!((url.origin.to_string().as_str(), url.port), (origin, port));
            assert_eq!(url.is_secure, origin.starts_with("https"));
        }
    }

    #[test]
    fn an_invalid_public_url_is_refused_with_an_example() {
        for text in [
            "",
            "null",
            "chat.example.org",
            "chat.example.org:443",
            "https:chat.example.org",
            "ftp://chat.example.org",
            "wss://chat.example.org",
            "https://",
            "https://:443",
            "https://chat.example.org:0",
            "https://chat.example.org:99999",
            "https://0.0.0.0:3000",
            "https://[::]:3000",
            "https://chat example.org",
            "https://ada@chat.example.org",
            "https://@chat.example.org",
            "https://chat.example.org/chat",
            "https://chat.example.org//",
            "https://chat.example.org?",
            "https://chat.example.org#top",
            "https://chat.example.org\\chat",
        ] {
            let refused = PublicUrl::parse(text).unwrap_err();
            assert!(refused.contains("https://chat.example.org,"), "{refused}");
        }
    }

    #[test]
    fn an_allowed_origin_is_a_whole_origin_or_null() {
        for (text, origin) in [
            ("null", "null"),
            ("NULL", "null"),
            (" https://WWW.example.org:443/ ", "https://www.example.org"),
            ("chrome-extension://abcdefgh", "chrome-extension://abcdefgh"),
        ] {
            assert_eq!(allowed_origin(text).unwrap().to_string(), origin);
        }
        for text in [
            "*",
            "",
            "www.example.org",
            "https://*.example.org",
            "file://",
            "file:///",
            "wss://www.example.org",
            "https://www.example.org/page",
        ] {
            let allowed = allowed_origin(text);
            assert!(allowed.is_err(), "{allowed:?}");
        }
    }
}
