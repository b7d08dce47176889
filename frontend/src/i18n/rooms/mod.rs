//! The texts about rooms and people. Only their piece of the page leads to them, so that nobody
//! else loads them.

mod en;
mod ko;
mod strings;

use super::{Language, language};

pub use strings::{
    DetailsStrings, DirectoryStrings, FormStrings, PersonStrings, PickerStrings, RoomsStrings,
    SwitcherStrings,
};

/// The texts of the current language, tracked.
pub fn words() -> &'static RoomsStrings {
    match language() {
        Language::English => &en::STRINGS,
        Language::Korean => &ko::STRINGS,
    }
}
