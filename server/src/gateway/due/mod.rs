//! What is due to be written, for the shared writers ([`super::writers`]).
//!
//! A writer takes a share of a feed's followers at a time and writes to each what waits for
//! it. Feeds take turns, so that a small room's message does not wait for all of a large
//! one's.
//!
//! Where little is due, waking anybody costs more than the writes: whoever tells may then
//! do them itself ([`Due::hold`]).

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{Condvar, Mutex};

use super::feed::Feed;
use super::outbox::Outbox;

/// Outboxes that are written at a turn: with short messages, a tenth or two of a millisecond.
const SHARE: usize = 32;
/// Outboxes that one writer has to do before another one helps: about ten milliseconds.
/// Several at once get in each other's way in the system's locks, and take the processors
/// from those who read.
const MANY: usize = 2048;
/// The same where nobody who was written to is due again: writing keeps up, what comes is
/// done sooner by two, and there is time before the next. With fewer, the time until the last one has it falls on,
/// and the processor time of a thousand single messages rises.
const MANY_ANEW: usize = 768;
/// Emptied lists whose memory is kept.
const SPARE: usize = 4;

/// Outboxes that somebody writes out.
pub type Share = Vec<Arc<Outbox>>;

/// What is to be written.
#[derive(Debug)]
pub struct Due {
    list: Mutex<List>,
    // By how many it is held.
    held: AtomicUsize,
    // Where each writer waits until there is enough to do.
    filled: Vec<Condvar>,
    #[cfg(test)]
    told: AtomicUsize,
    // So that a share need not ask for memory.
    spare: Mutex<Vec<Share>>,
}

#[derive(Debug, Default)]
struct List {
    turns: VecDeque<Turn>,
    // How many are due in all, those of turns that are being taken as well.
    outboxes: usize,
    // How many of them came anew, if all that is due did: after a pause, and not where
    // those who were written to are due again.
    anew: usize,
    is_closed: bool,
}

impl List {
    fn add(&mut self, outboxes: usize) {
        if self.anew == self.outboxes {
            self.anew += outboxes;
        }
        self.outboxes += outboxes;
    }

    /// Of `before` outboxes of a turn, so many are left or due again.
    fn have_left(&mut self, before: usize, left: usize) {
        self.outboxes = self.outboxes + left - before;
        let taken = if left < before { before - left } else { before };
        self.anew = self.anew.saturating_sub(taken).min(self.outboxes);
    }

    /// How many writers write.
    fn wanted(&self) -> usize {
        let all = self.outboxes.div_ceil(MANY);
        all.max(self.anew.div_ceil(MANY_ANEW)).max(1)
    }
}

#[derive(Debug)]
enum Turn {
    /// A feed's followers, of whom so many are left.
    Feed(Arc<Feed>, usize),
    /// Outboxes with something of their own.
    Outboxes(Share),
}

/// While this is there, the shared writers are not told of what is added; then they are,
/// if anything is left.
pub struct Held<'a>(&'a Due);

impl Due {
    /// Nothing is due. So many writers may be started for it.
    pub fn new(writers: usize) -> Self {
        Due {
            list: Mutex::default(),
            held: AtomicUsize::new(0),
            filled: (0..writers).map(|_| Condvar::new()).collect(),
            #[cfg(test)]
            told: AtomicUsize::new(0),
            spare: Mutex::default(),
        }
    }

    /// Takes a feed with so many followers, to write to them.
    pub fn add(&self, feed: Arc<Feed>, followers: usize) {
        self.add_turn(Turn::Feed(feed, followers), followers);
    }

    /// Takes one outbox to write it.
    pub fn add_one(&self, outbox: Arc<Outbox>) {
        let mut list = self.list.lock();
        if let Some(Turn::Outboxes(last)) = list.turns.back_mut()
            && last.len() < SHARE
        {
            last.push(outbox);
            list.add(1);
            let wanted = list.wanted();
            drop(list);
            self.tell(wanted);
            return;
        }
        drop(list);
        let mut outboxes = self.spare();
        outboxes.push(outbox);
        self.add_turn(Turn::Outboxes(outboxes), 1);
    }

