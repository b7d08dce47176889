//! What the questions for lists have in common: the text that is looked for, and where a page
//! begins.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::frame::Refusal;

/// The longest text that is looked for, in bytes.
const MAX_TYPED_BYTES: usize = 200;
/// What a page costs, as if it were a question about so many things: few may be found among many
/// that are looked at.
pub const LIST_COST: usize = 2_000;
/// What a search among all people costs in the same way: it looks at four times as many rows.
pub const PEOPLE_COST: usize = 8_000;

/// The text, if it is not too long.
///
/// # Errors
/// `bad_command`.
pub fn check_typed(typed: String) -> Result<String, Refusal> {
    if typed.len() > MAX_TYPED_BYTES {
        return Err(Refusal::bad_command("`query` has 200 bytes at most"));
    }
    Ok(typed)
}

/// Where a page begins, as clients send it back. They need not know what it means.
pub fn cursor_text(position: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default())
}

/// Reads [`cursor_text`].
///
/// # Errors
/// `bad_command`.
pub fn cursor_of<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    let json = URL_SAFE_NO_PAD.decode(text).ok();
    let position = json.and_then(|json| serde_json::from_slice(&json).ok());
    position.ok_or_else(|| Refusal::bad_command("`after` is the `next` of the page before"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let position = (1_i64, "마당 & co".to_owned());
        assert_eq!(cursor_of(&cursor_text(&position)).ok(), Some(position));
        for other in ["", "x", "=", &cursor_text(&"text")] {
            assert!(cursor_of::<(i64, String)>(other).is_err(), "{other}");
        }
    }
}
