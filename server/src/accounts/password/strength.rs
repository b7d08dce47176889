//! How easily a password is guessed: zxcvbn, which is told the person's names and Korean words.

use unicode_normalization::UnicodeNormalization;
use zxcvbn::feedback::{Feedback, Warning};
use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Entropy, Score};

use super::keystrokes;

/// The most common words of Korean passwords; zxcvbn knows none.
const KOREAN_WORDS: &str = include_str!("korean_words.txt");
/// The rest of a longer password is not judged. The time grows faster than the length: the worst
/// text known, all of characters that stand for letters, takes a seventh of a second.
const MAX_JUDGED: usize = 40;
/// A shorter word would be found everywhere.
const MIN_WORD: usize = 3;
/// More words about a person are not looked for.
const MAX_KNOWN_WORDS: usize = 32;
/// The product's own name, which is tried everywhere.
const PRODUCT: &str = "madang";

/// How strong a password is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// zxcvbn's score, from 0 (guessed at once) to 4 (not guessed even from a stolen hash).
    pub score: u8,
    /// What makes it weak.
    pub hint: StrengthHint,
}

impl Strength {
    /// The lowest score that is accepted.
    pub const MIN_SCORE: u8 = 2;

    /// Whether an account may have such a password.
    pub fn acceptable(&self) -> bool {
        self.score >= Self::MIN_SCORE
    }
}

/// What makes a password weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrengthHint {
    /// Nothing that could be named.
    None,
    /// A word that is known of the person or of this place.
    PersonalWord,
    /// A common word, name or password.
    CommonWord,
    /// Neighbouring keys, such as `qwerty`.
    Keyboard,
    /// The same again and again.
    Repetition,
    /// `abcd`, `4321`.
    Sequence,
    /// A date or a year.
    Date,
}

/// Judges a password in normalisation form C.
///
/// `known_words` are the username, the display name, the place's name and its host. All is
/// compared as keys of a Latin keyboard too, so that it does not matter for which language the
/// keyboard was set. It takes milliseconds, or a seventh of a second: not for
/// an async thread.
pub fn judge(password: &str, known_words: &[String]) -> Strength {
    let password: String = password.chars().take(MAX_JUDGED).collect();
    let keys: String = keystrokes::of(&password).chars().take(MAX_JUDGED).collect();
    let known = words_of(known_words);
    let inputs: Vec<String> = known
        .iter()
        .cloned()
        .chain(KOREAN_WORDS.lines().map(keystrokes::of))
        .collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let typed = judge_text(&keys, &inputs, &known);
    if keys == password {
        return typed;
    }
    // The keys are more than the syllables. The syllables alone must be enough.
    let shown = judge_text(&password, &inputs, &known);
    Strength {
        score: shown.score.min(typed.score),
        hint: match typed.hint {
            StrengthHint::None => shown.hint,
            hint => hint,
        },
    }
}

fn judge_text(text: &str, inputs: &[&str], known: &[String]) -> Strength {
    let entropy = zxcvbn::zxcvbn(text, inputs);
    let score = match entropy.score() {
        Score::Zero => 0,
        Score::One => 1,
        Score::Two => 2,
        Score::Three => 3,
        // The type is not exhaustive; there is no higher one.
        _ => 4,
    };
    Strength {
        score,
        hint: hint_of(&entropy, known),
    }
}

/// The texts, and the words in them, as keys in lower case.
fn words_of(texts: &[String]) -> Vec<String> {
    let mut words = vec![PRODUCT.to_owned(), keystrokes::of("마당")];
    for text in texts {
        let text: String = text.chars().take(MAX_JUDGED).nfc().collect();
        let keys = keystrokes::of(&text).to_lowercase();
        let joined: String = keys.chars().filter(|c| c.is_alphanumeric()).collect();
        let parts = keys.split(|c: char| !c.is_alphanumeric());
        let all = [keys.as_str(), joined.as_str()].into_iter().chain(parts);
        for word in all {
            let is_long = word.chars().nth(MIN_WORD - 1).is_some();
            if is_long && words.len() < MAX_KNOWN_WORDS && !words.iter().any(|w| w == word) {
                words.push(word.to_owned());
            }
        }
    }
    words
}

