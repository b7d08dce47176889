//! A passkey is used (§7.2).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::authenticator_data::AuthenticatorData;
use super::base64url::Base64Url;
use super::challenge::{Ceremony, Challenge, FreshChallenge};
use super::client_data::ClientData;
use super::cose::CosePublicKey;
use super::error::PasskeyError;
use super::options::{CredentialDescriptor, PUBLIC_KEY, UserVerification, timeout_millis};
use super::relying_party::RelyingParty;
use super::user_handle::UserHandle;

/// Options as `PublicKeyCredential.parseRequestOptionsFromJSON` takes them (§5.1.9).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    challenge: Challenge,
    timeout: u64,
    rp_id: String,
    allow_credentials: Vec<CredentialDescriptor>,
    user_verification: UserVerification,
}

impl RequestOptions {
    /// Options for a use of one of these credentials, or of any if there are none: then the
    /// browser lets the person choose.
    pub fn new(
        relying_party: &RelyingParty,
        challenge: Challenge,
        allowed: &[Vec<u8>],
        user_verification: UserVerification,
    ) -> Self {
        RequestOptions {
            challenge,
            timeout: timeout_millis(),
            rp_id: relying_party.id().to_owned(),
            allow_credentials: CredentialDescriptor::all(allowed),
            user_verification,
        }
    }
}

/// What `credential.toJSON()` gives after `get()` (`AuthenticationResponseJSON`).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationResponse {
    id: Base64Url,
    raw_id: Base64Url,
    #[serde(rename = "type")]
    kind: String,
    response: AssertionResponse,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: Base64Url,
    authenticator_data: Base64Url,
    signature: Base64Url,
    user_handle: Option<Base64Url>,
}

/// How it is known whose passkey must be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonIdentified {
    /// By a session or a username, before the ceremony. The stored passkey is one of theirs.
    Before,
    /// By the passkey alone, which must then name the person.
    ByPasskey,
}

/// A passkey as it is stored, with its person's handle.
#[derive(Clone, Copy)]
pub struct StoredPasskey<'a> {
    /// The credential's id.
    pub credential_id: &'a [u8],
    /// The COSE number of the key's algorithm.
    pub algorithm: i64,
    /// The public key (COSE).
    pub public_key: &'a [u8],
    /// The signature counter.
    pub counter: u32,
    /// The handle of the person whose passkey it is.
    pub user_handle: &'a UserHandle,
}

/// What a use says about copies of a passkey (§6.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterChange {
    /// The authenticator counts nothing, as those that synchronise passkeys.
    None,
    /// It is higher than before.
    Advanced,
    /// It is not: perhaps somebody has a copy, perhaps the authenticator is faulty. To be
    /// logged; the person is not locked out for it.
    FellBack,
}

/// A passkey whose use is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvenPasskey {
    /// The counter to be stored: the highest so far, so that a copy is noticed each time.
    pub counter: u32,
    /// What the counter says.
    pub counter_change: CounterChange,
}

impl AuthenticationResponse {
    /// The id of the credential that is said to be used: the store is asked for it.
    pub fn credential_id(&self) -> &[u8] {
        &self.raw_id.0
    }

    /// The challenge that it claims to answer.
    ///
    /// # Errors
    /// `ClientData`, or `Challenge` if it does not have the form of ours.
    pub fn challenge(&self) -> Result<Challenge, PasskeyError> {
        ClientData::parse(&self.response.client_data.0)?.challenge()
    }

    /// Verifies it with the passkey that is stored under its credential id.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(
        &self,
        relying_party: &RelyingParty,
        challenge: FreshChallenge,
        user_verification: UserVerification,
        person: PersonIdentified,
        stored: StoredPasskey<'_>,
    ) -> Result<ProvenPasskey, PasskeyError> {
        if self.kind != PUBLIC_KEY {
            return Err(PasskeyError::CredentialType);
        }
        if self.id != self.raw_id || self.raw_id.0 != stored.credential_id {
            return Err(PasskeyError::CredentialId);
        }
        let is_theirs = match &self.response.user_handle {
            Some(handle) => handle.0 == stored.user_handle.as_bytes(),
            None => person == PersonIdentified::Before,
        };
        if !is_theirs {
            return Err(PasskeyError::UserHandle);
        }
        let client_data = ClientData::parse(&self.response.client_data.0)?;
        client_data.check(
            Ceremony::Authentication,
            challenge.use_up(),
            relying_party.origin(),
        )?;

        let data = AuthenticatorData::parse(&self.response.authenticator_data.0)?;
        data.check(relying_party.id_hash(), user_verification)?;
        // §6.1: only a registration has it.
        if data.credential.is_some() {
            return Err(PasskeyError::AuthenticatorData);
        }
        self.verify_signature(&stored)?;
        Ok(ProvenPasskey {
            counter: data.counter.max(stored.counter),
            counter_change: counter_change(stored.counter, data.counter),
        })
    }

    fn verify_signature(&self, stored: &StoredPasskey<'_>) -> Result<(), PasskeyError> {
        let key = CosePublicKey::parse(stored.public_key)?;
        if key.algorithm().number() != stored.algorithm {
            return Err(PasskeyError::PublicKey);
        }
        let mut message = self.response.authenticator_data.0.clone();
        message.extend(Sha256::digest(&self.response.client_data.0));
        key.verify(&message, &self.response.signature.0)
    }
}

fn counter_change(before: u32, now: u32) -> CounterChange {
    match (before, now) {
        (0, 0) => CounterChange::None,
        _ if now > before => CounterChange::Advanced,
        _ => CounterChange::FellBack,
    }
}
