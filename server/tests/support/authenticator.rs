//! A browser and its authenticator, in software. Each part of what they send can be changed
//! before it is signed.
//!
//! The verifier's own tests use this file too. So it knows nothing but JSON.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The page that asks, unless a test says otherwise.
pub const ORIGIN: &str = "https://chat.example.org";
/// The relying party that it asks for.
pub const RP_ID: &str = "chat.example.org";
/// What its person is known by.
pub const USER_HANDLE: [u8; 64] = [7; 64];

pub enum Keys {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

impl Keys {
    pub fn es256() -> Self {
        Keys::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub fn eddsa() -> Self {
        Keys::EdDsa(Ed25519KeyPair::generate().unwrap())
    }

    pub fn rs256(size: KeySize) -> Self {
        Keys::Rs256(RsaKeyPair::generate(size).unwrap())
    }

    /// The public key, as entries of a COSE map: labels with encoded values.
    pub fn cose(&self) -> Vec<(i64, Vec<u8>)> {
        match self {
            Keys::Es256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (bytes(&point[1..33]), bytes(&point[33..]));
                vec![(1, int(2)), (3, int(-7)), (-1, int(1)), (-2, x), (-3, y)]
            }
            Keys::EdDsa(pair) => {
                let x = bytes(pair.public_key().as_ref());
                vec![(1, int(1)), (3, int(-8)), (-1, int(6)), (-2, x)]
            }
            Keys::Rs256(pair) => {
                // PKCS #1: a sequence of the modulus, with a zero before it, and 65537.
                let der = pair.public_key().as_ref();
                let length = pair.public_modulus_len();
                let n = bytes(&der[der.len() - 5 - length..der.len() - 5]);
                let e = bytes(&[1, 0, 1]);
                vec![(1, int(3)), (3, int(-257)), (-1, n), (-2, e)]
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Keys::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Keys::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Keys::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
        }
    }
}

/// What a registration is made of.
pub struct Registration {
    pub client_data: Value,
    pub rp_id: String,
    pub flags: u8,
    pub counter: u32,
    pub credential_id: Vec<u8>,
    pub cose: Vec<(i64, Vec<u8>)>,
    /// Encoded extensions and whatever else comes after the credential.
    pub tail: Vec<u8>,
    /// Entries of the attestation object besides the authenticator data.
    pub attestation: Vec<(&'static str, Vec<u8>)>,
    /// Members that replace those of the JSON.
    pub json: Vec<(&'static str, Value)>,
}

impl Registration {
    pub fn new(keys: &Keys, challenge: &str) -> Self {
        Registration {
            client_data: client_data("webauthn.create", challenge),
            rp_id: RP_ID.to_owned(),
            flags: 0x45,
            counter: 0,
            credential_id: vec![9; 32],
            cose: keys.cose(),
            tail: Vec::new(),
            attestation: vec![("fmt", text("none")), ("attStmt", map(&[]))],
            json: Vec::new(),
        }
    }

    pub fn response<R: DeserializeOwned>(&self) -> R {
        serde_json::from_value(self.to_json()).unwrap()
    }

    pub fn to_json(&self) -> Value {
        let cose: Vec<_> = self
            .cose
            .iter()
            .map(|(k, v)| (int(*k), v.clone()))
            .collect();
        let mut data = authenticator_data(&self.rp_id, self.flags, self.counter);
        data.extend([0; 16]);
        let length = u16::try_from(self.credential_id.len()).unwrap();
        data.extend(length.to_be_bytes());
        data.extend(&self.credential_id);
        data.extend(map(&cose));
        data.extend(&self.tail);

        let mut entries = vec![(text("authData"), bytes(&data))];
        entries.extend(self.attestation.iter().map(|(k, v)| (text(k), v.clone())));
        let id = encode(&self.credential_id);
        let mut response = json!({
            "id": id, "rawId": id, "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(self.client_data.to_string().as_bytes()),
                "attestationObject": encode(&map(&entries)),
                "authenticatorData": encode(&data),
                "transports": ["internal"], "publicKeyAlgorithm": -7,
            },
        });
        for (pointer, value) in &self.json {
            *response.pointer_mut(pointer).unwrap() = value.clone();
        }
        response
    }
}

/// What an authentication is made of.
pub struct Authentication {
    pub client_data: Value,
    pub rp_id: String,
    pub flags: u8,
    pub counter: u32,
    pub tail: Vec<u8>,
    pub credential_id: Vec<u8>,
    pub user_handle: Value,
    pub json: Vec<(&'static str, Value)>,
    /// A member of bytes, and which of them is changed after all is signed.
    pub falsified: Option<(&'static str, usize)>,
}

impl Authentication {
    pub fn new(challenge: &str) -> Self {
        Authentication {
            client_data: client_data("webauthn.get", challenge),
            rp_id: RP_ID.to_owned(),
            flags: 0x05,
            counter: 0,
            tail: Vec::new(),
            credential_id: vec![9; 32],
            user_handle: json!(encode(&USER_HANDLE)),
            json: Vec::new(),
            falsified: None,
        }
    }

    pub fn response<R: DeserializeOwned>(&self, keys: &Keys) -> R {
        serde_json::from_value(self.to_json(keys)).unwrap()
    }

    pub fn to_json(&self, keys: &Keys) -> Value {
        let mut data = authenticator_data(&self.rp_id, self.flags, self.counter);
        data.extend(&self.tail);
        let client_data = self.client_data.to_string();
        let mut message = data.clone();
        message.extend(Sha256::digest(client_data.as_bytes()));
        let id = encode(&self.credential_id);
        let mut response = json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data.as_bytes()),
                "authenticatorData": encode(&data),
                "signature": encode(&keys.sign(&message)),
                "userHandle": self.user_handle,
            },
        });
        for (pointer, value) in &self.json {
            *response.pointer_mut(pointer).unwrap() = value.clone();
        }
        if let Some((pointer, at)) = self.falsified {
            let member = response.pointer_mut(pointer).unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(member.as_str().unwrap()).unwrap();
            bytes[at] ^= 1;
            *member = json!(encode(&bytes));
        }
        response
    }
}

fn client_data(kind: &str, challenge: &str) -> Value {
    json!({
        "type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": false,
        "other_keys_can_be_added_here": "see https://goo.gl/yabPex",
    })
}

/// Base64url without padding.
fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn authenticator_data(rp_id: &str, flags: u8, counter: u32) -> Vec<u8> {
    let hash = Sha256::digest(rp_id.as_bytes());
    [&hash[..], &[flags], &counter.to_be_bytes()].concat()
}

pub fn int(value: i64) -> Vec<u8> {
    match u64::try_from(value) {
        Ok(value) => head(0, value),
        Err(_) => head(1, value.unsigned_abs() - 1),
    }
}

pub fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, value.len() as u64), value.to_vec()].concat()
}

pub fn text(value: &str) -> Vec<u8> {
    [head(3, value.len() as u64), value.as_bytes().to_vec()].concat()
}

/// A map of encoded keys and values.
pub fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut encoded = head(5, entries.len() as u64);
    for (key, value) in entries {
        encoded.extend(key);
        encoded.extend(value);
    }
    encoded
}

fn head(major: u8, argument: u64) -> Vec<u8> {
    let major = major << 5;
    match argument {
        0..=23 => vec![major + u8::try_from(argument).unwrap()],
        24..=255 => vec![major + 24, u8::try_from(argument).unwrap()],
        _ => {
            let argument = u16::try_from(argument).unwrap();
            [vec![major + 25], argument.to_be_bytes().to_vec()].concat()
        }
    }
}