fn hint_of(entropy: &Entropy, known: &[String]) -> StrengthHint {
    if entropy.score() >= Score::Three {
        return StrengthHint::None;
    }
    let is_known = entropy.sequence().iter().any(|part| match &part.pattern {
        MatchPattern::Dictionary(found) => known.contains(&found.matched_word),
        _ => false,
    });
    if is_known {
        return StrengthHint::PersonalWord;
    }
    match entropy.feedback().and_then(Feedback::warning) {
        Some(
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess,
        ) => StrengthHint::Keyboard,
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => StrengthHint::Repetition,
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => StrengthHint::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => {
            StrengthHint::Date
        }
        Some(_) => StrengthHint::CommonWord,
        None => match entropy
            .sequence()
            .iter()
            .find(|part| is_word(&part.pattern))
        {
            Some(_) => StrengthHint::CommonWord,
            None => StrengthHint::None,
        },
    }
}

fn is_word(pattern: &MatchPattern) -> bool {
    matches!(pattern, MatchPattern::Dictionary(_))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judged(password: &str, known: &[&str]) -> Strength {
        let known: Vec<String> = known.iter().map(|&word| word.to_owned()).collect();
        judge(password, &known)
    }

    #[test]
    fn common_passwords_are_not_acceptable() {
        for (password, hint) in [
            ("password", StrengthHint::CommonWord),
            ("qwertyui", StrengthHint::CommonWord),
            ("aaaaaaaaaaaa", StrengthHint::Repetition),
            ("20011225", StrengthHint::Date),
            ("비밀번호", StrengthHint::CommonWord),
            ("qlalfqjsgh", StrengthHint::CommonWord),
            ("Qlalfqjsgh1", StrengthHint::CommonWord),
            ("tkfkdgo1", StrengthHint::CommonWord),
            ("사랑해1234", StrengthHint::CommonWord),
            ("eogksalsrnr", StrengthHint::CommonWord),
        ] {
            let strength = judged(password, &[]);
            assert!(!strength.acceptable(), "{password}: {strength:?}");
            assert_eq!(strength.hint, hint, "{password}");
        }
    }

    #[test]
    fn names_are_not_acceptable_for_whichever_language_the_keyboard_was_set() {
        for (password, known) in [
            ("madang123", ""),
            ("마당12", ""),
            ("akekd2026", ""),
            ("xylophonist7", "xylophonist"),
            ("Zbigniewa77", "Anna Zbigniewa"),
            ("annazbigniewa", "Anna Zbigniewa"),
            // 박도윤 on a Latin keyboard, and in Hangul.
            ("qkrehdbs1", "박도윤"),
            ("박도윤", "박도윤"),
            // dohyun on a Hangul keyboard.
            ("애ㅗㅛㅕㅜ", "dohyun"),
            ("chat.wolf-hollow.example", "chat.wolf-hollow.example"),
        ] {
            let strength = judged(password, &[known]);
            assert!(!strength.acceptable(), "{password}: {strength:?}");
            assert_eq!(strength.hint, StrengthHint::PersonalWord, "{password}");
        }
        assert!(judged("qkrehdbs1", &[]).score > judged("qkrehdbs1", &["박도윤"]).score);
    }

    #[test]
    fn good_passwords_are_acceptable_in_both_languages() {
        for password in [
            "correct horse battery staple",
            "k7#Tq9!zRw2m",
            "푸른 기와 아래 낮잠 자는 너구리",
            "vnfms rldhk skwwka",
        ] {
            let strength = judged(password, &["anna", "Anna"]);
            assert!(strength.acceptable(), "{password}: {strength:?}");
        }
    }

    #[test]
    fn the_words_are_few_different_and_in_form_c() {
        let words: Vec<&str> = KOREAN_WORDS.lines().collect();
        assert!(words.len() <= 200);
        for (at, word) in words.iter().enumerate() {
            assert!(!words[..at].contains(word), "{word}");
            assert!(keystrokes::of(word).is_ascii(), "{word}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn no_text_makes_it_panic(
            password in any::<String>(),
            known in proptest::collection::vec(any::<String>(), 0..4),
        ) {
            prop_assert!(judge(&password, &known).score <= 4);
        }
    }
}
