//! The operator's commands, their answers, and how they are carried out.

use std::fmt;
use std::str::FromStr;

use clap::builder::TypedValueParser;
use clap::{Subcommand, value_parser};
use serde::{Deserialize, Serialize};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, RoomId, Seq, UserId};
use shared::limits::Limits;

use super::invite_wish::InviteWish;
use super::place::{PlaceAnswer, PlaceCommand};
use super::user::UserCommand;
use crate::accounts::{
    CLAIM_PATH, InviteRequest, JOIN_PATH, claim_link, create_invite, delete_person,
};
use crate::chat::refuse_text;
use crate::clock::Clock;
use crate::edge::blocked_addresses::BlockedAddresses;
use crate::gateway::delivery::memory_budget::MemoryBudget;
use crate::http::people::PersonEntry;
use crate::names;
use crate::network::Network;
use crate::store::{
    AccountCommand, Actor, AuthorFilter, InviteId, Store, StoreError, WriteCommand,
};

/// A command of `madang admin`, as it is sent to a running server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum OperatorCommand {
    /// Erase one message's text; the message stays, marked as deleted.
    RemoveMessage {
        /// The room's number, as in the page's address `/rooms/ROOM/SEQ`.
        #[arg(value_parser = value_parser!(i64).map(RoomId))]
        room: RoomId,
        /// The message's sequence number in the room.
        #[arg(value_parser = value_parser!(i64).map(Seq))]
        seq: Seq,
    },
    /// Remove a guest: the sessions end and the name is erased; what they wrote stays.
    RemoveGuest {
        /// The person's number, as the protocol shows it.
        #[arg(value_parser = value_parser!(i64).map(UserId))]
        user: UserId,
    },
    /// Remove a room with all its messages.
    RemoveRoom {
        /// The room's number, as in the page's address `/rooms/ROOM`.
        #[arg(value_parser = value_parser!(i64).map(RoomId))]
        room: RoomId,
    },
    /// Remove all messages and rooms that a guest has written since a moment.
    RemoveWritings {
        /// The guest: the person's number, as the protocol shows it.
        #[arg(long, value_parser = value_parser!(i64).map(UserId), required_unless_present = "address")]
        guest: Option<UserId>,
        /// Instead of a guest, an address like 203.0.113.9, or a range like 203.0.113.0/24.
        #[arg(long, conflicts_with = "guest")]
        address: Option<Network>,
        /// How long ago it began: 30m, 12h, 7d.
        #[arg(long, value_name = "TIME")]
        since: TimeSpan,
    },
    /// Change a room's name or topic; the lobby's as well.
    EditRoom {
        /// The room's number, as in the page's address `/rooms/ROOM`.
        #[arg(value_parser = value_parser!(i64).map(RoomId))]
        room: RoomId,
        /// Its new name.
        #[arg(long, required_unless_present = "topic")]
        name: Option<String>,
        /// Its new topic.
        #[arg(long)]
        topic: Option<String>,
    },
    /// Refuse everybody at an address for a time, and close their connections.
    Block {
        /// An address like 203.0.113.9, or a range like 203.0.113.0/24 or `2001:db8::/48`.
        address: Network,
        /// For how long: 30m, 12h, 7d.
        #[arg(long = "for", value_name = "TIME")]
        time: TimeSpan,
    },
    /// End the block of an address.
    Unblock {
        /// As it was blocked.
        address: Network,
    },
    /// Show the blocked addresses.
    Blocks,
    /// `madang link`.
    #[command(skip)]
    ClaimLink,
    /// `madang invite create`.
    #[command(skip)]
    CreateInvite(InviteWish),
    /// `madang invite revoke`.
    #[command(skip)]
    RevokeInvite {
        /// The invitation's number.
        id: i64,
    },
    /// `madang place`.
    #[command(skip)]
    Place(PlaceCommand),
    /// `madang user`.
    #[command(skip)]
    User(UserCommand),
}

/// A length of time, written `30m`, `12h` or `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    micros: i64,
}

