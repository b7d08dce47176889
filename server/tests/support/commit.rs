//! A commit as the store publishes it.

use server::store::{Batch, Posted, RoomBatch};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Author, Message};

/// A commit with this many messages of 200 bytes in the lobby.
pub fn commit(messages: i64) -> Batch {
    let messages = (1..=messages).map(posted).collect::<Vec<_>>();
    let room = RoomBatch {
        room: RoomId::LOBBY,
        from: Rev(0),
        through: messages.last().map_or(Rev(0), |last| last.message.rev),
        info: None,
        messages,
    };
    Batch {
        rooms: vec![room],
        ..Batch::default()
    }
}

fn posted(number: i64) -> Posted {
    let message = Message {
        seq: Seq(number),
        rev: Rev(number),
        author: Author {
            id: Some(UserId(1)),
            name: "Ada".into(),
            rev: Rev(1),
        },
        client_id: Some(ClientId::new(0, &[0; 10])),
        body: "x".repeat(200),
        posted_at: Micros(1),
        edited_at: None,
        deleted_at: None,
    };
    Posted {
        message,
        connection: None,
        is_new: true,
    }
}
