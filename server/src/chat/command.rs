//! What a command costs, and how its texts are validated and normalised.

use shared::command::{Command, TextKind};
use shared::frame::Refusal;
use shared::limits::Limits;
use shared::text;

use super::text_refusal::refuse_text;
use crate::names;

/// So many people whom a command adds count as one command.
const PEOPLE_PER_COMMAND: usize = 10;
/// A change of the arrangement of rooms counts as so many commands: it is stored and sent as a whole.
const SIDEBAR_COMMANDS: u64 = 2;

/// As how many commands it counts against the rate limits.
pub fn cost(command: &Command) -> u64 {
    match command {
        Command::AddMembers { users, .. } => {
            1 + (users.len().min(Command::MOST_MEMBERS) / PEOPLE_PER_COMMAND) as u64
        }
        Command::ChangeSidebar { .. } => SIDEBAR_COMMANDS,
        _ => 1,
    }
}

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
