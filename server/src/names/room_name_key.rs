//! When two room names count as the same.

use shared::text::is_default_ignorable;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// The keys of a room's name. Each of the two is unique among the rooms that are not removed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoomNameKey {
    /// The name as a word: equal for names that differ only in case, width, normalisation form,
    /// or in letters that look alike.
    pub word: String,
    /// The name as it looks. `Iobby` with a capital I looks like `lobby`, and is another word.
    pub look: String,
}

impl RoomNameKey {
    /// The keys of a name.
    pub fn of(name: &str) -> Self {
        let plain: String = name.nfkc().filter(|c| !is_default_ignorable(*c)).collect();
        // Lower, upper and lower case, so that ß and SS, ſ and s, ς and σ become equal.
        let folded = plain.to_lowercase().to_uppercase().to_lowercase();
        let word: String = skeleton(&folded).collect();
        RoomNameKey {
            // A skeleton may contain capitals, as that of the digit 0 does.
            word: word.to_lowercase(),
            look: skeleton(&plain).collect(),
        }
    }
}
