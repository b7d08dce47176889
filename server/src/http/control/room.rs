//! `madang room`: rooms, as the operator manages them.

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{RoomId, UserId};
use shared::limits::Limits;
use shared::model::{MemberRole, Posting, RoomKind};

use super::room_answer::{RoomAnswer, list, members, show};
use crate::accounts::find_person;
use crate::chat::refuse_text;
use crate::names;
use crate::store::{Actor, Outcome, Store, StoreError, WriteCommand};

/// What `madang room` does. A room is named by its number, as in the page's address `/rooms/ROOM`; a
/// person by the username or number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum RoomCommand {
    /// Show all rooms but direct conversations.
    List {
        /// Only the archived ones.
        #[arg(long)]
        archived: bool,
    },
    /// Show one room.
    Show {
        /// The room's number.
        room: i64,
    },
    /// Make a room, in the name of who is to manage it.
    Create {
        /// Its name.
        name: String,
        /// What it is for.
        #[arg(long, default_value = "")]
        topic: String,
        /// Let nobody see it but its members.
        #[arg(long)]
        private: bool,
        /// The person who manages it: username or number.
        #[arg(long, value_name = "PERSON")]
        manager: String,
    },
    /// Change a room's name.
    Rename {
        /// The room's number.
        room: i64,
        /// Its new name.
        name: String,
    },
    /// Change what a room is for.
    Topic {
        /// The room's number.
        room: i64,
        /// The new topic; may be empty.
        topic: String,
    },
    /// Say who posts in a room.
    Posting {
        /// The room's number.
        room: i64,
        /// everybody or managers.
        #[arg(value_parser = parse_posting)]
        posting: Posting,
    },
    /// Archive a room: it can be read, and nothing else.
    Archive {
        /// The room's number.
        room: i64,
    },
    /// Open an archived room again.
    Restore {
        /// The room's number.
        room: i64,
    },
    /// Remove a room with all its messages.
    Remove {
        /// The room's number.
        room: i64,
    },
    /// Show who is in a room: managers first.
    Members {
        /// The room's number.
        room: i64,
    },
    /// Make people members of a room.
    Add {
        /// The room's number.
        room: i64,
        /// The people: usernames or numbers.
        #[arg(required = true, num_args = 1..=Command::MOST_MEMBERS)]
        people: Vec<String>,
    },
    /// End somebody's membership in a room.
    RemoveMember {
        /// The room's number.
        room: i64,
        /// The person: username or number.
        person: String,
    },
    /// Let a member manage a room, or end that.
    Manager {
        /// The room's number.
        room: i64,
        /// The person: username or number.
        person: String,
        /// Make a manager a plain member again.
        #[arg(long)]
        remove: bool,
    },
}

fn parse_posting(text: &str) -> Result<Posting, String> {
    match text {
        "everybody" => Ok(Posting::Everybody),
        "managers" => Ok(Posting::Managers),
        _ => Err("give everybody or managers".to_owned()),
    }
}

impl RoomCommand {
    /// The room that it is about.
    fn room(&self) -> Option<RoomId> {
        match self {
            RoomCommand::List { .. } | RoomCommand::Create { .. } => None,
            RoomCommand::Show { room }
            | RoomCommand::Rename { room, .. }
            | RoomCommand::Topic { room, .. }
            | RoomCommand::Posting { room, .. }
            | RoomCommand::Archive { room }
            | RoomCommand::Restore { room }
            | RoomCommand::Remove { room }
            | RoomCommand::Members { room }
            | RoomCommand::Add { room, .. }
            | RoomCommand::RemoveMember { room, .. }
            | RoomCommand::Manager { room, .. } => Some(RoomId(*room)),
        }
    }

