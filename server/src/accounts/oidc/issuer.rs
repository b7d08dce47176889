//! The identity provider's name for itself, and which of its addresses are acceptable.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// An issuer identifier (OpenID Connect Core § 2): a URL with `https`, or with `http` on this
/// machine. It is kept and compared as it was written, to the last slash.
#[derive(Clone, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
}

impl Issuer {
    /// Parses an issuer.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| {
            "give an address such as `https://login.example.org/realms/main`".to_owned()
        })?;
        if !is_acceptable(&url) {
            return Err(
                "an issuer has to be an address with https (http only on this machine)".into(),
            );
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err("an issuer has no query, no fragment and no user name".into());
        }
        Ok(Issuer {
            text: text.to_owned(),
            url,
        })
    }

    /// The issuer as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name or address of its host.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or(&self.text)
    }

    /// Whether it is an address without TLS, which is on this machine then.
    pub fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Where its discovery document is (OpenID Connect Discovery § 4).
    pub fn discovery_url(&self) -> String {
        let base = self.text.trim_end_matches('/');
        format!("{base}/.well-known/openid-configuration")
    }

    /// Parses the address of one of its endpoints: with `https`, unless the issuer itself is an
    /// address on this machine without TLS. None if it may not be used.
    pub fn endpoint(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let is_secure = url.scheme() == "https" || self.is_plain_http();
        (is_secure && is_acceptable(&url) && url.fragment().is_none()).then_some(url)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn is_acceptable(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => url.host().is_some_and(|host| is_this_machine(&host)),
        _ => false,
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).to_canonical().is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_needs_tls_outside_of_this_machine() {
        for accepted in [
            "https://accounts.google.com",
            "https://login.example.org/application/o/chat/",
            "http://127.0.0.1:8080/realms/main",
            "http://localhost:8080",
            "http://[::1]:8080",
        ] {
            assert!(Issuer::parse(accepted).is_ok(), "{accepted}");
        }
        for refused in [
            "login.example.org",
            "http://login.example.org",
            "http://localhost.example.org",
            "https://login.example.org/?realm=1",
            "https://login.example.org/#a",
            "https://me@login.example.org",
            "ftp://127.0.0.1",
        ] {
            assert!(Issuer::parse(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn the_discovery_document_is_below_the_issuer() {
        for issuer in ["https://a.example/o/chat", "https://a.example/o/chat/"] {
            assert_eq!(
                Issuer::parse(issuer).unwrap().discovery_url(),
                "https://a.example/o/chat/.well-known/openid-configuration"
            );
        }
    }

    #[test]
    fn endpoints_of_an_issuer_with_tls_have_tls() {
        let issuer = Issuer::parse("https://a.example").unwrap();
        assert!(issuer.endpoint("https://b.example/token").is_some());
        assert!(issuer.endpoint("http://127.0.0.1/token").is_none());
        assert!(issuer.endpoint("http://a.example/token").is_none());
        assert!(issuer.endpoint("javascript:alert(1)").is_none());
    }
}
