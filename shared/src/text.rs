//! The rules for names, topics and message texts.

use crate::error::{ErrorCode, Field};
use crate::limits::Limits;

/// Why a text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextError {
    /// [`ErrorCode::TextEmpty`], [`ErrorCode::TextTooLong`] or
    /// [`ErrorCode::TextCharacters`].
    pub code: ErrorCode,
    /// The text.
    pub field: Field,
}

/// Normalises a person's or a room's name: outer white space is removed, inner white space
/// becomes one space. Which characters a name may hold needs Unicode's tables; only the
/// server has them, and it decides.
///
/// # Errors
/// If nothing is left, if it is longer than `limits.name_chars`, or if it holds a control
/// character.
pub fn name(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let text = single_line(raw, Field::Name)?;
    if text.chars().all(is_blank) {
        return Err(refuse(ErrorCode::TextEmpty, Field::Name));
    }
    within(text.chars().count(), limits.name_chars, Field::Name)?;
    Ok(text)
}

/// Normalises a room's topic: as a name, but it may be empty.
///
/// # Errors
/// If it is longer than `limits.topic_chars`, or holds a control character.
pub fn topic(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let text = single_line(raw, Field::Topic)?;
    within(text.chars().count(), limits.topic_chars, Field::Topic)?;
    Ok(text)
}

/// Normalises the words of a status: as a name, but it may be empty.
///
/// # Errors
/// If it is longer than `limits.status_chars`, or holds a control character.
pub fn status(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let text = single_line(raw, Field::Status)?;
    within(text.chars().count(), limits.status_chars, Field::Status)?;
    Ok(text)
}

/// Normalises a message's text: line ends become `\n`, empty lines around it are removed,
/// everything else stays as it was typed.
///
/// Characters that change the direction of writing are allowed, because right-to-left
/// languages need them. The page isolates each message.
///
/// # Errors
/// If nothing visible is left, if it is longer than `limits.body_bytes`, or if it holds
/// control characters other than tab and line feed.
pub fn body(raw: String, limits: &Limits) -> Result<String, TextError> {
    within(raw.len(), limits.body_bytes, Field::Body)?;
    let mut visible = false;
    let mut has_return = false;
    for c in raw.chars() {
        match c {
            '\n' | '\t' => {}
            '\r' => has_return = true,
            c if c.is_control() => return Err(refuse(ErrorCode::TextCharacters, Field::Body)),
            c => visible |= !is_blank(c),
        }
    }
    if !visible {
        return Err(refuse(ErrorCode::TextEmpty, Field::Body));
    }
    let text = if has_return { line_feeds(&raw) } else { raw };
    let trimmed = text.trim_start_matches('\n').trim_end();
    Ok(if trimmed.len() == text.len() {
        text
    } else {
        trimmed.to_owned()
    })
}

/// The text with every line end as a single line feed.
fn line_feeds(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut before = ' ';
    for c in raw.chars() {
        match (before, c) {
            ('\r', '\n') => {}
            (_, '\r') => text.push('\n'),
            (_, c) => text.push(c),
        }
        before = c;
    }
    text
}

/// Whether a text contains another one. For short texts: `str::contains` is faster with long
/// ones, but adds two kilobytes to the page.
pub fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    (0..text.len()).any(|at| text[at..].starts_with(part))
}

