//! When two rooms' names are one.

use shared::text::is_default_ignorable;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// What is unique among the rooms that exist, each for itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoomNameKey {
    /// The word that it is: equal for names that differ in case, width, form of
    /// normalisation, or in letters that look alike.
    pub word: String,
    /// What it looks like as it is written. `Iobby` with a capital I looks like `lobby`
    /// and is another word.
    pub look: String,
}

impl RoomNameKey {
    /// The keys of a name.
    pub fn of(name: &str) -> Self {
        let plain: String = name.nfkc().filter(|c| !is_default_ignorable(*c)).collect();
        // There and back again: ß and SS, ſ and s, ς and σ are one.
        let folded = plain.to_lowercase().to_uppercase().to_lowercase();
        let word: String = skeleton(&folded).collect();
        RoomNameKey {
            // Prototypes may be capitals, as of 0.
            word: word.to_lowercase(),
            look: skeleton(&plain).collect(),
        }
    }
}
