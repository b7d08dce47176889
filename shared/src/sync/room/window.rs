//! The run of messages that is held of a room: no hole, bounded, newest state only.

use crate::id::Seq;
use crate::model::Message;

use super::super::map::Map;
use super::super::output::Span;

/// A run of messages without a hole.
///
/// It is *live* while it follows the room's end: what is posted joins it. A reader
/// among old messages has a window that is not live; what is posted then only
/// raises the room's head.
#[derive(Debug)]
pub(crate) struct Window {
    first: Seq,
    messages: Vec<Message>,
    live: bool,
    /// Posts above the end whose neighbours are still to come: while catching up, a
    /// message that was edited since comes later than those posted after it.
    waiting: Map<Seq, Message>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It replaced an older state.
    Changed,
    /// It joined the end.
    Appended,
    /// It is not newer than what is held, lies outside, or has to wait.
    Unseen,
}

impl Window {
    /// A window on a room of which nothing is known.
    pub(crate) fn unknown() -> Self {
        Window::after(Seq::ZERO, false)
    }

    /// An empty window behind a place.
    pub(crate) fn after(end: Seq, live: bool) -> Self {
        Window {
            first: end.next(),
            messages: Vec::new(),
            live,
            waiting: Map::new(),
        }
    }

    /// A window on the unbroken end of a page; behind `head` if the page is empty.
    pub(crate) fn from_page(page: Vec<Message>, head: Seq, live: bool) -> Self {
        let mut window = Window::after(head, live);
        let run = unbroken_end(page);
        if let Some(first) = run.first() {
            window.first = first.seq;
            window.messages = run;
        }
        window
    }

    pub(crate) fn span(&self) -> Span {
        Span {
            first: self.first,
            len: self.messages.len(),
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The last place that it holds; below its first one if it holds nothing.
    pub(crate) fn last(&self) -> Seq {
        self.span().end().previous()
    }

    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub(crate) fn get(&self, seq: Seq) -> Option<&Message> {
        self.index(seq).and_then(|at| self.messages.get(at))
    }

    fn index(&self, seq: Seq) -> Option<usize> {
        let at = seq.0.checked_sub(self.first.0)?;
        usize::try_from(at).ok()
    }

    /// Takes over a message's state if it is newer, or a post if it follows the end.
    pub(crate) fn put(&mut self, message: Message, most_waiting: usize) -> Put {
        if message.seq < self.first {
            return Put::Unseen;
        }
        if let Some(held) = self
            .index(message.seq)
            .and_then(|at| self.messages.get_mut(at))
        {
            if held.rev >= message.rev {
                return Put::Unseen;
            }
            *held = message;
            return Put::Changed;
        }
        if !self.live {
            return Put::Unseen;
        }
        let waits = self.waiting.get(&message.seq);
        if waits.is_none_or(|held| held.rev < message.rev) {
            self.waiting.insert(message.seq, message);
        }
        let before = self.messages.len();
        while let Some(next) = self.waiting.remove(&self.span().end()) {
            self.messages.push(next);
        }
        if self.waiting.len() > most_waiting {
            self.waiting.pop_first();
        }
        if self.messages.len() > before {
            Put::Appended
        } else {
            Put::Unseen
        }
    }

    /// All is told, yet messages wait for neighbours that did not come: a reader at
    /// the end gets the newest run, one further up keeps the window and leaves the
    /// end. Whether the window is another one now.
    pub(crate) fn settle(&mut self, reader_is_at_end: bool) -> bool {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return false;
        }
        if !reader_is_at_end {
            self.live = false;
            return false;
        }
        let page: Vec<_> = waiting.into_values().collect();
        let head = page.last().map_or(Seq::ZERO, |last| last.seq);
        *self = Window::from_page(page, head, true);
        true
    }

    /// Joins a page that ends right below the window; whether it does.
    pub(crate) fn prepend(&mut self, page: Vec<Message>) -> bool {
        let mut run = unbroken_end(page);
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

    /// Joins messages that follow the window, as far as they do; whether any did.
    pub(crate) fn append(&mut self, following: impl IntoIterator<Item = Message>) -> bool {
        let before = self.messages.len();
        for message in following {
            if message.seq == self.span().end() {
                self.messages.push(message);
            }
        }
        self.messages.len() > before
    }

    /// Says whether the window follows the room's end.
    pub(crate) fn set_live(&mut self, live: bool) {
        self.live = live;
        if !live {
            self.waiting.clear();
        }
    }

    /// Cuts down to `most` messages, at the end that lies farther from the reader.
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

/// The longest run without a hole that ends with the last message.
fn unbroken_end(page: Vec<Message>) -> Vec<Message> {
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
            author: Author {
                id: None,
                name: "John".into(),
                rev: Rev::ZERO,
            },
            client_id: None,
            body: String::new(),
            posted_at: Micros(1),
            edited_at: None,
            deleted_at: None,
        }
    }

    fn window(seqs: std::ops::RangeInclusive<i64>) -> Window {
        let page: Vec<_> = seqs.map(|seq| message(seq, seq)).collect();
        Window::from_page(page, Seq::ZERO, true)
    }

    fn places(window: &Window) -> Vec<i64> {
        window.messages().iter().map(|m| m.seq.0).collect()
    }

    #[test]
    fn a_newer_state_replaces_an_older_one_and_never_the_other_way() {
        let mut window = window(4..=6);
        assert_eq!(window.put(message(5, 9), 8), Put::Changed);
        assert_eq!(window.put(message(5, 8), 8), Put::Unseen);
        assert_eq!(window.get(Seq(5)).map(|m| m.rev), Some(Rev(9)));
    }

    #[test]
    fn a_post_waits_for_its_neighbour() {
        let mut window = window(4..=6);
        assert_eq!(window.put(message(8, 8), 8), Put::Unseen);
        assert!(window.is_waiting());
        assert_eq!(window.put(message(7, 9), 8), Put::Appended);
        assert_eq!(places(&window), [4, 5, 6, 7, 8]);
    }

    #[test]
    fn a_neighbour_that_does_not_come_is_given_up() {
        let mut at_end = window(4..=6);
        at_end.put(message(8, 8), 8);
        assert!(at_end.settle(true));
        assert_eq!((places(&at_end), at_end.is_live()), (vec![8], true));
        let mut further_up = window(4..=6);
        further_up.put(message(8, 8), 8);
        assert!(!further_up.settle(false));
        assert_eq!(
            (places(&further_up), further_up.is_live()),
            (vec![4, 5, 6], false)
        );
    }

    #[test]
    fn it_is_cut_at_the_end_that_is_farther_from_the_reader() {
        let mut at_end = window(1..=9);
        at_end.trim(4, None);
        assert_eq!(
            (places(&at_end), at_end.is_live()),
            (vec![6, 7, 8, 9], true)
        );
        let mut further_up = window(1..=9);
        further_up.trim(4, Some(Seq(2)));
        assert_eq!(
            (places(&further_up), further_up.is_live()),
            (vec![1, 2, 3, 4], false)
        );
    }

    #[test]
    fn only_what_follows_without_a_hole_is_joined() {
        let mut window = window(4..=6);
        assert!(!window.prepend(vec![message(1, 1), message(2, 2)]));
        assert!(window.prepend(vec![message(1, 1), message(3, 3)]));
        assert!(window.append(vec![message(7, 7), message(9, 9)]));
        assert_eq!(places(&window), [3, 4, 5, 6, 7]);
    }
}
