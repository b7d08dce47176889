//! Loading old messages: wanted, requested, joined to the window.

use super::super::timing::is_due;
use super::super::vec_map::VecMap;
use crate::error::ErrorCode;
use crate::frame::{ClientFrame, History};
use crate::id::{Epoch, Micros, Seq};
use crate::model::Message;

use super::history_request::{HistoryLoad, HistoryRequest, anchor};
use super::message_window::MessageWindow;
use super::replica::{ApplyContext, RoomDelta, RoomReplica, note_stored_send};

/// How often in a row a page that was too old is requested again.
const MOST_TRIES: u8 = 3;

impl RoomReplica {
    pub(in crate::sync) fn loading(&self) -> Option<HistoryLoad> {
        self.request.as_ref().map(|r| r.load).or(self.wanted_load)
    }

    /// Wants messages. A later call replaces an earlier one.
    pub(in crate::sync) fn want_load(&mut self, load: HistoryLoad) {
        if self.request.as_ref().is_some_and(|r| r.load == load) {
            return;
        }
        self.request = None;
        self.wanted_load = Some(load);
        self.wanted_load_at = None;
        self.tries = 0;
    }

    /// The request for the wanted messages, once the cursor is confirmed in this epoch.
    pub(in crate::sync) fn ask_history(
        &mut self,
        epoch: Epoch,
        limit: Option<usize>,
        number: &mut u32,
    ) -> Option<ClientFrame> {
        let is_current =
            self.stream.cursor.is_confirmed(epoch) && !self.stream.cursor.is_question_open();
        if !is_current || self.request.is_some() || self.wanted_load_at.is_some() {
            return None;
        }
        let load = self.wanted_load.take()?;
        let needless = match load {
            HistoryLoad::Older => !self.has_older(),
            HistoryLoad::Newer => self.window.is_live(),
            HistoryLoad::Latest => self.window.is_live() && self.window.last() >= self.head,
            HistoryLoad::Around(_) => false,
        };
        if needless {
            return None;
        }
        *number = number.wrapping_add(1);
        self.request = Some(HistoryRequest::new(
            *number,
            load,
            self.stream.cursor.known(),
        ));
        Some(ClientFrame::History {
            question: *number,
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

    pub(in crate::sync) fn history(
        &mut self,
        page: History,
        context: ApplyContext<'_>,
    ) -> RoomDelta {
        let mut delta = RoomDelta::default();
        if let Some(request) = self.request.as_mut().filter(|r| r.number == page.question) {
            self.stream.cursor.note_revision(page.rev);
            request.receive_page(page);
            self.finish(context, &mut delta);
        }
        delta
    }

    /// Whether the history request in flight has this number.
    pub(in crate::sync) fn asks_history(&self, number: u32) -> bool {
        self.request.as_ref().is_some_and(|r| r.number == number)
    }

    /// The history request in flight was refused. Repeat it at `retry_at`; `None`: never.
    pub(in crate::sync) fn history_refused(&mut self, retry_at: Option<Micros>) {
        if let Some(request) = self.request.take()
            && retry_at.is_some()
        {
            self.wanted_load.get_or_insert(request.load);
            self.wanted_load_at = retry_at;
        }
    }

    /// When to repeat a refused request.
    pub(in crate::sync) fn history_retry_at(&self) -> Option<Micros> {
        self.wanted_load_at
    }

    /// Allows a delayed request that is due.
    pub(in crate::sync) fn release(&mut self, now: Micros) {
        self.wanted_load_at = self.wanted_load_at.filter(|at| !is_due(*at, now));
    }

    pub(super) fn join_page(&mut self, context: ApplyContext<'_>, delta: &mut RoomDelta) {
        let Some(request) = self.request.take() else {
            return;
        };
        let load = request.load;
        let Some((load, page, newer)) = request.into_page() else {
            self.tries = self.tries.saturating_add(1);
            if self.tries < MOST_TRIES {
                self.wanted_load.get_or_insert(load);
            } else {
                delta.failed = Some(ErrorCode::Unknown);
            }
            return;
        };
        self.tries = 0;
        self.head = self.head.max(page.seq);
        for message in &page.messages {
            note_stored_send(message, context.me, delta);
        }
        let is_joined = self.insert_page(load, page.messages, newer, delta);
        delta.failed = (!is_joined).then_some(ErrorCode::Unknown);
    }

    fn insert_page(
        &mut self,
        load: HistoryLoad,
        page: Vec<Message>,
        newer: VecMap<Seq, Message>,
        delta: &mut RoomDelta,
    ) -> bool {
        if load == HistoryLoad::Older {
            return self.window.prepend(page);
        }
        let joined = if load == HistoryLoad::Newer {
            self.window.append(page)
        } else if page.is_empty() && self.head > Seq::ZERO {
            false
        } else {
            delta.replaced = true;
            delta.changed.clear();
            self.reader = match load {
                HistoryLoad::Around(seq) => Some(seq),
                _ => None,
            };
            self.window = MessageWindow::from_page(page, self.head, false);
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