fn single_line(raw: &str, field: Field) -> Result<String, TextError> {
    // A pasted text may hold line ends and tabs; they count as white space.
    let allowed_space = |c: char| matches!(c, '\t' | '\n' | '\r');
    if raw.chars().any(|c| c.is_control() && !allowed_space(c)) {
        return Err(refuse(ErrorCode::TextCharacters, field));
    }
    Ok(raw.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn within(length: usize, limit: usize, field: Field) -> Result<(), TextError> {
    if length > limit {
        return Err(refuse(ErrorCode::TextTooLong, field));
    }
    Ok(())
}

fn refuse(code: ErrorCode, field: Field) -> TextError {
    TextError { code, field }
}

/// Whether a character is invisible, or white space.
fn is_blank(c: char) -> bool {
    /// A Braille cell without a dot.
    const BRAILLE_BLANK: char = '\u{2800}';
    c.is_whitespace() || is_default_ignorable(c) || c == BRAILLE_BLANK
}

/// Unicode's property `Default_Ignorable_Code_Point`: characters that are invisible alone.
pub fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use icu_properties::CodePointSetData;
    use icu_properties::props::DefaultIgnorableCodePoint;

    use super::*;

    fn limits() -> Limits {
        Limits::default()
    }

    fn code(result: Result<String, TextError>) -> ErrorCode {
        result.unwrap_err().code
    }

    #[test]
    fn a_name_is_trimmed_and_its_inner_space_folded() {
        assert_eq!(name("  김 \t 하나\n", &limits()), Ok("김 하나".to_owned()));
    }

    #[test]
    fn a_name_needs_something_visible() {
        assert_eq!(code(name(" \u{3000} ", &limits())), ErrorCode::TextEmpty);
    }

    #[test]
    fn a_name_is_counted_in_characters_not_bytes() {
        let longest = "가".repeat(limits().name_chars);
        assert!(name(&longest, &limits()).is_ok());
        assert_eq!(
            code(name(&format!("{longest}나"), &limits())),
            ErrorCode::TextTooLong
        );
    }

    #[test]
    fn a_name_holds_no_control_characters() {
        for control in ["a\u{0}b", "a\u{85}b", "\u{1B}[31m"] {
            assert_eq!(code(name(control, &limits())), ErrorCode::TextCharacters);
        }
    }

    #[test]
    fn default_ignorable_matches_unicode() {
        let table = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        for c in '\0'..=char::MAX {
            assert_eq!(is_default_ignorable(c), table.contains(c), "{c:?}");
        }
    }

    #[test]
    fn a_topic_may_be_empty_and_a_name_may_not() {
        assert_eq!(topic("  ", &limits()), Ok(String::new()));
        assert_eq!(code(name("  ", &limits())), ErrorCode::TextEmpty);
    }

    #[test]
    fn a_body_keeps_its_lines_and_loses_the_empty_ones_around_it() {
        let raw = "\r\n\r\n  fn main()\r\n\treturn\r\n\r\n".to_owned();
        assert_eq!(body(raw, &limits()), Ok("  fn main()\n\treturn".to_owned()));
    }

    #[test]
    fn every_line_end_becomes_a_line_feed() {
        let raw = "a\rb\r\nc\r\r\nd\n\re\r".to_owned();
        assert_eq!(body(raw, &limits()), Ok("a\nb\nc\n\nd\n\ne".to_owned()));
    }

    #[test]
    fn a_text_contains_what_stands_in_it() {
        for (text, part) in [
            ("", "a"),
            ("a", ""),
            ("``", "```"),
            ("````", "```"),
            ("가나", "나"),
            ("insertFromComposition", "Composition"),
            ("insertText", "Composition"),
        ] {
            assert_eq!(contains(text, part), text.contains(part), "{text} {part}");
        }
    }

    #[test]
    fn a_body_of_blanks_is_empty() {
        for blank in ["", " \n\t", "\u{200B}\u{FEFF}", "\u{3164}"] {
            assert_eq!(code(body(blank.into(), &limits())), ErrorCode::TextEmpty);
        }
    }

    #[test]
    fn a_body_refuses_control_characters_but_not_marks_of_direction() {
        assert_eq!(
            code(body("a\u{7}b".into(), &limits())),
            ErrorCode::TextCharacters
        );
        assert!(body("שלום \u{2067}abc\u{2069}".into(), &limits()).is_ok());
    }

    #[test]
    fn a_body_is_limited_in_bytes() {
        let longest = "x".repeat(limits().body_bytes);
        assert!(body(longest.clone(), &limits()).is_ok());
        assert_eq!(code(body(longest + "x", &limits())), ErrorCode::TextTooLong);
    }
}
