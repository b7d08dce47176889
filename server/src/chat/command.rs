//! Validates and normalises the texts of a command.

use shared::command::{Command, TextKind};
use shared::frame::Refusal;
use shared::limits::Limits;
use shared::text;

use super::text_refusal::refuse_text;
use crate::names;

/// The command with normalised texts.
///
/// # Errors
/// When a text is not valid; the refusal names the field.
pub fn normalise(mut command: Command, limits: &Limits) -> Result<Command, Refusal> {
    command.replace_texts(|kind, text| {
        let normalised = match kind {
            TextKind::Body => text::body(text, limits),
            TextKind::RoomName | TextKind::SectionName => names::room(&text, limits),
            TextKind::Topic => names::topic(&text, limits),
            TextKind::PersonName => names::person(&text, limits),
        };
        normalised.map_err(refuse_text)
    })?;
    Ok(command)
}
