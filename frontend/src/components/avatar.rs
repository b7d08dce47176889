//! A person at a glance: initials on a tone of their own.

use leptos::prelude::*;
use shared::id::UserId;

/// How many tones `tokens.css` has (`--tone-0` …).
pub const TONES: u8 = 8;

/// The tone of a person, the same everywhere and for ever; of a name on the simple
/// protocol, which has no id, the name's.
pub fn tone(id: Option<UserId>, name: &str) -> u8 {
    let seed = match id {
        Some(id) => id.0.unsigned_abs(),
        // FNV-1a: short, and spreads short names well.
        None => name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }),
    };
    // Neighbouring ids get distant tones (3 has no factor in common with 8).
    u8::try_from(seed.wrapping_mul(3) % u64::from(TONES)).unwrap_or(0)
}

/// One or two letters that stand for a name.
///
/// Latin and the like: the first letters of the first and the last word. Hangul, Han
/// and kana: the first character, which fills the disc. A name without a letter: its
/// first character, whatever it is.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let Some(first) = words.next() else {
        return name.chars().take(1).collect();
    };
    let letter = |word: &str| word.chars().next().map(|c| c.to_uppercase().to_string());
    let one = letter(first).unwrap_or_default();
    if first.chars().next().is_some_and(is_wide) {
        return one;
    }
    let two = words
        .next_back()
        .filter(|word| !word.starts_with(is_wide))
        .and_then(letter);
    one + &two.unwrap_or_default()
}

/// Hangul, Han and kana: one character fills the disc.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9D}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// The value of `data-tone`.
pub fn attribute(id: Option<UserId>, name: &str) -> Option<String> {
    Some(tone(id, name).to_string())
}

/// The small disc with the initials, in a list of people; decoration, as the name stands beside it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "what a component takes outlives the view that makes it"
)]
#[component]
pub fn Avatar(
    /// The person; absent on the simple protocol.
    #[prop(into)]
    id: Option<UserId>,
    /// The display name.
    name: String,
) -> impl IntoView {
    view! {
        <span
            class="avatar avatar--small"
            aria-hidden="true"
            data-tone=attribute(id, &name)
        >
            {initials(&name)}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_give_two_letters() {
        assert_eq!(initials("ada lovelace"), "AL");
        assert_eq!(initials("Jean-Luc Picard"), "JP");
        assert_eq!(initials("bob"), "B");
    }

    #[test]
    fn a_wide_script_gives_its_first_character() {
        assert_eq!(initials("김하나"), "김");
        assert_eq!(initials("김 하나"), "김");
        assert_eq!(initials("山田 太郎"), "山");
        assert_eq!(initials("Mina 김"), "M");
    }

    #[test]
    fn a_name_without_letters_gives_what_it_has() {
        assert_eq!(initials("🌱"), "🌱");
        assert_eq!(initials("_x_"), "X");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn a_tone_is_stable_and_spread() {
        let tones: std::collections::BTreeSet<_> =
            (1..=8).map(|id| tone(Some(UserId(id)), "")).collect();
        assert_eq!(tones.len(), 8);
        assert_eq!(tone(None, "John"), tone(None, "John"));
        assert!(tone(Some(UserId(i64::MIN)), "") < TONES);
    }
}
