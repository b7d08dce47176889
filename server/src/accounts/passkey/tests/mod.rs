//! Whole ceremonies: with a software authenticator, with the specification's test vectors, and
//! with each thing wrong once.

#[path = "../../../../tests/support/authenticator.rs"]
mod authenticator;
mod ceremonies;
mod hostile_authentications;
mod hostile_registrations;
mod options;
mod properties;
mod vectors;

use super::{
    Ceremony, Challenge, Challenges, FreshChallenge, RelyingParty, StoredPasskey, UserHandle,
};
use crate::clock::Clock;

use authenticator::{ORIGIN, RP_ID, USER_HANDLE};

fn relying_party() -> RelyingParty {
    RelyingParty::new(RP_ID, "Madang", ORIGIN)
}

fn handle() -> UserHandle {
    UserHandle::from_bytes(&USER_HANDLE).unwrap()
}

/// A challenge that was issued, and the same one taken.
fn taken_challenge(ceremony: Ceremony) -> (Challenge, FreshChallenge) {
    let challenges = Challenges::new(Clock::system());
    let challenge = challenges.issue(ceremony, ()).unwrap();
    let fresh = challenges.take(ceremony, &(), challenge).unwrap();
    (challenge, fresh)
}

fn stored<'a>(passkey: &'a super::NewPasskey, user_handle: &'a UserHandle) -> StoredPasskey<'a> {
    StoredPasskey {
        credential_id: &passkey.credential_id,
        algorithm: passkey.algorithm.number(),
        public_key: &passkey.public_key,
        counter: passkey.counter,
        user_handle,
    }
}
