//! Where passkeys work: the page's address decides for which relying party they can be.

use url::{Host, Url};

use super::relying_party::RelyingParty;

/// An origin whose page can make and use passkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyOrigin {
    origin: String,
    host: String,
}

impl PasskeyOrigin {
    /// The origin of a page, as browsers write it; none if passkeys do not work there. They need
    /// a page that nobody can change on its way (§5, secure contexts), and a host that has a name
    /// (§5.1.3, step 8).
    pub fn new(origin: &str) -> Option<Self> {
        let url = Url::parse(origin).ok()?;
        let Some(Host::Domain(host)) = url.host() else {
            return None;
        };
        let is_this_machine = host == "localhost" || host.ends_with(".localhost");
        if url.scheme() != "https" && !is_this_machine {
            return None;
        }
        Some(PasskeyOrigin {
            origin: origin.to_owned(),
            host: host.to_owned(),
        })
    }

    /// The origin, as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// The relying party with this name. The id for which there are passkeys is kept if the page
    /// may use it, which it may if its host is the id or is below it (§5.1.3, step 8).
    pub fn relying_party(&self, stored_id: Option<&str>, name: &str) -> RelyingParty {
        let is_ours = |id: &&str| {
            let rest = self.host.strip_suffix(*id);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let id = stored_id.filter(is_ours).unwrap_or(&self.host);
        RelyingParty::new(id, name, &self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_work_over_https_by_a_name_and_on_this_machine() {
        for (origin, works) in [
            ("https://chat.example.org", true),
            ("https://chat.example.org:8443", true),
            ("https://chat", true),
            ("http://localhost:3000", true),
            ("http://app.localhost:3000", true),
            ("http://chat.example.org", false),
            ("http://notlocalhost", false),
            ("http://127.0.0.1:3000", false),
            ("https://192.0.2.7", false),
            ("https://[2001:db8::1]", false),
            ("null", false),
        ] {
            let found = PasskeyOrigin::new(origin);
            assert_eq!(found.is_some(), works, "{origin}");
        }
    }

    #[test]
    fn a_stored_relying_party_is_kept_by_the_hosts_at_and_below_it() {
        for (host, stored, id) in [
            ("example.org", None, "example.org"),
            ("example.org", Some("example.org"), "example.org"),
            ("chat.example.org", Some("example.org"), "example.org"),
            ("example.org", Some("chat.example.org"), "example.org"),
            ("notexample.org", Some("example.org"), "notexample.org"),
            ("example.com", Some("example.org"), "example.com"),
        ] {
            let origin = PasskeyOrigin::new(&format!("https://{host}")).unwrap();
            let relying_party = origin.relying_party(stored, "Yard");
            assert_eq!(relying_party.id(), id, "{host} {stored:?}");
        }
    }
}
