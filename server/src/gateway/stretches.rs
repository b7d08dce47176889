//! How a commit's changes to a room are cut: into frames of a bearable size, and around
//! a simple client's own messages.

use shared::frame::Changes;

use crate::store::{Origin, RoomBatch};

/// Messages in one live frame.
const FRAME: usize = 200;

/// A commit's changes to a room, in stretches that follow each other: a large commit is
/// no large frame, which a reader would have to take in at once.
pub fn frames(mut batch: RoomBatch) -> impl Iterator<Item = Changes> {
    let count = batch.messages.len().div_ceil(FRAME).max(1);
    let mut from = batch.from;
    let mut posted = batch.messages.into_iter();
    (1..=count).map(move |number| {
        let messages: Vec<_> = posted
            .by_ref()
            .take(FRAME)
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

/// Whose a frame is, and from where to where it goes among others in a row.
pub type Place = (Option<Origin>, usize, usize);

/// The longest stretches of frames that are not of `own` origin.
pub fn others(frames: &[Place], own: Origin) -> impl Iterator<Item = std::ops::Range<usize>> {
    frames
        .split(move |(origin, ..)| *origin == Some(own))
        .filter_map(|run| Some(run.first()?.1..run.last()?.2))
}

#[cfg(test)]
mod tests {
    use shared::id::{Micros, Rev, RoomId, Seq};
    use shared::model::{Author, Message};

    use super::*;
    use crate::store::Posted;

    #[test]
    fn one_s_own_frames_are_cut_out_of_a_batch() {
        let (me, you) = (Some(Origin(1)), Some(Origin(2)));
        let frames = [
            (you, 0, 5),
            (None, 5, 9),
            (me, 9, 12),
            (me, 12, 15),
            (you, 15, 20),
        ];
        assert_eq!(
            others(&frames, Origin(1)).collect::<Vec<_>>(),
            [0..9, 15..20]
        );
        assert_eq!(others(&frames, Origin(2)).next(), Some(5..15));
        assert_eq!(others(&frames, Origin(3)).next(), Some(0..20));
    }

    #[test]
    fn a_large_commit_is_told_in_stretches_without_a_hole() {
        let count = 2 * FRAME + 1;
        let batch = RoomBatch {
            room: RoomId(7),
            from: Rev(10),
            // One more change than messages: the room's own, at the end.
            through: Rev(10 + i64::try_from(count).unwrap() + 1),
            info: None,
            messages: (1..=count).map(posted).collect(),
        };
        let (from, through) = (batch.from, batch.through);
        let told: Vec<_> = frames(batch).collect();
        assert_eq!(told.len(), 3);
        assert_eq!(told[0].from, from);
        assert!(told.windows(2).all(|pair| pair[0].through == pair[1].from));
        assert_eq!(told[2].through, through);
        assert_eq!(
            told.iter()
                .map(|changes| changes.messages.len())
                .sum::<usize>(),
            count
        );
    }

    #[test]
    fn a_change_without_messages_is_told_too() {
        let (from, through) = (Rev(4), Rev(5));
        let batch = RoomBatch {
            room: RoomId(7),
            from,
            through,
            info: None,
            messages: Vec::new(),
        };
        let told: Vec<_> = frames(batch)
            .map(|changes| (changes.from, changes.through))
            .collect();
        assert_eq!(told, [(from, through)]);
    }

    fn posted(place: usize) -> Posted {
        let place = i64::try_from(place).unwrap();
        let author = Author {
            id: None,
            name: "John".into(),
            rev: Rev::ZERO,
        };
        let message = Message {
            seq: Seq(place),
            rev: Rev(10 + place),
            author,
            client_id: None,
            body: "Hello".into(),
            posted_at: Micros(0),
            edited_at: None,
            deleted_at: None,
        };
        Posted {
            message,
            origin: None,
            is_new: true,
        }
    }
}
