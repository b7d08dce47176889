//! A topic's followers, and what they are told.
//!
//! Whoever tells something only notes it here. The shared writers ([`super::writers`]) walk
//! along the followers, give each what was told since they last came by, and write it out
//! while its outbox is at hand. A feed is walked along once however much is told meanwhile:
//! while writing is behind, the more goes into one write, and nobody waits longer than
//! one write to every other follower takes.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use slab::Slab;

use super::outbox::Outbox;
use super::stretches::{Place, others};
use crate::store::Origin;

/// Bytes that may have been told without having gone to everyone: then whoever tells has
/// to help. Half of what one outbox may hold.
const BEHIND: usize = 512 * 1024;

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

    /// Puts it into a follower's outbox; says whether there is something to write then.
    fn hand_to(&self, follower: &Follower) -> bool {
        let outbox = &follower.outbox;
        match self {
            Told::All(bytes) => outbox.hand(bytes.clone()),
            Told::Soft(bytes) => outbox.hand_soft(bytes.clone()),
            Told::Others(bytes, places) => others(places, follower.origin)
                .map(|stretch| outbox.hand(bytes.slice(stretch)))
                .fold(false, |is_some, is_handed| is_some | is_handed),
        }
    }
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

    /// Notes what is told. Says how many are to be told, if the feed has to be given a turn
    /// among what is due.
    pub fn tell(&self, told: Told) -> Option<usize> {
        let mut state = self.0.lock();
        if state.followers.is_empty() {
            return None;
        }
        state.bytes += told.len();
        state.told.push_back(told);
        state.walk.is_none().then(|| state.begin())
    }

    /// Whether so much was told that the writers need help.
    pub fn is_behind(&self) -> bool {
        self.0.lock().bytes > BEHIND
    }

    /// Hands what was told to the next followers, as long as the share takes them. Says
    /// how many are left; none: it needs no turn before something is told again.
    pub fn take(&self, share: &mut Vec<Arc<Outbox>>, most: usize) -> usize {
        self.0.lock().take(share, most)
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

    fn take(&mut self, share: &mut Vec<Arc<Outbox>>, most: usize) -> usize {
        let next = self.next();
        let Some(walk) = &mut self.walk else {
            return 0;
        };
        if walk.place == 0 {
            walk.from = next;
        }
        while walk.place < self.end && share.len() < most {
            let follower = self.followers.get_mut(walk.place);
            walk.place += 1;
            let Some(follower) = follower else { continue };
            // All that is kept has a number from `first` on.
            let known = usize::try_from(follower.next.saturating_sub(self.first));
            follower.next = next;
            let mut is_due = false;
            for told in self.told.iter().skip(known.unwrap_or(usize::MAX)) {
                is_due |= told.hand_to(follower);
            }
            if is_due {
                share.push(Arc::clone(&follower.outbox));
            }
        }
        if walk.place < self.end {
            return (self.end - walk.place).min(self.followers.len());
        }
        let from = walk.from;
        self.forget_before(from);
        self.walk = None;
        if self.told.is_empty() || self.followers.is_empty() {
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
mod tests {
    use super::*;

    /// A feed with followers of these origins, and their outboxes.
    fn feed(origins: &[u64]) -> (Feed, Vec<Arc<Outbox>>) {
        let feed = Feed::default();
        let outboxes = origins.iter().map(|origin| {
            let outbox = Arc::new(Outbox::new(1000));
            feed.follow(&outbox, Origin(*origin));
            outbox
        });
        let outboxes = outboxes.collect();
        (feed, outboxes)
    }

    fn all(text: &'static str) -> Told {
        Told::All(Bytes::from_static(text.as_bytes()))
    }

    /// Goes on with so many followers who are told something; says how many are left.
    fn take(feed: &Feed, most: usize) -> usize {
        feed.take(&mut Vec::new(), most)
    }

    fn heard(outbox: &Outbox) -> String {
        let mut heard = Vec::new();
        let flushed = outbox.flush_into(|slices| {
            for slice in slices {
                heard.extend_from_slice(slice);
            }
            Ok(slices.iter().map(|slice| slice.len()).sum())
        });
        assert!(flushed.is_ok());
        String::from_utf8(heard).unwrap()
    }

    #[test]
    fn everyone_is_told_once_and_who_comes_later_what_is_told_later() {
        let (feed, mut outboxes) = feed(&[1, 2]);
        assert_eq!(feed.tell(all("a")), Some(2), "a turn is asked for");
        let late = Arc::new(Outbox::new(1000));
        feed.follow(&late, Origin(3));
        outboxes.push(late);
        assert_eq!(feed.tell(all("b")), None, "it has one");
        assert_eq!(take(&feed, 10), 0);
        let heard: Vec<_> = outboxes.iter().map(|outbox| heard(outbox)).collect();
        assert_eq!(heard, ["ab", "ab", "b"]);
        assert_eq!(feed.tell(all("c")), Some(3));
    }

    #[test]
    fn what_is_told_on_the_way_comes_with_the_rest_and_in_order() {
        let (feed, outboxes) = feed(&[1, 2, 3]);
        feed.tell(all("a"));
        assert_eq!(take(&feed, 1), 2);
        feed.tell(all("b"));
        assert_ne!(take(&feed, 2), 0, "the first has not heard all");
        let once: Vec<_> = outboxes.iter().map(|outbox| heard(outbox)).collect();
        assert_eq!(once, ["a", "ab", "ab"]);
        assert_eq!(take(&feed, 10), 0);
        let twice: Vec<_> = outboxes.iter().map(|outbox| heard(outbox)).collect();
        assert_eq!(twice, ["b", "", ""]);
    }

    #[test]
    fn nothing_is_kept_that_has_gone_to_everyone() {
        let (feed, _outboxes) = feed(&[1, 2, 3]);
        for text in ["a", "b", "c"] {
            feed.tell(all(text));
            take(&feed, 2);
        }
        while take(&feed, 2) > 0 {}
        let state = feed.0.lock();
        assert_eq!((state.told.len(), state.bytes), (0, 0));
    }

    #[test]
    fn who_leaves_is_not_told_and_holds_nobody_up() {
        let (feed, outboxes) = feed(&[1, 2, 3]);
        feed.tell(all("a"));
        take(&feed, 1);
        assert!(!feed.unfollow(1));
        assert_eq!(take(&feed, 10), 0);
        let told: Vec<_> = outboxes.iter().map(|outbox| heard(outbox)).collect();
        assert_eq!(told, ["a", "", "a"]);
        feed.tell(all("b"));
        feed.unfollow(0);
        assert!(feed.unfollow(2));
        assert_eq!(take(&feed, 10), 0);
        assert_eq!(feed.tell(all("c")), None, "nobody is there");
    }

    #[test]
    fn an_author_s_own_is_left_out() {
        let (feed, outboxes) = feed(&[1, 2]);
        let places = vec![
            (Some(Origin(1)), 0, 1),
            (Some(Origin(2)), 1, 2),
            (None, 2, 3),
        ];
        feed.tell(Told::Others(Bytes::from_static(b"abc"), places));
        assert_eq!(take(&feed, 10), 0);
        let heard: Vec<_> = outboxes.iter().map(|outbox| heard(outbox)).collect();
        assert_eq!(heard, ["bc", "ac"]);
    }

    #[test]
    fn an_author_alone_has_nothing_to_write() {
        let (feed, _outboxes) = feed(&[1]);
        let places = vec![(Some(Origin(1)), 0, 1)];
        feed.tell(Told::Others(Bytes::from_static(b"a"), places));
        let mut share = Vec::new();
        assert_eq!(feed.take(&mut share, 10), 0);
        assert!(share.is_empty());
    }

    #[test]
    fn it_is_behind_until_what_was_told_has_gone_to_everyone() {
        let (feed, _outboxes) = feed(&[1, 2]);
        feed.tell(Told::All(Bytes::from(vec![b'x'; BEHIND + 1])));
        assert!(feed.is_behind());
        assert_eq!(take(&feed, 1), 1);
        assert!(feed.is_behind());
        assert_eq!(take(&feed, 1), 0);
        assert!(!feed.is_behind());
    }
}
