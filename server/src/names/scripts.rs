//! Finds words that mix scripts to look like other words.

use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use unicode_security::mixed_script::AugmentedScriptSet;

use super::characters::category;

/// Whether each word is "highly restrictive" (UTS #39 §5.2): in one script, or in the scripts of
/// Chinese, Japanese or Korean together with Latin. Different words may have different scripts:
/// "Anna (Анна)".
pub fn has_no_mixed_words(name: &str) -> bool {
    name.split(|c| !is_word_character(c))
        .all(is_highly_restrictive)
}

fn is_word_character(c: char) -> bool {
    let category = category(c);
    GeneralCategoryGroup::Letter.contains(category)
        || GeneralCategoryGroup::Mark.contains(category)
        || GeneralCategoryGroup::Number.contains(category)
        || category == GeneralCategory::Format
}

fn is_highly_restrictive(word: &str) -> bool {
    let latin = AugmentedScriptSet::for_char('a').base;
    let mut all = AugmentedScriptSet::default();
    let mut other_than_latin = AugmentedScriptSet::default();
    for c in word.chars() {
        let scripts = AugmentedScriptSet::for_char(c);
        all.intersect_with(scripts);
        if scripts.base != latin {
            other_than_latin.intersect_with(scripts);
        }
    }
    let east_asian = other_than_latin.kore || other_than_latin.hanb || other_than_latin.jpan;
    !all.is_empty() || east_asian
}
