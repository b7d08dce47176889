//! Many commands at once, from clients that read their replies.

use std::net::SocketAddr;

use shared::frame::{Ack, ClientFrame};
use shared::id::{Rev, RoomId};

use super::command;
use super::http::Answer;
use super::native::{Native, PATH};
use super::raw::{self, Raw};
use super::within;

/// Commands that are sent before their answers are read.
const TOGETHER: usize = 500;

impl Native {
    /// Posts messages, many at a time; the acknowledgements in the same order.
    pub async fn post_all(
        &mut self,
        room: RoomId,
        bodies: impl IntoIterator<Item = String>,
    ) -> Vec<Ack> {
        let commands: Vec<ClientFrame> = bodies
            .into_iter()
            .map(|body| command::send(room, &body))
            .collect();
        let mut acks = Vec::with_capacity(commands.len());
        for together in commands.chunks(TOGETHER) {
            self.say_all(together).await;
            for command in together {
                acks.push(self.answer(command::id(command)).await.unwrap());
            }
        }
        acks
    }

    /// Posts `count` numbered messages; the room's last revision.
    pub async fn post_numbers(&mut self, room: RoomId, numbers: std::ops::Range<usize>) -> Rev {
        let acks = self
            .post_all(room, numbers.map(|number| number.to_string()))
            .await;
        acks.last().unwrap().rev.unwrap()
    }
}

/// Opens native connections until one is accepted: a connection stops counting a moment after
/// its client has seen the end.
pub async fn open_when_free(address: SocketAddr) -> Raw {
    within("a free place", async {
        loop {
            if let Ok(raw) = Raw::try_open(address, PATH).await {
                return raw;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

/// Opens a native connection that must be refused, because the limit is reached.
pub async fn refused_connection(address: SocketAddr) -> Answer {
    raw::handshake(address, PATH, &[]).await
}
