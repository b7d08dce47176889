//! The subscribers of one topic, and what was published for them.
//!
//! Publishing only appends to the feed. The shared writers ([`super::writers`]) then make a
//! *delivery pass*: they go through the subscribers, move to each outbox what it has not got
//! yet, and write that outbox to its socket. What is published during a pass reaches the
//! subscribers that the pass has not come to; the others get it in the next pass. The further
//! writing falls behind, the more goes into one write, and nobody waits longer than one write
//! to every other subscriber takes.
//!
//! When too many bytes wait here, the publisher moves them to all outboxes itself, and each
//! outbox has a limit of its own.
//!
//! A subscriber takes its slot before it is known whether it may have the topic, and is muted
//! until then. So a permission that ends meanwhile finds the slot, and nothing slips through.

mod guests;

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use shared::id::{Seq, UserId};
use slab::Slab;

use super::guest_frame::GuestForms;
use super::outbox::Outbox;
use super::ranges::{FrameRange, ranges_of_others};
use crate::store::ConnectionId;

/// Bytes that may be published without having been moved to every outbox.
const MAX_BACKLOG_BYTES: usize = 512 * 1024;
/// Slots that are visited while the feed is locked.
const MAX_SLOTS_PER_LOCK: usize = 256;
/// Payloads for which an empty feed keeps its memory.
const KEPT_CAPACITY: usize = 64;

/// Something published to a topic, encoded.
#[derive(Debug)]
pub enum Payload {
    /// A frame for every subscriber.
    Everyone(Bytes),
    /// A frame that may be lost, for people who read fast enough: who is there and who types is
    /// not said to who reads without a session.
    Ephemeral(Bytes),
    /// Several frames one behind the other, and where each one lies. A subscriber gets all but
    /// its own.
    ExceptAuthor(Bytes, Vec<FrameRange>),
    /// A frame of which each subscriber gets the messages from the own first one on.
    FromFirstMessage(Box<GuestForms>),
}

impl Payload {
    fn len(&self) -> usize {
        match self {
            Payload::Everyone(bytes)
            | Payload::Ephemeral(bytes)
            | Payload::ExceptAuthor(bytes, _) => bytes.len(),
            Payload::FromFirstMessage(forms) => forms.len(),
        }
    }

    /// Puts it into a subscriber's outbox. Returns whether that outbox has to be flushed.
    fn enqueue_for(&self, subscriber: &Subscriber, keeps_up: bool) -> bool {
        let outbox = &subscriber.outbox;
        match self {
            Payload::Everyone(bytes) => outbox.enqueue(bytes.clone()),
            Payload::Ephemeral(bytes) => {
                keeps_up && subscriber.user.is_some() && outbox.enqueue(bytes.clone())
            }
            Payload::ExceptAuthor(bytes, frames) => ranges_of_others(frames, subscriber.connection)
                .map(|range| outbox.enqueue(bytes.slice(range)))
                .fold(false, |must_flush, is_queued| must_flush | is_queued),
            Payload::FromFirstMessage(forms) => forms
                .beginning_with(subscriber.first_message)
                .is_some_and(|bytes| outbox.enqueue(bytes.clone())),
        }
    }
}

/// What the publisher has to do next.
#[derive(Debug)]
pub enum NextStep {
    /// Nothing: there is no subscriber, or a delivery pass is scheduled already.
    Nothing,
    /// Schedule a delivery pass over this many subscribers.
    ScheduleFeed(usize),
    /// Schedule these outboxes: the backlog was too large and was moved to them.
    ScheduleOutboxes(Vec<Arc<Outbox>>),
}

/// One topic's subscribers and backlog.
#[derive(Debug, Default)]
pub struct Feed(Mutex<FeedState>);

#[derive(Debug, Default)]
struct FeedState {
    subscribers: Slab<Subscriber>,
    // All slots that were ever used lie below this.
    slots: usize,
    // What some subscriber has not got yet. Payloads are numbered from the feed's start; the
    // front one has the number `first`.
    backlog: VecDeque<Payload>,
    first: u64,
    backlog_bytes: usize,
    // Present while a delivery pass is scheduled.
    pass: Option<DeliveryPass>,
}

#[derive(Debug)]
struct Subscriber {
    outbox: Arc<Outbox>,
    connection: ConnectionId,
    // None on the simple protocol and without a session. In this form it takes no space for the `None`.
    user: Option<NonZero<i64>>,
    // The first message of the room that exists for the subscriber.
    first_message: Seq,
    state: SubscriberState,
}

