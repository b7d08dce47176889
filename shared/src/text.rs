//! What may stand in a name, a topic, a message.

use crate::error::{ErrorCode, Field};
use crate::limits::Limits;

/// Why a text was refused: the code and which text it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextError {
    /// [`ErrorCode::TextEmpty`], [`ErrorCode::TextTooLong`] or
    /// [`ErrorCode::TextCharacters`].
    pub code: ErrorCode,
    /// Which text.
    pub field: Field,
}

/// A person's or a room's name, made presentable: outer white space is cut, inner
/// runs of it become one space.
///
/// # Errors
/// When nothing visible is left, when it is longer than `limits.name_chars`, or when
/// it holds a character that is invisible or changes how its neighbours are shown.
pub fn name(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let text = single_line(raw, Field::Name)?;
    if !text.chars().any(|c| !is_blank(c) && !is_mark(c)) {
        return Err(refuse(ErrorCode::TextEmpty, Field::Name));
    }
    within(text.chars().count(), limits.name_chars, Field::Name)?;
    Ok(text)
}

/// A room's topic: as a name, but it may be empty.
///
/// # Errors
/// When it is longer than `limits.topic_chars`, or holds a character that is
/// invisible or changes how its neighbours are shown.
pub fn topic(raw: &str, limits: &Limits) -> Result<String, TextError> {
    let text = single_line(raw, Field::Topic)?;
    within(text.chars().count(), limits.topic_chars, Field::Topic)?;
    Ok(text)
}

/// A message's text: line ends become `\n`, empty lines around it are cut, all
/// else stays as it was typed.
///
/// Characters that turn the direction of writing may stand here, as
/// right-to-left languages need them: whoever shows a message isolates it.
///
/// # Errors
/// When nothing visible is left, when it is longer than `limits.body_bytes`, or when
/// it holds control characters other than tab and line feed.
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
    let text = if has_return {
        raw.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        raw
    };
    let trimmed = text.trim_start_matches('\n').trim_end();
    Ok(if trimmed.len() == text.len() {
        text
    } else {
        trimmed.to_owned()
    })
}

fn single_line(raw: &str, field: Field) -> Result<String, TextError> {
    // A paste may bring a line end or a tab; those are white space like any other.
    let allowed_space = |c: char| matches!(c, '\t' | '\n' | '\r');
    if raw
        .chars()
        .any(|c| !allowed_space(c) && (c.is_control() || is_deceptive(c)))
    {
        return Err(refuse(ErrorCode::TextCharacters, field));
    }
    if !joins_only_what_is_joined(raw) || has_tower_of_marks(raw) {
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

/// Characters that show nothing or change how others are shown: two names that
/// look the same must be the same.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0D}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E01EF}')
}

/// Characters that say how their neighbours are shown, and that emoji and some scripts
/// need: joiners and the choice between a picture and a sign.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}')
}

/// Whether joiners stand only where they have something to do: behind a character that
/// is not ASCII, and not behind one another.
fn joins_only_what_is_joined(text: &str) -> bool {
    let mut before = ' ';
    text.chars().all(|c| {
        let last = std::mem::replace(&mut before, c);
        !is_joiner(c) || !(last.is_ascii() || is_blank(last))
            // A picture may be joined with the next one: "heart, as a picture, on fire".
            || (c == '\u{200D}' && last == '\u{FE0F}')
    })
}

/// Marks that are drawn over or under the character before them.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Whether marks are heaped up so high that they cover other lines.
fn has_tower_of_marks(text: &str) -> bool {
    /// No language writes more over one letter.
    const MOST: usize = 4;
    let mut height = 0;
    text.chars().any(|c| {
        height = if is_mark(c) { height + 1 } else { 0 };
        height > MOST
    })
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_deceptive(c) || is_joiner(c)
}

#[cfg(test)]
mod tests {
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
    fn a_name_may_not_hide_or_turn_characters() {
        for deceptive in [
            "a\u{0}b",
            "a\u{202E}b",
            "a\u{200B}b",
            "\u{3164}",
            "a\u{2067}b",
        ] {
            assert_eq!(
                code(name(deceptive, &limits())),
                ErrorCode::TextCharacters,
                "{deceptive:?}"
            );
        }
    }

    #[test]
    fn names_that_look_alike_are_not_different() {
        for alike in [
            "Ada\u{200D}",
            "Ada\u{FE0F}",
            "Ada\u{E0101}",
            "\u{2800}",
            "\u{200D}",
            "\u{FE0F}",
            "김\u{200D}\u{200D}",
        ] {
            let refused = code(name(alike, &limits()));
            assert_eq!(refused, ErrorCode::TextCharacters, "{alike:?}");
        }
        assert_eq!(code(name("\u{301}", &limits())), ErrorCode::TextEmpty);
        let tower = format!("a{}", "\u{301}".repeat(5));
        assert_eq!(code(name(&tower, &limits())), ErrorCode::TextCharacters);
    }

    #[test]
    fn scripts_and_pictures_that_need_joiners_have_them() {
        // A family, a heart on fire, Persian, Vietnamese taken apart.
        for fine in [
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
            "\u{2764}\u{FE0F}\u{200D}\u{1F525}",
            "می\u{200C}خواهم",
            "Ngo\u{302}\u{323}c",
        ] {
            assert_eq!(name(fine, &limits()).as_deref(), Ok(fine));
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
