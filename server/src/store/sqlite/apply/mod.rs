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

use crate::store::{Command, Outcome, WriteRequest};
pub use address::network_address;
pub use transaction::{Applied, ApplyError, WriteTransaction};

/// Carries out one command.
///
/// # Errors
/// Why it was not carried out.
pub fn apply(transaction: &mut WriteTransaction<'_>, request: &WriteRequest) -> Applied {
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
