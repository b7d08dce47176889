//! Which messages of one room count as unread, for who has read none of them.

use std::collections::VecDeque;

use shared::id::{Micros, Rev, RoomId, Seq};
use shared::model::{Message, UnreadHead};

use crate::store::{LoadedHead, StreamBatch};

/// Messages that are kept beyond those that are sent, so that some may be deleted before the
/// store has to be asked again.
const KEPT: usize = 2 * UnreadHead::MAX_COUNTED;

/// Changes that are kept while a head is being read.
const MAX_MEANWHILE: usize = 4_096;

/// The newest messages that count, and the room's revision up to which this is known.
#[derive(Debug)]
pub struct UnreadCounter {
    rev: Rev,
    seq: Seq,
    // When the last message was posted.
    at: Option<Micros>,
    room_rev: Rev,
    // Ascending, from one sequence number through another.
    ranges: VecDeque<(Seq, Seq)>,
    total: usize,
    // Whether older messages count too.
    has_older: bool,
}

impl UnreadCounter {
    /// As the store had it.
    pub fn new(loaded: LoadedHead) -> Self {
        let ranges: VecDeque<_> = loaded.head.counted.into();
        let total = ranges.iter().map(length).sum();
        UnreadCounter {
            rev: loaded.rev,
            seq: loaded.head.seq,
            at: loaded.head.at,
            room_rev: loaded.head.room_rev,
            ranges,
            total,
            has_older: total >= UnreadHead::MAX_COUNTED,
        }
    }

    /// The room's revision up to which it counts.
    pub fn rev(&self) -> Rev {
        self.rev
    }

    /// Applies the changes of a commit. Returns whether the head is another one then.
    pub fn apply(&mut self, batch: &StreamBatch) -> bool {
        let mut is_changed = self.note_room_rev(room_rev(batch));
        for (message, _) in batch.messages() {
            is_changed |= self.apply_change(MessageChange::of(message));
        }
        self.rev = self.rev.max(batch.through);
        is_changed
    }

    fn apply_change(&mut self, change: MessageChange) -> bool {
        if change.rev <= self.rev {
            return false;
        }
        if change.seq <= self.seq {
            return !change.counts && self.remove(change.seq);
        }
        // A post that was changed in its own commit comes behind those that were posted later in
        // it: the ones in between count until then.
        while self.seq < change.seq {
            self.seq = self.seq.next();
            self.push(self.seq);
        }
        self.at = Some(change.at);
        if !change.counts {
            self.remove(change.seq);
        }
        true
    }

    fn note_room_rev(&mut self, room_rev: Rev) -> bool {
        let is_newer = room_rev > self.room_rev;
        self.room_rev = self.room_rev.max(room_rev);
        is_newer
    }

    /// Whether so many messages were deleted that the store has to be asked for older ones.
    pub fn is_short(&self) -> bool {
        self.has_older && self.total < UnreadHead::MAX_COUNTED
    }

    /// What is sent to those who watch the room.
    pub fn head(&self, room: RoomId) -> UnreadHead {
        let mut left = UnreadHead::MAX_COUNTED;
        let mut counted = Vec::new();
        for range in self.ranges.iter().rev() {
            let (first, last) = *range;
            let taken = length(range).min(left);
            left -= taken;
            counted.push((first.max(before(last, taken).next()), last));
            if left == 0 {
                break;
            }
        }
        counted.reverse();
        UnreadHead {
            room,
            seq: self.seq,
            at: self.at,
            room_rev: self.room_rev,
            counted,
        }
    }

    fn push(&mut self, seq: Seq) {
        match self.ranges.back_mut() {
            Some((_, last)) if last.next() == seq => *last = seq,
            _ => self.ranges.push_back((seq, seq)),
        }
        self.total += 1;
        if self.total > KEPT
            && let Some((first, last)) = self.ranges.front_mut()
        {
            *first = first.next();
            let is_empty = *first > *last;
            self.total -= 1;
            self.has_older = true;
            if is_empty {
                self.ranges.pop_front();
            }
        }
    }

