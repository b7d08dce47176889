//! Keys of the provider, made when the test runs, and the tokens that they sign.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// RSA keys take a moment to make, so all providers of a process share these.
static RSA_KEYS: LazyLock<[Arc<RsaKeyPair>; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())));

/// A key of the provider with its name.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    pair: KeyPair,
}

#[derive(Clone)]
enum KeyPair {
    Rsa(Arc<RsaKeyPair>),
    Ec(Arc<EcdsaKeyPair>),
}

impl SigningKey {
    /// One of two RSA keys.
    pub fn rsa(number: usize) -> Self {
        SigningKey {
            id: format!("rsa-{number}"),
            pair: KeyPair::Rsa(Arc::clone(&RSA_KEYS[number])),
        }
    }

    /// A new key on the curve P-256.
    pub fn ec() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        SigningKey {
            id: "ec".into(),
            pair: KeyPair::Ec(Arc::new(pair)),
        }
    }

    /// The same key under another name.
    pub fn named(self, id: &str) -> Self {
        SigningKey {
            id: id.into(),
            ..self
        }
    }

    /// The public key (RFC 7517).
    pub fn public(&self) -> Value {
        match &self.pair {
            KeyPair::Rsa(pair) => {
                let (modulus, exponent) = rsa_numbers(pair);
                json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id,
                    "n": text(&modulus), "e": text(&exponent)})
            }
            KeyPair::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id,
                    "x": text(&point[1..33]), "y": text(&point[33..65])})
            }
        }
    }

    /// A token with these claims, signed.
    pub fn sign(&self, claims: &Value) -> String {
        let algorithm = match self.pair {
            KeyPair::Rsa(_) => "RS256",
            KeyPair::Ec(_) => "ES256",
        };
        let message = self.message(algorithm, claims);
        let signature = match &self.pair {
            KeyPair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let random = SystemRandom::new();
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &random,
                    message.as_bytes(),
                    &mut signature,
                )
                .unwrap();
                signature
            }
            KeyPair::Ec(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message.as_bytes());
                signature.unwrap().as_ref().to_vec()
            }
        };
        format!("{message}.{}", text(&signature))
    }

    /// A token that is not signed (RFC 7519 § 6).
    pub fn unsigned(&self, claims: &Value) -> String {
        format!("{}.", self.message("none", claims))
    }

    /// A token whose "secret" is the public key: a client that takes the algorithm from the
    /// token and the key from the provider accepts it.
    pub fn signed_with_public_key(&self, claims: &Value) -> String {
        let message = self.message("HS256", claims);
        let KeyPair::Rsa(pair) = &self.pair else {
            panic!("this is for RSA keys");
        };
        let secret = hmac::Key::new(hmac::HMAC_SHA256, pair.public_key().as_ref());
        let tag = hmac::sign(&secret, message.as_bytes());
        format!("{message}.{}", text(tag.as_ref()))
    }

    fn message(&self, algorithm: &str, claims: &Value) -> String {
        let header = json!({"alg": algorithm, "kid": self.id, "typ": "JWT"});
        let header = text(header.to_string().as_bytes());
        format!("{header}.{}", text(claims.to_string().as_bytes()))
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Modulus and exponent, from the public key's DER (RFC 8017, `RSAPublicKey`): a sequence of two
/// integers, the first with a zero byte in front.
fn rsa_numbers(pair: &RsaKeyPair) -> (Vec<u8>, Vec<u8>) {
    const BEFORE_MODULUS: [u8; 9] = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
    let der = pair.public_key().as_ref();
    let rest = der
        .strip_prefix(&BEFORE_MODULUS)
        .expect("a key of 2048 bits");
    let (modulus, exponent) = rest.split_at(256);
    (modulus.to_vec(), exponent[2..].to_vec())
}
