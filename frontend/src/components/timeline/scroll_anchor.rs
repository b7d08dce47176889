//! Scroll anchoring: keeps the line that is being read at its position.
//!
//! At every scroll it records one row and its position. Whenever something has changed (rows were
//! added or removed, an image was loaded, a keyboard opened) it scrolls so that this row has its
//! position again. At the room's end it keeps the end visible instead. All this happens before
//! the browser paints.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use shared::id::Seq;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver};

use super::scroll_state::{ScrollState, scroll_to, scroll_top};
use crate::browser;
use crate::components::focus::focus_quietly;
use crate::components::message::ARRIVED;
use crate::components::room_context::RoomContext;
use crate::state::timeline::{Edge, ScrollTarget};

/// Less distance to the end than this counts as at the end, in CSS pixels.
const AT_END: f64 = 8.0;
/// The part of the height that stays free above a message that was jumped to.
const HEADROOM: f64 = 0.2;
/// More rows are rendered when the reader is this many screen heights from the last ones.
const NEAR: f64 = 1.5;
/// When rows are added, rows farther than this many screen heights are removed: they cost time
/// in every frame. More than [`NEAR`], or rows would be added and removed for ever.
const FAR: f64 = 2.0;

pub(super) struct ScrollAnchor {
    context: RoomContext,
    scroller: HtmlElement,
    list: HtmlElement,
    anchor: RefCell<Option<AnchoredRow>>,
    pinned_to_end: Cell<bool>,
    /// Sizes may be changing, and the person has not scrolled since.
    settling: Cell<bool>,
    /// The last known state of the scroller.
    last: Cell<ScrollState>,
    /// Whether a check for more rows is scheduled.
    request_scheduled: Cell<bool>,
    observer: RefCell<Option<Observer>>,
}

struct Observer {
    sizes: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

struct AnchoredRow {
    row: Element,
    /// The distance of its upper edge from that of the scroller.
    offset: f64,
    /// The `scrollTop` at that time.
    top: f64,
}

impl ScrollAnchor {
    pub(super) fn new(context: RoomContext, scroller: HtmlElement, list: HtmlElement) -> Rc<Self> {
        Rc::new(ScrollAnchor {
            context,
            scroller,
            list,
            anchor: RefCell::new(None),
            pinned_to_end: Cell::new(context.view().is_pinned_to_end()),
            settling: Cell::new(false),
            last: Cell::default(),
            request_scheduled: Cell::new(false),
            observer: RefCell::new(None),
        })
    }

    /// Observes the sizes of the content and of the scroller.
    pub(super) fn observe(self: &Rc<Self>, content: &Element) {
        let anchor = Rc::downgrade(self);
        let callback = Closure::<dyn FnMut()>::new(move || {
            if let Some(anchor) = anchor.upgrade() {
                anchor.restore();
            }
        });
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(content);
            observer.observe(&self.scroller);
            self.observer.replace(Some(Observer {
                sizes: observer,
                _callback: callback,
            }));
        }
    }

