//! A topic's followers, and what they are told.
//!
//! Whoever tells something only notes it here. The shared writers ([`super::writers`]) walk
//! along the followers, hand each what was told since they last came by, and write it out
//! while its outbox is at hand. What is told meanwhile waits for the next walk, or comes
//! along where they have not been yet: while writing is behind, the more goes into one write,
//! and nobody waits longer than one write to every other follower takes.
//!
//! Where too much waits here, whoever tells hands it to all outboxes itself: each of them is
//! bounded.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use slab::Slab;

use super::outbox::Outbox;
use super::stretches::{Place, others};
use crate::store::Origin;

/// Bytes that may have been told without having been handed to everyone.
const BEHIND: usize = 512 * 1024;
/// Followers that are looked at while the feed is locked.
const LOOKS: usize = 256;
/// Frames for which a feed keeps room when it has nothing to tell.
const ROOMY: usize = 64;

/// Something that is told.
#[derive(Debug)]
pub enum Told {
    /// A frame for everyone.
    All(Bytes),
    /// A frame that may be lost: for those who keep up.
    Soft(Bytes),
    /// Frames in a row, and where each is: for everyone but its author.
    Others(Bytes, Vec<Place>),
}

impl Told {
    fn len(&self) -> usize {
        match self {
            Told::All(bytes) | Told::Soft(bytes) | Told::Others(bytes, _) => bytes.len(),
        }
    }

    /// Puts it into a follower's outbox, who keeps up or does not; says whether there is
    /// something to write then.
    fn hand_to(&self, follower: &Follower, keeps_up: bool) -> bool {
        let outbox = &follower.outbox;
        match self {
            Told::All(bytes) => outbox.hand(bytes.clone()),
            Told::Soft(bytes) => keeps_up && outbox.hand(bytes.clone()),
            Told::Others(bytes, places) => others(places, follower.origin)
                .map(|stretch| outbox.hand(bytes.slice(stretch)))
                .fold(false, |is_some, is_handed| is_some | is_handed),
        }
    }
}

/// What remains to be done for what was told.
#[derive(Debug)]
pub enum Noted {
    /// Nothing: nobody follows, or the feed has a turn among what is due.
    Nothing,
    /// The feed has to be given a turn, for so many followers.
    Due(usize),
    /// These outboxes have to be written: too much waited, and was handed to them.
    Handed(Vec<Arc<Outbox>>),
}

/// One topic.
#[derive(Debug, Default)]
pub struct Feed(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    followers: Slab<Follower>,
    // No place from here on was given to anyone.
    end: usize,
    // What has not gone to everyone, numbered through.
    told: VecDeque<Told>,
    first: u64,
    bytes: usize,
    // There while it has a turn among what is due.
    walk: Option<Walk>,
}

#[derive(Debug)]
struct Follower {
    outbox: Arc<Outbox>,
    origin: Origin,
    // The number of what it is told next.
    next: u64,
}

/// How far the writers have come.
#[derive(Debug, Default)]
struct Walk {
    place: usize,
    // The number of what is told next when it begins: what was told before has gone to
    // everyone when it ends.
    from: u64,
}

impl Feed {
    /// Takes a follower, who is told what is told from now on; gives its place.
    pub fn follow(&self, outbox: &Arc<Outbox>, origin: Origin) -> usize {
        let mut state = self.0.lock();
        let next = state.next();
        // Most topics are a session's or a person's, and have one follower.
        if state.followers.is_empty() {
            state.followers.reserve_exact(1);
        }
        let place = state.followers.insert(Follower {
            outbox: Arc::clone(outbox),
            origin,
            next,
        });
        state.end = state.end.max(place + 1);
        place
    }

    /// Gives a place back; what was told and has not gone out is not told there any more.
    /// Says whether nobody is left.
    pub fn unfollow(&self, place: usize) -> bool {
        let mut state = self.0.lock();
        state.followers.try_remove(place);
        state.followers.is_empty()
    }

