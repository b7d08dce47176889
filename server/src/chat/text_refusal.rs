//! The refusal of a text that is not valid.

use shared::frame::Refusal;
use shared::text::TextError;

/// Says which field is wrong, and why.
pub fn refuse_text(error: TextError) -> Refusal {
    Refusal {
        field: Some(error.field),
        ..Refusal::new(error.code)
    }
}