impl FromStr for TimeSpan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("{text:?} is no time like 30m, 12h or 7d");
        let unit_at = text.len().checked_sub(1).ok_or_else(invalid)?;
        let (number, unit) = text.split_at_checked(unit_at).ok_or_else(invalid)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return Err(invalid()),
        };
        let number: u32 = number.parse().map_err(|_| invalid())?;
        let micros = i64::from(number).checked_mul(seconds * 1_000_000);
        micros.map(|micros| TimeSpan { micros }).ok_or_else(invalid)
    }
}

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
    /// An invitation is made.
    Invited {
        /// Its number.
        id: i64,
        /// Where people reach the server; none if no server runs.
        base_url: Option<String>,
        /// The link's path and fragment.
        path: String,
    },
    /// The place.
    Place(PlaceAnswer),
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
            OperatorAnswer::ClaimLink { .. } | OperatorAnswer::Invited { .. }
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
            OperatorAnswer::People { people } => {
                let lines: Vec<_> = people.iter().map(PersonEntry::to_string).collect();
                write!(f, "{}", lines.join("\n"))
            }
            OperatorAnswer::ClaimLink { base_url, path }
            | OperatorAnswer::Invited { base_url, path, .. } => {
                let base_url = base_url
                    .as_deref()
                    .unwrap_or("the server's address, and then ");
                write!(f, "{base_url}{path}")
            }
            OperatorAnswer::Place(place) => place.fmt(f),
        }
    }
}

fn format_time(time: Micros) -> String {
    jiff::Timestamp::from_microsecond(time.0).map_or_else(
        |_| time.0.to_string(),
        |time| time.round(jiff::Unit::Second).unwrap_or(time).to_string(),
    )
}

/// What a command works on: the store, and a running server's state where one runs.
pub struct OperatorContext<'a> {
    /// The store.
    pub store: &'a dyn Store,
    /// The clock.
    pub clock: &'a Clock,
    /// The limits for names.
    pub limits: &'a Limits,
    /// The running server; none when `madang admin` itself has opened the store.
    pub running: Option<RunningServer<'a>>,
}

/// What a block changes in a running server.
#[derive(Clone, Copy)]
pub struct RunningServer<'a> {
    /// The blocked addresses.
    pub blocked_addresses: &'a BlockedAddresses,
    /// Knows the connections, to close those of a blocked address.
    pub memory: &'a MemoryBudget,
    /// Where people reach the server.
    pub base_url: &'a str,
}

