//! The rules: what each command checks, and which rows it writes.
//!
//! They are written once, over the rows of [`Tables`], for every database. A rule first reads
//! and decides, then writes. A refusal therefore changes nothing, and a command that needs a row
//! which was not fetched can be carried out again from the start.
//!
//! There is no SQL here, and no transaction: a store begins and commits it.

mod access;
mod account;
mod account_rows;
mod audit;
mod batch_builder;
mod command_properties;
mod direct;
mod error;
mod line;
mod member;
mod membership;
mod message;
mod moderation;
mod person;
mod read_marks;
mod receipt;
mod room;
mod room_change;
mod sidebar;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{Micros, RoomId, UserId};
use shared::permission::Action;

use super::{Actor, Batch, Outcome, RoomQuota, SpaceLevel, WriteCommand, WriteRequest};
pub use account::{MAX_PASSKEYS, may_manage};
pub use account_rows::{
    AccountKey, AccountRow, ApplicationRow, ExternalRow, GrantRows, IdentityRow, InviteRow,
    LinkRow, PlaceRow, ProfileRow, SessionRow, TotpRow, may_invite,
};
use batch_builder::BatchBuilder;
pub use command_properties::published_bytes;
#[cfg(test)]
pub use direct::MAX_PER_DAY as MAX_DIRECTS_PER_DAY;
pub use error::{Applied, RuleError, RuleResult};
pub use room_change::RoomChange;
#[cfg(any(test, feature = "faults"))]
pub use tables::RowKey;
pub use tables::{
    AccountTables, MembershipRow, MessageOrigin, OpenedDirect, PersonRow, ReadMarkRow, ReceiptRow,
    RoomCounts, RoomHead, Tables, TablesError, TablesResult,
};

/// What decides about a command besides the rows.
#[derive(Clone, Copy, Debug)]
pub struct RuleConfig {
    /// The time of the transaction.
    pub now: Micros,
    /// Which commands there is space for.
    pub space: SpaceLevel,
    /// How many rooms there may be.
    pub room_quota: RoomQuota,
}

/// The rules for the commands of one transaction.
pub struct Rules<T> {
    /// The rows.
    pub tables: T,
    config: RuleConfig,
    batch: BatchBuilder,
    // Those that this transaction has looked at.
    read_marks: HashMap<(UserId, RoomId), ChangedMark>,
}

/// A read mark as it is stored, and as this transaction has left it.
#[derive(Clone, Copy, Debug)]
struct ChangedMark {
    stored: Option<ReadMarkRow>,
    present: Option<ReadMarkRow>,
    /// Whether it is stored although it has not changed.
    is_resent: bool,
}

impl<T: Tables> Rules<T> {
    /// For a transaction over these rows.
    pub fn new(tables: T, config: RuleConfig) -> Self {
        Rules {
            tables,
            config,
            batch: BatchBuilder::default(),
            read_marks: HashMap::new(),
        }
    }

