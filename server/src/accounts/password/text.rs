//! The text of a password: its length and normal form.

use unicode_normalization::UnicodeNormalization;

use super::error::PasswordError;

/// The shortest password, in characters of normalisation form C.
pub const MIN_CHARS: usize = 8;
/// The longest password, in characters of normalisation form C.
pub const MAX_CHARS: usize = 256;
/// The longest password, in bytes of normalisation form C.
pub const MAX_BYTES: usize = 1024;

/// Longer texts are not even normalised. Decomposed Hangul is three times as long as composed.
const MAX_RAW_BYTES: usize = 4 * MAX_BYTES;

/// A password in normalisation form C: some keyboards send Hangul and accents decomposed.
///
/// # Errors
/// `TooLong`.
pub fn normalize(password: &str) -> Result<String, PasswordError> {
    if password.len() > MAX_RAW_BYTES {
        return Err(PasswordError::TooLong);
    }
    let normal: String = password.nfc().collect();
    if normal.len() > MAX_BYTES || normal.chars().nth(MAX_CHARS).is_some() {
        return Err(PasswordError::TooLong);
    }
    Ok(normal)
}

/// As [`normalize`], for a password that is to be set.
///
/// # Errors
/// `TooShort` or `TooLong`.
pub fn normalize_new(password: &str) -> Result<String, PasswordError> {
    let normal = normalize(password)?;
    if normal.chars().nth(MIN_CHARS - 1).is_none() {
        return Err(PasswordError::TooShort);
    }
    Ok(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_counted_in_characters_and_bytes_of_form_c() {
        assert_eq!(normalize_new("1234567"), Err(PasswordError::TooShort));
        assert!(normalize_new("12345678").is_ok());
        assert!(normalize_new(&"a".repeat(256)).is_ok());
        assert_eq!(normalize_new(&"a".repeat(257)), Err(PasswordError::TooLong));
        // 8 syllables in 24 letters; 256 syllables of 3 bytes.
        assert!(normalize_new(&"한".repeat(8).nfd().collect::<String>()).is_ok());
        assert_eq!(normalize_new("한글").err(), Some(PasswordError::TooShort));
        assert!(normalize_new(&"한".repeat(256).nfd().collect::<String>()).is_ok());
        // 256 characters of 4 bytes are 1024.
        assert!(normalize_new(&"😀".repeat(256)).is_ok());
        assert_eq!(
            normalize(&"a".repeat(MAX_RAW_BYTES + 1)),
            Err(PasswordError::TooLong)
        );
    }
}
