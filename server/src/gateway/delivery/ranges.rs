//! How the changes of one commit are divided: into frames of a limited size, and around a
//! simple client's own messages.

use std::ops::Range;

use shared::frame::Changes;
use shared::id::Seq;
use smallvec::SmallVec;

use crate::store::{ChangedItem, ConnectionId, StreamBatch};

/// Items in one live frame.
const ITEMS_PER_FRAME: usize = 200;

/// Splits a commit's changes to a stream into frames without a gap between them, so that a
/// large commit does not become one frame that a reader has to take in at once.
///
/// A message that was changed in the commit of its post stands behind later ones. They stay in
/// one frame: between two frames a client must have all messages up to the last one.
pub fn split_into_frames(batch: StreamBatch) -> impl Iterator<Item = Changes> {
    let ends = frame_ends(&batch.items);
    let count = ends.len();
    let stream = batch.stream.key();
    let mut from = batch.from;
    let mut start = 0;
    let mut changed = batch.items.into_iter();
    ends.into_iter().enumerate().map(move |(index, end)| {
        let size = end - std::mem::replace(&mut start, end);
        let items: Vec<_> = changed
            .by_ref()
            .take(size)
            .map(|changed| changed.item)
            .collect();
        let is_last = index + 1 == count;
        let through = match items.last() {
            Some(last) if !is_last => last.rev(stream),
            _ => batch.through,
        };
        Changes {
            question: None,
            stream,
            from: std::mem::replace(&mut from, through),
            through,
            head: None,
            items,
        }
    })
}

/// Where each frame ends among the items of a commit. There is at least one frame.
fn frame_ends(items: &[ChangedItem]) -> SmallVec<[usize; 4]> {
    let mut ends = SmallVec::new();
    if items.len() > ITEMS_PER_FRAME {
        // Of each item, the first new message among those behind it.
        let mut first_behind = vec![Seq(i64::MAX); items.len()];
        for index in (1..items.len()).rev() {
            let behind = first_behind[index];
            let seq = new_seq(&items[index]);
            first_behind[index - 1] = seq.map_or(behind, |seq| seq.min(behind));
        }
        let (mut start, mut last) = (0, Seq::ZERO);
        for (index, changed) in items.iter().enumerate() {
            last = last.max(new_seq(changed).unwrap_or(Seq::ZERO));
            let end = index + 1;
            let is_full = end - start >= ITEMS_PER_FRAME;
            if is_full && last < first_behind[index] && end < items.len() {
                ends.push(end);
                start = end;
            }
        }
    }
    ends.push(items.len());
    ends
}

fn new_seq(changed: &ChangedItem) -> Option<Seq> {
    let message = changed.item.as_message().filter(|_| changed.is_new_message);
    message.map(|message| message.seq)
}

/// Where one author's frame lies among frames that were written one behind the other.
#[derive(Clone, Copy, Debug)]
pub struct FrameRange {
    /// The connection that posted the message; none if it is not on this node.
    pub author: Option<ConnectionId>,
    /// The frame's first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

/// The longest byte ranges without a frame of `connection`.
pub fn ranges_of_others(
    frames: &[FrameRange],
    connection: ConnectionId,
) -> impl Iterator<Item = Range<usize>> {
    frames
        .split(move |frame| frame.author == Some(connection))
        .filter_map(|run| Some(run.first()?.start..run.last()?.end))
}

#[cfg(test)]
mod tests {
    use shared::id::{Micros, Rev, RoomId};
    use shared::model::{Author, Message};
    use shared::stream::Item;

    use super::*;
    use crate::store::StreamId;

    #[test]
    fn an_author_s_own_frames_are_left_out() {
        let (me, you) = (Some(ConnectionId(1)), Some(ConnectionId(2)));
        let frames = [
            (you, 0, 5),
            (None, 5, 9),
            (me, 9, 12),
            (me, 12, 15),
            (you, 15, 20),
        ]
        .map(|(author, start, end)| FrameRange { author, start, end });
        assert_eq!(
            ranges_of_others(&frames, ConnectionId(1)).collect::<Vec<_>>(),
            [0..9, 15..20]
        );
        assert_eq!(
            ranges_of_others(&frames, ConnectionId(2)).next(),
            Some(5..15)
        );
        assert_eq!(
            ranges_of_others(&frames, ConnectionId(3)).next(),
            Some(0..20)
        );
    }

    #[test]
    fn a_large_commit_is_split_into_frames_without_a_gap() {
        let count = 2 * ITEMS_PER_FRAME + 1;
        let batch = StreamBatch {
            stream: StreamId::Room(RoomId(7)),
            from: Rev(10),
            // One more change than messages: the room's own, at the end.
            through: Rev(10 + i64::try_from(count).unwrap() + 1),
            items: (1..=count).map(posted).collect(),
        };
        let (from, through) = (batch.from, batch.through);
        let frames: Vec<_> = split_into_frames(batch).collect();
        assert_eq!(frames.len(), 3);
        assert_eq!(frames[0].from, from);
        assert!(
            frames
                .windows(2)
                .all(|pair| pair[0].through == pair[1].from)
        );
        assert_eq!(frames[2].through, through);
        assert_eq!(
            frames
                .iter()
                .map(|changes| changes.items.len())
                .sum::<usize>(),
            count
        );
    }

    #[test]
    fn no_frame_ends_where_a_message_is_missing_that_was_changed_in_its_commit() {
        let count = 3 * ITEMS_PER_FRAME;
        let mut messages: Vec<_> = (1..=count).map(posted).collect();
        // The tenth message was edited after the first 300.
        let mut edited = messages.remove(9);
        let Item::Message(message) = &mut edited.item else {
            panic!("a message");
        };
        message.rev = Rev(10 + 300);
        messages.insert(299, edited);
        let batch = StreamBatch {
            stream: StreamId::Room(RoomId(7)),
            from: Rev(10),
            through: Rev(10 + i64::try_from(count).unwrap()),
            items: messages,
        };
        let mut last = Seq::ZERO;
        let mut seen = 0;
        let sizes = split_into_frames(batch).map(|changes| {
            let messages = changes.items.iter().filter_map(Item::as_message);
            last = messages.map(|m| m.seq).fold(last, Seq::max);
            seen += i64::try_from(changes.items.len()).unwrap();
            assert_eq!(last, Seq(seen), "all messages up to the last one");
            changes.items.len()
        });
        assert_eq!(sizes.collect::<Vec<_>>(), [300, 200, 100]);
    }

    #[test]
    fn a_change_without_items_makes_one_frame() {
        let (from, through) = (Rev(4), Rev(5));
        let batch = StreamBatch {
            stream: StreamId::Room(RoomId(7)),
            from,
            through,
            items: Vec::new(),
        };
        let frames: Vec<_> = split_into_frames(batch)
            .map(|changes| (changes.from, changes.through))
            .collect();
        assert_eq!(frames, [(from, through)]);
    }

    fn posted(number: usize) -> ChangedItem {
        let number = i64::try_from(number).unwrap();
        let author = Author {
            id: None,
            name: "John".into(),
            rev: Rev::ZERO,
        };
        let message = Message {
            seq: Seq(number),
            rev: Rev(10 + number),
            content_rev: None,
            author,
            client_id: None,
            body: "Hello".into(),
            event: None,
            posted_at: Micros(0),
            edited_at: None,
            deleted_at: None,
        };
        ChangedItem {
            item: Item::Message(message),
            connection: None,
            is_new_message: true,
        }
    }
}
