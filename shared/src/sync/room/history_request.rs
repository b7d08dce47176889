//! A request for old messages that is in flight.
//!
//! A page shows the room at one revision, and live changes arrive while it is in flight.
//! These changes are kept and applied to the page. A page of a revision that is not known
//! yet waits until it is. A page older than what was known at the request is requested
//! again.

use super::super::vec_map::VecMap;
use serde::{Deserialize, Serialize};

use crate::frame::{Anchor, History};
use crate::id::{Rev, Seq};
use crate::model::Message;
use crate::stream::Item;

/// Changes kept for one page. With more, the page is requested again.
const MOST_CHANGES: usize = 1_024;

/// Which messages were requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryLoad {
    /// Those before the window.
    Older,
    /// Those after the window.
    Newer,
    /// Those around a message, in place of the window.
    Around(Seq),
    /// The room's last ones, in place of the window.
    Latest,
}

#[derive(Debug)]
pub(super) struct HistoryRequest {
    pub(super) number: u32,
    pub(super) load: HistoryLoad,
    /// The known revision at the time of the request.
    asked_at: Rev,
    changes: VecMap<Seq, Message>,
    /// The highest revision of the changes that were dropped.
    lost: Rev,
    page: Option<HistoryPage>,
}

/// A page that has arrived.
#[derive(Debug)]
pub(super) struct HistoryPage {
    rev: Rev,
    /// The room's last message at that revision.
    pub(super) seq: Seq,
    pub(super) messages: Vec<Message>,
}

impl HistoryRequest {
    pub(super) fn new(number: u32, load: HistoryLoad, known: Rev) -> Self {
        HistoryRequest {
            number,
            load,
            asked_at: known,
            changes: VecMap::new(),
            lost: Rev::ZERO,
            page: None,
        }
    }

    /// Keeps a change, to be applied to the page.
    pub(super) fn note_change(&mut self, message: &Message) {
        let known = self.changes.get(&message.seq);
        if known.is_some_and(|known| known.rev >= message.rev) {
            return;
        }
        self.changes.insert(message.seq, message.clone());
        if self.changes.len() > MOST_CHANGES
            && let Some((_, lost)) = self.changes.pop_first()
        {
            self.lost = self.lost.max(lost.rev);
        }
    }

    pub(super) fn receive_page(&mut self, page: History) {
        let messages = page.items.into_iter().filter_map(Item::into_message);
        self.page = Some(HistoryPage {
            rev: page.rev,
            seq: page.seq,
            messages: messages.collect(),
        });
    }

    /// The revision of the page, if it has arrived: it is applied once that is known.
    pub(super) fn page_rev(&self) -> Option<Rev> {
        self.page.as_ref().map(|page| page.rev)
    }

    /// The page at the revision known now, and the changes that may follow it; `None` if
    /// the page is too old.
    pub(super) fn into_page(mut self) -> Option<(HistoryLoad, HistoryPage, VecMap<Seq, Message>)> {
        let mut page = self.page.take()?;
        if page.rev < self.asked_at || page.rev < self.lost {
            return None;
        }
        for message in &mut page.messages {
            if let Some(newer) = self.changes.get(&message.seq)
                && newer.rev > message.rev
            {
                message.clone_from(newer);
            }
        }
        Some((self.load, page, self.changes))
    }
}

/// The anchor of the request, given the window.
pub(super) fn anchor(load: HistoryLoad, first: Seq, last: Seq, head: Seq) -> Anchor {
    match load {
        HistoryLoad::Older => Anchor::Before(first),
        HistoryLoad::Newer => Anchor::After(last),
        HistoryLoad::Around(seq) => Anchor::Around(seq),
        HistoryLoad::Latest => Anchor::Before(head.next()),
    }
}