    /// Carries out one command.
    ///
    /// # Errors
    /// After [`RuleError::Failed`] the transaction is void. After every other error nothing has
    /// changed.
    #[tracing::instrument(
        name = "command",
        level = "debug",
        skip_all,
        fields(connection = request.connection.map(|connection| connection.0))
    )]
    pub fn apply(&mut self, request: &WriteRequest) -> Applied<T> {
        if let Some(first_result) = self.find_receipt(request)? {
            return first_result;
        }
        if !self.config.space.allows(&request.command) {
            return Err(RuleError::Full);
        }
        match &request.command {
            WriteCommand::Client(command) => self.client_command(request, command),
            WriteCommand::RemoveRoom { room } => {
                let access = self.access(&request.actor, *room, Action::Remove)?;
                self.remove_room(&request.actor, access)
            }
            WriteCommand::RemoveUnusedDirect { room } => self.remove_unused_direct(*room),
            WriteCommand::CreateRoomFor {
                manager,
                name,
                topic,
                kind,
            } => self.create_room_for(&request.actor, *manager, name, topic, *kind),
            WriteCommand::BeginRemoval { author, since } => {
                self.begin_removal(&request.actor, *author, *since)
            }
            WriteCommand::EraseWriting { room, seq } => {
                self.erase_writing(&request.actor, *room, *seq)
            }
            WriteCommand::SetRoom {
                room,
                name,
                topic,
                posting,
            } => {
                let change = RoomChange {
                    name: name.as_deref(),
                    topic: topic.as_deref(),
                    posting: *posting,
                };
                self.set_room(&request.actor, *room, change)
            }
            WriteCommand::Account(command) => self.account_command(&request.actor, command),
            WriteCommand::Block { network, until } => self.block(&request.actor, *network, *until),
            WriteCommand::Unblock { network } => self.unblock(&request.actor, *network),
            WriteCommand::Maintain => Ok(Outcome::Done),
        }
    }

    fn client_command(&mut self, request: &WriteRequest, command: &Command) -> Applied<T> {
        let actor = &request.actor;
        let authorised = self.authorise(actor, command)?;
        // A command about a room is authorised in one.
        let room = || authorised.ok_or(RuleError::from(ErrorCode::NotPermitted));
        if let Command::Send { room: _, body } = command {
            // The message is the receipt of its post.
            return self.post(request, room()?, body);
        }
        self.with_receipt(request, |rules| match command {
            Command::Send { room: _, body } => rules.post(request, room()?, body),
            Command::Edit {
                room: _,
                seq,
                rev,
                body,
            } => rules.edit(actor, room()?, *seq, *rev, body),
            Command::Delete { room: _, seq } => rules.delete(actor, room()?, *seq),
            Command::Cancel { room: _, target } => rules.cancel(actor, room()?, *target),
            Command::CreateRoom { name, topic, kind } => {
                rules.create_room(actor, request.address, name, topic, *kind)
            }
            Command::UpdateRoom {
                room: _,
                rev,
                name,
                topic,
                posting,
            } => {
                let change = RoomChange {
                    name: name.as_deref(),
                    topic: topic.as_deref(),
                    posting: *posting,
                };
                rules.update_room(actor, room()?, *rev, change)
            }
            Command::ArchiveRoom { room: _, archived } => {
                rules.archive_room(actor, room()?, *archived)
            }
            Command::RemoveRoom { room: _ } => rules.remove_room(actor, room()?),
            Command::JoinRoom { room: _ } => rules.join_room(actor, room()?),
            Command::AddMembers { room: _, users } => rules.add_members(actor, room()?, users),
            Command::RemoveMember { room: _, user } => rules.remove_member(actor, room()?, *user),
            Command::SetMemberRole {
                room: _,
                user,
                role,
            } => rules.set_member_role(actor, room()?, *user, *role),
            Command::OpenDirect { users } => rules.open_direct(request, users),
            Command::ChangeSidebar { change } => rules.change_sidebar(actor, change),
            Command::Rename { name } => rules.rename(actor, name),
            Command::MarkRead {
                room: _,
                seq,
                generation,
            } => rules.mark_read(actor, room()?, *seq, *generation),
            Command::MarkUnread { room: _, seq } => rules.mark_unread(actor, room()?, *seq),
            Command::SetMarks { marks } => rules.set_marks(actor, marks),
        })
    }

    /// Writes what the commands amount to together, and returns what has changed, to be
    /// published once the transaction is durable.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finish(&mut self) -> TablesResult<Batch, T::Failure> {
        self.store_read_marks()?;
        Ok(std::mem::take(&mut self.batch).build())
    }

    /// A person who is neither deleted nor deactivated.
    fn person(&mut self, user: UserId) -> RuleResult<&PersonRow, T> {
        match self.tables.person(user)? {
            Some(person) if person.is_active() => Ok(person),
            _ => Err(ErrorCode::Unauthorized.into()),
        }
    }

    /// The actor, who must be a person.
    fn acting_person(&mut self, actor: &Actor) -> RuleResult<&PersonRow, T> {
        match actor.user() {
            Some(user) => self.person(user),
            None => Err(ErrorCode::Unauthorized.into()),
        }
    }
}
