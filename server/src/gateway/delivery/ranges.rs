//! How the changes of one commit are divided: into frames of a limited size, and around a
//! simple client's own messages.

use std::ops::Range;

use shared::frame::Changes;

use crate::store::{ConnectionId, RoomBatch};

/// Messages in one live frame.
const MESSAGES_PER_FRAME: usize = 200;

/// Splits a commit's changes to a room into frames without a gap between them, so that a
/// large commit does not become one frame that a reader has to take in at once.
pub fn split_into_frames(mut batch: RoomBatch) -> impl Iterator<Item = Changes> {
    let count = batch.messages.len().div_ceil(MESSAGES_PER_FRAME).max(1);
    let mut from = batch.from;
    let mut posted = batch.messages.into_iter();
    (1..=count).map(move |number| {
        let messages: Vec<_> = posted
            .by_ref()
            .take(MESSAGES_PER_FRAME)
            .map(|posted| posted.message)
            .collect();
        let is_last = number == count;
        let through = match messages.last() {
            Some(last) if !is_last => last.rev,
            _ => batch.through,
        };
        Changes {
            room: batch.room,
            from: std::mem::replace(&mut from, through),
            through,
            head: None,
            info: if is_last { batch.info.take() } else { None },
            messages,
        }
    })
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
    use shared::id::{Micros, Rev, RoomId, Seq};
    use shared::model::{Author, Message};

    use super::*;
    use crate::store::Posted;

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
        let count = 2 * MESSAGES_PER_FRAME + 1;
        let batch = RoomBatch {
            room: RoomId(7),
            from: Rev(10),
            // One more change than messages: the room's own, at the end.
            through: Rev(10 + i64::try_from(count).unwrap() + 1),
            info: None,
            messages: (1..=count).map(posted).collect(),
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
                .map(|changes| changes.messages.len())
                .sum::<usize>(),
            count
        );
    }

    #[test]
    fn a_change_without_messages_makes_one_frame() {
        let (from, through) = (Rev(4), Rev(5));
        let batch = RoomBatch {
            room: RoomId(7),
            from,
            through,
            info: None,
            messages: Vec::new(),
        };
        let frames: Vec<_> = split_into_frames(batch)
            .map(|changes| (changes.from, changes.through))
            .collect();
        assert_eq!(frames, [(from, through)]);
    }

    fn posted(number: usize) -> Posted {
        let number = i64::try_from(number).unwrap();
        let author = Author {
            id: None,
            name: "John".into(),
            rev: Rev::ZERO,
        };
        let message = Message {
            seq: Seq(number),
            rev: Rev(10 + number),
            author,
            client_id: None,
            body: "Hello".into(),
            posted_at: Micros(0),
            edited_at: None,
            deleted_at: None,
        };
        Posted {
            message,
            connection: None,
            is_new: true,
        }
    }
}
