//! An authenticator app (TOTP), written from RFC 6238 and RFC 4226 without the server's code.

use aws_lc_rs::hmac;

/// An app that has read a key.
pub struct TotpApp {
    key: Vec<u8>,
}

impl TotpApp {
    /// Reads the address that a QR code shows.
    pub fn read(uri: &str) -> Self {
        let query = uri.strip_prefix("otpauth://totp/").unwrap();
        let (_, query) = query.split_once('?').unwrap();
        let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
        let value = |wanted: &str| pairs.clone().find(|(name, _)| *name == wanted).unwrap().1;
        let parameters = [value("algorithm"), value("digits"), value("period")];
        assert_eq!(parameters, ["SHA1", "6", "30"]);
        let (_, key) = pairs.find(|(name, _)| *name == "secret").unwrap();
        Self::typed(key)
    }

    /// Gets the key as a person types it.
    pub fn typed(key: &str) -> Self {
        let value = |character| match character {
            'A'..='Z' => character as u8 - b'A',
            '2'..='7' => character as u8 - b'2' + 26,
            _ => panic!("no base32: {key}"),
        };
        let digits = key.chars().filter(|c| *c != ' ').map(value);
        let bits = digits.flat_map(|value| (0..5).rev().map(move |at| value >> at & 1));
        let bits: Vec<u8> = bits.collect();
        let bytes = bits.chunks_exact(8);
        let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | bit);
        TotpApp {
            key: bytes.map(byte).collect(),
        }
    }

    /// The code that it shows at a moment, in microseconds since 1970.
    pub fn code(&self, micros: i64) -> String {
        let step = micros / 1_000_000 / 30;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.key);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[19] & 0xF);
        let word: [u8; 4] = tag[offset..offset + 4].try_into().unwrap();
        let number = (u32::from_be_bytes(word) & 0x7FFF_FFFF) % 1_000_000;
        format!("{number:06}")
    }
}
