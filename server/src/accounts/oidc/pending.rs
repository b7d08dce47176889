//! Sign-ins that have begun: the browser is at the provider. Each is used once, within ten
//! minutes, by the browser that began it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use shared::id::{Micros, UserId};

use super::discovery::Discovery;
use super::error::OidcError;
use super::random::sha256;

/// How long a person may take at the provider, in microseconds.
const LIFETIME: i64 = 10 * 60 * 1_000_000;
/// The most sign-ins at one time. Of more, the oldest are dropped: who begins many must not keep
/// others out.
const MAX_PENDING: usize = 10_000;

/// The hash of a secret that only one browser has, as a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrowserBinding([u8; 32]);

impl BrowserBinding {
    /// The binding with this hash.
    pub const fn new(hash: [u8; 32]) -> Self {
        BrowserBinding(hash)
    }
}

/// What a sign-in at the provider is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn {
        /// The guest who becomes the account, if the identity is new.
        guest: Option<ActingSession>,
    },
    /// To link the identity to a person who is signed in.
    Link(ActingSession),
    /// To prove again who a person is who is signed in.
    Confirm(ActingSession),
}

/// In which session somebody began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActingSession {
    /// The person.
    pub user: UserId,
    /// The hash of the session's token.
    pub token_hash: [u8; 32],
}

/// One sign-in.
pub struct PendingSignIn {
    /// What it is for.
    pub purpose: Purpose,
    /// What the ID token has to repeat.
    pub nonce: String,
    /// The secret that goes with the code (RFC 7636).
    pub verifier: String,
    /// Where the person wants to go.
    pub return_to: String,
    /// The provider as it was when the sign-in began.
    pub discovery: Arc<Discovery>,
    /// Who began it.
    pub browser: BrowserBinding,
}

type StateHash = [u8; 32];

/// All sign-ins that have begun.
#[derive(Default)]
pub struct PendingSignIns(Mutex<Table>);

#[derive(Default)]
struct Table {
    by_state: HashMap<StateHash, PendingSignIn>,
    /// The oldest first; those that were used may still be in it.
    order: VecDeque<(Micros, StateHash)>,
}

impl PendingSignIns {
    /// Keeps a sign-in under its state.
    pub fn insert(&self, state: &str, sign_in: PendingSignIn, now: Micros) {
        let state = sha256(state);
        let mut table = self.0.lock();
        table.sweep(now, MAX_PENDING - 1);
        table.by_state.insert(state, sign_in);
        table.order.push_back((now, state));
    }

    /// What the sign-in of this state is for, and where the person wants to go; none if there is none
    /// of this browser.
    pub fn purpose(&self, state: &str, browser: BrowserBinding) -> Option<(Purpose, String)> {
        let table = self.0.lock();
        let found = table.by_state.get(&sha256(state))?;
        let is_ours = found.browser == browser;
        is_ours.then(|| (found.purpose, found.return_to.clone()))
    }

    /// Takes the sign-in of this state. Another browser does not get it, and does not end it.
    ///
    /// # Errors
    /// `state_unknown` or `other_browser`.
    pub fn take(
        &self,
        state: &str,
        browser: BrowserBinding,
        now: Micros,
    ) -> Result<PendingSignIn, OidcError> {
        let state = sha256(state);
        let mut table = self.0.lock();
        table.sweep(now, MAX_PENDING);
        let found = table.by_state.get(&state).ok_or(OidcError::StateUnknown)?;
        if found.browser != browser {
            return Err(OidcError::OtherBrowser);
        }
        let taken = table.by_state.remove(&state);
        taken.ok_or(OidcError::StateUnknown)
    }
}

impl Table {
    /// Drops what is too old, and the oldest of more than `most`.
    fn sweep(&mut self, now: Micros, most: usize) {
        while let Some((begun, state)) = self.order.front() {
            let is_young = (0..LIFETIME).contains(&(now.0 - begun.0));
            if is_young && self.order.len() <= most {
                break;
            }
            self.by_state.remove(state);
            self.order.pop_front();
        }
    }
}

/// Where the person goes afterwards: a path on this server, or its root if it is anything else.
pub fn local_path(return_to: &str) -> &str {
    const MAX_BYTES: usize = 2_048;
    // Browsers take a backslash for a slash, and leave tabs and line ends out.
    let second = return_to.as_bytes().get(1);
    let is_local = return_to.starts_with('/')
        && !matches!(second, Some(b'/' | b'\\'))
        && return_to.len() <= MAX_BYTES
        && return_to.bytes().all(|byte| byte.is_ascii_graphic());
    if is_local { return_to } else { "/" }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::Algorithm;
    use url::Url;

    use super::super::discovery::ClientAuthentication;
    use super::*;

    const OURS: BrowserBinding = BrowserBinding([1; 32]);

    fn sign_in() -> PendingSignIn {
        let address = Url::parse("https://a.example").unwrap();
        PendingSignIn {
            purpose: Purpose::SignIn { guest: None },
            nonce: String::new(),
            verifier: String::new(),
            return_to: "/".into(),
            discovery: Arc::new(Discovery {
                authorization_endpoint: address.clone(),
                token_endpoint: address.clone(),
                client_authentication: ClientAuthentication::Basic,
                jwks_uri: address,
                userinfo_endpoint: None,
                algorithms: vec![Algorithm::RS256],
                callback_names_issuer: false,
            }),
            browser: OURS,
        }
    }

    #[test]
    fn a_sign_in_is_over_after_ten_minutes() {
        let pending = PendingSignIns::default();
        pending.insert("a", sign_in(), Micros(0));
        assert!(pending.take("a", OURS, Micros(LIFETIME - 1)).is_ok());
        pending.insert("b", sign_in(), Micros(0));
        let late = pending.take("b", OURS, Micros(LIFETIME));
        assert_eq!(late.err(), Some(OidcError::StateUnknown));
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_newest() {
        let pending = PendingSignIns::default();
        for number in 0..=MAX_PENDING {
            pending.insert(&number.to_string(), sign_in(), Micros(1));
        }
        assert_eq!(pending.0.lock().by_state.len(), MAX_PENDING);
        assert!(pending.take("0", OURS, Micros(1)).is_err());
        assert!(pending.take("1", OURS, Micros(1)).is_ok());
    }

    #[test]
    fn a_person_returns_to_this_server_only() {
        for path in ["/", "/room/1?a=b#c"] {
            assert_eq!(local_path(path), path);
        }
        for path in [
            "",
            "room",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example/",
            "/a\r\nset-cookie: b",
        ] {
            assert_eq!(local_path(path), "/", "{path}");
        }
    }
}
