//! Which rows a batch fetches before it begins.

use crate::store::rules::RowKey;
use crate::store::{WriteCommand, WriteRequest};

/// The rows that are fetched for every batch.
pub const ALWAYS: [RowKey; 3] = [RowKey::Directory, RowKey::NewRoomId, RowKey::NewUserId];

/// The rows that nearly every command of its kind reads. The rules ask for all others by missing
/// them. So no rule depends on this list; a good list saves rounds.
pub fn first_reads(request: &WriteRequest) -> impl Iterator<Item = RowKey> {
    let user = request.actor.user();
    let room = match &request.command {
        WriteCommand::Client(command) => command.room(),
        WriteCommand::RemoveRoom { room } | WriteCommand::SetRoom { room, .. } => Some(*room),
        WriteCommand::Account(_)
        | WriteCommand::RemoveUser { .. }
        | WriteCommand::Block { .. }
        | WriteCommand::Unblock { .. }
        | WriteCommand::Maintain => None,
    };
    let member = match &request.command {
        WriteCommand::Client(command) => command.member().zip(room),
        WriteCommand::RemoveRoom { .. }
        | WriteCommand::SetRoom { .. }
        | WriteCommand::Account(_)
        | WriteCommand::RemoveUser { .. }
        | WriteCommand::Block { .. }
        | WriteCommand::Unblock { .. }
        | WriteCommand::Maintain => None,
    };
    let receipt = user.zip(request.client_id);
    [
        user.map(RowKey::Person),
        room.map(RowKey::RoomHead),
        user.zip(room)
            .map(|(user, room)| RowKey::ReadMark(user, room)),
        receipt.map(|(user, client_id)| RowKey::Receipt(user, client_id)),
        receipt.map(|(user, _)| RowKey::ReceiptCount(user)),
        member.map(|(member, _)| RowKey::Person(member)),
        member.map(|(member, room)| RowKey::Membership(room, member)),
        member.map(|(member, room)| RowKey::ReadMark(member, room)),
    ]
    .into_iter()
    .flatten()
}
