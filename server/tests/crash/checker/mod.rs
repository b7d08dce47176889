//! The judge: evidence in, everything that is wrong with it out. No I/O.

mod change;
mod listener;
mod reader;
mod stored;
#[cfg(test)]
mod tests;

use shared::error::ErrorCode;
use shared::id::{ClientId, Rev, RoomId, Seq};

use crate::evidence::Evidence;
use change::Ledger;

/// One thing that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A command never got an answer.
    Unanswered(ClientId),
    /// A command was refused.
    Refused(ClientId, ErrorCode),
    /// Two acknowledgements of one command name different places.
    AnswerChanged(ClientId),
    /// An acknowledged message is not where its acknowledgement says.
    Lost(ClientId),
    /// An acknowledged change has no effect, and none came after it.
    ChangeLost(ClientId),
    /// A message is stored more than once.
    StoredTwice(String),
    /// A stored message that nobody sent.
    Stranger(RoomId, Seq),
    /// No message has this place.
    SeqHole(RoomId, Seq),
    /// More than one message has this place, or one is not at its place.
    SeqTwice(RoomId, Seq),
    /// No change has this revision.
    RevHole(RoomId, Rev),
    /// More than one change has this revision.
    RevTwice(RoomId, Rev),
    /// Posts do not have their places in the order of their revisions.
    Disorder(RoomId, Seq),
    /// Catching up does not bring this revision, or not as it is stored.
    CatchUp(RoomId, Rev),
    /// A reader who resumed was told to forget what they knew.
    Forgotten(String, RoomId),
    /// Live frames do not follow each other: after the first revision came one above it.
    LiveHole(String, RoomId, Rev, Rev),
    /// A reader was never brought this revision, or not the message that it changed.
    Missed(String, RoomId, Rev),
    /// A reader saw messages out of their order.
    SeenDisorder(String, RoomId, Rev),
    /// Someone saw what is not there in the end, or is there as something else.
    Phantom(String, RoomId, String),
    /// A reader's own replica does not show what the store holds.
    ShownOtherwise(String, RoomId, Seq),
    /// Someone on the simple protocol heard messages out of their order, or one twice.
    HeardDisorder(String, String),
    /// Someone on the simple protocol heard themselves.
    Echo(String, String),
}

/// Everything that is wrong.
pub fn check(evidence: &Evidence) -> Vec<Violation> {
    let mut found = Vec::new();
    let ledger = Ledger::new(&evidence.sent, &mut found);
    stored::check(evidence, &ledger, &mut found);
    for reader in &evidence.readers {
        reader::check(reader, &evidence.rooms, &ledger, &mut found);
    }
    for listener in &evidence.listeners {
        listener::check(listener, evidence, &mut found);
    }
    found
}
