//! The messages held of a room: a bounded run without a gap, each in its newest state.

use crate::id::Seq;
use crate::model::Message;

use super::super::output::SeqRange;
use super::super::vec_map::VecMap;

/// A run of messages without a gap.
///
/// It is *live* while it reaches the room's end: new messages are appended. A reader among
/// old messages has a window that is not live; a new message then only raises the room's
/// head.
#[derive(Debug)]
pub(crate) struct MessageWindow {
    first: Seq,
    messages: Vec<Message>,
    live: bool,
    /// Messages after the end whose predecessors are still missing. While catching up, a
    /// message that was edited later arrives after those that were posted after it.
    out_of_order: VecMap<Seq, Message>,
}

/// What [`MessageWindow::put`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PutResult {
    /// The message replaced an older state.
    Changed,
    /// The message, and perhaps others that waited for it, were appended.
    Appended,
    /// The messages held are the same: it is not newer, lies outside, or has to wait.
    Unchanged,
}

impl MessageWindow {
    /// The window of a room of which nothing is known.
    pub(crate) fn unknown() -> Self {
        MessageWindow::after(Seq::ZERO, false)
    }

    /// An empty window after a message.
    pub(crate) fn after(end: Seq, live: bool) -> Self {
        MessageWindow {
            first: end.next(),
            messages: Vec::new(),
            live,
            out_of_order: VecMap::new(),
        }
    }

    /// A window with the last messages of a page that have no gap; an empty one after `head`
    /// if the page is empty.
    pub(crate) fn from_page(page: Vec<Message>, head: Seq, live: bool) -> Self {
        let mut window = MessageWindow::after(head, live);
        let run = run_without_gap(page);
        if let Some(first) = run.first() {
            window.first = first.seq;
            window.messages = run;
        }
        window
    }

    pub(crate) fn span(&self) -> SeqRange {
        SeqRange {
            first: self.first,
            len: self.messages.len(),
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    pub(crate) fn has_out_of_order(&self) -> bool {
        !self.out_of_order.is_empty()
    }

    /// The last message that it holds; the one before its first `seq` if it holds nothing.
    pub(crate) fn last(&self) -> Seq {
        self.span().end().previous()
    }

    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub(crate) fn get(&self, seq: Seq) -> Option<&Message> {
        self.index(seq).and_then(|at| self.messages.get(at))
    }

    /// How many messages after this one count as unread; at most `most`.
    pub(crate) fn count_after(&self, seq: Seq, most: usize) -> usize {
        let after = self.messages.iter().rev().take_while(|m| m.seq > seq);
        after.filter(|m| m.counts()).take(most).count()
    }

    fn index(&self, seq: Seq) -> Option<usize> {
        let at = seq.0.checked_sub(self.first.0)?;
        usize::try_from(at).ok()
    }

    /// Replaces a message by a newer state, or appends a new one.
    pub(crate) fn put(&mut self, message: Message, most_waiting: usize) -> PutResult {
        if message.seq < self.first {
            return PutResult::Unchanged;
        }
        if let Some(held) = self
            .index(message.seq)
            .and_then(|at| self.messages.get_mut(at))
        {
            if held.rev >= message.rev {
                return PutResult::Unchanged;
            }
            *held = message;
            return PutResult::Changed;
        }
        if !self.live {
            return PutResult::Unchanged;
        }
        let waits = self.out_of_order.get(&message.seq);
        if waits.is_none_or(|held| held.rev < message.rev) {
            self.out_of_order.insert(message.seq, message);
        }
        let before = self.messages.len();
        while let Some(next) = self.out_of_order.remove(&self.span().end()) {
            self.messages.push(next);
        }
        if self.out_of_order.len() > most_waiting {
            self.out_of_order.pop_first();
        }
        if self.messages.len() > before {
            PutResult::Appended
        } else {
            PutResult::Unchanged
        }
    }

    /// The stream is caught up, but predecessors of some messages have not arrived. A reader
    /// at the end gets the newest run; for another reader the window stays and is not live
    /// any more. Returns whether the window was replaced.
    pub(crate) fn give_up_waiting(&mut self, reader_is_at_end: bool) -> bool {
        let out_of_order = std::mem::take(&mut self.out_of_order);
        if out_of_order.is_empty() {
            return false;
        }
        if !reader_is_at_end {
            self.live = false;
            return false;
        }
        let page: Vec<_> = out_of_order.into_values().collect();
        let head = page.last().map_or(Seq::ZERO, |last| last.seq);
        *self = MessageWindow::from_page(page, head, true);
        true
    }

    /// Inserts a page that ends directly before the window. Returns whether it did.
    pub(crate) fn prepend(&mut self, page: Vec<Message>) -> bool {
        let mut run = run_without_gap(page);
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return false;
        };
        if last.seq.0.checked_add(1) != Some(self.first.0) {
            return false;
        }
        self.first = first.seq;
        run.append(&mut self.messages);
        self.messages = run;
        true
    }

    /// Appends messages that directly follow the window. Returns whether any did.
    pub(crate) fn append(&mut self, following: impl IntoIterator<Item = Message>) -> bool {
        let before = self.messages.len();
        for message in following {
            if message.seq == self.span().end() {
                self.messages.push(message);
            }
        }
        self.messages.len() > before
    }

    /// Sets whether new messages are appended.
    pub(crate) fn set_live(&mut self, live: bool) {
        self.live = live;
        if !live {
            self.out_of_order.clear();
        }
    }

    /// Trims to `most` messages, at the end that is farther from the reader.
    pub(crate) fn trim(&mut self, most: usize, reader: Option<Seq>) {
        let excess = self.messages.len().saturating_sub(most);
        if excess == 0 {
            return;
        }
        let to_end = reader.map_or(0, |seq| self.last().0.saturating_sub(seq.0).max(0));
        let to_start = reader.map_or(i64::MAX, |seq| seq.0.saturating_sub(self.first.0).max(0));
        if to_end > to_start {
            self.messages.truncate(most);
            self.set_live(false);
        } else {
            self.messages.drain(..excess);
            let excess = i64::try_from(excess).unwrap_or(i64::MAX);
            self.first = Seq(self.first.0.saturating_add(excess));
        }
    }
}

/// The longest run without a gap that ends with the last message.
fn run_without_gap(page: Vec<Message>) -> Vec<Message> {
    let mut run: Vec<Message> = Vec::with_capacity(page.len());
    for message in page.into_iter().filter(|message| message.seq > Seq::ZERO) {
        let follows = run
            .last()
            .is_none_or(|last| last.seq.0.checked_add(1) == Some(message.seq.0));
        if !follows {
            run.clear();
        }
        run.push(message);
    }
    run
}

#[cfg(test)]
mod tests {
    use crate::id::{Micros, Rev};
    use crate::model::Author;

