//! Guests who came by a link to one room: no other room exists for them, and the link says from where
//! on the room does.

mod earlier_messages;
mod joining;
mod leaving;
mod other_rooms;
mod random;
mod returning;

use serde_json::{Value, json};
use shared::frame::ClientFrame;
use shared::id::RoomId;

use crate::support::account::{PASSWORD, ask_as, claim, invite, join, post, signed_in};
use crate::support::guest::Guest;
use crate::support::http::Answer;
use crate::support::native::Native;
use crate::support::server::Server;

/// What is said before the guest comes.
const EARLIER: &str = "said before anybody came";

/// A place without other guests, with a room to which guests are invited.
struct Place {
    server: Server,
    owner: Guest,
    olga: Native,
    /// The room, which is public.
    room: RoomId,
}

impl Place {
    /// In the room one message was posted.
    async fn new() -> Self {
        let server = Server::start(&["--guests", "off"]).await;
        let owner = claim(server.address, server.folder.path()).await;
        let mut olga = owner.connect(server.address).await;
        let room = olga.create_room("garden").await;
        olga.post(room, EARLIER).await;
        Place {
            server,
            owner,
            olga,
            room,
        }
    }

    /// The same place after a restart of the server.
    async fn restart(self) -> Self {
        let Place {
            server,
            owner,
            olga,
            room,
        } = self;
        drop(olga);
        let server = server.restart().await;
        let olga = owner.connect(server.address).await;
        Place {
            server,
            owner,
            olga,
            room,
        }
    }

    /// The secret of a guest's invitation to a room.
    async fn link(&self, room: RoomId, with_history: bool) -> String {
        let wish = json!({ "role": "guest", "rooms": [room], "with_history": with_history });
        invite(self.server.address, &self.owner, &wish).await
    }

    /// Follows an invitation with this name.
    async fn follow(&self, secret: &str, name: &str) -> Answer {
        let body = json!({ "token": secret, "name": name });
        post(self.server.address, "invitation/guest", &body).await
    }

    /// A guest of a room, from now on or with what was said before.
    async fn guest_of(&self, room: RoomId, with_history: bool) -> Guest {
        let secret = self.link(room, with_history).await;
        signed_in(&self.follow(&secret, "Gus").await)
    }

    /// Somebody who has an account.
    async fn member(&self, username: &str) -> Guest {
        let address = self.server.address;
        let secret = invite(address, &self.owner, &json!({})).await;
        signed_in(&join(address, &secret, username).await)
    }

    /// The guest becomes an account by an invitation of the owner.
    async fn keep(&self, guest: &Guest, wish: &Value) -> Guest {
        let address = self.server.address;
        let secret = invite(address, &self.owner, wish).await;
        let username = format!("gus{}", guest.profile.id.0);
        let body = json!({ "token": secret, "username": username, "name": "Gus",
            "password": PASSWORD, "keep": true });
        let path = "invitation/account";
        signed_in(&ask_as(address, guest, "POST", path, &body).await)
    }

    /// Asks over HTTP as somebody.
    async fn get(&self, who: &Guest, path: &str) -> Answer {
        ask_as(self.server.address, who, "GET", path, &Value::Null).await
    }
}

/// A frame from JSON.
fn frame(json: Value) -> ClientFrame {
    serde_json::from_value(json).unwrap()
}
