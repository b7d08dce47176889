//! A simple client that posts and listens in the lobby.

use std::net::SocketAddr;

use super::World;
use crate::evidence::Listener;
use crate::support::simple::Frame;
use crate::support::socket::{Event, Socket};

/// Frames received for each one that it sends, so that it is as fast as the lobby.
const RECEIVED_PER_SENT: usize = 10;

/// Posts and listens until the end. Returns what it posted and received.
pub async fn run(name: String, mut world: World) -> (Vec<String>, Listener) {
    let mut talker = Talker {
        said: Vec::new(),
        listener: Listener {
            name,
            received: Vec::new(),
        },
    };
    let mut life = 0;
    while let Some((number, address)) = world.next_run(life).await {
        life = number;
        if talker.connection(address, &mut world).await {
            break;
        }
        world.assert_ended(life, &talker.listener.name);
    }
    (talker.said, talker.listener)
}

struct Talker {
    said: Vec<String>,
    listener: Listener,
}

impl Talker {
    /// One connection, to its end; whether all is over.
    async fn connection(&mut self, address: SocketAddr, world: &mut World) -> bool {
        let Ok(mut socket) = Socket::open(address, "/", &[]).await else {
            return false;
        };
        let mut received = 0_usize;
        loop {
            let is_finishing = *world.finishing.borrow_and_update();
            if is_finishing {
                return true;
            }
            // Nothing is sent twice: without a reply it may or may not be stored.
            if received.is_multiple_of(RECEIVED_PER_SENT) {
                self.say(&mut socket).await;
            }
            let event = tokio::select! {
                event = socket.event() => event,
                _changed = world.finishing.changed() => continue,
            };
            match event {
                Event::Text(text) => {
                    let frame: Frame = serde_json::from_str(&text).unwrap();
                    assert_eq!(frame.error, None, "{frame:?}");
                    self.listener.received.push((frame.user, frame.content));
                    received += 1;
                }
                Event::Closed(_) => return false,
                Event::Other(other) => panic!("{other:?}"),
            }
        }
    }

    async fn say(&mut self, socket: &mut Socket) {
        let name = &self.listener.name;
        let content = format!("[{name} {}]", self.said.len());
        let frame = serde_json::json!({ "user": name, "content": content });
        self.said.push(content);
        socket.text(frame.to_string()).await;
    }
}