/// Whether a subscriber gets what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SubscriberState {
    /// Not yet: whether it may is being looked up.
    Muted,
    /// Yes, from the payload with this number on.
    Open { next: u64 },
    /// Not any more. The slot stays taken until the subscription ends.
    Evicted,
}

/// Who subscribes, and by which connection.
#[derive(Clone, Copy, Debug)]
pub struct SubscriberId {
    /// The connection.
    pub connection: ConnectionId,
    /// The person; none on the simple protocol, and for who reads without a session.
    pub user: Option<UserId>,
    /// The first message of a room that exists for the person; 0 for all but some guests.
    pub first_message: Seq,
}

/// How far the writers have come through the subscribers.
#[derive(Debug, Default)]
struct DeliveryPass {
    // The next slot to visit.
    slot: usize,
    // The number that was next when the pass began. At its end everyone has got every payload
    // below this number.
    from: u64,
}

impl Feed {
    /// Adds a subscriber that gets nothing until its slot is opened. Returns the slot.
    pub fn subscribe_muted(&self, outbox: &Arc<Outbox>, id: SubscriberId) -> usize {
        let mut state = self.0.lock();
        // Most topics are a session or a person and have one subscriber.
        if state.subscribers.is_empty() {
            state.subscribers.reserve_exact(1);
        }
        let slot = state.subscribers.insert(Subscriber {
            outbox: Arc::clone(outbox),
            connection: id.connection,
            user: id.user.and_then(stored_user),
            first_message: id.first_message,
            state: SubscriberState::Muted,
        });
        state.slots = state.slots.max(slot + 1);
        slot
    }

    /// Lets a subscriber get what is published from now on. Returns false if it was evicted.
    pub fn open(&self, slot: usize) -> bool {
        let mut state = self.0.lock();
        let next = state.next_number();
        let Some(subscriber) = state.subscribers.get_mut(slot) else {
            return false;
        };
        if subscriber.state == SubscriberState::Muted {
            subscriber.state = SubscriberState::Open { next };
        }
        subscriber.state != SubscriberState::Evicted
    }

    /// Takes a topic from a person: nothing is delivered to any connection of that person any
    /// more, also not to those whose permission is being looked up. Returns how many connections
    /// were open.
    pub fn evict(&self, user: UserId) -> usize {
        let (mut opened, user) = (0, stored_user(user));
        for (_, subscriber) in &mut self.0.lock().subscribers {
            if user.is_some() && subscriber.user == user {
                opened += usize::from(subscriber.is_open());
                subscriber.state = SubscriberState::Evicted;
            }
        }
        opened
    }

    /// Calls `push` unless the slot was evicted, and lets no eviction happen meanwhile. Returns
    /// whether it was called.
    pub fn push_unless_evicted(&self, slot: usize, push: impl FnOnce()) -> bool {
        let state = self.0.lock();
        let subscriber = state.subscribers.get(slot);
        let is_allowed =
            subscriber.is_some_and(|subscriber| subscriber.state != SubscriberState::Evicted);
        if is_allowed {
            push();
        }
        is_allowed
    }

    /// Frees a slot. What was published and not delivered is not delivered there any more.
    /// Returns whether the feed has no subscriber left.
    pub fn unsubscribe(&self, slot: usize) -> bool {
        let mut state = self.0.lock();
        state.subscribers.try_remove(slot);
        state.subscribers.is_empty()
    }

    /// Whether a slot is open: neither muted nor evicted.
    pub fn is_open(&self, slot: usize) -> bool {
        let state = self.0.lock();
        state.subscribers.get(slot).is_some_and(Subscriber::is_open)
    }

    /// Whether there is no subscriber.
    pub fn is_empty(&self) -> bool {
        self.0.lock().subscribers.is_empty()
    }

    /// Calls `call` with the outbox of every subscriber.
    pub fn for_each_outbox(&self, mut call: impl FnMut(&Outbox)) {
        for (_, subscriber) in &self.0.lock().subscribers {
            call(&subscriber.outbox);
        }
    }

    /// Appends a payload.
    pub fn publish(&self, payload: Payload) -> NextStep {
        self.0.lock().append(payload)
    }

    /// Continues the delivery pass until `outboxes` holds `limit` outboxes to flush. Returns
    /// how many subscribers are left; with none left the feed need not be scheduled until
    /// something is published again.
    pub fn continue_pass(&self, outboxes: &mut Vec<Arc<Outbox>>, limit: usize) -> usize {
        self.0.lock().continue_pass(outboxes, limit)
    }

