//! A question for old messages that is on its way.
//!
//! A page shows the room at one revision; changes pass by while it travels. So what
//! changed since the question is kept and laid over the page, and a page from
//! ahead of what is known waits until that is known too. A page that is older than
//! what was known when it was asked for is asked for again.

use super::super::map::Map;
use serde::{Deserialize, Serialize};

use crate::frame::{Anchor, History};
use crate::id::{Rev, Seq};
use crate::model::Message;

/// Changes kept for one page. Beyond, the page is asked for again.
const MOST_CHANGES: usize = 1_024;

/// Which messages were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Load {
    /// Those below the window.
    Older,
    /// Those above the window.
    Newer,
    /// Those on both sides of a place, instead of the window.
    Around(Seq),
    /// The room's last ones, instead of the window.
    Latest,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) number: u32,
    pub(super) load: Load,
    /// What was known when it was asked.
    asked_at: Rev,
    changes: Map<Seq, Message>,
    /// The highest revision among changes that were not kept.
    lost: Rev,
    page: Option<History>,
}

impl Request {
    pub(super) fn new(number: u32, load: Load, known: Rev) -> Self {
        Request {
            number,
            load,
            asked_at: known,
            changes: Map::new(),
            lost: Rev::ZERO,
            page: None,
        }
    }

    /// Keeps a change, to be laid over the page.
    pub(super) fn keep(&mut self, message: &Message) {
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

    pub(super) fn answer(&mut self, page: History) {
        self.page = Some(page);
    }

    /// The revision that has to be known before the page can be joined.
    pub(super) fn awaits(&self) -> Option<Rev> {
        self.page.as_ref().map(|page| page.rev)
    }

    /// The page as it is at the revision that is known now, and the changes to lay
    /// behind it; `None` if it is too old for that.
    pub(super) fn into_page(mut self) -> Option<(Load, History, Map<Seq, Message>)> {
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

/// Which place to ask from, given the window.
pub(super) fn anchor(load: Load, first: Seq, last: Seq, head: Seq) -> Anchor {
    match load {
        Load::Older => Anchor::Before(first),
        Load::Newer => Anchor::After(last),
        Load::Around(seq) => Anchor::Around(seq),
        Load::Latest => Anchor::Before(head.next()),
    }
}