    /// Takes outboxes to write them.
    pub fn add_all(&self, outboxes: Share) {
        if !outboxes.is_empty() {
            let count = outboxes.len();
            self.add_turn(Turn::Outboxes(outboxes), count);
        }
    }

    fn add_turn(&self, turn: Turn, outboxes: usize) {
        let mut list = self.list.lock();
        list.add(outboxes);
        list.turns.push_back(turn);
        let wanted = list.wanted();
        drop(list);
        self.tell(wanted);
    }

    /// Has what is added from now on wait for whoever holds it.
    pub fn hold(&self) -> Held<'_> {
        self.held.fetch_add(1, Ordering::SeqCst);
        Held(self)
    }

    /// Tells so many writers that something is due.
    fn tell(&self, wanted: usize) {
        // What was added before this look is seen by whoever lets go after it.
        if self.held.load(Ordering::SeqCst) == 0 {
            #[cfg(test)]
            self.told.fetch_add(1, Ordering::SeqCst);
            for filled in self.filled.iter().take(wanted) {
                filled.notify_one();
            }
        }
    }

    /// How many writers there may be.
    pub fn writers(&self) -> usize {
        self.filled.len()
    }

    /// Waits until the writer of this number, from 0 on, has something to do; says whether
    /// it goes on.
    pub fn wait(&self, writer: usize) -> bool {
        let mut list = self.list.lock();
        while !list.is_closed && (list.turns.is_empty() || list.wanted() <= writer) {
            self.filled[writer].wait(&mut list);
        }
        !list.is_closed
    }

    /// Ends the writers' waiting.
    pub fn close(&self) {
        self.list.lock().is_closed = true;
        for filled in &self.filled {
            filled.notify_one();
        }
    }

    fn spare(&self) -> Share {
        self.spare.lock().pop().unwrap_or_default()
    }

    fn keep(&self, share: Share) {
        let mut kept = self.spare.lock();
        if kept.len() < SPARE {
            kept.push(share);
        }
    }

    /// Takes the next share. Its outboxes are to be flushed.
    pub fn take(&self, share: &mut Share) {
        while share.len() < SHARE {
            let Some(turn) = self.list.lock().turns.pop_front() else {
                return;
            };
            let (turn, before, left) = match turn {
                Turn::Feed(feed, before) => {
                    let left = feed.take(share, SHARE);
                    (Turn::Feed(feed, left), before, left)
                }
                Turn::Outboxes(mut outboxes) => {
                    let before = outboxes.len();
                    let taken = before.min(SHARE - share.len());
                    // From the front: those who came first are not to be passed over.
                    for outbox in outboxes.drain(..taken) {
                        outbox.unlist();
                        share.push(outbox);
                    }
                    (Turn::Outboxes(outboxes), before, before - taken)
                }
            };
            let mut list = self.list.lock();
            list.have_left(before, left);
            if left > 0 {
                list.turns.push_back(turn);
                let wanted = list.wanted();
                drop(list);
                self.tell(wanted);
            } else if let Turn::Outboxes(outboxes) = turn {
                drop(list);
                self.keep(outboxes);
            }
        }
    }

    /// Writes out a share of what is due; says whether there was one.
    pub fn write(&self) -> bool {
        let mut share = self.spare();
        self.take(&mut share);
        let is_some = !share.is_empty();
        for outbox in share.drain(..) {
            outbox.flush_shared();
        }
        self.keep(share);
        is_some
    }
}

impl Held<'_> {
    /// As [`Due::write`], if a share is all that is due.
    pub fn write(&self) {
        if self.0.list.lock().outboxes <= SHARE {
            self.0.write();
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.held.fetch_sub(1, Ordering::SeqCst);
        let list = self.0.list.lock();
        let (wanted, is_empty) = (list.wanted(), list.turns.is_empty());
        drop(list);
        if !is_empty {
            self.0.tell(wanted);
        }
    }
}

#[cfg(test)]
mod tests;
