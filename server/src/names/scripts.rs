//! Words that mix scripts to look like others.

use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use unicode_security::mixed_script::AugmentedScriptSet;

use super::characters::category;

/// Whether each word is "highly restrictive" in the sense of UTS #39 §5.2: of one script,
/// or of those that Chinese, Japanese and Korean are written in, with Latin. A name may
/// consist of words of several: "Anna (Анна)".
pub fn are_told_apart(name: &str) -> bool {
    name.split(|c| !is_of_a_word(c)).all(is_highly_restrictive)
}

fn is_of_a_word(c: char) -> bool {
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
