//! Which key was pressed.

use web_sys::KeyboardEvent;

/// The key; letters in lower case, because Caps Lock may be on. Where the key types no Latin letter,
/// the Latin letter that it has elsewhere (ㄷ of a Korean keyboard is E, ‰ of a Mac is R).
pub(super) fn letter(event: &KeyboardEvent) -> String {
    let key = event.key();
    if key.len() == 1 {
        return key.to_ascii_lowercase();
    }
    let is_letter = !key.is_ascii() && key.chars().count() == 1;
    let code = event.code();
    match code.strip_prefix("Key").filter(|_| is_letter) {
        Some(letter) => letter.to_ascii_lowercase(),
        None => key,
    }
}
