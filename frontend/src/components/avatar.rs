//! A person at a glance: initials on a tone of their own.

use leptos::prelude::*;
use shared::id::UserId;

use crate::state::use_client;
use crate::view::{Live, live, part};

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

/// The value of `data-tone`; tracked.
pub fn attribute(id: Option<UserId>, name: &str) -> Option<String> {
    Some(use_client().tone(id, name).to_string())
}

/// The number of a person who shares a name with others, behind the name.
pub fn number(id: Option<UserId>) -> Live<Option<AnyView>> {
    let client = use_client();
    part(move || {
        let number = id.filter(|_| client.has_namesake(id))?;
        Some(view! { <span class="number">{format!("#{number}")}</span> })
    })
}

/// The small disc with the initials, in a list of people; decoration, as the name stands beside it.
#[component]
pub fn Avatar(
    /// The person; absent on the simple protocol.
    #[prop(into)]
    id: Option<UserId>,
    /// The display name.
    name: String,
) -> impl IntoView {
    let initials = initials(&name);
    view! {
        <span
            class="avatar avatar--small"
            aria-hidden="true"
            data-tone=live(move || attribute(id, &name))
        >
            {initials}
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
}
