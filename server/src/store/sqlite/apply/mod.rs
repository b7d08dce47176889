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
use shared::id::Micros;

use super::disk_space::SpaceLevel;
use super::stream_heads::StreamHeads;
use crate::store::{Batch, Command, Outcome, StoreError, WriteRequest};
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
    requests: &[WriteRequest],
) -> rusqlite::Result<AppliedAll> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut transaction = WriteTransaction::new(connection, heads, epoch_ordinal, now, space);
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
    let actor = &request.actor;
    let outcome = match &request.command {
        Command::Post { room, body } => return transaction.post(request, *room, body),
        Command::Edit {
            room,
            seq,
            rev,
            body,
        } => transaction.edit(actor, *room, *seq, *rev, body),
        Command::Delete { room, seq } => transaction.delete(actor, *room, *seq),
        Command::Cancel { room, target } => transaction.cancel(actor, *room, *target),
        Command::CreateRoom { name, topic, quota } => {
            transaction.create_room(request, name, topic, *quota)
        }
        Command::UpdateRoom {
            room,
            rev,
            name,
            topic,
        } => transaction.update_room(actor, *room, *rev, name.as_deref(), topic.as_deref()),
        Command::RemoveRoom { room } => transaction.remove_room(*room),
        Command::SetRoom { room, name, topic } => {
            transaction.set_room(*room, name.as_deref(), topic.as_deref())
        }
        Command::Rename { name } => transaction.rename(actor, name),
        Command::MarkRead { room, seq } => transaction.mark_read(actor, *room, *seq),
        Command::CreateGuest { name, token } => transaction.create_guest(name, token),
        Command::TouchSession { token } => transaction.touch_session(token),
        Command::EndSession { token } => transaction.end_session(token),
        Command::RemoveUser { user } => transaction.remove_user(*user),
        Command::Block { network, until } => transaction.block(*network, *until),
        Command::Unblock { network } => transaction.unblock(*network),
        Command::Maintain => Ok(Outcome::default()),
    }?;
    transaction.store_receipt(request, &outcome)?;
    Ok(outcome)
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
