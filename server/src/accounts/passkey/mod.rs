//! Passkeys: the relying party's part of Web Authentication Level 3.
//!
//! What a browser sends is parsed with bounds and verified; what is to be stored comes back.
//! Section numbers in this folder are those of <https://www.w3.org/TR/webauthn-3/>. Nothing
//! here knows people, the store or a transport, and no attestation is evaluated: which
//! authenticator somebody uses is that person's choice (see `registration`).
//!
//! A ceremony: [`Challenges::issue`], options to the page, the page's answer as JSON,
//! [`Challenges::take`] with the challenge that the answer claims, then `verify` with what
//! `take` gave. Without a challenge that was taken nothing can be verified.

mod authentication;
mod authenticator_data;
mod base64url;
mod cbor;
mod challenge;
mod challenges;
mod client_data;
mod cose;
mod error;
mod options;
mod origin;
mod registration;
mod relying_party;
#[cfg(test)]
mod tests;
mod user_handle;

pub use authentication::{
    AuthenticationResponse, CounterChange, PersonIdentified, ProvenPasskey, RequestOptions,
    StoredPasskey,
};
pub use challenge::{Ceremony, Challenge, FreshChallenge};
pub use challenges::Challenges;
pub use cose::{CoseAlgorithm, MAX_PUBLIC_KEY_BYTES};
pub use error::PasskeyError;
pub use options::UserVerification;
pub use origin::PasskeyOrigin;
pub use registration::{CreationOptions, NewPasskey, PasskeyUser, RegistrationResponse};
pub use relying_party::RelyingParty;
pub use user_handle::UserHandle;

/// Bytes of a credential id at most (§7.1, step 25).
pub use authenticator_data::MAX_CREDENTIAL_ID_BYTES;
