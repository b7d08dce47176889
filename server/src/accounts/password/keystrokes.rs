//! Which keys of a Latin keyboard write a Hangul text (the layout Dubeolsik, KS X 5002).
//!
//! Koreans often type a Korean word with the keyboard switched to Latin, as a password:
//! `qlalfqjsgh` is 비밀번호. Written as keys, both are the same.

const INITIALS: [&str; 19] = [
    "r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g",
];
const MEDIALS: [&str; 21] = [
    "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b",
    "m", "ml", "l",
];
const FINALS: [&str; 28] = [
    "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a",
    "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g",
];
/// The letters that stand alone, from U+3131 (ㄱ) to U+314E (ㅎ); the vowels follow.
const CONSONANTS: [&str; 30] = [
    "r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a",
    "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g",
];
const FIRST_SYLLABLE: u32 = 0xAC00;
const FIRST_LETTER: u32 = 0x3131;

/// The keys that write a text in normalisation form C. What is not Hangul stays as it is.
pub fn of(text: &str) -> String {
    let mut keys = String::with_capacity(text.len());
    for c in text.chars() {
        if push_syllable(&mut keys, c).is_none() && push_letter(&mut keys, c).is_none() {
            keys.push(c);
        }
    }
    keys
}

fn push_syllable(keys: &mut String, c: char) -> Option<()> {
    let index = usize::try_from(u32::from(c).checked_sub(FIRST_SYLLABLE)?).ok()?;
    let initial = INITIALS.get(index / (MEDIALS.len() * FINALS.len()))?;
    let medial = MEDIALS.get(index / FINALS.len() % MEDIALS.len())?;
    let last = FINALS.get(index % FINALS.len())?;
    keys.extend([*initial, *medial, *last]);
    Some(())
}

fn push_letter(keys: &mut String, c: char) -> Option<()> {
    let index = usize::try_from(u32::from(c).checked_sub(FIRST_LETTER)?).ok()?;
    let key = CONSONANTS
        .get(index)
        .or_else(|| MEDIALS.get(index - CONSONANTS.len()))?;
    keys.push_str(key);
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_words() {
        for (text, keys) in [
            ("비밀번호", "qlalfqjsgh"),
            ("사랑해", "tkfkdgo"),
            ("값싼", "rkqtTks"),
            ("의왜", "dmldho"),
            ("힣", "glg"),
            ("가", "rk"),
            ("ㅋㅋㅎㅣ", "zzgl"),
            ("ㅁㄴㅇㄹ", "asdf"),
            ("Anna 7!", "Anna 7!"),
            ("漢字", "漢字"),
        ] {
            assert_eq!(of(text), keys, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_hangul_is_left(text in "[가-힣ㄱ-ㅣ]{0,20}") {
            prop_assert!(of(&text).is_ascii());
        }

        #[test]
        fn any_text_has_keys(text in any::<String>()) {
            let keys = of(&text);
            prop_assert_eq!(of(&keys), keys);
        }
    }
}
