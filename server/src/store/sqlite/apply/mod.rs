//! Carries out commands inside the writer's transaction.
//!
//! A command checks everything before it changes anything. A refusal therefore leaves no
//! trace and needs no savepoint. An error of SQLite voids the whole transaction; the writer
//! then tries each command by itself.

mod address;
mod message;
mod person;
mod receipt;
mod room;
mod room_names;
mod statements;
mod transaction;

use rusqlite::Connection;
use shared::command::Command;
use shared::id::Micros;

use super::disk_space::SpaceLevel;
use super::stream_heads::StreamHeads;
use crate::store::{Batch, Outcome, RoomQuota, StoreError, WriteCommand, WriteRequest};
pub use address::network_address;
use transaction::Applied;
pub use transaction::{ApplyError, WriteTransaction};

/// What a transaction changed and whether it removed a room; and the results of its commands,
/// in order.
type AppliedAll = ((Batch, bool), Vec<Result<Outcome, StoreError>>);

/// Begins a transaction and carries out all commands in it. The caller commits.
///
/// # Errors
/// SQLite's; then the caller rolls back.
pub fn apply_all(
    connection: &Connection,
    heads: &mut StreamHeads,
    epoch_ordinal: i64,
    now: Micros,
    space: SpaceLevel,
    room_quota: RoomQuota,
    requests: &[WriteRequest],
) -> rusqlite::Result<AppliedAll> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut transaction =
        WriteTransaction::new(connection, heads, epoch_ordinal, now, space, room_quota);
    let mut outcomes = Vec::with_capacity(requests.len());
    for request in requests {
        outcomes.push(match apply(&mut transaction, request) {
            Ok(outcome) => Ok(outcome),
            Err(ApplyError::Refused(refusal)) => Err(StoreError::Refused(refusal)),
            Err(ApplyError::Full) => Err(StoreError::Full),
            Err(ApplyError::Sqlite(error)) => return Err(error),
        });
    }
    finish(&mut transaction)?;
    Ok((transaction.into_batch(), outcomes))
}

/// Carries out one command.
#[tracing::instrument(
    name = "command",
    level = "debug",
    skip_all,
    fields(connection = request.connection.map(|connection| connection.0))
)]
fn apply(transaction: &mut WriteTransaction<'_>, request: &WriteRequest) -> Applied {
    if let Some(first_result) = transaction.find_receipt(request)? {
        return first_result;
    }
    if !transaction.space.allows(&request.command) {
        return Err(ApplyError::Full);
    }
    let outcome = match &request.command {
        // A post's receipt is the message itself.
        WriteCommand::Client(Command::Send { room, body }) => {
            return transaction.post(request, *room, body);
        }
        WriteCommand::Client(command) => client_command(transaction, request, command),
        WriteCommand::RemoveRoom { room } => transaction.remove_room(*room),
        WriteCommand::SetRoom { room, name, topic } => {
            transaction.set_room(*room, name.as_deref(), topic.as_deref())
        }
        WriteCommand::CreateGuest { name, token } => transaction.create_guest(name, token),
        WriteCommand::TouchSession { token } => transaction.touch_session(token),
        WriteCommand::EndSession { token } => transaction.end_session(token),
        WriteCommand::RemoveUser { user } => transaction.remove_user(*user),
        WriteCommand::Block { network, until } => transaction.block(*network, *until),
        WriteCommand::Unblock { network } => transaction.unblock(*network),
        WriteCommand::Maintain => Ok(Outcome::Done),
    }?;
    transaction.store_receipt(request, &outcome)?;
    Ok(outcome)
}

fn client_command(
    transaction: &mut WriteTransaction<'_>,
    request: &WriteRequest,
    command: &Command,
) -> Applied {
    let actor = &request.actor;
    match command {
        Command::Send { room, body } => transaction.post(request, *room, body),
        Command::Edit {
            room,
            seq,
            rev,
            body,
        } => transaction.edit(actor, *room, *seq, *rev, body),
        Command::Delete { room, seq } => transaction.delete(actor, *room, *seq),
        Command::Cancel { room, target } => transaction.cancel(actor, *room, *target),
        Command::CreateRoom { name, topic } => transaction.create_room(request, name, topic),
        Command::UpdateRoom {
            room,
            rev,
            name,
            topic,
        } => transaction.update_room(actor, *room, *rev, name.as_deref(), topic.as_deref()),
        Command::Rename { name } => transaction.rename(actor, name),
        Command::MarkRead { room, seq } => transaction.mark_read(actor, *room, *seq),
    }
}

/// Stores what the commands of a transaction amount to together: read marks, the directory's
/// counter, and where the epoch begins in the changed streams. The caller commits next.
///
/// # Errors
/// SQLite's.
pub fn finish(transaction: &mut WriteTransaction<'_>) -> rusqlite::Result<()> {
    transaction.store_read_marks()?;
    transaction
        .heads
        .store(transaction.connection, transaction.epoch_ordinal)
}
