//! How many characters are left; shown only near the limit.

use leptos::prelude::*;

use crate::i18n::format;
use crate::i18n::t;
use crate::state::use_client;
use crate::view::{optional_view, set_text};

/// The characters left; negative if there are too many. `None` while the limit is far.
///
/// The limit is in bytes, and a Hangul syllable has three. The result is in characters of the
/// average size of the text.
fn left(bytes: usize, characters: usize, limit: usize) -> Option<i64> {
    if bytes <= limit / 10 * 9 {
        return None;
    }
    let (bytes, characters, limit) = (signed(bytes), signed(characters), signed(limit));
    let left = (limit - bytes).saturating_mul(characters.max(1));
    Some(left.div_euclid(bytes.max(1)))
}

fn signed(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The number.
#[component]
pub fn Counter(
    /// The length of the text: in bytes, in characters.
    length: RwSignal<(usize, usize)>,
) -> impl IntoView {
    let limits = use_client().limits();
    optional_view(move || {
        let (bytes, characters) = length.get();
        left(bytes, characters, limits.read().body_bytes).map(|left| {
            let number = format::number(t().tag, left.unsigned_abs());
            let sign = if left < 0 { "−" } else { "" };
            view! {
                <span
                    class="composer__counter"
                    role="status"
                    data-over=if left < 0 { "true" } else { "false" }
                    use:set_text=format!("{sign}{number}")
                ></span>
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_from_the_limit_nothing_is_shown() {
        assert_eq!(left(0, 0, 1_000), None);
        assert_eq!(left(900, 900, 1_000), None);
    }

    #[test]
    fn near_the_limit_the_rest_is_in_characters_of_the_same_size() {
        assert_eq!(left(950, 950, 1_000), Some(50));
        assert_eq!(left(990, 330, 1_050), Some(20));
        assert_eq!(left(1_000, 1_000, 1_000), Some(0));
        assert_eq!(left(1_030, 1_030, 1_000), Some(-30));
    }
}
