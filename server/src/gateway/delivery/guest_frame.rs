//! A frame of a room's changes for guests who came later than some of the messages.
//!
//! Each guest sees the messages from another one on, so the guests of a room do not all get the same
//! bytes. But they differ in nothing except how many of the frame's messages are left out, beginning
//! with the oldest. So there are at most as many forms of the frame as it has messages, and one more.
//! The form with everything is the frame of all others in the room. Each other form that some
//! subscriber needs is encoded once, before the frame is in the feed.

use bytes::Bytes;
use shared::frame::{Changes, ServerFrame};
use shared::id::Seq;
use shared::stream::Item;

use super::encode;

/// The changes, and the forms that were encoded so far.
#[derive(Debug)]
pub struct GuestFrame {
    changes: Changes,
    forms: GuestForms,
}

/// The forms of a frame.
#[derive(Debug)]
pub struct GuestForms {
    // The messages in it, ascending.
    messages: Vec<Seq>,
    // By how many of these messages are left out. One that nobody needs is not there.
    forms: Vec<Option<Bytes>>,
}

impl GuestFrame {
    /// For these changes, which were encoded for all others in the room.
    pub fn new(changes: Changes, everything: Bytes) -> Self {
        let seqs = changes.items.iter().filter_map(Item::as_message);
        let mut messages: Vec<Seq> = seqs.map(|message| message.seq).collect();
        messages.sort_unstable();
        let mut forms = vec![None; messages.len() + 1];
        if let Some(form) = forms.first_mut() {
            *form = Some(everything);
        }
        GuestFrame {
            changes,
            forms: GuestForms { messages, forms },
        }
    }

    /// Encodes the form without the messages before `first`. It is sent even if nothing is left in
    /// it: the guest then knows that there is nothing to ask for up to its last revision.
    pub fn encode_beginning_with(&mut self, first: Seq) {
        let left_out = self.forms.left_out(first);
        if let Some(form @ None) = self.forms.forms.get_mut(left_out) {
            // Empty if it has no JSON form, so that it is not tried again.
            *form =
                Some(encode::text_frame(&without_before(&self.changes, first)).unwrap_or_default());
        }
    }

    /// What was encoded so far.
    pub fn forms(&self) -> &GuestForms {
        &self.forms
    }

    /// What was encoded.
    pub fn into_forms(self) -> GuestForms {
        self.forms
    }
}

impl GuestForms {
    /// The length of all forms together, in bytes.
    pub fn len(&self) -> usize {
        self.forms.iter().flatten().map(Bytes::len).sum()
    }

    /// Whether the form without the messages before `first` is there.
    pub fn has(&self, first: Seq) -> bool {
        self.forms
            .get(self.left_out(first))
            .is_some_and(Option::is_some)
    }

    /// The form without the messages before `first`.
    pub fn beginning_with(&self, first: Seq) -> Option<&Bytes> {
        let form = self.forms.get(self.left_out(first))?.as_ref();
        form.filter(|bytes| !bytes.is_empty())
    }

    fn left_out(&self, first: Seq) -> usize {
        self.messages.partition_point(|seq| *seq < first)
    }
}

fn without_before(changes: &Changes, first: Seq) -> ServerFrame {
    let exists = |item: &&Item| item.as_message().is_none_or(|message| message.seq >= first);
    let items = changes.items.iter().filter(exists).cloned().collect();
    ServerFrame::Changes(Changes {
        question: None,
        stream: changes.stream,
        from: changes.from,
        through: changes.through,
        head: None,
        items,
    })
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

    fn seqs(frame: &mut GuestFrame, first: i64) -> Vec<i64> {
        frame.encode_beginning_with(Seq(first));
        let bytes = frame.forms().beginning_with(Seq(first)).unwrap();
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
        let changes = Changes {
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
        };
        let everything = encode::text_frame(&ServerFrame::Changes(changes.clone())).unwrap();
        let mut frame = GuestFrame::new(changes, everything.clone());
        assert_eq!(seqs(&mut frame, 1), [8, 3, 9, 5]);
        assert_eq!(seqs(&mut frame, 3), [8, 3, 9, 5]);
        // That is the frame of all others, and no form is there that nobody needs.
        assert_eq!(frame.forms().len(), everything.len());
        let whole = frame.forms().beginning_with(Seq(3)).unwrap();
        assert_eq!(whole.as_ptr(), everything.as_ptr());
        assert!(!frame.forms().has(Seq(4)));
        assert_eq!(seqs(&mut frame, 4), [8, 9, 5]);
        assert_eq!(seqs(&mut frame, 6), [8, 9]);
        assert_eq!(seqs(&mut frame, 9), [9]);
        assert_eq!(seqs(&mut frame, 10), [0; 0]);
        // Guests who came between the same two messages share their bytes.
        let all = frame.forms().len();
        assert_eq!(seqs(&mut frame, 8), [8, 9]);
        assert_eq!(frame.forms().len(), all);
        let forms = frame.into_forms();
        let lengths = [1, 4, 6, 9, 10].map(|first| forms.beginning_with(Seq(first)).unwrap().len());
        assert_eq!(lengths.iter().sum::<usize>(), all);
    }
}