    /// Carries out the command. Returns what it is about, after it.
    ///
    /// # Errors
    /// `no_such_room`, `no_such_person`, those of names, or the store's.
    pub(super) async fn execute(
        self,
        store: &dyn Store,
        limits: &Limits,
    ) -> Result<RoomAnswer, Refusal> {
        if let Some(room) = self.room() {
            // A direct conversation is nobody's to manage: it is in no answer, so no verb finds it.
            show(store, room).await?;
        }
        let (room, command) = match self {
            RoomCommand::List { archived } => return list(store, archived).await,
            RoomCommand::Show { room } => return show(store, RoomId(room)).await,
            RoomCommand::Members { room } => return members(store, RoomId(room)).await,
            RoomCommand::Create {
                name,
                topic,
                private,
                manager,
            } => {
                let kind = if private {
                    RoomKind::Private
                } else {
                    RoomKind::Public
                };
                let command = WriteCommand::CreateRoomFor {
                    name: names::room(&name, limits).map_err(refuse_text)?,
                    topic: names::topic(&topic, limits).map_err(refuse_text)?,
                    kind,
                    manager: person(store, &manager).await?,
                };
                let made = submit(store, command).await?;
                let room = made
                    .parts()
                    .0
                    .ok_or(Refusal::new(ErrorCode::StorageFailed))?;
                return show(store, room).await;
            }
            RoomCommand::Rename { room, name } => {
                let name = names::room(&name, limits).map_err(refuse_text)?;
                (room, change(room, Some(name), None, None))
            }
            RoomCommand::Topic { room, topic } => {
                let topic = names::topic(&topic, limits).map_err(refuse_text)?;
                (room, change(room, None, Some(topic), None))
            }
            RoomCommand::Posting { room, posting } => {
                (room, change(room, None, None, Some(posting)))
            }
            RoomCommand::Archive { room } => (room, archive(room, true)),
            RoomCommand::Restore { room } => (room, archive(room, false)),
            RoomCommand::Remove { room } => {
                let room = RoomId(room);
                let command = WriteCommand::Client(Command::RemoveRoom { room });
                submit(store, command).await?;
                return Ok(RoomAnswer::Rooms(Vec::new()));
            }
            RoomCommand::Add { room, people } => {
                let mut users = Vec::with_capacity(people.len());
                for name in people {
                    users.push(person(store, &name).await?);
                }
                let room = RoomId(room);
                let command = Command::AddMembers { room, users };
                submit(store, WriteCommand::Client(command)).await?;
                return members(store, room).await;
            }
            RoomCommand::RemoveMember { room, person: name } => {
                let (room, user) = (RoomId(room), person(store, &name).await?);
                let command = Command::RemoveMember { room, user };
                submit(store, WriteCommand::Client(command)).await?;
                return members(store, room).await;
            }
            RoomCommand::Manager {
                room,
                person: name,
                remove,
            } => {
                let role = if remove {
                    MemberRole::Member
                } else {
                    MemberRole::Manager
                };
                let (room, user) = (RoomId(room), person(store, &name).await?);
                let command = Command::SetMemberRole { room, user, role };
                submit(store, WriteCommand::Client(command)).await?;
                return members(store, room).await;
            }
        };
        submit(store, command).await?;
        show(store, RoomId(room)).await
    }
}

fn change(
    room: i64,
    name: Option<String>,
    topic: Option<String>,
    posting: Option<Posting>,
) -> WriteCommand {
    WriteCommand::SetRoom {
        room: RoomId(room),
        name,
        topic,
        posting,
    }
}

fn archive(room: i64, archived: bool) -> WriteCommand {
    let room = RoomId(room);
    WriteCommand::Client(Command::ArchiveRoom { room, archived })
}

async fn person(store: &dyn Store, name: &str) -> Result<UserId, Refusal> {
    let found = find_person(store, Actor::Operator, name).await?;
    Ok(found.person.id)
}

/// Commits a change of the operator.
async fn submit(store: &dyn Store, command: WriteCommand) -> Result<Outcome, Refusal> {
    let outcome = store.carry_out(command).await;
    outcome.map_err(StoreError::into_refusal)
}
