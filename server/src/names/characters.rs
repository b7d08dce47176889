//! Which characters a name or a topic may contain.

use icu_properties::props::{CanonicalCombiningClass, GeneralCategory, JoiningType};
use icu_properties::{CodePointMapData, props::EnumeratedProperty};
use shared::text::is_default_ignorable;
use unicode_normalization::UnicodeNormalization;

use super::emoji;

/// Nonspacing marks on one letter at most. No language needs more (UTS #39 §5.4).
const MAX_MARKS: usize = 4;

/// Assigned characters that show nothing, or are placeholders, though no Unicode property says
/// so: the empty Braille cell, the object replacement and the replacement character, a Khitan
/// filler, a note without a head.
const INVISIBLE: [char; 5] = ['\u{2800}', '\u{FFFC}', '\u{FFFD}', '\u{16FE4}', '\u{1D159}'];

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Whether all characters of a line are visible, and none changes how its neighbours are shown.
///
/// Not allowed are control and format characters, unassigned and private characters, invisible
/// ones, marks without a letter, and too many marks. Joiners and variation selectors are
/// allowed where an emoji sequence or a script uses them.
pub fn are_allowed(text: &str) -> bool {
    // Decomposed: else a mark of a composed letter would not be seen before the same one (UTS #39).
    let characters: Vec<char> = text.nfd().collect();
    let mut at = 0;
    // The number of marks since the last letter; none if there is no letter yet.
    let mut marks: Option<usize> = None;
    while let Some(&c) = characters.get(at) {
        if let Some(length) = emoji::sequence_length(&characters[at..]) {
            marks = Some(0);
            at += length;
            continue;
        }
        let is_allowed_here = match category(c) {
            GeneralCategory::SpaceSeparator => {
                marks = None;
                true
            }
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => {
                marks = marks.map(|marks| marks + 1);
                let repeated = at > 0 && characters[at - 1] == c;
                !repeated && marks.is_some_and(|marks| marks <= MAX_MARKS)
            }
            GeneralCategory::SpacingMark => marks.is_some(),
            GeneralCategory::Format => is_used_joiner(&characters, at),
            GeneralCategory::Control
            | GeneralCategory::Surrogate
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator => false,
            _ => {
                marks = Some(0);
                true
            }
        };
        let is_visible = !is_default_ignorable(c) || category(c) == GeneralCategory::Format;
        if !is_allowed_here || !is_visible || INVISIBLE.contains(&c) {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether the joiner at `at` changes how its neighbours are written (RFC 5892, appendices A.1
/// and A.2).
fn is_used_joiner(characters: &[char], at: usize) -> bool {
    let before = &characters[..at];
    let after = &characters[at + 1..];
    let follows_virama = before
        .last()
        .is_some_and(|&c| of::<CanonicalCombiningClass>(c) == CanonicalCombiningClass::Virama);
    match characters[at] {
        ZERO_WIDTH_JOINER => follows_virama,
        ZERO_WIDTH_NON_JOINER => {
            let joining = |c: &char| of::<JoiningType>(*c);
            let seen = |joining: &JoiningType| *joining != JoiningType::Transparent;
            let left = before.iter().rev().map(joining).find(seen);
            let right = after.iter().map(joining).find(seen);
            follows_virama
                || (matches!(
                    left,
                    Some(JoiningType::LeftJoining | JoiningType::DualJoining)
                ) && matches!(
                    right,
                    Some(JoiningType::RightJoining | JoiningType::DualJoining)
                ))
        }
        _ => false,
    }
}

/// A character's general category.
pub fn category(c: char) -> GeneralCategory {
    of::<GeneralCategory>(c)
}

fn of<P: EnumeratedProperty>(c: char) -> P {
    CodePointMapData::<P>::new().get(c)
}
