//! Which characters a name or a topic may be made of.

use icu_properties::props::{CanonicalCombiningClass, GeneralCategory, JoiningType};
use icu_properties::{CodePointMapData, props::EnumeratedProperty};
use shared::text::is_default_ignorable;

use super::emoji;

/// Nonspacing marks on one letter. More than any language needs: UTS #39 §5.4.
const MOST_MARKS: usize = 4;

/// Characters that are assigned and stand for something that is not there, or that are
/// drawn as nothing though no property says so: the empty Braille cell, the object and
/// the replacement character, a filler of Khitan, a note without a head.
const NOTHING: [char; 5] = ['\u{2800}', '\u{FFFC}', '\u{FFFD}', '\u{16FE4}', '\u{1D159}'];

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Whether a text of one line consists of what is seen, and of nothing that changes how
/// its neighbours are shown.
///
/// Refused are control and format characters, what is unassigned or for private use, what
/// shows nothing, marks without a letter, and heaps of them. Joiners and variation
/// selectors stand where an emoji's grammar or a script has a use for them.
pub fn are_presentable(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    // Marks since the last letter; none while there is no letter to bear one.
    let mut marks: Option<usize> = None;
    while let Some(&c) = characters.get(at) {
        if let Some(length) = emoji::sequence(&characters[at..]) {
            marks = Some(0);
            at += length;
            continue;
        }
        let may_stand = match category(c) {
            GeneralCategory::SpaceSeparator => {
                marks = None;
                true
            }
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => {
                marks = marks.map(|marks| marks + 1);
                let repeated = at > 0 && characters[at - 1] == c;
                !repeated && marks.is_some_and(|marks| marks <= MOST_MARKS)
            }
            GeneralCategory::SpacingMark => marks.is_some(),
            GeneralCategory::Format => joins(&characters, at),
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
        let shows = !is_default_ignorable(c) || category(c) == GeneralCategory::Format;
        if !may_stand || !shows || NOTHING.contains(&c) {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether the joiner here joins, or parts, what would be written otherwise without it:
/// RFC 5892, appendices A.1 and A.2.
fn joins(characters: &[char], at: usize) -> bool {
    let before = &characters[..at];
    let after = &characters[at + 1..];
    let behind_virama = before
        .last()
        .is_some_and(|&c| of::<CanonicalCombiningClass>(c) == CanonicalCombiningClass::Virama);
    match characters[at] {
        ZERO_WIDTH_JOINER => behind_virama,
        ZERO_WIDTH_NON_JOINER => {
            let joining = |c: &char| of::<JoiningType>(*c);
            let seen = |joining: &JoiningType| *joining != JoiningType::Transparent;
            let left = before.iter().rev().map(joining).find(seen);
            let right = after.iter().map(joining).find(seen);
            behind_virama
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
