//! The answers to the operator's commands.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::id::Micros;

use super::accounts::SessionList;
use super::audit::AuditAnswer;
use super::place::PlaceAnswer;
use super::room_answer::RoomAnswer;
use super::time_span::format_time;
use crate::http::people::PersonEntry;
use crate::network::Network;

/// The answer to a command. `Display` gives the sentence that the operator reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum OperatorAnswer {
    /// The message, guest or room is removed.
    Removed,
    /// The messages and rooms of a guest or an address are removed.
    WritingsRemoved {
        /// How many messages.
        messages: usize,
        /// How many rooms.
        rooms: usize,
    },
    /// The room is changed.
    RoomChanged,
    /// The address is blocked.
    Blocked {
        /// The address.
        address: Network,
        /// The end of the block.
        until: Micros,
    },
    /// The address is not blocked.
    Unblocked {
        /// The address.
        address: Network,
    },
    /// The blocked addresses.
    Blocks {
        /// The addresses, each with the end of its block.
        blocks: Vec<(Network, Micros)>,
    },
    /// The link with which the place is claimed.
    ClaimLink {
        /// Where people reach the server; none if no server runs.
        base_url: Option<String>,
        /// The link's path and fragment.
        path: String,
    },
    /// A link with which somebody sets a new password.
    ResetLink {
        /// Where people reach the server; none if no server runs.
        base_url: Option<String>,
        /// The link's path and fragment.
        path: String,
        /// When it ends.
        expires_at: Micros,
    },
    /// Sessions.
    Sessions(SessionList),
    /// Sessions have ended.
    SessionsEnded {
        /// How many.
        count: usize,
    },
    /// An invitation is made.
    Invited {
        /// Its number.
        id: i64,
        /// Where people reach the server; none if no server runs.
        base_url: Option<String>,
        /// The link's path and fragment.
        path: String,
    },
    /// An invitation is made, and its mail is queued.
    InviteMailed {
        /// Its number.
        id: i64,
        /// To whom.
        address: String,
    },
    /// The mail server has taken a mail.
    MailTaken {
        /// To whom.
        address: String,
        /// What the mail server said.
        said: String,
    },
    /// A page of the audit log.
    Audit(AuditAnswer),
    /// The place.
    Place(PlaceAnswer),
    /// Rooms or members, after what was done.
    Room(RoomAnswer),
    /// People, after what was done to them. Nobody is left of who was deleted.
    People {
        /// The people.
        people: Vec<PersonEntry>,
    },
}

impl OperatorAnswer {
    /// Whether it is a link to be opened.
    pub fn is_link(&self) -> bool {
        matches!(
            self,
            OperatorAnswer::ClaimLink { .. }
                | OperatorAnswer::ResetLink { .. }
                | OperatorAnswer::Invited { .. }
        )
    }
}

impl fmt::Display for OperatorAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OperatorAnswer::Removed => write!(f, "removed"),
            OperatorAnswer::WritingsRemoved { messages, rooms } => {
                write!(f, "removed {messages} messages and {rooms} rooms")
            }
            OperatorAnswer::RoomChanged => write!(f, "changed"),
            OperatorAnswer::Blocked { address, until } => {
                write!(f, "{address} is blocked until {}", format_time(*until))
            }
            OperatorAnswer::Unblocked { address } => write!(f, "{address} is not blocked"),
            OperatorAnswer::Blocks { blocks } if blocks.is_empty() => {
                write!(f, "nobody is blocked")
            }
            OperatorAnswer::Blocks { blocks } => {
                let lines: Vec<_> = blocks
                    .iter()
                    .map(|(address, until)| format!("{address} until {}", format_time(*until)))
                    .collect();
                write!(f, "{}", lines.join("\n"))
            }
            OperatorAnswer::InviteMailed { address, .. } => {
                write!(f, "an invitation is on its way to {address}")
            }
            OperatorAnswer::MailTaken { address, said } => {
                write!(f, "the mail server has taken the mail to {address}: {said}")
            }
            OperatorAnswer::Audit(page) => page.fmt(f),
            OperatorAnswer::Place(place) => place.fmt(f),
            OperatorAnswer::Room(answer) => answer.fmt(f),
            OperatorAnswer::Sessions(sessions) => write!(f, "{sessions}"),
            OperatorAnswer::SessionsEnded { count } => write!(f, "{count} ended"),
            OperatorAnswer::People { people } => {
                let lines: Vec<_> = people.iter().map(PersonEntry::to_string).collect();
                write!(f, "{}", lines.join("\n"))
            }
            OperatorAnswer::ClaimLink { base_url, path }
            | OperatorAnswer::ResetLink { base_url, path, .. }
            | OperatorAnswer::Invited { base_url, path, .. } => {
                let base_url = base_url
                    .as_deref()
                    .unwrap_or("the server's address, and then ");
                write!(f, "{base_url}{path}")
            }
        }
    }
}
