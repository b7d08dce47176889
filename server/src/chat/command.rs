//! What a command costs, and how its texts are validated and normalised.

use shared::command::{Command, TextKind};
use shared::frame::Refusal;
use shared::limits::Limits;
use shared::text;

use super::text_refusal::refuse_text;
use crate::names;

/// So many people whom a command adds count as one command: each is two changes.
const PEOPLE_PER_COMMAND: usize = 4;
/// So many marks that a command sets count as one command.
const MARKS_PER_COMMAND: usize = 10;
/// A change of the arrangement of rooms counts as so many commands: it is stored and sent as a whole.
const SIDEBAR_COMMANDS: u64 = 2;

/// As how many commands it counts against the rate limits.
pub fn cost(command: &Command) -> u64 {
    match command {
        Command::AddMembers { users, .. } => {
            1 + (users.len().min(Command::MOST_MEMBERS) / PEOPLE_PER_COMMAND) as u64
        }
        Command::SetMarks { marks } => {
            1 + (marks.len().min(Command::MOST_MEMBERS) / MARKS_PER_COMMAND) as u64
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

#[cfg(test)]
mod tests {
    use shared::id::{RoomId, Seq, UserId};
    use shared::model::{MarkChange, SidebarChange};

    use super::*;
    use crate::store::published_bytes;

    #[test]
    fn a_command_counts_for_what_it_makes_the_server_do() {
        let add = |count: i64| Command::AddMembers {
            room: RoomId(2),
            users: (0..count).map(UserId).collect(),
        };
        let close = Command::ChangeSidebar {
            change: SidebarChange::Close {
                room: RoomId(2),
                seq: Seq(1),
            },
        };
        let costs = [
            add(1),
            add(100),
            close,
            Command::JoinRoom { room: RoomId(2) },
            Command::SetMarks {
                marks: vec![MarkChange::new(RoomId(2), Seq(1)); 100],
            },
        ]
        .map(|command| (cost(&command), published_bytes(&command)));
        assert_eq!(
            costs,
            [(1, 300), (26, 30_000), (2, 4096), (1, 0), (11, 6_000)]
        );
        // What is refused for its length anyway is not more.
        assert_eq!(cost(&add(10_000)), 26);
    }
}