    /// The events after which sizes change: a text was typed, or the window has another size.
    pub(super) const CHANGE_SIZES: [&'static str; 2] = ["input", "resize"];
    /// Those with which a person scrolls: wheel, finger, key, scrollbar.
    pub(super) const SCROLL: [&'static str; 4] = ["wheel", "touchmove", "keydown", "pointerdown"];

    /// One of these events. Between two sizes there may be a smaller one for a moment, in which
    /// the browser scrolls. So after a change, until it is painted, only the person can leave the
    /// end.
    pub(super) fn note_event(self: &Rc<Self>, name: &str) {
        let is_change = Self::CHANGE_SIZES.contains(&name);
        self.settling.set(is_change && self.pinned_to_end.get());
        if !self.settling.get() {
            return;
        }
        let anchor = Rc::downgrade(self);
        browser::next_frame(move || {
            browser::next_frame(move || {
                if let Some(anchor) = anchor.upgrade()
                    && anchor.scroller.is_connected()
                {
                    anchor.restore();
                    anchor.settling.set(false);
                }
            });
        });
    }

    /// The room is not shown any more.
    pub(super) fn stop(&self) {
        if let Some(observer) = self.observer.take() {
            observer.sizes.disconnect();
        }
        self.anchor.replace(None);
    }

    /// The reader, or the browser, has scrolled.
    pub(super) fn scrolled(self: &Rc<Self>) {
        if !self.scroller.is_connected() {
            return;
        }
        // The event is late: what has grown since the scroll is corrected first. A scroll by
        // this module does not change the reader's position.
        let is_own = (self.top() - self.last.get().top).abs() < 0.5;
        self.restore();
        if !is_own {
            self.record_anchor();
        }
        self.request_rows_soon();
    }

    /// Rows were added or removed: scrolls to the target if there is one, else restores the
    /// anchor.
    pub(super) fn after_rows_changed(self: &Rc<Self>) {
        if !self.scroller.is_connected() {
            return;
        }
        match self.context.view().take_scroll_target() {
            Some(goal) => self.go_to(goal),
            None => self.restore(),
        }
        self.request_rows_soon();
    }

    fn go_to(&self, goal: ScrollTarget) {
        match goal {
            ScrollTarget::Stay => {
                self.pinned_to_end.set(false);
                self.restore();
            }
            ScrollTarget::End => {
                self.pinned_to_end.set(true);
                self.scroll_to(f64::from(self.scroller.scroll_height()));
                self.focus_last_row();
            }
            ScrollTarget::Unread(seq) => {
                let headroom = f64::from(self.scroller.client_height()) * HEADROOM;
                self.scroll_row_to(seq, |_| headroom);
            }
            ScrollTarget::Message(seq) => {
                let height = f64::from(self.scroller.client_height());
                let row = self.scroll_row_to(seq, |row| {
                    (height - row.get_bounding_client_rect().height()) / 2.0
                });
                // An editor in it takes the focus by itself.
                if let Some(row) = row
                    && row.query_selector("textarea") == Ok(None)
                {
                    focus_quietly(row.unchecked_ref());
                    let _ = row.set_attribute(ARRIVED, "");
                }
            }
        }
        self.record_anchor();
    }

    /// If the focus is in the timeline, moves it to the last row. The element that has it is
    /// scrolled away, or is the button that led here, which disappears.
    fn focus_last_row(&self) {
        let focused = browser::document().active_element();
        let is_here = focused.is_some_and(|focused| {
            let here = focused.matches(".row, .timeline__scroller, .timeline__jump");
            here.unwrap_or(false)
        });
        if let Some(row) = self.list.last_element_child().filter(|_| is_here) {
            focus_quietly(row.unchecked_ref());
        }
    }

    /// Scrolls so that a row's upper edge is at a height.
    fn scroll_row_to(&self, seq: Seq, height: impl FnOnce(&Element) -> f64) -> Option<Element> {
        let selector = format!("[data-seq='{seq}']");
        let row = self.list.query_selector(&selector).ok().flatten()?;
        let by = self.offset(&row) - height(&row).max(0.0);
        self.scroll_to(self.top() + by);
        Some(row)
    }

    /// Scrolls so that the anchored row, or the end, is where it was.
    fn restore(&self) {
        if self.pinned_to_end.get() {
            let now = self.scroll_state();
            if self.has_left_end(now) {
                return self.record_anchor();
            }
            self.last.set(now);
            if now.below() > 0.5 {
                self.scroll_to(f64::from(now.content));
            }
            return self.report_reader();
        }
        let moved = match &mut *self.anchor.borrow_mut() {
            Some(anchor) if anchor.row.is_connected() => {
                // A scroll of the reader whose event has not arrived yet counts. The browser's
                // own correction, when the content became shorter, does not.
                let scrolled = self.top() - anchor.top;
                if scrolled > 0.0 || (scrolled < 0.0 && self.scroll_state().below() > 0.5) {
                    anchor.offset -= scrolled;
                    anchor.top += scrolled;
                }
                Some(self.offset(&anchor.row) - anchor.offset)
            }
            _ => None,
        };
        match moved {
            Some(moved) if moved.abs() >= 0.5 => {
                self.scroll_to(self.top() + moved);
                if let Some(anchor) = &mut *self.anchor.borrow_mut() {
                    anchor.top = self.top();
                }
            }
            Some(_) => {}
            None => self.record_anchor(),
        }
        self.report_reader();
    }

    /// Whether the reader has scrolled up from the end since the last state. If the content was
    /// shorter for a moment, because the composer or the content changed its height, the browser
    /// has scrolled, not the reader.
    fn has_left_end(&self, now: ScrollState) -> bool {
        let last = self.last.get();
        !self.settling.get()
            && now.top < last.top - 0.5
            && now.below() > AT_END
            && now.height == last.height
            && now.content >= last.content
    }

    /// Records the reader's position.
    fn record_anchor(&self) {
        let now = self.scroll_state();
        let whole = self.context.view().newer.get_untracked() == Edge::End;
        self.pinned_to_end.set(now.below() <= AT_END && whole);
        self.last.set(now);
        let anchor = self.first_in_sight().map(|(row, offset)| AnchoredRow {
            row,
            offset,
            top: now.top,
        });
        self.anchor.replace(anchor);
        self.report_reader();
    }

    /// Reports the reader's position.
    fn report_reader(&self) {
        let view = self.context.view();
        let at_end = self.pinned_to_end.get();
        let top = self.anchor.borrow().as_ref().and_then(|a| seq_of(&a.row));
        self.context.client.reader_is_at(&view, top, at_end);
        let away = !at_end && self.list.child_element_count() > 0;
        if self.context.away.try_get_untracked() == Some(!away) {
            let _ = self.context.away.try_set(away);
        }
    }

    /// Schedules a check for more rows in the next frame, so that no frame adds more than one
    /// step of rows.
    fn request_rows_soon(self: &Rc<Self>) {
        if !self.request_scheduled.replace(true) {
            let anchor = Rc::downgrade(self);
            browser::next_frame(move || {
                if let Some(anchor) = anchor.upgrade() {
                    anchor.request_scheduled.set(false);
                    anchor.request_rows();
                }
            });
        }
    }

    fn request_rows(&self) {
        if !self.scroller.is_connected() {
            return;
        }
        let view = self.context.view();
        let now = self.scroll_state();
        let screen = f64::from(now.height).max(400.0);
        let near = screen * NEAR;
        let at = |offset: f64| self.row_from(offset).and_then(|(row, _)| seq_of(&row));
        if now.top < near {
            let until = at(f64::from(now.height) + screen * FAR);
            self.context.client.show_older(&view, until);
        }
        if !self.pinned_to_end.get() && now.below() < near {
            let from = at(-screen * FAR);
            self.context.client.show_newer(&view, from);
        }
    }

    /// The first row whose upper edge is visible, with its offset from the scroller; if there is
    /// none, the row that fills the screen. Content that grows above such an edge does not move
    /// it.
    ///
    /// The first row of all loses its day and its author's name when older ones come, and what
    /// stands below it must not move: then it is the second.
    fn first_in_sight(&self) -> Option<(Element, f64)> {
        let height = f64::from(self.scroller.client_height());
        let above = match self.row_from(0.0) {
            Some((row, offset)) if offset < height => {
                let changes = row.previous_element_sibling().is_none()
                    && self.context.view().older.get_untracked() != Edge::End;
                let second = row.next_element_sibling().filter(|_| changes);
                let second = second.map(|row| (self.offset(&row), row));
                return match second {
                    Some((offset, row)) if offset < height => Some((row, offset)),
                    _ => Some((row, offset)),
                };
            }
            Some((row, _)) => row.previous_element_sibling()?,
            None => self.list.last_element_child()?,
        };
        let offset = self.offset(&above);
        Some((above, offset))
    }

    /// The first row whose offset from the scroller is at least `least`, with its offset.
    fn row_from(&self, least: f64) -> Option<(Element, f64)> {
        let rows = self.list.children();
        let upper = top_of(&self.scroller);
        let offset = |at: u32| {
            let row = rows.item(at)?;
            let offset = top_of(&row) - upper;
            Some((row, offset))
        };
        // The rows are in order: binary search.
        let (mut low, mut high) = (0, rows.length());
        while low < high {
            let middle = low + (high - low) / 2;
            match offset(middle) {
                Some((_, offset)) if offset < least => low = middle + 1,
                _ => high = middle,
            }
        }
        offset(low)
    }

    fn offset(&self, row: &Element) -> f64 {
        top_of(row) - top_of(&self.scroller)
    }

    fn top(&self) -> f64 {
        scroll_top(&self.scroller)
    }

    fn scroll_state(&self) -> ScrollState {
        ScrollState::of(&self.scroller)
    }

    fn scroll_to(&self, top: f64) {
        scroll_to(&self.scroller, top);
        self.last.set(ScrollState {
            top: self.top(),
            ..self.last.get()
        });
    }
}

fn top_of(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

pub(super) fn seq_of(row: &Element) -> Option<Seq> {
    row.get_attribute("data-seq")?.parse().ok().map(Seq)
}
