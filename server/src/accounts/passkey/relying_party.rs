//! The relying party: this server, as passkeys know it.

use sha2::{Digest, Sha256};

/// What passkeys are bound to. If the id changes all passkeys are lost.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    id: String,
    id_hash: [u8; 32],
    name: String,
    origin: String,
}

impl RelyingParty {
    /// A relying party with this id (a host name: the origin's host or a suffix of it), the
    /// name that people read, and the origin of the page, as browsers write it.
    pub fn new(id: &str, name: &str, origin: &str) -> Self {
        RelyingParty {
            id: id.to_owned(),
            id_hash: Sha256::digest(id.as_bytes()).into(),
            name: name.to_owned(),
            origin: origin.to_owned(),
        }
    }

    /// Its id, a host name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name, for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The only origin that may ask for its passkeys.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The SHA-256 of its id, as authenticator data has it.
    pub fn id_hash(&self) -> &[u8; 32] {
        &self.id_hash
    }
}
