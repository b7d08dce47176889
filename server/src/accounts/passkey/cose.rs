//! Public keys as authenticators write them (COSE, RFC 9053, RFC 8812; §5.8.5 and §6.5.1.1).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};

use super::cbor::{self, Key, Map, Value};
use super::error::PasskeyError;

/// Bytes of a public key at most: RSA with 4096 bits has some 530.
pub const MAX_PUBLIC_KEY_BYTES: usize = 600;

const KEY_TYPE: Key<'_> = Key::Integer(1);
const ALGORITHM: Key<'_> = Key::Integer(3);
/// The meaning of the negative labels depends on the key's type.
const CURVE: Key<'_> = Key::Integer(-1);
const X: Key<'_> = Key::Integer(-2);
const Y: Key<'_> = Key::Integer(-3);
const MODULUS: Key<'_> = Key::Integer(-1);
const EXPONENT: Key<'_> = Key::Integer(-2);

/// A signature algorithm that passkeys may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoseAlgorithm {
    /// ECDSA on P-256 with SHA-256. Nearly all authenticators.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSA (PKCS #1 v1.5) with SHA-256. Windows Hello on older TPMs.
    Rs256,
}

impl CoseAlgorithm {
    /// All of them, the most wanted first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// Its number in the IANA COSE registry, which is what is stored.
    pub const fn number(self) -> i64 {
        match self {
            CoseAlgorithm::Es256 => -7,
            CoseAlgorithm::EdDsa => -8,
            CoseAlgorithm::Rs256 => -257,
        }
    }
}

/// A public key that can verify.
#[derive(Debug)]
pub struct CosePublicKey {
    algorithm: CoseAlgorithm,
    key: ParsedPublicKey,
}

impl CosePublicKey {
    /// Parses a `COSE_Key`. Members that the specification does not name are errors: it says
    /// that there must be none.
    pub fn parse(bytes: &[u8]) -> Result<Self, PasskeyError> {
        if bytes.len() > MAX_PUBLIC_KEY_BYTES {
            return Err(PasskeyError::PublicKey);
        }
        let Ok(Value::Map(map)) = cbor::parse(bytes) else {
            return Err(PasskeyError::PublicKey);
        };
        let number = map.integer(ALGORITHM).ok_or(PasskeyError::PublicKey)?;
        let algorithm = CoseAlgorithm::ALL
            .into_iter()
            .find(|algorithm| i128::from(algorithm.number()) == number)
            .ok_or(PasskeyError::Algorithm)?;
        let key = match algorithm {
            CoseAlgorithm::Es256 => p256(&map),
            CoseAlgorithm::EdDsa => ed25519(&map),
            CoseAlgorithm::Rs256 => rsa(&map),
        };
        let key = key.ok_or(PasskeyError::PublicKey)?;
        Ok(CosePublicKey { algorithm, key })
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> CoseAlgorithm {
        self.algorithm
    }

    /// Whether a signature is this key's over the message. ECDSA signatures are DER (§6.5.5).
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), PasskeyError> {
        self.key
            .verify_sig(message, signature)
            .map_err(|_| PasskeyError::Signature)
    }
}

/// EC2 on P-256, with both coordinates: §5.8.5 forbids the compressed form. The library refuses
/// a point that is not on the curve.
fn p256(map: &Map<'_>) -> Option<ParsedPublicKey> {
    const EC2: i128 = 2;
    const P256: i128 = 1;
    const UNCOMPRESSED: u8 = 4;
    if map.len() != 5 || map.integer(KEY_TYPE)? != EC2 || map.integer(CURVE)? != P256 {
        return None;
    }
    let x: &[u8; 32] = map.bytes(X)?.try_into().ok()?;
    let y: &[u8; 32] = map.bytes(Y)?.try_into().ok()?;
    let point = [&[UNCOMPRESSED][..], x, y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).ok()
}

/// OKP with Ed25519.
fn ed25519(map: &Map<'_>) -> Option<ParsedPublicKey> {
    const OKP: i128 = 1;
    const CURVE_ED25519: i128 = 6;
    if map.len() != 4 || map.integer(KEY_TYPE)? != OKP || map.integer(CURVE)? != CURVE_ED25519 {
        return None;
    }
    let x: &[u8; 32] = map.bytes(X)?.try_into().ok()?;
    ParsedPublicKey::new(&ED25519, x).ok()
}

/// RSA with 2048 to 4096 bits: fewer are weak, and more cost time to verify. The library refuses
/// leading zeros (RFC 8230 §4).
fn rsa(map: &Map<'_>) -> Option<ParsedPublicKey> {
    const RSA: i128 = 3;
    const MAX_EXPONENT_BYTES: usize = 4;
    if map.len() != 4 || map.integer(KEY_TYPE)? != RSA {
        return None;
    }
    let n = map.bytes(MODULUS)?;
    let e = map.bytes(EXPONENT)?;
    let unused_bits = usize::try_from(n.first()?.leading_zeros()).ok()?;
    let is_size_right = (2048..=4096).contains(&(n.len() * 8 - unused_bits));
    // An exponent of 1 would make every text a signature.
    let is_exponent_right = e.len() <= MAX_EXPONENT_BYTES && e != [1] && e.last()? % 2 == 1;
    if !is_size_right || !is_exponent_right {
        return None;
    }
    let components = RsaPublicKeyComponents { n, e };
    components
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .ok()
}
