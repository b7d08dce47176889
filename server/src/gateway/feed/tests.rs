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
    assert!(
        matches!(feed.tell(all("a")), Noted::Due(2)),
        "a turn is asked for"
    );
    let late = Arc::new(Outbox::new(1000));
    feed.follow(&late, Origin(3));
    outboxes.push(late);
    assert!(matches!(feed.tell(all("b")), Noted::Nothing), "it has one");
    assert_eq!(take(&feed, 10), 0);
    let heard: Vec<_> = outboxes.iter().map(|outbox| heard(outbox)).collect();
    assert_eq!(heard, ["ab", "ab", "b"]);
    assert!(matches!(feed.tell(all("c")), Noted::Due(3)));
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
    assert!(
        matches!(feed.tell(all("c")), Noted::Nothing),
        "nobody is there"
    );
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
fn what_is_told_on_a_walk_that_all_leave_is_forgotten() {
    let (feed, _outboxes) = feed(&[1, 2]);
    feed.tell(all("a"));
    assert_eq!(take(&feed, 1), 1);
    feed.tell(all("b"));
    feed.unfollow(0);
    feed.unfollow(1);
    assert_eq!(take(&feed, 10), 0);
    let state = feed.0.lock();
    assert_eq!((state.told.len(), state.bytes), (0, 0));
}

#[test]
fn where_too_much_waits_all_of_it_is_handed_over_at_once() {
    let feed = Feed::default();
    let outboxes: Vec<_> = (0..3).map(|_| Arc::new(Outbox::new(2 * BEHIND))).collect();
    for outbox in &outboxes {
        feed.follow(outbox, Origin(1));
    }
    feed.tell(all("a"));
    assert_eq!(take(&feed, 1), 2);
    let large = "x".repeat(BEHIND);
    let Noted::Handed(due) = feed.tell(Told::All(Bytes::from(large))) else {
        panic!("it waits");
    };
    assert_eq!(due.len(), 3);
    assert_eq!(take(&feed, 10), 0, "its turn has nothing left to do");
    for outbox in &outboxes {
        assert_eq!(heard(outbox).len(), 1 + BEHIND);
    }
}

#[test]
fn who_catches_up_is_told_once() {
    let (feed, outboxes) = feed(&[1, 2]);
    feed.tell(all("a"));
    feed.catch_up(1, &outboxes[1]);
    assert_eq!(heard(&outboxes[1]), "a");
    let mut share = Vec::new();
    assert_eq!(feed.take(&mut share, 10), 0);
    assert!(share.iter().all(|due| Arc::ptr_eq(due, &outboxes[0])));
    let heard: Vec<_> = outboxes.iter().map(|outbox| heard(outbox)).collect();
    assert_eq!(heard, ["a", ""]);
}

#[test]
fn whose_place_another_one_has_by_now_does_not_catch_up_for_it() {
    let (feed, outboxes) = feed(&[1, 2]);
    feed.unfollow(1);
    let other = Arc::new(Outbox::new(1000));
    assert_eq!(feed.follow(&other, Origin(3)), 1);
    feed.tell(all("a"));
    feed.catch_up(1, &outboxes[1]);
    let mut share = Vec::new();
    assert_eq!(feed.take(&mut share, 10), 0);
    assert!(share.iter().any(|due| Arc::ptr_eq(due, &other)));
}

#[test]
fn a_soft_frame_is_for_those_who_keep_up_whatever_comes_with_it() {
    let (feed, outboxes) = feed(&[1, 2]);
    outboxes[0].push(Bytes::from_static(&[b'-'; 200]));
    feed.tell(Told::All(Bytes::from_static(&[b'x'; 200])));
    feed.tell(Told::Soft(Bytes::from_static(b"s")));
    take(&feed, 10);
    assert!(!heard(&outboxes[0]).ends_with('s'));
    assert!(heard(&outboxes[1]).ends_with('s'));
}

#[test]
fn many_who_have_nothing_to_hear_are_passed_over_in_several_goes() {
    let (feed, outboxes) = feed(&vec![1; LOOKS + 1]);
    feed.tell(all("a"));
    for outbox in &outboxes {
        outbox.overflow();
    }
    assert_eq!(take(&feed, 10), 1);
    assert_eq!(take(&feed, 10), 0);
}
