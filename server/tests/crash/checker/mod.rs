//! Checks the record of a run and returns everything that is wrong. No I/O.

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

/// Something that must not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A command never got a reply.
    NoReply(ClientId),
    /// A command was refused.
    Refused(ClientId, ErrorCode),
    /// Two acknowledgements of one command differ.
    ReplyChanged(ClientId),
    /// An acknowledged message is not where its acknowledgement says.
    Lost(ClientId),
    /// An acknowledged change has no effect, and no later change explains that.
    ChangeLost(ClientId),
    /// A message is stored more than once.
    StoredTwice(String),
    /// A stored message that nobody sent.
    UnknownMessage(RoomId, Seq),
    /// No message has this sequence number.
    SeqGap(RoomId, Seq),
    /// More than one message has this sequence number, or a message has another one than it should.
    SeqTwice(RoomId, Seq),
    /// No change has this revision.
    RevGap(RoomId, Rev),
    /// More than one change has this revision.
    RevTwice(RoomId, Rev),
    /// The sequence numbers of posts are not in the order of their revisions.
    PostDisorder(RoomId, Seq),
    /// Resuming does not return this revision, or not as it is stored.
    CatchUp(RoomId, Rev),
    /// A reader that could resume got a reset.
    UnneededReset(String, RoomId),
    /// There is a gap between two live frames: after the first revision and before the second.
    LiveGap(String, RoomId, Rev, Rev),
    /// A reader never received this revision, or not the message that it changed.
    Missed(String, RoomId, Rev),
    /// A reader received messages out of order.
    ReaderDisorder(String, RoomId, Rev),
    /// A client received something that is not stored at the end, or is stored differently.
    SeenButNotStored(String, RoomId, String),
    /// A reader's own replica differs from the store.
    ReplicaDiffers(String, RoomId, Seq),
    /// A simple client received messages out of order, or one twice.
    SimpleDisorder(String, String),
    /// A simple client received its own message.
    Echo(String, String),
}

/// Returns everything that is wrong.
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
