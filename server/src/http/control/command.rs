//! What an operator can ask for, and what comes of it.

use std::fmt;

use clap::builder::TypedValueParser;
use clap::{Subcommand, value_parser};
use serde::{Deserialize, Serialize};
use shared::id::{RoomId, Seq, UserId};
use tokio::sync::oneshot;

use crate::store::{Actor, Command, Reply, Store, StoreError, Write};

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
}

/// What came of a command; shown as the sentence that the operator reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum OperatorAnswer {
    /// What was named is gone.
    Removed,
}

impl fmt::Display for OperatorAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OperatorAnswer::Removed => write!(f, "removed"),
        }
    }
}

impl OperatorCommand {
    /// Carries it out, on a running server's store or on a stopped one's.
    ///
    /// # Errors
    /// The store's: what was named is not there, or cannot be removed.
    pub async fn carry_out(self, store: &dyn Store) -> Result<OperatorAnswer, StoreError> {
        let change = match self {
            OperatorCommand::RemoveMessage { room, seq } => Command::Delete { room, seq },
            OperatorCommand::RemoveGuest { user } => Command::RemoveUser { user },
            OperatorCommand::RemoveRoom { room } => Command::RemoveRoom { room },
        };
        submit(store, change).await?;
        Ok(OperatorAnswer::Removed)
    }
}

/// Submits a change on the operator's behalf and waits until it is stored.
async fn submit(store: &dyn Store, command: Command) -> Result<(), StoreError> {
    let (answer, answered) = oneshot::channel();
    let write = Write {
        actor: Actor::Operator,
        client_id: None,
        command,
        origin: None,
        // Whoever asked may have gone meanwhile; then there is no one to tell.
        reply: Reply::new(move |result| drop(answer.send(result))),
    };
    store.submit(write).await;
    answered.await.unwrap_or(Err(StoreError::Closed))?;
    Ok(())
}
