//! The test vectors of the specification (§16), which another implementation made.

use std::collections::HashMap;

use serde_json::json;

use super::super::base64url::encode;
use super::super::{
    AuthenticationResponse, Challenge, CoseAlgorithm, FreshChallenge, NewPasskey, PasskeyError,
    PersonIdentified, ProvenPasskey, RegistrationResponse, RelyingParty, UserVerification,
};
use super::{handle, stored};

/// One section: bytes by name.
pub struct Vector {
    name: String,
    parts: HashMap<String, Vec<u8>>,
}

pub fn all() -> Vec<Vector> {
    let sections = include_str!("vectors.txt").split("\n[").skip(1);
    sections
        .map(|section| {
            let (name, lines) = section.split_once("]\n").unwrap();
            let parts = lines.lines().filter_map(|line| line.split_once(" = "));
            let parts = parts.map(|(name, digits)| (name.to_owned(), unhex(digits)));
            Vector {
                name: name.to_owned(),
                parts: parts.collect(),
            }
        })
        .collect()
}

pub fn named(name: &str) -> Vector {
    let found = all().into_iter().find(|vector| vector.name == name);
    found.unwrap()
}

fn unhex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn example_org() -> RelyingParty {
    RelyingParty::new("example.org", "Example", "https://example.org")
}

impl Vector {
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.parts[name].clone()
    }

    fn fresh_challenge(&self, name: &str) -> FreshChallenge {
        FreshChallenge(Challenge::parse(&encode(&self.parts[name])).unwrap())
    }

    pub fn register(&self) -> Result<NewPasskey, PasskeyError> {
        self.register_with(&self.parts["registration.attestation_object"])
    }

    pub fn register_with(&self, attestation_object: &[u8]) -> Result<NewPasskey, PasskeyError> {
        let id = encode(&self.parts["registration.credential_id"]);
        let response: RegistrationResponse = serde_json::from_value(json!({
            "id": id, "rawId": id, "type": "public-key",
            "response": {
                "clientDataJSON": encode(&self.parts["registration.client_data"]),
                "attestationObject": encode(attestation_object),
            },
        }))
        .unwrap();
        let challenge = self.fresh_challenge("registration.challenge");
        response.verify(&example_org(), challenge, UserVerification::Preferred)
    }

    fn authenticate(&self, passkey: &NewPasskey) -> Result<ProvenPasskey, PasskeyError> {
        self.authenticate_with(passkey, "", &[])
    }

    /// With other bytes for one of the parts.
    pub fn authenticate_with(
        &self,
        passkey: &NewPasskey,
        changed: &str,
        bytes: &[u8],
    ) -> Result<ProvenPasskey, PasskeyError> {
        let part = |name: &str| {
            let name = format!("authentication.{name}");
            let is_changed = name == changed;
            encode(if is_changed {
                bytes
            } else {
                &self.parts[&name]
            })
        };
        let id = encode(&passkey.credential_id);
        let response: AuthenticationResponse = serde_json::from_value(json!({
            "id": id, "rawId": id, "type": "public-key",
            "response": {
                "clientDataJSON": part("client_data"),
                "authenticatorData": part("authenticator_data"),
                "signature": part("signature"),
            },
        }))
        .unwrap();
        response.verify(
            &example_org(),
            self.fresh_challenge("authentication.challenge"),
            UserVerification::Preferred,
            PersonIdentified::Before,
            stored(passkey, &handle()),
        )
    }
}

#[test]
fn credentials_with_our_algorithms_are_accepted_whatever_their_attestation() {
    for (name, algorithm) in [
        ("none-es256", CoseAlgorithm::Es256),
        ("none-es256-long-credential-id", CoseAlgorithm::Es256),
        ("packed-self-es256", CoseAlgorithm::Es256),
        ("packed-es256", CoseAlgorithm::Es256),
        ("packed-rs256", CoseAlgorithm::Rs256),
        ("packed-eddsa", CoseAlgorithm::EdDsa),
        ("tpm-es256", CoseAlgorithm::Es256),
        ("android-key-es256", CoseAlgorithm::Es256),
        ("apple-es256", CoseAlgorithm::Es256),
        ("fido-u2f-es256", CoseAlgorithm::Es256),
    ] {
        let vector = named(name);
        let passkey = vector.register().expect(name);
        assert_eq!(passkey.algorithm, algorithm, "{name}");
        assert_eq!(
            passkey.credential_id,
            vector.bytes("registration.credential_id")
        );
        assert!(vector.authenticate(&passkey).is_ok(), "{name}");
    }
}

#[test]
fn frames_of_other_origins_and_other_algorithms_are_refused() {
    for (name, error) in [
        ("none-es256-crossOrigin", PasskeyError::CrossOrigin),
        ("none-es256-topOrigin", PasskeyError::CrossOrigin),
        ("packed-es384", PasskeyError::Algorithm),
        ("packed-ed448", PasskeyError::Algorithm),
    ] {
        assert_eq!(named(name).register(), Err(error), "{name}");
    }
    assert_eq!(all().len(), 14);
}

#[test]
fn a_signature_of_another_vector_is_refused() {
    let (vector, other) = (named("none-es256"), named("packed-es256"));
    let passkey = vector.register().unwrap();
    let name = "authentication.signature";
    let outcome = vector.authenticate_with(&passkey, name, &other.bytes(name));
    assert_eq!(outcome, Err(PasskeyError::Signature));
}