impl OperatorCommand {
    /// Carries out the command.
    ///
    /// # Errors
    /// The store's: the message, guest or room does not exist or cannot be removed; and that of
    /// a name or topic that is not allowed.
    pub async fn execute(self, context: OperatorContext<'_>) -> Result<OperatorAnswer, Refusal> {
        let store = context.store;
        let now = context.clock.now();
        let change = match self {
            OperatorCommand::RemoveMessage { room, seq } => {
                WriteCommand::Client(Command::Delete { room, seq })
            }
            OperatorCommand::RemoveGuest { user } => {
                delete_person(store, Actor::Operator, user, None).await?;
                return Ok(OperatorAnswer::Removed);
            }
            OperatorCommand::RemoveRoom { room } => WriteCommand::RemoveRoom { room },
            OperatorCommand::RemoveWritings {
                guest,
                address,
                since,
            } => {
                let author = match (guest, address) {
                    (Some(user), _) => AuthorFilter::Person(user),
                    (None, Some(network)) => AuthorFilter::Network(network),
                    (None, None) => return Err(Refusal::new(ErrorCode::BadCommand)),
                };
                let since = Micros(now.0.saturating_sub(since.micros));
                return remove_writings(store, author, since).await;
            }
            OperatorCommand::EditRoom { room, name, topic } => {
                let name = name.map(|name| names::room(&name, context.limits));
                let topic = topic.map(|topic| names::topic(&topic, context.limits));
                let change = WriteCommand::SetRoom {
                    room,
                    name: name.transpose().map_err(refuse_text)?,
                    topic: topic.transpose().map_err(refuse_text)?,
                };
                submit(store, change).await?;
                return Ok(OperatorAnswer::RoomChanged);
            }
            OperatorCommand::Block { address, time } => {
                let until = Micros(now.0.saturating_add(time.micros));
                let network = address;
                submit(store, WriteCommand::Block { network, until }).await?;
                if let Some(running) = context.running {
                    running.blocked_addresses.add(address, until, now);
                    running.memory.close_from(address);
                }
                return Ok(OperatorAnswer::Blocked { address, until });
            }
            OperatorCommand::Unblock { address } => {
                submit(store, WriteCommand::Unblock { network: address }).await?;
                if let Some(running) = context.running {
                    running.blocked_addresses.remove(address);
                }
                return Ok(OperatorAnswer::Unblocked { address });
            }
            OperatorCommand::Blocks => {
                let mut blocks = store.blocks().await.map_err(StoreError::into_refusal)?;
                blocks.retain(|(_, until)| *until > now);
                return Ok(OperatorAnswer::Blocks { blocks });
            }
            OperatorCommand::ClaimLink => {
                let token = claim_link(store, now).await?;
                return Ok(OperatorAnswer::ClaimLink {
                    base_url: context.running.map(|running| running.base_url.to_owned()),
                    path: format!("{CLAIM_PATH}{}", token.secret()),
                });
            }
            OperatorCommand::CreateInvite(wish) => {
                let request = InviteRequest {
                    role: wish.role,
                    rooms: wish.rooms,
                    days: wish.days.0,
                    uses: wish.uses.0,
                };
                let (id, token) = create_invite(store, now, Actor::Operator, request).await?;
                return Ok(OperatorAnswer::Invited {
                    id: id.0,
                    base_url: context.running.map(|running| running.base_url.to_owned()),
                    path: format!("{JOIN_PATH}{}", token.secret()),
                });
            }
            OperatorCommand::User(command) => {
                let people = command.execute(store).await?;
                return Ok(OperatorAnswer::People { people });
            }
            OperatorCommand::RevokeInvite { id } => {
                WriteCommand::from(AccountCommand::RevokeInvite(InviteId(id)))
            }
            OperatorCommand::Place(command) => {
                let place = command.execute(store, context.limits).await?;
                return Ok(OperatorAnswer::Place(place));
            }
        };
        submit(store, change).await?;
        Ok(OperatorAnswer::Removed)
    }
}

/// Removes what somebody wrote, page by page, so that other people's commands run in between.
async fn remove_writings(
    store: &dyn Store,
    author: AuthorFilter,
    since: Micros,
) -> Result<OperatorAnswer, Refusal> {
    let (mut messages, mut rooms) = (0, 0);
    let mut next = Some(0);
    while let Some(from) = next {
        let found = store.authored_since(author, since, from).await;
        let found = found.map_err(StoreError::into_refusal)?;
        for room in found.rooms {
            let command = WriteCommand::RemoveRoom { room };
            rooms += usize::from(remove_if_present(store, command).await?);
        }
        for (room, seq) in found.messages {
            let command = WriteCommand::Client(Command::Delete { room, seq });
            messages += usize::from(remove_if_present(store, command).await?);
        }
        next = found.next;
    }
    Ok(OperatorAnswer::WritingsRemoved { messages, rooms })
}

/// Whether something was removed. False if somebody else has removed it before.
async fn remove_if_present(store: &dyn Store, command: WriteCommand) -> Result<bool, Refusal> {
    match submit(store, command).await {
        Ok(()) => Ok(true),
        Err(refusal) if refusal.code.is_temporary() => Err(refusal),
        Err(_) => Ok(false),
    }
}

/// Commits a change.
async fn submit(store: &dyn Store, command: WriteCommand) -> Result<(), Refusal> {
    let outcome = store.carry_out(command).await;
    outcome.map(drop).map_err(StoreError::into_refusal)
}