    use super::*;

    fn message(seq: i64, rev: i64) -> Message {
        Message {
            seq: Seq(seq),
            rev: Rev(rev),
            content_rev: None,
            author: Author {
                id: None,
                name: "John".into(),
                rev: Rev::ZERO,
            },
            client_id: None,
            event: None,
            body: String::new(),
            posted_at: Micros(1),
            edited_at: None,
            deleted_at: None,
        }
    }

    fn window(seqs: std::ops::RangeInclusive<i64>) -> MessageWindow {
        let page: Vec<_> = seqs.map(|seq| message(seq, seq)).collect();
        MessageWindow::from_page(page, Seq::ZERO, true)
    }

    fn seqs(window: &MessageWindow) -> Vec<i64> {
        window.messages().iter().map(|m| m.seq.0).collect()
    }

    #[test]
    fn a_newer_state_replaces_an_older_one_and_never_the_other_way() {
        let mut window = window(4..=6);
        assert_eq!(window.put(message(5, 9), 8), PutResult::Changed);
        assert_eq!(window.put(message(5, 8), 8), PutResult::Unchanged);
        assert_eq!(window.get(Seq(5)).map(|m| m.rev), Some(Rev(9)));
    }

    #[test]
    fn a_message_waits_for_its_predecessor() {
        let mut window = window(4..=6);
        assert_eq!(window.put(message(8, 8), 8), PutResult::Unchanged);
        assert!(window.has_out_of_order());
        assert_eq!(window.put(message(7, 9), 8), PutResult::Appended);
        assert_eq!(seqs(&window), [4, 5, 6, 7, 8]);
    }

    #[test]
    fn a_predecessor_that_never_arrives_is_given_up() {
        let mut at_end = window(4..=6);
        at_end.put(message(8, 8), 8);
        assert!(at_end.give_up_waiting(true));
        assert_eq!((seqs(&at_end), at_end.is_live()), (vec![8], true));
        let mut further_up = window(4..=6);
        further_up.put(message(8, 8), 8);
        assert!(!further_up.give_up_waiting(false));
        assert_eq!(
            (seqs(&further_up), further_up.is_live()),
            (vec![4, 5, 6], false)
        );
    }

    #[test]
    fn it_is_trimmed_at_the_end_farther_from_the_reader() {
        let mut at_end = window(1..=9);
        at_end.trim(4, None);
        assert_eq!((seqs(&at_end), at_end.is_live()), (vec![6, 7, 8, 9], true));
        let mut further_up = window(1..=9);
        further_up.trim(4, Some(Seq(2)));
        assert_eq!(
            (seqs(&further_up), further_up.is_live()),
            (vec![1, 2, 3, 4], false)
        );
    }

    #[test]
    fn only_messages_without_a_gap_are_joined() {
        let mut window = window(4..=6);
        assert!(!window.prepend(vec![message(1, 1), message(2, 2)]));
        assert!(window.prepend(vec![message(1, 1), message(3, 3)]));
        assert!(window.append(vec![message(7, 7), message(9, 9)]));
        assert_eq!(seqs(&window), [3, 4, 5, 6, 7]);
    }
}
