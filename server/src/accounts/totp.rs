//! Codes of six digits that change every 30 seconds (TOTP, RFC 6238, with HMAC-SHA-1).

use aws_lc_rs::hmac;

use super::encoding::{base32, percent_encode, unbase32};

const SECRET_BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;
/// Clocks of phones are wrong by up to this many steps.
const TOLERATED_STEPS: i64 = 1;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The longest name of the issuer in an address, percent-encoded: 12 syllables of Hangul. It is
/// there twice.
const MAX_ISSUER_BYTES: usize = 108;
/// The same of the account: 20 syllables.
const MAX_ACCOUNT_BYTES: usize = 180;

/// The number of a period of 30 seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotpStep(pub i64);

/// A secret of 160 bits that an authenticator app shares.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl TotpSecret {
    /// A new secret; none if the system gives no random bytes.
    pub fn random() -> Option<Self> {
        let mut bytes = [0_u8; SECRET_BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(TotpSecret(bytes))
    }

    /// The secret that is stored; none if its length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(TotpSecret)
    }

    /// Reads [`TotpSecret::text`], with or without spaces; none if it is another text.
    pub fn parse(text: &str) -> Option<Self> {
        const MAX_BYTES: usize = 64;
        if text.len() > MAX_BYTES {
            return None;
        }
        let digits = text.chars().filter(|c| !c.is_whitespace());
        let digits: String = digits.map(|c| c.to_ascii_uppercase()).collect();
        Self::from_bytes(&unbase32(&digits, ALPHABET)?)
    }

    /// The bytes to be stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret as a person types it into an app: base32 without padding (RFC 4648 §6).
    pub fn text(&self) -> String {
        base32(&self.0, ALPHABET)
    }

    /// The address that an app reads from a QR code. Colons, which separate its parts, are
    /// removed from the names, and long names are cut, so that the code stays readable.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let issuer = uri_name(issuer, MAX_ISSUER_BYTES);
        let account = uri_name(account, MAX_ACCOUNT_BYTES);
        let secret = self.text();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
             &algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
        )
    }
}

/// A name as a part of the address, of at most so many bytes.
fn uri_name(name: &str, max_bytes: usize) -> String {
    let mut encoded = String::new();
    for character in name.replace([':', '：'], " ").chars() {
        let next = percent_encode(character.encode_utf8(&mut [0; 4]));
        if encoded.len() + next.len() > max_bytes {
            break;
        }
        encoded.push_str(&next);
    }
    encoded
}

/// The step whose code this is, at `now` in seconds since 1970, give or take one step.
///
/// None if the code is wrong, or its step is not after `last_step`: a code is used once.
pub fn verify(
    secret: &TotpSecret,
    code: &str,
    now_seconds: i64,
    last_step: Option<TotpStep>,
) -> Option<TotpStep> {
    let code = parse_code(code)?;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret.0);
    let current = now_seconds.div_euclid(STEP_SECONDS);
    let mut found = None;
    // All steps are computed, so that the time says nothing about which one it was.
    for step in current - TOLERATED_STEPS..=current + TOLERATED_STEPS {
        let step = TotpStep(step);
        let is_new = last_step.is_none_or(|last| step > last);
        if code_at(&key, step) == Some(code) && is_new && found.is_none() {
            found = Some(step);
        }
    }
    found
}

/// Six digits; apps show them in groups, so spaces count for nothing.
fn parse_code(text: &str) -> Option<u32> {
    const MAX_BYTES: usize = 32;
    if text.len() > MAX_BYTES {
        return None;
    }
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_code = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| digits.parse().ok())?
}

/// HOTP's truncation (RFC 4226 §5.3).
fn code_at(key: &hmac::Key, step: TotpStep) -> Option<u32> {
    let tag = hmac::sign(key, &step.0.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last()? & 0x0F);
    let bytes = tag.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(bytes) & 0x7FFF_FFFF) % MODULUS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rfc_secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn the_vectors_of_rfc_6238() {
        // Appendix B, the last six of the eight digits.
        for (now, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = TotpStep(now / 30);
            assert_eq!(verify(&rfc_secret(), code, now, None), Some(step), "{now}");
        }
    }

    #[test]
    fn a_code_holds_for_one_step_before_and_after_and_only_once() {
        let (code, step) = ("287082", TotpStep(1));
        let at = |now, last| verify(&rfc_secret(), code, now, last);
        assert_eq!(at(0, None), Some(step));
        assert_eq!(at(89, None), Some(step));
        assert_eq!(at(90, None), None);
        assert_eq!(at(59, Some(TotpStep(0))), Some(step));
        assert_eq!(at(59, Some(TotpStep(1))), None);
        assert_eq!(at(59, Some(TotpStep(2))), None);
    }

    #[test]
    fn spaces_in_a_code_count_for_nothing_and_other_texts_are_no_codes() {
        let at = |code: &str| verify(&rfc_secret(), code, 59, None);
        assert_eq!(at(" 287 082 "), Some(TotpStep(1)));
        for code in ["", "28708", "2870820", "+28708", "28708２", "287082x"] {
            assert_eq!(at(code), None, "{code}");
        }
        assert_eq!(at(&format!("287082{}", " ".repeat(40))), None);
    }

    #[test]
    fn the_address_names_the_issuer_twice_and_has_one_colon_in_its_label() {
        assert_eq!(
            rfc_secret().uri("마당: a & b", "an:na"),
            "otpauth://totp/%EB%A7%88%EB%8B%B9%20%20a%20%26%20b:an%20na\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%EB%A7%88%EB%8B%B9%20%20a%20%26%20b&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn the_address_of_long_names_has_a_code_that_cameras_read() {
        let uri = rfc_secret().uri(&"마".repeat(40), &"당".repeat(32));
        assert!(uri.len() > 400, "{uri}");
        assert!(crate::accounts::qr::QrCode::of(&uri).is_some(), "{uri}");
    }

    #[test]
    fn a_secret_is_read_as_a_person_types_it() {
        let text = rfc_secret().text();
        let typed = format!(" {} {} ", &text[..4], text[4..].to_lowercase());
        assert!(TotpSecret::parse(&typed) == Some(rfc_secret()));
        for other in ["", "GEZDGNBV", &format!("{text}A"), &text.replace('G', "1")] {
            assert!(TotpSecret::parse(other).is_none(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(code in any::<String>(), now in -100_i64..1 << 40) {
            let _found = verify(&rfc_secret(), &code, now, None);
        }
    }
}
