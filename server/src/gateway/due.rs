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
    is_closed: bool,
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
            list.outboxes += 1;
            let due = list.outboxes;
            drop(list);
            self.tell(due);
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
        list.outboxes += outboxes;
        list.turns.push_back(turn);
        let due = list.outboxes;
        drop(list);
        self.tell(due);
    }

    /// Has what is added from now on wait for whoever holds it.
    pub fn hold(&self) -> Held<'_> {
        self.held.fetch_add(1, Ordering::SeqCst);
        Held(self)
    }

    /// Tells the writers that so many are due.
    fn tell(&self, due: usize) {
        // What was added before this look is seen by whoever lets go after it.
        if self.held.load(Ordering::SeqCst) == 0 {
            #[cfg(test)]
            self.told.fetch_add(1, Ordering::SeqCst);
            for filled in self.filled.iter().take(wanted(due)) {
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
        while !list.is_closed && (list.turns.is_empty() || wanted(list.outboxes) <= writer) {
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
            list.outboxes = list.outboxes + left - before;
            if left > 0 {
                list.turns.push_back(turn);
                let due = list.outboxes;
                drop(list);
                self.tell(due);
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
        let (due, is_empty) = (list.outboxes, list.turns.is_empty());
        drop(list);
        if !is_empty {
            self.0.tell(due);
        }
    }
}

/// How many writers write where so many outboxes are due.
fn wanted(due: usize) -> usize {
    due.div_ceil(MANY).max(1)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use bytes::Bytes;

    use super::super::feed::Told;
    use super::*;
    use crate::store::Origin;

    fn outbox() -> Arc<Outbox> {
        Arc::new(Outbox::new(1000))
    }

    /// A feed that has told something to so many.
    fn told(followers: usize) -> (Arc<Feed>, Vec<Arc<Outbox>>) {
        let feed = Arc::new(Feed::default());
        let outboxes: Vec<_> = (0..followers).map(|_| outbox()).collect();
        for outbox in &outboxes {
            feed.follow(outbox, Origin(0));
        }
        feed.tell(Told::All(Bytes::from_static(b"x")));
        (feed, outboxes)
    }

    fn shares(due: &Due) -> Vec<Share> {
        let mut shares = Vec::new();
        loop {
            let mut share = due.spare();
            due.take(&mut share);
            if share.is_empty() {
                return shares;
            }
            shares.push(share);
        }
    }

    #[test]
    fn feeds_take_turns_and_each_outbox_is_in_one_share() {
        let due = Due::new(1);
        let (large, _) = told(100);
        let (small, in_small) = told(10);
        due.add(large, 100);
        due.add(small, 10);
        let shares = shares(&due);
        let sizes: Vec<_> = shares.iter().map(Vec::len).collect();
        assert_eq!(sizes, [SHARE, SHARE, SHARE, 110 - 3 * SHARE]);
        let is_second = |outbox| shares[1].iter().any(|other| Arc::ptr_eq(outbox, other));
        assert!(in_small.iter().all(is_second), "its turn is the next");
        let mut pointers: Vec<_> = shares.iter().flatten().map(Arc::as_ptr).collect();
        pointers.sort_unstable();
        pointers.dedup();
        assert_eq!(pointers.len(), 110);
        assert_eq!(due.list.lock().outboxes, 0);
    }

    #[test]
    fn single_outboxes_share_a_turn_and_may_come_again_once_they_are_taken() {
        let due = Due::new(1);
        let outboxes: Vec<_> = (0..=SHARE).map(|_| outbox()).collect();
        for outbox in &outboxes {
            assert!(outbox.offer(Bytes::from_static(b"x")));
            due.add_one(Arc::clone(outbox));
        }
        assert!(!outboxes[0].offer(Bytes::from_static(b"y")), "it is listed");
        let sizes: Vec<_> = shares(&due).iter().map(Vec::len).collect();
        assert_eq!(sizes, [SHARE, 1]);
        assert!(outboxes[0].offer(Bytes::from_static(b"z")));
    }

    #[test]
    fn the_more_is_due_the_more_write() {
        let wanted = [1, MANY, MANY + 1, 3 * MANY].map(wanted);
        assert_eq!(wanted, [1, 1, 2, 3]);
    }

    /// How often the writers were told by `call`.
    fn told_by(due: &Due, call: impl FnOnce()) -> usize {
        let before = due.told.load(Ordering::SeqCst);
        call();
        due.told.load(Ordering::SeqCst) - before
    }

    #[test]
    fn whoever_holds_it_writes_up_to_a_share_and_the_writers_are_told_of_more() {
        let due = Due::new(1);
        for (followers, is_left) in [(SHARE, false), (SHARE + 1, true)] {
            let (feed, _outboxes) = told(followers);
            let held = due.hold();
            let while_held = told_by(&due, || {
                due.add(feed, followers);
                held.write();
            });
            assert_eq!(while_held, 0);
            assert_eq!(due.list.lock().turns.is_empty(), !is_left);
            assert_eq!(told_by(&due, || drop(held)), usize::from(is_left));
        }
    }

    #[test]
    fn a_writer_waits_until_something_is_due() {
        let due = Due::new(1);
        let (feed, outboxes) = told(3);
        let mut share = Share::new();
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let goes_on = due.wait(0);
                due.take(&mut share);
                goes_on
            });
            due.add(feed, outboxes.len());
            assert!(writer.join().unwrap());
        });
        assert_eq!(share.len(), 3);
    }

    #[test]
    fn those_who_came_first_are_not_passed_over() {
        let due = Due::new(1);
        let outboxes: Vec<_> = (0..SHARE).map(|_| outbox()).collect();
        let (feed, _others) = told(10);
        due.add(feed, 10);
        due.add_all(outboxes.clone());
        let mut share = Share::new();
        due.take(&mut share);
        assert!(Arc::ptr_eq(&share[10], &outboxes[0]));
    }

    #[test]
    fn a_writer_that_waits_ends_when_it_is_closed() {
        let due = Due::new(1);
        thread::scope(|scope| {
            let writer = scope.spawn(|| due.wait(0));
            due.close();
            assert!(!writer.join().unwrap());
        });
    }
}
