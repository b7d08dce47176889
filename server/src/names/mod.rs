//! Which names and topics are valid, and when two room names count as the same.
//!
//! The rules are Unicode's: general categories and emoji properties (UTS #51), restriction
//! levels and skeletons (UTS #39), normalisation form C. Everything here is a pure function of
//! a text; nothing knows a store or a transport. What clients check too, length and white
//! space, is in `shared::text`.

mod characters;
mod emoji;
mod room_name_key;
mod scripts;

use shared::error::{ErrorCode, Field};
use shared::limits::Limits;
use shared::text::{self, TextError};
use unicode_normalization::UnicodeNormalization;

pub use characters::category;
pub use room_name_key::RoomNameKey;

/// The longest emoji that is accepted, in characters: longer ones are joined of more people than
/// any font shows.
const MAX_EMOJI_CHARS: usize = 12;

/// Whether a text is one word without mixed scripts, with no mark without its letter.
pub fn is_one_word(text: &str) -> bool {
    characters::are_allowed(text) && scripts::has_no_mixed_words(text)
}

/// Validates and normalises a person's name: as a room's name, and each word in one script.
///
/// # Errors
/// As [`room`], and `text_characters` for a word that mixes scripts which no language mixes,
/// such as Latin and Cyrillic.
pub fn person(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let name = room(raw, limits)?;
    if scripts::has_no_mixed_words(&name) {
        Ok(name)
    } else {
        Err(refuse(Field::Name))
    }
}

/// Validates a room's name, and normalises it: form C, with folded white space.
///
/// # Errors
/// `text_empty` when nothing is left, `text_too_long` beyond `limits.name_chars`,
/// `text_characters` for characters that [`characters`] does not allow.
pub fn room(raw: &str, limits: &Limits) -> Result<String, TextError> {
    check_raw_length(raw, limits.name_chars, Field::Name)?;
    let name = text::name(&to_nfc(raw), limits)?;
    check_characters(name, Field::Name)
}

/// Validates and normalises a room's topic: as its name, but it may be empty, and longer.
///
/// # Errors
/// As [`room`], other than `text_empty`.
pub fn topic(raw: &str, limits: &Limits) -> Result<String, TextError> {
    check_raw_length(raw, limits.topic_chars, Field::Topic)?;
    let topic = text::topic(&to_nfc(raw), limits)?;
    check_characters(topic, Field::Topic)
}

/// Validates and normalises the words of a status: as a person's name, but it may be empty, and
/// longer.
///
/// # Errors
/// As [`person`], other than `text_empty`.
pub fn status(raw: &str, limits: &Limits) -> Result<String, TextError> {
    check_raw_length(raw, limits.status_chars, Field::Status)?;
    let words = text::status(&to_nfc(raw), limits)?;
    let words = check_characters(words, Field::Status)?;
    if scripts::has_no_mixed_words(&words) {
        Ok(words)
    } else {
        Err(refuse(Field::Status))
    }
}

/// Whether a text is exactly one emoji.
pub fn is_one_emoji(text: &str) -> bool {
    let characters: Vec<char> = text.chars().take(MAX_EMOJI_CHARS + 1).collect();
    let length = emoji::sequence_length(&characters);
    characters.len() <= MAX_EMOJI_CHARS && length == Some(characters.len())
}

/// Refuses what cannot fit, before it is normalised: that takes long for thousands of combining
/// marks, and no text becomes shorter by more than this factor (UAX #15).
fn check_raw_length(raw: &str, limit: usize, field: Field) -> Result<(), TextError> {
    const MAX_SHRINK: usize = 4;
    // A name that is pasted with much white space around it is still a name.
    if raw
        .trim()
        .chars()
        .nth(limit.saturating_mul(MAX_SHRINK))
        .is_some()
    {
        return Err(TextError {
            code: ErrorCode::TextTooLong,
            field,
        });
    }
    Ok(())
}

/// A text in normalisation form C.
pub fn to_nfc(raw: &str) -> String {
    raw.nfc().collect()
}

fn check_characters(text: String, field: Field) -> Result<String, TextError> {
    if characters::are_allowed(&text) {
        Ok(text)
    } else {
        Err(refuse(field))
    }
}

fn refuse(field: Field) -> TextError {
    TextError {
        code: ErrorCode::TextCharacters,
        field,
    }
}

#[cfg(test)]
mod tests;
