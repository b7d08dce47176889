//! What may stand in a name or a topic, and when two rooms' names are one.
//!
//! Decided by Unicode's tables: the general category and the properties of emoji
//! (UTS #51), the restriction levels and skeletons of UTS #39, normalisation form C.
//! Pure; nothing here knows of a store or a transport. What clients check as well, the
//! length and the white space, is in `shared::text`.

mod characters;
mod emoji;
mod room_name_key;
mod scripts;

use shared::error::{ErrorCode, Field};
use shared::limits::Limits;
use shared::text::{self, TextError};
use unicode_normalization::UnicodeNormalization;

pub use room_name_key::RoomNameKey;

/// A person's name: as a room's, and each word of it in one way of writing.
///
/// # Errors
/// As [`room`], and `text_characters` for a word of several scripts, such as Latin and
/// Cyrillic, that no language mixes.
pub fn person(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let name = room(raw, limits)?;
    if scripts::are_told_apart(&name) {
        Ok(name)
    } else {
        Err(refuse(Field::Name))
    }
}

/// A room's name, in normalisation form C, its white space folded.
///
/// # Errors
/// `text_empty` when nothing is left, `text_too_long` beyond `limits.name_chars`,
/// `text_characters` for what [`characters`] does not take.
pub fn room(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let name = text::name(&composed(raw), limits)?;
    presentable(name, Field::Name)
}

/// A room's topic: as its name, but it may be empty, and is longer.
///
/// # Errors
/// As [`room`], other than `text_empty`.
pub fn topic(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let topic = text::topic(&composed(raw), limits)?;
    presentable(topic, Field::Topic)
}

/// Normalisation form C.
pub fn composed(raw: &str) -> String {
    raw.nfc().collect()
}

fn presentable(text: String, field: Field) -> Result<String, TextError> {
    if characters::are_presentable(&text) {
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