    /// Whether nobody follows.
    pub fn is_empty(&self) -> bool {
        self.0.lock().followers.is_empty()
    }

    /// Goes through the followers' outboxes.
    pub fn each(&self, mut call: impl FnMut(&Outbox)) {
        for (_, follower) in &self.0.lock().followers {
            call(&follower.outbox);
        }
    }

    /// Notes what is told.
    pub fn tell(&self, told: Told) -> Noted {
        let mut state = self.0.lock();
        if state.followers.is_empty() {
            return Noted::Nothing;
        }
        state.bytes += told.len();
        state.told.push_back(told);
        if state.walk.is_none() {
            return Noted::Due(state.begin());
        }
        if state.bytes > BEHIND {
            return Noted::Handed(state.hand_to_all());
        }
        Noted::Nothing
    }

    /// Hands what was told to the next followers, as long as the share takes them. Says
    /// how many are left; none: it needs no turn before something is told again.
    pub fn take(&self, share: &mut Vec<Arc<Outbox>>, most: usize) -> usize {
        self.0.lock().take(share, most)
    }

    /// Hands what was told to the follower at a place, out of its turn, if this is its
    /// outbox: whoever asks flushes it then, and another one's would not be.
    pub fn catch_up(&self, place: usize, outbox: &Arc<Outbox>) {
        let mut state = self.0.lock();
        let follower = state.followers.get(place);
        if follower.is_some_and(|follower| Arc::ptr_eq(&follower.outbox, outbox)) {
            state.hand(place);
        }
    }
}

impl State {
    /// The number of what is told next.
    fn next(&self) -> u64 {
        self.first + self.told.len() as u64
    }

    fn begin(&mut self) -> usize {
        self.walk = Some(Walk::default());
        self.followers.len()
    }

    /// Hands the follower at a place all that it was not told yet; gives its outbox if
    /// there is something to write then.
    fn hand(&mut self, place: usize) -> Option<&Arc<Outbox>> {
        let next = self.next();
        let follower = self.followers.get_mut(place)?;
        if follower.next == next {
            return None;
        }
        // All that is kept has a number from `first` on.
        let known = usize::try_from(follower.next.saturating_sub(self.first)).ok()?;
        follower.next = next;
        let news = || self.told.iter().skip(known);
        let is_soft = |told: &Told| matches!(told, Told::Soft(_));
        let keeps_up = news().any(is_soft) && follower.outbox.keeps_up();
        let is_due = news().fold(false, |is_due, told| {
            is_due | told.hand_to(follower, keeps_up)
        });
        is_due.then_some(&follower.outbox)
    }

    fn hand_to_all(&mut self) -> Vec<Arc<Outbox>> {
        let mut due = Vec::new();
        for place in 0..self.end {
            due.extend(self.hand(place).map(Arc::clone));
        }
        self.forget_before(self.next());
        due
    }

    fn take(&mut self, share: &mut Vec<Arc<Outbox>>, most: usize) -> usize {
        let next = self.next();
        let Some(walk) = &mut self.walk else {
            return 0;
        };
        if walk.place == 0 {
            walk.from = next;
        }
        let from = walk.from;
        let begin = walk.place;
        let end = self.end.min(begin + LOOKS);
        let mut place = begin;
        while place < end && share.len() < most {
            share.extend(self.hand(place).map(Arc::clone));
            place += 1;
        }
        if place < self.end {
            self.walk = Some(Walk { place, from });
            return (self.end - place).min(self.followers.len()).max(1);
        }
        self.walk = None;
        // Nobody is left to be told what was told meanwhile.
        let is_over = self.followers.is_empty();
        self.forget_before(if is_over { next } else { from });
        if self.told.is_empty() {
            self.told.shrink_to(ROOMY);
            return 0;
        }
        self.begin()
    }

    /// Forgets what has gone to everyone.
    fn forget_before(&mut self, number: u64) {
        while self.first < number
            && let Some(told) = self.told.pop_front()
        {
            self.bytes -= told.len();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests;
