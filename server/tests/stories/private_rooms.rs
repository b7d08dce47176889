//! Private rooms: for who is no member they do not exist, and members come and go.

mod members;
mod names;
#[cfg(feature = "faults")]
mod one_commit;
pub mod outsider;
mod removed;
mod removed_room;

use shared::id::{RoomId, UserId};

use crate::support::guest::Guest;
use crate::support::native::Native;
use crate::support::server::Server;

/// What is said in the private room. No answer to an outsider holds it.
const SECRET: &str = "the surprise is on Friday";
/// The name of the private room.
const NAME: &str = "party planning";

/// A private room with a manager and a member.
struct PrivateRoom {
    server: Server,
    /// The manager, who made it.
    manager: Guest,
    ada: Native,
    /// Another member.
    member: Guest,
    ben: Native,
    room: RoomId,
}

impl PrivateRoom {
    async fn new() -> Self {
        Self::with(&[]).await
    }

    /// On a server that is started with these arguments.
    async fn with(arguments: &[&str]) -> Self {
        let server = Server::start(arguments).await;
        let manager = Guest::come_in(server.address, "Ada").await;
        let member = Guest::come_in(server.address, "Ben").await;
        let mut ada = manager.connect(server.address).await;
        let ben = member.connect(server.address).await;
        let room = ada.create_private_room(NAME).await;
        ada.add_members(room, &[member.profile.id]).await;
        PrivateRoom {
            server,
            manager,
            ada,
            member,
            ben,
            room,
        }
    }

    fn member_id(&self) -> UserId {
        self.member.profile.id
    }

    /// A person who is no member.
    async fn outsider(&self) -> Guest {
        Guest::come_in(self.server.address, "Mallory").await
    }

    /// The same after a restart of the server.
    async fn restart(self) -> Self {
        drop((self.ada, self.ben));
        let server = self.server.restart().await;
        let ada = self.manager.connect(server.address).await;
        let ben = self.member.connect(server.address).await;
        PrivateRoom {
            server,
            ada,
            ben,
            ..self
        }
    }
}
