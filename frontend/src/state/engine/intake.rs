//! Taking in frames: one alone at once, many in batches, so that a burst is painted
//! in a few frames and never holds the page up.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use shared::frame::ServerFrame;
use shared::id::Rev;
use shared::sync::SyncOutput;

use super::{Engine, now};
use crate::{browser, wire};

/// How long one batch may take before the page gets to paint, in milliseconds.
const BUDGET_MS: f64 = 8.0;
/// Frames that come closer together than this are a burst, in milliseconds.
const FRAME_MS: f64 = 16.0;

#[derive(Default)]
pub(super) struct Intake {
    queue: RefCell<VecDeque<String>>,
    scheduled: Cell<bool>,
    /// When the last batch was taken in.
    last: Cell<f64>,
}

impl Engine {
    /// A frame came.
    pub(super) fn take_in(self: &Rc<Self>, frame: String) {
        self.intake.queue.borrow_mut().push_back(frame);
        if self.intake.scheduled.get() {
            return;
        }
        if browser::now_ms() - self.intake.last.get() > FRAME_MS {
            self.take_batch();
        } else {
            self.schedule();
        }
    }

    /// Frames of a line that is gone say nothing any more.
    pub(super) fn drop_frames(&self) {
        self.intake.queue.borrow_mut().clear();
    }

    fn schedule(self: &Rc<Self>) {
        self.intake.scheduled.set(true);
        let engine = Rc::clone(self);
        browser::next_frame(move || {
            engine.intake.scheduled.set(false);
            engine.take_batch();
        });
    }

    fn take_batch(self: &Rc<Self>) {
        let start = browser::now_ms();
        self.intake.last.set(start);
        let mut output = SyncOutput::default();
        loop {
            let Some(text) = self.intake.queue.borrow_mut().pop_front() else {
                break;
            };
            // What this version does not understand is for a later one.
            if let Some(frame) = wire::frame(&text) {
                self.note(&frame);
                if let Some(replica) = self.replica.borrow_mut().as_mut() {
                    output.extend(replica.receive(frame, now()));
                }
            }
            if browser::now_ms() - start > BUDGET_MS {
                break;
            }
        }
        self.carry_out(output);
        if !self.intake.queue.borrow().is_empty() && !self.intake.scheduled.get() {
            self.schedule();
        }
    }

    /// What the engine itself learns from a frame.
    fn note(&self, frame: &ServerFrame) {
        match frame {
            ServerFrame::Welcome(welcome) => {
                if let Some(socket) = self.socket() {
                    let limits = &welcome.limits;
                    socket.welcomed(limits.heartbeat_ms, limits.dead_after_ms);
                }
            }
            ServerFrame::Stream(stream) if !self.marks_known.get() => {
                let whole = stream.head.is_none_or(|head| head <= stream.through);
                self.marks_known.set(whole);
                self.newcomer
                    .set(whole && stream.from == Rev::ZERO && stream.marks.is_empty());
            }
            _ => {}
        }
    }
}
