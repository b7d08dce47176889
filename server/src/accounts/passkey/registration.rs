//! A passkey is made (§7.1).
//!
//! The options ask for no attestation. A browser then replaces the statement by one of format
//! `none`, but for self attestation (§5.1.3), and some pass on what the authenticator gave. No
//! format is refused, and no statement is verified: with no trust anchors its outcome could
//! change nothing. §7.1 allows this at its end: the relying party then accepts that nothing
//! proves the authenticator's model, and the credential counts as one without attestation.
//! Verifying it anyway would refuse people whose authenticators are as good.
//!
//! What the statement would not prove either is that the credential is new: the store refuses
//! an id that it has (§7.1, step 26).

use serde::{Deserialize, Serialize};

use super::authenticator_data::AuthenticatorData;
use super::base64url::Base64Url;
use super::cbor::{self, Key, Value};
use super::challenge::{Ceremony, Challenge, FreshChallenge};
use super::client_data::ClientData;
use super::cose::{CoseAlgorithm, CosePublicKey};
use super::error::PasskeyError;
use super::options::{CredentialDescriptor, PUBLIC_KEY, UserVerification, timeout_millis};
use super::relying_party::RelyingParty;
use super::user_handle::UserHandle;

/// Options as `PublicKeyCredential.parseCreationOptionsFromJSON` takes them (§5.1.8).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    rp: RelyingPartyEntity,
    user: UserEntity,
    challenge: Challenge,
    pub_key_cred_params: [CredentialParameters; CoseAlgorithm::ALL.len()],
    timeout: u64,
    exclude_credentials: Vec<CredentialDescriptor>,
    authenticator_selection: AuthenticatorSelection,
    attestation: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct RelyingPartyEntity {
    id: String,
    name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserEntity {
    id: Base64Url,
    name: String,
    display_name: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct CredentialParameters {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthenticatorSelection {
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: UserVerification,
}

/// The person for whom a passkey is made.
#[derive(Clone, Copy)]
pub struct PasskeyUser<'a> {
    /// What the passkey knows the person by.
    pub handle: &'a UserHandle,
    /// The username, which the browser shows.
    pub name: &'a str,
    /// The display name.
    pub display_name: &'a str,
}

impl CreationOptions {
    /// Options for a passkey of this person, who has those of `existing` (credential ids): an
    /// authenticator that has one of them makes no second one.
    pub fn new(
        relying_party: &RelyingParty,
        user: PasskeyUser<'_>,
        challenge: Challenge,
        existing: &[Vec<u8>],
        user_verification: UserVerification,
    ) -> Self {
        CreationOptions {
            rp: RelyingPartyEntity {
                id: relying_party.id().to_owned(),
                name: relying_party.name().to_owned(),
            },
            user: UserEntity {
                id: user.handle.base64url(),
                name: user.name.to_owned(),
                display_name: user.display_name.to_owned(),
            },
            challenge,
            pub_key_cred_params: CoseAlgorithm::ALL.map(|algorithm| CredentialParameters {
                kind: PUBLIC_KEY,
                alg: algorithm.number(),
            }),
            timeout: timeout_millis(),
            exclude_credentials: CredentialDescriptor::all(existing),
            authenticator_selection: AuthenticatorSelection {
                // The passkey says who it is: nobody types a name. The second member is the same
                // for browsers that know Level 1 only (§5.4.4).
                resident_key: "required",
                require_resident_key: true,
                user_verification,
            },
            attestation: "none",
        }
    }
}

/// What `credential.toJSON()` gives after `create()` (`RegistrationResponseJSON`). The copies
/// that browsers add for convenience (`publicKey`, `authenticatorData` and others) are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResponse {
    id: Base64Url,
    raw_id: Base64Url,
    #[serde(rename = "type")]
    kind: String,
    response: AttestationResponse,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: Base64Url,
    attestation_object: Base64Url,
}

/// A passkey that was made, to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    /// The credential's id: 1 to 1023 bytes.
    pub credential_id: Vec<u8>,
    /// The key's algorithm; its number is stored.
    pub algorithm: CoseAlgorithm,
    /// The public key as the authenticator wrote it (COSE, at most 600 bytes).
    pub public_key: Vec<u8>,
    /// The signature counter.
    pub counter: u32,
}

impl RegistrationResponse {
    /// The challenge that it claims to answer.
    ///
    /// # Errors
    /// `ClientData`, or `Challenge` if it does not have the form of ours.
    pub fn challenge(&self) -> Result<Challenge, PasskeyError> {
        ClientData::parse(&self.response.client_data.0)?.challenge()
    }

    /// Verifies it. That nobody has the credential's id is left to the store.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(
        &self,
        relying_party: &RelyingParty,
        challenge: FreshChallenge,
        user_verification: UserVerification,
    ) -> Result<NewPasskey, PasskeyError> {
        if self.kind != PUBLIC_KEY {
            return Err(PasskeyError::CredentialType);
        }
        let client_data = ClientData::parse(&self.response.client_data.0)?;
        client_data.check(
            Ceremony::Registration,
            challenge.use_up(),
            relying_party.origin(),
        )?;

        let bytes = authenticator_data_of(&self.response.attestation_object.0)?;
        let data = AuthenticatorData::parse(bytes)?;
        data.check(relying_party.id_hash(), user_verification)?;
        let credential = data.credential.ok_or(PasskeyError::AuthenticatorData)?;
        let key = CosePublicKey::parse(credential.public_key)?;
        if self.id != self.raw_id || self.raw_id.0 != credential.id {
            return Err(PasskeyError::CredentialId);
        }
        Ok(NewPasskey {
            credential_id: credential.id.to_vec(),
            algorithm: key.algorithm(),
            public_key: credential.public_key.to_vec(),
            counter: data.counter,
        })
    }
}

/// The authenticator data in an attestation object (§6.5.4).
fn authenticator_data_of(attestation_object: &[u8]) -> Result<&[u8], PasskeyError> {
    const MALFORMED: PasskeyError = PasskeyError::AttestationObject;
    let Ok(Value::Map(map)) = cbor::parse(attestation_object) else {
        return Err(MALFORMED);
    };
    let _format = map.text(Key::Text("fmt")).ok_or(MALFORMED)?;
    let _statement = map.get(Key::Text("attStmt")).ok_or(MALFORMED)?;
    map.bytes(Key::Text("authData")).ok_or(MALFORMED)
}
