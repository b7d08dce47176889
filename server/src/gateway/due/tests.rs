//! Who is written when, and by how many.

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
fn the_more_is_due_the_more_write_and_sooner_after_a_pause() {
    let wanted = |outboxes, anew| {
        let list = List {
            outboxes,
            anew,
            ..List::default()
        };
        list.wanted()
    };
    let again = [1, MANY, MANY + 1, 3 * MANY].map(|outboxes| wanted(outboxes, 0));
    assert_eq!(again, [1, 1, 2, 3]);
    let anew = [1, MANY_ANEW, MANY_ANEW + 1, 3 * MANY_ANEW].map(|anew| wanted(anew, anew));
    assert_eq!(anew, [1, 1, 2, 3]);
}

#[test]
fn those_who_are_due_again_do_not_count_as_anew() {
    let due = Due::new(1);
    let (feed, outboxes) = told(MANY_ANEW + SHARE + 1);
    due.add(Arc::clone(&feed), outboxes.len());
    let counts = || {
        let list = due.list.lock();
        (list.outboxes, list.anew, list.wanted())
    };
    assert_eq!(counts(), (outboxes.len(), outboxes.len(), 2));
    let mut share = Share::new();
    due.take(&mut share);
    assert_eq!(counts(), (MANY_ANEW + 1, MANY_ANEW + 1, 2));
    // While the walk is under way: all are due again behind it.
    feed.tell(Told::All(Bytes::from_static(b"y")));
    while counts().1 > 0 {
        share.clear();
        due.take(&mut share);
    }
    let (due_again, _, wanted) = counts();
    assert!(due_again > MANY_ANEW && wanted == 1);
    while !share.is_empty() {
        share.clear();
        due.take(&mut share);
    }
    due.add_one(outbox());
    assert_eq!(counts(), (1, 1, 1), "after a pause");
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
