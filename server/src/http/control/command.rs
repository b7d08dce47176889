//! The operator's commands, their answers, and how they are carried out.

use clap::builder::TypedValueParser;
use clap::{Subcommand, value_parser};
use serde::{Deserialize, Serialize};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, RoomId, Seq, UserId};

use super::accounts::{self, ResetWish, SessionWish};
use super::answer::OperatorAnswer;
use super::audit::AuditWish;
use super::context::OperatorContext;
use super::invite_wish::InviteWish;
use super::mail::{MailCommand, invite_by_mail};
use super::place::PlaceCommand;
use super::room::RoomCommand;
use super::time_span::TimeSpan;
use super::user::UserCommand;
use crate::accounts::{InviteRequest, JOIN_PATH, claim_link, create_invite, delete_person};
use crate::chat::refuse_text;
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
    /// `madang link --user`.
    #[command(skip)]
    ResetLink(ResetWish),
    /// `madang session list`.
    #[command(skip)]
    ListSessions(SessionWish),
    /// `madang session end`.
    #[command(skip)]
    EndSessions(SessionWish),
    /// `madang invite create`.
    #[command(skip)]
    CreateInvite(InviteWish),
    /// `madang invite revoke`.
    #[command(skip)]
    RevokeInvite {
        /// The invitation's number.
        id: i64,
    },
    /// `madang audit`.
    #[command(skip)]
    Audit(AuditWish),
    /// `madang mail`.
    #[command(skip)]
    Mail(MailCommand),
    /// `madang place`.
    #[command(skip)]
    Place(PlaceCommand),
    /// `madang room`.
    #[command(skip)]
    Room(RoomCommand),
    /// `madang user`.
    #[command(skip)]
    User(UserCommand),
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
                    posting: None,
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
                let link = claim_link(store, now).await?;
                return Ok(OperatorAnswer::ClaimLink {
                    base_url: context.base_url(),
                    path: link.path,
                });
            }
            OperatorCommand::ResetLink(wish) => return reset_link(&context, &wish).await,
            OperatorCommand::ListSessions(wish) => {
                let sessions = accounts::list_sessions(store, &wish).await;
                return sessions.map(OperatorAnswer::Sessions);
            }
            OperatorCommand::EndSessions(wish) => {
                let ended = accounts::end_sessions(store, &wish).await;
                return ended.map(|count| OperatorAnswer::SessionsEnded { count });
            }
            OperatorCommand::CreateInvite(wish) => return invite(&context, wish).await,
            OperatorCommand::User(command) => {
                let people = command.execute(store).await?;
                return Ok(OperatorAnswer::People { people });
            }
            OperatorCommand::Room(command) => {
                let answer = command.execute(store, context.limits).await?;
                return Ok(OperatorAnswer::Room(answer));
            }
            OperatorCommand::RevokeInvite { id } => {
                WriteCommand::from(AccountCommand::RevokeInvite(InviteId(id)))
            }
            OperatorCommand::Audit(wish) => {
                let page = wish.execute(&context).await?;
                return Ok(OperatorAnswer::Audit(page));
            }
            OperatorCommand::Mail(command) => return command.execute(&context).await,
            OperatorCommand::Place(command) => {
                let place = command.execute(store, context.limits).await?;
                return Ok(OperatorAnswer::Place(place));
            }
        };
        submit(store, change).await?;
        Ok(OperatorAnswer::Removed)
    }
}

/// Makes an invitation.
async fn invite(
    context: &OperatorContext<'_>,
    wish: InviteWish,
) -> Result<OperatorAnswer, Refusal> {
    if let Some(address) = wish.mail.clone() {
        return invite_by_mail(context, wish, address).await;
    }
    let request = InviteRequest::from(wish);
    let now = context.clock.now();
    let (id, token) = create_invite(context.store, now, Actor::Operator, None, request).await?;
    Ok(OperatorAnswer::Invited {
        id: id.0,
        base_url: context.base_url(),
        path: format!("{JOIN_PATH}{}", token.secret()),
    })
}

/// Makes a link with which a person sets a new password.
async fn reset_link(
    context: &OperatorContext<'_>,
    wish: &ResetWish,
) -> Result<OperatorAnswer, Refusal> {
    let link = accounts::reset_link_for(context, wish).await?;
    Ok(OperatorAnswer::ResetLink {
        base_url: context.base_url(),
        path: link.path,
        expires_at: link.expires_at,
    })
}

/// Removes what somebody wrote, page by page, so that other people's commands run in between.
async fn remove_writings(
    store: &dyn Store,
    author: AuthorFilter,
    since: Micros,
) -> Result<OperatorAnswer, Refusal> {
    submit(store, WriteCommand::BeginRemoval { author, since }).await?;
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
            let command = WriteCommand::EraseWriting { room, seq };
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
