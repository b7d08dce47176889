//! Avatars: initials on a colour tone.

use leptos::prelude::*;
use shared::id::UserId;
use web_sys::Element;

use crate::state::use_client;
use crate::view::{Reactive, effect, memo, optional_view, set_text};

/// One or two letters of a name.
///
/// In Latin and similar scripts: the first letters of the first and the last word. In Hangul,
/// Han and kana: the first character, which fills the disc. A Korean name of three syllables: the
/// last two, because few family names are shared by many. A name without letters: its first
/// character. A character is a grapheme cluster: a flag, a family emoji, a letter with marks.
pub fn initials(name: &str) -> String {
    initials_of(&clusters(name))
}

fn initials_of(clusters: &[String]) -> String {
    let is_letter = |cluster: &String| cluster.starts_with(unicode::is_alphanumeric);
    if let Some(given) = given_name(clusters) {
        return given;
    }
    let mut words = clusters
        .split(|cluster| !is_letter(cluster))
        .filter_map(|word| word.first());
    let Some(first) = words.next() else {
        return clusters.first().cloned().unwrap_or_default();
    };
    if first.starts_with(is_wide) {
        return first.clone();
    }
    let last = words.next_back().filter(|last| !last.starts_with(is_wide));
    let upper = |cluster: &String| unicode::capital_letters(cluster);
    upper(first) + &last.map(upper).unwrap_or_default()
}

/// The last two syllables of a name that has three, in one word or with a space.
fn given_name(clusters: &[String]) -> Option<String> {
    let (family, given) = match clusters {
        [family, space, given @ ..] if space == " " => (family, given),
        [family, given @ ..] => (family, given),
        [] => return None,
    };
    let is_syllable = |cluster: &String| cluster.starts_with(|c| matches!(c, '가'..='힣'));
    let [first, second] = given else {
        return None;
    };
    let is_name = is_syllable(family) && is_syllable(first) && is_syllable(second);
    is_name.then(|| first.to_owned() + second)
}

/// The browser's tables: Rust's own ones are kilobytes.
#[cfg(target_arch = "wasm32")]
mod unicode {
    use shared::markup::Platform as _;

    pub(super) use crate::browser::capital_letters;

    pub(super) fn is_alphanumeric(c: char) -> bool {
        crate::browser::Browser.is_alphanumeric(c)
    }
}

/// Native tests use Rust's tables.
#[cfg(not(target_arch = "wasm32"))]
mod unicode {
    pub(super) fn is_alphanumeric(c: char) -> bool {
        c.is_alphanumeric()
    }

    pub(super) fn capital_letters(text: &str) -> String {
        text.to_uppercase()
    }
}

/// The characters of a name, composed (NFC).
#[cfg(target_arch = "wasm32")]
fn clusters(name: &str) -> Vec<String> {
    if name.is_ascii() {
        return name.chars().map(String::from).collect();
    }
    segments::of(name)
}

/// Native tests use code points.
#[cfg(not(target_arch = "wasm32"))]
fn clusters(name: &str) -> Vec<String> {
    name.chars().map(String::from).collect()
}

#[cfg(target_arch = "wasm32")]
mod segments {
    use js_sys::{Array, JsString, Object, Reflect};
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = Intl)]
        type Segmenter;
        // Browsers from before 2024 may not have it.
        #[wasm_bindgen(catch, constructor, js_namespace = Intl)]
        fn new() -> Result<Segmenter, JsValue>;
        #[wasm_bindgen(method)]
        fn segment(this: &Segmenter, text: &JsString) -> Object;
    }

    /// The grapheme clusters of a text (UAX 29 §3).
    pub(super) fn of(text: &str) -> Vec<String> {
        let composed = JsString::from(text).normalize("NFC");
        let Ok(segmenter) = Segmenter::new() else {
            let composed = String::from(composed);
            return composed.chars().map(String::from).collect();
        };
        let segments = Array::from(&segmenter.segment(&composed));
        let text = |segment| Reflect::get(&segment, &"segment".into()).ok()?.as_string();
        segments.iter().filter_map(text).collect()
    }
}

/// Whether one character fills the disc: Hangul, Han and kana.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9D}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Shows a person's initials and tone in an element: `use:show_person=(id, name)`.
pub fn show_person(disc: Element, (id, name): (Option<UserId>, Memo<String>)) {
    let client = use_client();
    effect(move || {
        name.with(|name| {
            let initials = initials(name);
            // Two wide characters fill more of the disc than two letters.
            let is_pair = initials.starts_with(is_wide) && initials.chars().nth(1).is_some();
            let _ = disc.set_attribute("data-tone", &client.tone(id, name).to_string());
            let _ = disc.toggle_attribute_with_force("data-pair", is_pair);
            disc.set_text_content(Some(&initials));
        });
    });
}

/// The number after a name that several people have.
pub fn number(id: Option<UserId>) -> Reactive<AnyView> {
    let client = use_client();
    optional_view(move || {
        let number = id.filter(|_| client.has_namesake(id))?;
        Some(
            view! { <span class="number" translate="no" use:set_text=format!("#{number}")></span> },
        )
    })
}

/// The small disc with the initials. Decoration: the name is next to it.
#[component]
pub fn Avatar(
    /// The person; absent on the simple protocol.
    #[prop(into)]
    id: Option<UserId>,
    /// The display name.
    name: String,
) -> impl IntoView {
    let name = memo(move || name.clone());
    view! {
        <span class="avatar avatar--small" aria-hidden="true" use:show_person=(id, name)></span>
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
        assert_eq!(initials("민아"), "민");
        assert_eq!(initials("산책하는 사람"), "산");
        assert_eq!(initials("山田 太郎"), "山");
        assert_eq!(initials("Mina 김"), "M");
    }

    #[test]
    fn a_korean_name_of_three_syllables_gives_the_last_two() {
        assert_eq!(initials("김하나"), "하나");
        assert_eq!(initials("김 하나"), "하나");
        assert_eq!(initials("강강강"), "강강");
        assert_eq!(initials("김ab"), "김");
        assert_eq!(initials("山田太"), "山");
    }

    #[test]
    fn a_name_without_letters_gives_what_it_has() {
        assert_eq!(initials("🌱"), "🌱");
        assert_eq!(initials("_x_"), "X");
        assert_eq!(initials("🌱 🌻"), "🌱");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn characters_stay_whole() {
        let of = |clusters: &[&str]| {
            let clusters: Vec<String> = clusters.iter().map(ToString::to_string).collect();
            initials_of(&clusters)
        };
        assert_eq!(of(&["🇰🇷"]), "🇰🇷");
        assert_eq!(of(&["👩🏽‍🚀", " ", "A"]), "A");
        assert_eq!(of(&["1️⃣", " ", "f"]), "1️⃣F");
        assert_eq!(of(&["क्षि", "ति", " ", "जी"]), "क्षिजी");
    }
}
