//! Base32 and percent encoding, for secrets and addresses that people and apps read.

use std::fmt::Write as _;

/// Five bits a character, without padding. The last character is filled with zeros.
pub fn base32(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for &byte in bytes {
        buffer = (buffer << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push_digit(&mut text, buffer >> bits, alphabet);
        }
    }
    if bits > 0 {
        push_digit(&mut text, buffer << (5 - bits), alphabet);
    }
    text
}

fn push_digit(text: &mut String, value: u32, alphabet: &[u8; 32]) {
    // Five bits are always an index of the alphabet.
    let digit = usize::try_from(value & 31)
        .ok()
        .and_then(|at| alphabet.get(at));
    text.extend(digit.map(|&digit| char::from(digit)));
}

/// The bytes of a text that [`base32`] wrote. None if it has other characters, or bits of no byte
/// that are not zero.
pub fn unbase32(text: &str, alphabet: &[u8; 32]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for character in text.bytes() {
        let value = alphabet.iter().position(|&digit| digit == character)?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.extend(u8::try_from(buffer >> bits & 0xFF));
        }
    }
    let rest = buffer & ((1 << bits) - 1);
    (rest == 0 && bits < 5).then_some(bytes)
}

/// All but RFC 3986's unreserved characters as `%XX`.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_without_padding() {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes(), alphabet), text);
            assert_eq!(unbase32(text, alphabet).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn what_base32_does_not_write_is_not_read() {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        for text in ["M", "MZX", "my", "M1", "MZ======", "M ", "한글", "MZ"] {
            assert_eq!(unbase32(text, alphabet), None, "{text}");
        }
    }
}
