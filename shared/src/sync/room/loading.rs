//! Old messages: wished for, asked for, joined.

use super::super::map::Map;
use super::super::pending::is_due;
use crate::frame::{ClientFrame, History};
use crate::id::{Epoch, Micros, Seq};
use crate::model::Message;

use super::history::{Load, Request, anchor};
use super::state::{Context, Delta, RoomState, note_stored};
use super::window::Window;

/// How often in a row a page that was too old is asked for again.
const MOST_TRIES: u8 = 3;

impl RoomState {
    pub(in crate::sync) fn loading(&self) -> Option<Load> {
        self.request.as_ref().map(|r| r.load).or(self.wish)
    }

    /// Wishes for messages. A later wish takes the place of an earlier one.
    pub(in crate::sync) fn wish(&mut self, load: Load) {
        if self.request.as_ref().is_some_and(|r| r.load == load) {
            return;
        }
        self.request = None;
        self.wish = Some(load);
        self.wish_at = None;
        self.tries = 0;
    }

    /// The question for what is wished for, once the ground is firm.
    pub(in crate::sync) fn ask_history(
        &mut self,
        epoch: Epoch,
        limit: Option<usize>,
        number: &mut u32,
    ) -> Option<ClientFrame> {
        let firm = self.cursor.is_confirmed(epoch) && !self.cursor.is_asking();
        if !firm || self.request.is_some() || self.wish_at.is_some() {
            return None;
        }
        let load = self.wish.take()?;
        let needless = match load {
            Load::Older => self.window.span().first <= Seq(1),
            Load::Newer => self.window.is_live(),
            Load::Latest => self.window.is_live() && self.window.last() >= self.head,
            Load::Around(_) => false,
        };
        if needless {
            return None;
        }
        *number = number.wrapping_add(1);
        self.request = Some(Request::new(*number, load, self.cursor.known()));
        Some(ClientFrame::History {
            request: *number,
            room: self.id,
            anchor: anchor(
                load,
                self.window.span().first,
                self.window.last(),
                self.head,
            ),
            limit,
        })
    }

    pub(in crate::sync) fn history(&mut self, page: History, context: Context<'_>) -> Delta {
        let mut delta = Delta::default();
        if let Some(request) = self.request.as_mut().filter(|r| r.number == page.request) {
            self.cursor.hear(page.rev);
            request.answer(page);
            self.after(context, &mut delta);
        }
        delta
    }

    /// A question for history was refused: again at a time, or never.
    pub(in crate::sync) fn history_refused(
        &mut self,
        number: u32,
        retry_at: Option<Micros>,
    ) -> bool {
        let Some(request) = self.request.take_if(|r| r.number == number) else {
            return false;
        };
        if retry_at.is_some() {
            self.wish.get_or_insert(request.load);
            self.wish_at = retry_at;
        }
        true
    }

    /// When something that was refused is to be asked for again.
    pub(in crate::sync) fn retry_at(&self) -> Option<Micros> {
        [self.wish_at, self.cursor.retry_at()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Lets go a wish that was put off.
    pub(in crate::sync) fn release(&mut self, now: Micros) {
        self.wish_at = self.wish_at.filter(|at| !is_due(*at, now));
    }

    pub(super) fn join(&mut self, context: Context<'_>, delta: &mut Delta) {
        let Some(request) = self.request.take() else {
            return;
        };
        let load = request.load;
        let Some((load, page, newer)) = request.into_page() else {
            self.tries = self.tries.saturating_add(1);
            if self.tries < MOST_TRIES {
                self.wish.get_or_insert(load);
            } else {
                delta.failed = true;
            }
            return;
        };
        self.tries = 0;
        self.head = self.head.max(page.seq);
        for message in &page.messages {
            note_stored(message, context.me, delta);
        }
        delta.failed = !self.place(load, page.messages, newer, delta);
    }

    fn place(
        &mut self,
        load: Load,
        page: Vec<Message>,
        newer: Map<Seq, Message>,
        delta: &mut Delta,
    ) -> bool {
        if load == Load::Older {
            return self.window.prepend(page);
        }
        let joined = if load == Load::Newer {
            self.window.append(page)
        } else if page.is_empty() && self.head > Seq::ZERO {
            false
        } else {
            delta.replaced = true;
            delta.changed.clear();
            self.reader = match load {
                Load::Around(seq) => Some(seq),
                _ => None,
            };
            self.window = Window::from_page(page, self.head, false);
            true
        };
        if joined {
            self.window.append(newer.into_values());
            let at_end = self.window.last() >= self.head;
            self.window.set_live(at_end);
        }
        joined
    }
}
