//! A commit as the store publishes it.

use server::store::{Batch, ChangedItem, StreamBatch, StreamId};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Author, Message};
use shared::stream::Item;

/// A commit with this many messages of 200 bytes in the lobby.
pub fn commit(messages: i64) -> Batch {
    let room = StreamBatch {
        stream: StreamId::Room(RoomId::LOBBY),
        from: Rev(0),
        through: Rev(messages),
        items: (1..=messages).map(posted).collect(),
    };
    Batch {
        streams: vec![room],
        ..Batch::default()
    }
}

fn posted(number: i64) -> ChangedItem {
    let message = Message {
        seq: Seq(number),
        rev: Rev(number),
        content_rev: None,
        author: Author {
            id: Some(UserId(1)),
            name: "Ada".into(),
            rev: Rev(1),
        },
        client_id: Some(ClientId::new(0, &[0; 10])),
        body: "x".repeat(200),
        event: None,
        posted_at: Micros(1),
        edited_at: None,
        deleted_at: None,
    };
    ChangedItem {
        item: Item::Message(message),
        connection: None,
        is_new_message: true,
    }
}
