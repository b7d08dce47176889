//! Received frames: a single one is applied at once, many are applied in batches, so that a
//! burst is painted in few steps and does not block the page.

use std::rc::Rc;

use shared::frame::{Changes, ServerFrame};
use shared::stream::StreamKey;
use shared::sync::SyncOutput;

use super::{Engine, now};
use crate::state::set_signal::set_if_changed_rw;
use crate::{browser, wire};

/// The time budget of a batch, in milliseconds: then the page may paint.
const BUDGET_MS: f64 = 8.0;
/// Frames within this time are a burst, in milliseconds.
const FRAME_MS: f64 = 16.0;

impl Engine {
    /// A frame arrived.
    pub(super) fn enqueue_frame(self: &Rc<Self>, frame: String) {
        self.frame_queue.queue.borrow_mut().push_back(frame);
        if self.frame_queue.scheduled.get() {
            return;
        }
        let is_single = browser::now_ms() - self.frame_queue.last.get() > FRAME_MS;
        if is_single && !self.frame_queue.is_waiting() {
            self.process_batch();
        } else {
            self.schedule();
        }
    }

    /// Drops the frames of a lost connection.
    pub(super) fn clear_frames(&self) {
        self.frame_queue.queue.borrow_mut().clear();
    }

    fn schedule(self: &Rc<Self>) {
        self.frame_queue.scheduled.set(true);
        let engine = Rc::clone(self);
        browser::next_frame(move || {
            engine.frame_queue.scheduled.set(false);
            if engine.frame_queue.is_waiting() {
                engine.schedule();
            } else {
                engine.process_batch();
            }
        });
    }

    /// The rows of the last visit are there.
    pub(in crate::state) fn rows_are_mounted(&self) {
        self.frame_queue.go_on();
    }

    /// Whether these rows are still to come.
    pub(in crate::state) fn awaits_rows(&self) -> bool {
        self.frame_queue.is_waiting()
    }

    fn process_batch(self: &Rc<Self>) {
        let start = browser::now_ms();
        self.frame_queue.last.set(start);
        let mut output = SyncOutput::default();
        loop {
            let Some(text) = self.frame_queue.queue.borrow_mut().pop_front() else {
                break;
            };
            // Unknown frames are of a later version.
            if let Some(frame) = wire::frame(&text) {
                self.note_frame(&frame);
                if let Some(replica) = self.replica.borrow_mut().as_mut() {
                    output.extend(replica.receive(frame, now()));
                    self.note_read_marks(replica.read_marks());
                }
            }
            if browser::now_ms() - start > BUDGET_MS {
                break;
            }
        }
        self.apply_output(output);
        if !self.frame_queue.queue.borrow().is_empty() && !self.frame_queue.scheduled.get() {
            self.schedule();
        }
    }

    /// What the engine itself reads from a frame.
    fn note_frame(&self, frame: &ServerFrame) {
        if let (ServerFrame::Welcome(welcome), Some(socket)) = (frame, self.socket()) {
            let limits = &welcome.limits;
            socket.welcomed(limits.heartbeat_ms, limits.dead_after_ms);
        }
        if let ServerFrame::Changes(changes) = frame
            && changes.stream == StreamKey::Directory
            && changes.question.is_some()
        {
            self.note_directory(changes);
        }
    }

    /// The server has answered with the directory, or with the next page of it.
    fn note_directory(&self, answer: &Changes) {
        self.directory_answered.set(true);
        let is_last = answer.head.is_none_or(|head| head <= answer.through);
        if is_last {
            self.directory_is_whole.set(true);
        }
    }

    /// The list of rooms is there once the directory and the person's own stream have begun to
    /// arrive.
    pub(super) fn update_list_known(&self) {
        let is_known = self.directory_answered.get() && self.read_marks_known.get();
        set_if_changed_rw(self.signals.list_known, is_known);
    }

    /// In how many rooms the person has a read mark, as far as is known after a frame.
    fn note_read_marks(&self, marks: Option<usize>) {
        if let Some(marks) = marks.filter(|_| !self.read_marks_known.get()) {
            self.read_marks_known.set(true);
            self.read_marks_arrived.set(true);
            self.is_first_visit.set(marks == 0);
        }
    }
}