    /// Delivers to one slot without waiting for the pass, if the slot has this outbox. The
    /// caller flushes the outbox; it could not flush the one of another subscriber.
    pub fn deliver_pending(&self, slot: usize, outbox: &Arc<Outbox>) {
        let mut state = self.0.lock();
        let subscriber = state.subscribers.get(slot);
        if subscriber.is_some_and(|subscriber| Arc::ptr_eq(&subscriber.outbox, outbox)) {
            state.deliver_to(slot);
        }
    }
}

fn stored_user(user: UserId) -> Option<NonZero<i64>> {
    NonZero::new(user.0)
}

impl Subscriber {
    fn is_open(&self) -> bool {
        matches!(self.state, SubscriberState::Open { .. })
    }
}

impl FeedState {
    /// The number of the payload that is published next.
    fn next_number(&self) -> u64 {
        self.first + self.backlog.len() as u64
    }

    fn append(&mut self, payload: Payload) -> NextStep {
        if self.subscribers.is_empty() {
            return NextStep::Nothing;
        }
        self.backlog_bytes += payload.len();
        self.backlog.push_back(payload);
        if self.pass.is_none() {
            return NextStep::ScheduleFeed(self.begin_pass());
        }
        if self.backlog_bytes > MAX_BACKLOG_BYTES {
            return NextStep::ScheduleOutboxes(self.deliver_to_all());
        }
        NextStep::Nothing
    }

    fn begin_pass(&mut self) -> usize {
        self.pass = Some(DeliveryPass::default());
        self.subscribers.len()
    }

    /// Moves to a slot's outbox what it has not got yet. Returns the outbox if it has to be
    /// flushed.
    fn deliver_to(&mut self, slot: usize) -> Option<&Arc<Outbox>> {
        let next = self.next_number();
        let subscriber = self.subscribers.get_mut(slot)?;
        let SubscriberState::Open { next: pending_from } = subscriber.state else {
            return None;
        };
        if pending_from == next {
            return None;
        }
        // No subscriber needs a payload from before `first`.
        let known = usize::try_from(pending_from.saturating_sub(self.first)).ok()?;
        subscriber.state = SubscriberState::Open { next };
        let pending = || self.backlog.iter().skip(known);
        let is_ephemeral = |payload: &Payload| matches!(payload, Payload::Ephemeral(_));
        let keeps_up = pending().any(is_ephemeral) && subscriber.outbox.is_keeping_up();
        let must_flush = pending().fold(false, |must_flush, payload| {
            must_flush | payload.enqueue_for(subscriber, keeps_up)
        });
        must_flush.then_some(&subscriber.outbox)
    }

    fn deliver_to_all(&mut self) -> Vec<Arc<Outbox>> {
        let mut outboxes = Vec::new();
        for slot in 0..self.slots {
            outboxes.extend(self.deliver_to(slot).map(Arc::clone));
        }
        self.drop_delivered(self.next_number());
        outboxes
    }

    fn continue_pass(&mut self, outboxes: &mut Vec<Arc<Outbox>>, limit: usize) -> usize {
        let next = self.next_number();
        let Some(pass) = &mut self.pass else {
            return 0;
        };
        if pass.slot == 0 {
            pass.from = next;
        }
        let from = pass.from;
        let begin = pass.slot;
        let end = self.slots.min(begin + MAX_SLOTS_PER_LOCK);
        let mut slot = begin;
        while slot < end && outboxes.len() < limit {
            outboxes.extend(self.deliver_to(slot).map(Arc::clone));
            slot += 1;
        }
        if slot < self.slots {
            self.pass = Some(DeliveryPass { slot, from });
            return (self.slots - slot).min(self.subscribers.len()).max(1);
        }
        self.pass = None;
        // If all subscribers have left, nobody needs what was published during the pass.
        let has_no_reader = self.subscribers.is_empty();
        self.drop_delivered(if has_no_reader { next } else { from });
        if self.backlog.is_empty() {
            self.backlog.shrink_to(KEPT_CAPACITY);
            return 0;
        }
        self.begin_pass()
    }

    /// Drops the payloads below a number: everyone has them.
    fn drop_delivered(&mut self, number: u64) {
        while self.first < number
            && let Some(payload) = self.backlog.pop_front()
        {
            self.backlog_bytes -= payload.len();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests;
