//! Notices of new messages in rooms that are not open.

use bytes::Bytes;
use shared::frame::{Notice, ServerFrame};
use shared::id::{RoomId, Seq};
use shared::model::Message;

use crate::gateway::delivery::encode;
use crate::store::StreamBatch;

/// The notice of the last new message that counts: not deleted again, and no line about the room.
pub fn newest_notice(room: RoomId, batch: &StreamBatch) -> Option<Notice> {
    let posted = batch
        .messages()
        .filter(|(message, changed)| changed.is_new_message && message.counts());
    // Not the last one: that may be an earlier message which was edited in the same commit.
    let (message, _) = posted.max_by_key(|(message, _)| message.seq)?;
    Some(Notice {
        room,
        seq: message.seq,
        author: message.author.clone(),
        words: words(message),
    })
}

/// The frame of a notice, and which message it is about.
pub fn notice_frame(notice: Notice) -> Option<(Seq, Bytes)> {
    Some((
        notice.seq,
        encode::text_frame(&ServerFrame::Notice(notice))?,
    ))
}

/// How a message begins.
pub fn words(message: &Message) -> String {
    message.body.chars().take(Notice::MAX_CHARS).collect()
}
