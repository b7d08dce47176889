//! Whether a text ends in Hangul.

/// Whether the last letter is Hangul: a syllable, or a single jamo.
pub fn ends_in_hangul(text: &str) -> bool {
    text.trim_end().chars().next_back().is_some_and(is_hangul)
}

/// The Hangul blocks of Unicode: syllables, jamo, compatibility, extended and
/// half-width jamo.
fn is_hangul(letter: char) -> bool {
    matches!(letter,
        '\u{AC00}'..='\u{D7A3}'
        | '\u{1100}'..='\u{11FF}'
        | '\u{3130}'..='\u{318F}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{D7B0}'..='\u{D7FF}'
        | '\u{FFA1}'..='\u{FFDC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_and_lone_jamo_are_hangul() {
        for text in ["요", "안녕", "ㅋ", "good 밤", "요 "] {
            assert!(ends_in_hangul(text), "{text}");
        }
    }

    #[test]
    fn kana_han_and_latin_are_not() {
        for text in [
            "",
            "日本",
            "にほん",
            "ニホン",
            "nihao",
            "漢字",
            "한글!",
            "1",
        ] {
            assert!(!ends_in_hangul(text), "{text}");
        }
    }
}
