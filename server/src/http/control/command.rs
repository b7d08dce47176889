//! What an operator can ask for, and what comes of it.

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

use crate::app::App;
use crate::chat::refuse_text;
use crate::clock::Clock;
use crate::names;
use crate::network::Network;
use crate::store::{AuthorFilter, Store, StoreError, WriteCommand};

/// A command of `madang admin`; it goes to a running server as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum OperatorCommand {
    /// Erase one message's text; its place stays, marked as deleted.
    RemoveMessage {
        /// The room's number, as in the page's address `/rooms/ROOM/SEQ`.
        #[arg(value_parser = value_parser!(i64).map(RoomId))]
        room: RoomId,
        /// The message's place in the room.
        #[arg(value_parser = value_parser!(i64).map(Seq))]
        seq: Seq,
    },
    /// End a guest's sessions; what they wrote stays.
    RemoveGuest {
        /// The person's number, as the protocol shows it.
        #[arg(value_parser = value_parser!(i64).map(UserId))]
        user: UserId,
    },
    /// Remove a room with all that was said there.
    RemoveRoom {
        /// The room's number, as in the page's address `/rooms/ROOM`.
        #[arg(value_parser = value_parser!(i64).map(RoomId))]
        room: RoomId,
    },
    /// Remove all messages and rooms that a guest has written since a moment.
    RemoveWritings {
        /// Whose: the person's number, as the protocol shows it.
        #[arg(long, value_parser = value_parser!(i64).map(UserId), required_unless_present = "address")]
        guest: Option<UserId>,
        /// Or from where: an address like 203.0.113.9, or a range like 203.0.113.0/24.
        #[arg(long, conflicts_with = "guest")]
        address: Option<Network>,
        /// How long ago it began: 30m, 12h, 7d.
        #[arg(long, value_name = "TIME")]
        since: Span,
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
    /// Keep everybody at an address out for a time, and close their connections.
    Block {
        /// An address like 203.0.113.9, or a range like 203.0.113.0/24 or `2001:db8::/48`.
        address: Network,
        /// For how long: 30m, 12h, 7d.
        #[arg(long = "for", value_name = "TIME")]
        time: Span,
    },
    /// Let a blocked address in again.
    Unblock {
        /// As it was blocked.
        address: Network,
    },
    /// Show who is blocked.
    Blocks,
}

/// A length of time as people write it: `30m`, `12h`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    micros: i64,
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no time like 30m, 12h or 7d");
        let unit_at = text.len().checked_sub(1).ok_or_else(wrong)?;
        let (number, unit) = text.split_at_checked(unit_at).ok_or_else(wrong)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return Err(wrong()),
        };
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let micros = i64::from(number).checked_mul(seconds * 1_000_000);
        micros.map(|micros| Span { micros }).ok_or_else(wrong)
    }
}

/// What came of a command; shown as the sentence that the operator reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum OperatorAnswer {
    /// What was named is gone.
    Removed,
    /// What somebody wrote is gone.
    WritingsRemoved {
        /// How many messages.
        messages: usize,
        /// How many rooms.
        rooms: usize,
    },
    /// The room is as it was asked for.
    RoomChanged,
    /// The address is blocked.
    Blocked {
        /// Which.
        address: Network,
        /// Until when.
        until: Micros,
    },
    /// The address is not blocked.
    Unblocked {
        /// Which.
        address: Network,
    },
    /// Who is blocked.
    Blocks {
        /// Each until when.
        blocks: Vec<(Network, Micros)>,
    },
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
                write!(f, "{address} is blocked until {}", moment(*until))
            }
            OperatorAnswer::Unblocked { address } => write!(f, "{address} is not blocked"),
            OperatorAnswer::Blocks { blocks } if blocks.is_empty() => {
                write!(f, "nobody is blocked")
            }
            OperatorAnswer::Blocks { blocks } => {
                let lines: Vec<_> = blocks
                    .iter()
                    .map(|(address, until)| format!("{address} until {}", moment(*until)))
                    .collect();
                write!(f, "{}", lines.join("\n"))
            }
        }
    }
}

fn moment(time: Micros) -> String {
    jiff::Timestamp::from_microsecond(time.0).map_or_else(
        |_| time.0.to_string(),
        |time| time.round(jiff::Unit::Second).unwrap_or(time).to_string(),
    )
}

/// Where a command is carried out: on a store, and at the connections of a running server.
pub struct Place<'a> {
    /// The store.
    pub store: &'a dyn Store,
    /// The time.
    pub clock: &'a Clock,
    /// The limits that names keep to.
    pub limits: &'a Limits,
    /// The server that runs on the store, if one does.
    pub running: Option<&'a App>,
}

impl OperatorCommand {
    /// Carries it out, on a running server's store or on a stopped one's.
    ///
    /// # Errors
    /// The store's: what was named is not there, or cannot be removed; a text that no room
    /// may have.
    pub async fn carry_out(self, place: Place<'_>) -> Result<OperatorAnswer, Refusal> {
        let store = place.store;
        let now = place.clock.now();
        let change = match self {
            OperatorCommand::RemoveMessage { room, seq } => {
                WriteCommand::Client(Command::Delete { room, seq })
            }
            OperatorCommand::RemoveGuest { user } => WriteCommand::RemoveUser { user },
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
                let name = name.map(|name| names::room(&name, place.limits));
                let topic = topic.map(|topic| names::topic(&topic, place.limits));
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
                if let Some(app) = place.running {
                    app.blocks.add(address, until, now);
                    app.connections.memory.close_from(address);
                }
                return Ok(OperatorAnswer::Blocked { address, until });
            }
            OperatorCommand::Unblock { address } => {
                submit(store, WriteCommand::Unblock { network: address }).await?;
                if let Some(app) = place.running {
                    app.blocks.remove(address);
                }
                return Ok(OperatorAnswer::Unblocked { address });
            }
            OperatorCommand::Blocks => {
                let mut blocks = store.blocks().await.map_err(StoreError::into_refusal)?;
                blocks.retain(|(_, until)| *until > now);
                return Ok(OperatorAnswer::Blocks { blocks });
            }
        };
        submit(store, change).await?;
        Ok(OperatorAnswer::Removed)
    }
}

/// Removes what somebody wrote, slice by slice: everyone else's commands go on in between.
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
            rooms += usize::from(removes(store, WriteCommand::RemoveRoom { room }).await?);
        }
        for (room, seq) in found.messages {
            messages += usize::from(
                removes(store, WriteCommand::Client(Command::Delete { room, seq })).await?,
            );
        }
        next = found.next;
    }
    Ok(OperatorAnswer::WritingsRemoved { messages, rooms })
}

/// Removes something; it may have been removed by somebody else meanwhile.
async fn removes(store: &dyn Store, command: WriteCommand) -> Result<bool, Refusal> {
    match submit(store, command).await {
        Ok(()) => Ok(true),
        Err(refusal) if refusal.code.is_temporary() => Err(refusal),
        Err(_) => Ok(false),
    }
}

/// Carries a change out; what it made is of no interest.
async fn submit(store: &dyn Store, command: WriteCommand) -> Result<(), Refusal> {
    let outcome = store.carry_out(command).await;
    outcome.map(drop).map_err(StoreError::into_refusal)
}