    fn remove(&mut self, seq: Seq) -> bool {
        let index = self.ranges.partition_point(|(_, last)| *last < seq);
        let Some((first, last)) = self.ranges.get(index).copied() else {
            return false;
        };
        if seq < first {
            return false;
        }
        self.total -= 1;
        self.ranges.remove(index);
        // In front of the same index, so the upper part first.
        if seq < last {
            self.ranges.insert(index, (seq.next(), last));
        }
        if first < seq {
            self.ranges.insert(index, (first, seq.previous()));
        }
        true
    }
}

/// The changes of a room while its head is being read from the store.
#[derive(Debug, Default)]
pub struct ChangesMeanwhile {
    changes: Vec<MessageChange>,
    // The last revision of all commits, and of those of which too many changes came to be kept.
    through: Rev,
    lost: Rev,
    room_rev: Rev,
}

#[derive(Clone, Copy, Debug)]
struct MessageChange {
    seq: Seq,
    rev: Rev,
    at: Micros,
    counts: bool,
}

impl MessageChange {
    fn of(message: &Message) -> Self {
        MessageChange {
            seq: message.seq,
            rev: message.rev,
            at: message.posted_at,
            counts: message.counts(),
        }
    }
}

impl ChangesMeanwhile {
    /// Notes the changes of a commit.
    pub fn note(&mut self, batch: &StreamBatch) {
        self.through = batch.through;
        self.room_rev = self.room_rev.max(room_rev(batch));
        let messages = batch.messages().map(|(message, _)| message);
        self.changes.extend(messages.map(MessageChange::of));
        if self.changes.len() > MAX_MEANWHILE {
            self.changes.clear();
            self.lost = batch.through;
        }
    }

    /// What the store had, with the changes that came while it was read. None if some of them are
    /// missing: then it has to be read again.
    pub fn apply_to(&self, loaded: LoadedHead) -> Option<UnreadCounter> {
        if loaded.rev < self.lost {
            return None;
        }
        let mut counter = UnreadCounter::new(loaded);
        for change in &self.changes {
            counter.apply_change(*change);
        }
        counter.note_room_rev(self.room_rev);
        counter.rev = counter.rev.max(self.through);
        Some(counter)
    }
}

/// The revision of the room's own state, if the commit changed that; else zero.
fn room_rev(batch: &StreamBatch) -> Rev {
    batch.room_state().map_or(Rev::ZERO, |room| room.rev)
}

fn length((first, last): &(Seq, Seq)) -> usize {
    usize::try_from(last.0 - first.0 + 1).unwrap_or(0)
}

