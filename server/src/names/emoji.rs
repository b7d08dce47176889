//! Recognises emoji sequences (UTS #51 §1.4).

use icu_properties::CodePointSetData;
use icu_properties::props::{
    BinaryProperty, Emoji, EmojiModifier, EmojiModifierBase, RegionalIndicator,
};

const ZERO_WIDTH_JOINER: char = '\u{200D}';
const TEXT_STYLE: char = '\u{FE0E}';
const PICTURE_STYLE: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';
const BLACK_FLAG: char = '\u{1F3F4}';
const FIRST_TAG: u32 = 0xE0000;
const LAST_TAG: char = '\u{E007F}';

/// The tag sequences that are recommended for interchange (`RGI_Emoji_Tag_Sequence`): the flags
/// of England, Scotland and Wales. Any other tags would all show the same black flag.
const SUBDIVISIONS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];

/// The number of characters of the emoji at the start of the text; none if there is no emoji.
pub fn sequence_length(characters: &[char]) -> Option<usize> {
    keycap(characters)
        .or_else(|| flag(characters))
        .or_else(|| subdivision(characters))
        .or_else(|| text_style(characters))
        .or_else(|| joined(characters))
}

/// A keycap: a digit, `#` or `*`.
fn keycap(characters: &[char]) -> Option<usize> {
    match characters {
        ['0'..='9' | '#' | '*', PICTURE_STYLE, KEYCAP, ..] => Some(3),
        ['0'..='9' | '#' | '*', KEYCAP, ..] => Some(2),
        _ => None,
    }
}

fn flag(characters: &[char]) -> Option<usize> {
    match characters {
        [a, b, ..] if has::<RegionalIndicator>(*a) && has::<RegionalIndicator>(*b) => Some(2),
        _ => None,
    }
}

fn subdivision(characters: &[char]) -> Option<usize> {
    let (BLACK_FLAG, tags) = (*characters.first()?, &characters[1..]) else {
        return None;
    };
    let end = tags.iter().position(|&tag| tag == LAST_TAG)?;
    let spelled: Option<String> = tags[..end]
        .iter()
        .map(|&tag| char::from_u32(u32::from(tag).checked_sub(FIRST_TAG)?))
        .collect();
    SUBDIVISIONS.contains(&spelled?.as_str()).then_some(end + 2)
}

/// An emoji with the selector for text style.
fn text_style(characters: &[char]) -> Option<usize> {
    match characters {
        [c, TEXT_STYLE, ..] if is_picture(*c) => Some(2),
        _ => None,
    }
}

/// Several emoji joined to one.
fn joined(characters: &[char]) -> Option<usize> {
    let mut length = element(characters)?;
    while let [ZERO_WIDTH_JOINER, rest @ ..] = &characters[length..] {
        let Some(next) = element(rest) else { break };
        length += 1 + next;
    }
    Some(length)
}

/// One emoji, with its style or a skin tone.
fn element(characters: &[char]) -> Option<usize> {
    match characters {
        [c, PICTURE_STYLE, ..] if is_picture(*c) => Some(2),
        [c, tone, ..] if has::<EmojiModifierBase>(*c) && has::<EmojiModifier>(*tone) => Some(2),
        [c, ..] if is_picture(*c) => Some(1),
        _ => None,
    }
}

/// Whether a character is an emoji by itself. Digits, `#` and `*` have the property too, but are
/// emoji only as keycaps.
fn is_picture(c: char) -> bool {
    !c.is_ascii() && has::<Emoji>(c) && !has::<RegionalIndicator>(c)
}

fn has<P: BinaryProperty>(c: char) -> bool {
    CodePointSetData::new::<P>().contains(c)
}
