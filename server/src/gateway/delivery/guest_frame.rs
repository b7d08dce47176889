//! A frame of a room's changes for guests who came later than some of the messages.
//!
//! Each guest sees the messages from another one on, so the guests of a room do not all get the same
//! bytes. But they differ in nothing except how many of the frame's messages are left out, beginning
//! with the oldest. So there are at most as many forms of the frame as it has messages, and one more.
//! Each is encoded when the first guest needs it.

use std::cell::OnceCell;

use bytes::Bytes;
use shared::frame::{Changes, ServerFrame};
use shared::id::Seq;
use shared::stream::Item;

use super::encode;

/// The frame in all its forms.
#[derive(Debug)]
pub struct GuestFrame {
    changes: Changes,
    // The messages in it, ascending.
    messages: Vec<Seq>,
    // By how many of these messages are left out.
    forms: Vec<OnceCell<Option<Bytes>>>,
    // Of the form with everything.
    bytes: usize,
}

impl GuestFrame {
    /// For these changes.
    pub fn new(changes: Changes) -> Self {
        let seqs = changes.items.iter().filter_map(Item::as_message);
        let mut messages: Vec<Seq> = seqs.map(|message| message.seq).collect();
        messages.sort_unstable();
        let forms = vec![OnceCell::new(); messages.len() + 1];
        let mut frame = GuestFrame {
            changes,
            messages,
            forms,
            bytes: 0,
        };
        // Nearly all changes are new messages, which every guest gets.
        frame.bytes = frame
            .beginning_with(Seq::ZERO)
            .map_or(0, |bytes| bytes.len());
        frame
    }

    /// The length of the form with everything, in bytes.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// The frame without the messages before `first`. It is sent even if nothing is left in it: the
    /// guest then knows that there is nothing to ask for up to its last revision.
    pub fn beginning_with(&self, first: Seq) -> Option<Bytes> {
        let left_out = self.messages.partition_point(|seq| *seq < first);
        let form = self.forms.get(left_out)?;
        form.get_or_init(|| encode::text_frame(&self.without_before(first)))
            .clone()
    }

    fn without_before(&self, first: Seq) -> ServerFrame {
        let exists = |item: &&Item| item.as_message().is_none_or(|message| message.seq >= first);
        let items = self.changes.items.iter().filter(exists).cloned().collect();
        ServerFrame::Changes(Changes {
            question: None,
            stream: self.changes.stream,
            from: self.changes.from,
            through: self.changes.through,
            head: None,
            items,
        })
    }
}

#[cfg(test)]
mod tests {
    use shared::id::{Micros, Rev, RoomId};
    use shared::model::{Author, Message};
    use shared::stream::StreamKey;

    use super::*;

    fn message(seq: i64, rev: i64) -> Item {
        Item::Message(Message {
            seq: Seq(seq),
            rev: Rev(rev),
            content_rev: None,
            author: Author {
                id: None,
                name: "John".into(),
                rev: Rev::ZERO,
            },
            client_id: None,
            body: format!("body {seq}"),
            event: None,
            posted_at: Micros(1),
            edited_at: None,
            deleted_at: None,
        })
    }

    fn seqs(frame: &GuestFrame, first: i64) -> Vec<i64> {
        let bytes = frame.beginning_with(Seq(first)).unwrap();
        let start = bytes.iter().position(|byte| *byte == b'{').unwrap();
        let sent: ServerFrame = serde_json::from_slice(&bytes[start..]).unwrap();
        let ServerFrame::Changes(changes) = sent else {
            panic!("no changes");
        };
        assert_eq!((changes.from, changes.through), (Rev(20), Rev(24)));
        let messages = changes.items.iter().filter_map(Item::as_message);
        messages.map(|message| message.seq.0).collect()
    }

    #[test]
    fn each_guest_gets_the_messages_from_the_own_first_one_on_in_the_order_of_their_revisions() {
        let frame = GuestFrame::new(Changes {
            question: None,
            stream: StreamKey::Room(RoomId(7)),
            from: Rev(20),
            through: Rev(24),
            head: None,
            items: vec![
                message(8, 21),
                message(3, 22),
                message(9, 23),
                message(5, 24),
            ],
        });
        assert_eq!(seqs(&frame, 1), [8, 3, 9, 5]);
        assert_eq!(seqs(&frame, 3), [8, 3, 9, 5]);
        assert_eq!(seqs(&frame, 4), [8, 9, 5]);
        assert_eq!(seqs(&frame, 6), [8, 9]);
        assert_eq!(seqs(&frame, 9), [9]);
        assert_eq!(seqs(&frame, 10), [0; 0]);
        // Guests who came between the same two messages share their bytes.
        let (one, other) = (frame.beginning_with(Seq(6)), frame.beginning_with(Seq(8)));
        assert_eq!(one.unwrap().as_ptr(), other.unwrap().as_ptr());
    }
}