/// The sequence number that lies so many below another.
fn before(seq: Seq, count: usize) -> Seq {
    Seq(seq.0 - i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::model::Author;
    use shared::stream::Item;

    use super::*;
    use crate::store::{ChangedItem, StreamId};

    const ROOM: RoomId = RoomId(7);

    fn counter() -> UnreadCounter {
        UnreadCounter::new(LoadedHead {
            head: UnreadHead {
                room: ROOM,
                seq: Seq::ZERO,
                at: None,
                room_rev: Rev::ZERO,
                counted: Vec::new(),
            },
            rev: Rev(1),
        })
    }

    fn batch(seq: i64, rev: i64, is_deleted: bool) -> StreamBatch {
        let message = Message {
            seq: Seq(seq),
            rev: Rev(rev),
            content_rev: None,
            author: Author {
                id: None,
                name: "Ada".into(),
                rev: Rev::ZERO,
            },
            client_id: None,
            body: String::new(),
            event: None,
            posted_at: Micros(10 * seq),
            edited_at: None,
            deleted_at: is_deleted.then_some(Micros(0)),
        };
        StreamBatch {
            stream: StreamId::Room(ROOM),
            from: Rev(rev - 1),
            through: Rev(rev),
            items: vec![ChangedItem {
                item: Item::Message(message),
                connection: None,
                is_new_message: !is_deleted,
            }],
        }
    }

    proptest! {
        /// Posts and deletions in any order: the head counts what a list would count, until so
        /// many were deleted that the store has to be asked.
        #[test]
        fn it_counts_as_a_list_of_all_messages_does(
            steps in prop::collection::vec((any::<bool>(), 1..400_i64), 0..400),
            read in 0..400_i64,
        ) {
            let mut counter = counter();
            let mut all: Vec<(i64, bool)> = Vec::new();
            let mut rev = 1;
            for (is_post, number) in steps {
                rev += 1;
                let last = i64::try_from(all.len()).unwrap();
                if is_post || all.is_empty() {
                    all.push((last + 1, true));
                    counter.apply(&batch(last + 1, rev, false));
                } else {
                    let index = usize::try_from((number - 1) % last).unwrap();
                    all[index].1 = false;
                    counter.apply(&batch(all[index].0, rev, true));
                }
                if counter.is_short() {
                    return Ok(());
                }
                let unread = all.iter().filter(|(seq, counts)| *counts && *seq > read).count();
                let head = counter.head(ROOM);
                prop_assert_eq!(head.unread_above(Seq(read)), unread.min(UnreadHead::MAX_COUNTED));
                prop_assert_eq!(head.seq, Seq(i64::try_from(all.len()).unwrap()));
            }
        }
    }

    /// Several posts in one commit, of which an earlier one was edited or deleted there: it comes
    /// last.
    #[test]
    fn what_is_changed_in_the_commit_that_posts_it_is_counted_once() {
        for (is_deleted, counted) in [
            (false, vec![(Seq(1), Seq(3))]),
            (true, vec![(Seq(1), Seq(1)), (Seq(3), Seq(3))]),
        ] {
            let mut commit = batch(1, 2, false);
            commit.items.extend(batch(3, 4, false).items);
            commit.items.extend(batch(2, 5, is_deleted).items);
            commit.through = Rev(5);
            let mut counter = counter();
            assert!(counter.apply(&commit));
            let head = counter.head(ROOM);
            assert_eq!((head.seq, head.counted), (Seq(3), counted));
            assert_eq!(head.at, Some(Micros(30)));
        }
    }

    #[test]
    fn it_asks_for_older_messages_only_when_there_are_some() {
        let mut counter = counter();
        for seq in 1..=300 {
            counter.apply(&batch(seq, seq + 1, false));
        }
        for seq in 101..=200 {
            counter.apply(&batch(seq, seq + 300, true));
        }
        assert!(!counter.is_short(), "a hundred are left");
        counter.apply(&batch(300, 600, true));
        assert!(counter.is_short());
    }

    #[test]
    fn what_comes_while_a_head_is_read_is_counted_once() {
        let mut meanwhile = ChangesMeanwhile::default();
        for (seq, rev, is_deleted) in [(1, 2, false), (2, 3, false), (1, 4, true), (3, 5, false)] {
            meanwhile.note(&batch(seq, rev, is_deleted));
        }
        // The store was read after the third of them.
        let loaded = LoadedHead {
            head: UnreadHead {
                room: ROOM,
                seq: Seq(2),
                at: Some(Micros(20)),
                room_rev: Rev::ZERO,
                counted: vec![(Seq(2), Seq(2))],
            },
            rev: Rev(4),
        };
        let counter = meanwhile.apply_to(loaded.clone()).unwrap();
        let head = counter.head(ROOM);
        assert_eq!((head.seq, head.counted), (Seq(3), vec![(Seq(2), Seq(3))]));
        assert_eq!(counter.rev(), Rev(5));
        for seq in 4..=4 + i64::try_from(MAX_MEANWHILE).unwrap() {
            meanwhile.note(&batch(seq, seq + 2, false));
        }
        assert!(meanwhile.apply_to(loaded).is_none(), "too many are missing");
    }

    #[test]
    fn a_commit_that_the_store_knew_already_is_not_counted_twice() {
        let mut counter = counter();
        assert!(counter.apply(&batch(1, 2, false)));
        assert!(!counter.apply(&batch(1, 2, false)));
        assert_eq!(counter.head(ROOM).counted, [(Seq(1), Seq(1))]);
    }
}
