//! The questions that the replica asks, and when it repeats those that were refused.

use crate::frame::ClientFrame;
use crate::id::{Epoch, Micros, RoomId, UserId};
use crate::stream::StreamKey;

use super::stream::StreamReplica;
use super::timing::is_due;
use super::{Replica, SyncOutput};

impl Replica {
    /// The streams that are subscribed to; the most important one first.
    fn streams(&self) -> Vec<StreamKey> {
        let rooms = self.rooms.open.keys().map(|room| StreamKey::Room(*room));
        [StreamKey::Directory, StreamKey::Own]
            .into_iter()
            .chain(rooms)
            .collect()
    }

    pub(super) fn stream(&self, key: StreamKey) -> Option<&StreamReplica> {
        match key {
            StreamKey::Directory => Some(&self.directory.stream),
            StreamKey::Own => Some(&self.own.stream),
            StreamKey::Room(room) => Some(&self.rooms.get(room)?.stream),
        }
    }

    pub(super) fn stream_mut(&mut self, key: StreamKey) -> Option<&mut StreamReplica> {
        match key {
            StreamKey::Directory => Some(&mut self.directory.stream),
            StreamKey::Own => Some(&mut self.own.stream),
            StreamKey::Room(room) => Some(&mut self.rooms.get_mut(room)?.stream),
        }
    }

    /// The streams of which something is true.
    pub(super) fn streams_where(&self, which: impl Fn(&StreamReplica) -> bool) -> Vec<StreamKey> {
        let mut streams = self.streams();
        streams.retain(|key| self.stream(*key).is_some_and(&which));
        streams
    }

    /// Subscribes to a stream, or asks for what is missing of it, from what is known.
    pub(super) fn ask_stream(&mut self, key: StreamKey, out: &mut SyncOutput) {
        if !self.can_ask() {
            return;
        }
        self.question = self.question.wrapping_add(1);
        let question = self.question;
        let most = key.room().map(|_| self.settings.window());
        if let Some(stream) = self.stream_mut(key) {
            let (epoch, rev) = stream.cursor.ask(question);
            out.send.push(ClientFrame::Subscribe {
                question,
                stream: key,
                epoch,
                rev,
                most,
                page: None,
            });
        }
    }

    /// Asks for what is missing of a stream, unless it was asked for already.
    pub(super) fn fill_gap(&mut self, key: StreamKey, out: &mut SyncOutput) {
        if (self.stream(key)).is_some_and(|stream| stream.cursor.should_ask()) {
            self.ask_stream(key, out);
        }
    }

    /// On a new connection, or one without subscriptions: asks for all streams. Those that
    /// were caught up only in part have to wait until the epoch is known.
    pub(super) fn ask_everything(&mut self, out: &mut SyncOutput) {
        self.received_since_asked = false;
        for key in self.streams_where(|stream| !stream.cursor.is_partial()) {
            self.ask_stream(key, out);
        }
        self.ask_watch(out);
        self.send_read_marks(out);
        self.flush(out);
    }

    /// Continues streams that were only partly caught up. In another epoch of the store
    /// they start again from the beginning.
    pub(super) fn resume_partial_streams(&mut self, epoch: Epoch, out: &mut SyncOutput) {
        for key in self.streams_where(|stream| stream.cursor.is_partial()) {
            let Some(stream) = self.stream_mut(key) else {
                continue;
            };
            if !stream.cursor.is_confirmed(epoch) {
                stream.cursor.forget();
            }
            if !stream.cursor.is_question_open() {
                self.ask_stream(key, out);
            }
        }
    }

    pub(super) fn ask_watch(&mut self, out: &mut SyncOutput) {
        if self.can_ask() {
            out.send.extend(self.watching.ask(&mut self.question));
        }
    }

    /// Asks for the names of people, once the directory has said which names are void.
    pub(super) fn ask_people(&mut self, out: &mut SyncOutput) {
        let is_confirmed = |epoch| self.directory.stream.cursor.is_confirmed(epoch);
        if self.epoch().is_some_and(is_confirmed) {
            let page = self.limits.page;
            out.send.extend(self.names.ask(&mut self.question, page));
        }
    }

    /// These people are shown: the rest of their profiles is asked for, if it is not known.
    pub fn want_profiles(&mut self, shown: &[UserId], now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        self.names.want_profiles(shown, self.me(), now);
        self.ask_people(&mut out);
        out
    }

    pub(super) fn ask_history(&mut self, id: RoomId, out: &mut SyncOutput) {
        if let Some(epoch) = self.epoch()
            && let Some(room) = self.rooms.get_mut(id)
        {
            let limit = self.settings.history_page;
            out.send
                .extend(room.ask_history(epoch, limit, &mut self.question));
        }
    }

    /// Sends the read marks that the server has not confirmed yet, but not before
    /// `welcome`: until then the session may belong to another person. After a restart of the
    /// server those wait whose room may be another one.
    pub(super) fn send_read_marks(&self, out: &mut SyncOutput) {
        out.send.extend(self.read_marks_to_send());
    }

    /// The same for one room.
    pub(super) fn send_read_mark(&self, room: RoomId, out: &mut SyncOutput) {
        if (self.epoch()).is_some_and(|epoch| !self.is_unsure(room, epoch)) {
            let marks = &self.own.marks;
            out.send.extend(marks.unconfirmed(|other| other == room));
        }
    }

    fn read_marks_to_send(&self) -> impl Iterator<Item = ClientFrame> {
        let epoch = self.epoch();
        let is_meant = move |room| epoch.is_some_and(|epoch| !self.is_unsure(room, epoch));
        self.own.marks.unconfirmed(is_meant)
    }

    /// Repeats refused questions that are due, as many as one round allows.
    pub(super) fn repeat_refused(&mut self, now: Micros, out: &mut SyncOutput) {
        let is_due = |at: Option<Micros>| at.is_some_and(|at| is_due(at, now));
        let due = self.streams_where(|stream| is_due(stream.cursor.retry_at()));
        let resends = is_due(self.own.marks.resend_at());
        let others = is_due(self.watching.retry_at())
            || is_due(self.names.wanted.retry_at())
            || is_due(self.known_rooms.wanted.retry_at());
        if !self.can_ask() || (due.is_empty() && !resends && !others) {
            return;
        }
        let mut left = self.retries.round(now);
        for key in due {
            if left > 0 {
                left -= 1;
                self.ask_stream(key, out);
            } else {
                let next = self.retries.after_round(now);
                if let Some(stream) = self.stream_mut(key) {
                    stream.cursor.refused(Some(next));
                }
            }
        }
        // These are three at most.
        self.watching.release(now);
        self.ask_watch(out);
        self.names.wanted.release(now);
        self.ask_people(out);
        self.known_rooms.wanted.release(now);
        self.ask_rooms(out);
        if resends && self.epoch().is_some() {
            out.send.extend(self.read_marks_to_send().take(left));
            // Marks that did not fit into this round are sent in the next one.
            let rest = self.read_marks_to_send().nth(left).is_some();
            let next = rest.then(|| self.retries.after_round(now));
            self.own.marks.resend_at_time(next);
        }
    }
}
