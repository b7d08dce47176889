//! What the operator does to rooms and networks, and what is removed of what somebody wrote.

use shared::id::Micros;

use super::*;
use crate::network::Network;
use crate::store::AuthorFilter;

/// The direct conversations that the commands before have made.
const TALK: RoomId = RoomId(6);
const DIARY: RoomId = RoomId(7);

pub fn commands() -> Vec<(Actor, WriteCommand)> {
    let network = |text: &str| -> Network { text.parse().unwrap() };
    let block = |text| WriteCommand::Block {
        network: network(text),
        until: Micros(7),
    };
    let author = AuthorFilter::Person(OWNER);
    let since = Micros(0);
    let commands = [
        WriteCommand::CreateRoomFor {
            manager: ADA,
            name: "yard".into(),
            topic: "roses".into(),
            kind: RoomKind::Public,
        },
        WriteCommand::BeginRemoval { author, since },
        WriteCommand::EraseWriting {
            room: TALK,
            seq: Seq(2),
        },
        block("203.0.113.0/24"),
        block("198.51.100.7"),
        WriteCommand::Unblock {
            network: network("198.51.100.7"),
        },
        WriteCommand::RemoveUnusedDirect { room: DIARY },
    ];
    commands.map(|command| (Actor::Operator, command)).into()
}
