use serde_json::json;
use shared::frame::{Changes, ServerFrame};
use shared::id::{Rev, RoomId};
use shared::stream::StreamKey;

use super::super::encode;
use super::super::guest_frame::GuestFrame;
use super::*;

/// A feed with a subscriber for each of these connections, and their outboxes.
fn feed(connections: &[u64]) -> (Feed, Vec<Arc<Outbox>>) {
    let feed = Feed::default();
    let outboxes = connections.iter().map(|connection| {
        let outbox = Arc::new(Outbox::new(1000));
        subscribe(&feed, &outbox, *connection);
        outbox
    });
    let outboxes = outboxes.collect();
    (feed, outboxes)
}

/// Subscribes a connection, each of another person, and opens it.
fn subscribe(feed: &Feed, outbox: &Arc<Outbox>, connection: u64) -> usize {
    let slot = subscribe_muted(feed, outbox, connection);
    assert!(feed.open(slot));
    slot
}

fn subscribe_muted(feed: &Feed, outbox: &Arc<Outbox>, connection: u64) -> usize {
    subscribe_guest(feed, outbox, connection, Seq::ZERO)
}

fn subscribe_guest(feed: &Feed, outbox: &Arc<Outbox>, connection: u64, first: Seq) -> usize {
    let id = SubscriberId {
        connection: ConnectionId(connection),
        user: Some(user(connection)),
        first_message: first,
    };
    feed.subscribe_muted(outbox, id)
}

/// The person of a connection.
fn user(connection: u64) -> UserId {
    UserId(i64::try_from(connection).unwrap())
}

fn frame(author: Option<u64>, start: usize, end: usize) -> FrameRange {
    let author = author.map(ConnectionId);
    FrameRange { author, start, end }
}

fn everyone(text: &'static str) -> Payload {
    Payload::Everyone(Bytes::from_static(text.as_bytes()))
}

/// Continues the pass with this many subscribers; returns how many are left.
fn continue_pass(feed: &Feed, limit: usize) -> usize {
    feed.continue_pass(&mut Vec::new(), limit)
}

fn received(outbox: &Outbox) -> String {
    String::from_utf8(received_bytes(outbox)).unwrap()
}

fn received_bytes(outbox: &Outbox) -> Vec<u8> {
    let mut received = Vec::new();
    let flushed = outbox.flush_into(|slices| {
        for slice in slices {
            received.extend_from_slice(slice);
        }
        Ok(slices.iter().map(|slice| slice.len()).sum())
    });
    assert!(flushed.is_ok());
    received
}

#[test]
fn each_payload_is_delivered_once_to_those_who_subscribed_before_it() {
    let (feed, mut outboxes) = feed(&[1, 2]);
    assert!(
        matches!(feed.publish(everyone("a")), NextStep::ScheduleFeed(2)),
        "the feed has to be scheduled"
    );
    let late = Arc::new(Outbox::new(1000));
    subscribe(&feed, &late, 3);
    outboxes.push(late);
    assert!(
        matches!(feed.publish(everyone("b")), NextStep::Nothing),
        "it is scheduled"
    );
    assert_eq!(continue_pass(&feed, 10), 0);
    let received: Vec<_> = outboxes.iter().map(|outbox| received(outbox)).collect();
    assert_eq!(received, ["ab", "ab", "b"]);
    assert!(matches!(
        feed.publish(everyone("c")),
        NextStep::ScheduleFeed(3)
    ));
}

#[test]
fn a_payload_published_during_a_pass_is_delivered_in_order_to_everyone() {
    let (feed, outboxes) = feed(&[1, 2, 3]);
    feed.publish(everyone("a"));
    assert_eq!(continue_pass(&feed, 1), 2);
    feed.publish(everyone("b"));
    assert_ne!(continue_pass(&feed, 2), 0, "the first subscriber lacks b");
    let once: Vec<_> = outboxes.iter().map(|outbox| received(outbox)).collect();
    assert_eq!(once, ["a", "ab", "ab"]);
    assert_eq!(continue_pass(&feed, 10), 0);
    let twice: Vec<_> = outboxes.iter().map(|outbox| received(outbox)).collect();
    assert_eq!(twice, ["b", "", ""]);
}

#[test]
fn payloads_that_everyone_has_are_dropped() {
    let (feed, _outboxes) = feed(&[1, 2, 3]);
    for text in ["a", "b", "c"] {
        feed.publish(everyone(text));
        continue_pass(&feed, 2);
    }
    while continue_pass(&feed, 2) > 0 {}
    let state = feed.0.lock();
    assert_eq!((state.backlog.len(), state.backlog_bytes), (0, 0));
}

#[test]
fn a_subscriber_that_leaves_gets_nothing_and_delays_nobody() {
    let (feed, outboxes) = feed(&[1, 2, 3]);
    feed.publish(everyone("a"));
    continue_pass(&feed, 1);
    assert!(!feed.unsubscribe(1));
    assert_eq!(continue_pass(&feed, 10), 0);
    let received: Vec<_> = outboxes.iter().map(|outbox| received(outbox)).collect();
    assert_eq!(received, ["a", "", "a"]);
    feed.publish(everyone("b"));
    feed.unsubscribe(0);
    assert!(feed.unsubscribe(2));
    assert_eq!(continue_pass(&feed, 10), 0);
    assert!(
        matches!(feed.publish(everyone("c")), NextStep::Nothing),
        "there is no subscriber"
    );
}

#[test]
fn an_author_does_not_get_its_own_messages() {
    let (feed, outboxes) = feed(&[1, 2]);
    let frames = vec![
        frame(Some(1), 0, 1),
        frame(Some(2), 1, 2),
        frame(None, 2, 3),
    ];
    feed.publish(Payload::ExceptAuthor(Bytes::from_static(b"abc"), frames));
    assert_eq!(continue_pass(&feed, 10), 0);
    let received: Vec<_> = outboxes.iter().map(|outbox| received(outbox)).collect();
    assert_eq!(received, ["bc", "ac"]);
}

#[test]
fn an_author_that_is_the_only_subscriber_needs_no_flush() {
    let (feed, _outboxes) = feed(&[1]);
    let frames = vec![frame(Some(1), 0, 1)];
    feed.publish(Payload::ExceptAuthor(Bytes::from_static(b"a"), frames));
    let mut batch = Vec::new();
    assert_eq!(feed.continue_pass(&mut batch, 10), 0);
    assert!(batch.is_empty());
}

#[test]
fn when_all_subscribers_leave_during_a_pass_the_backlog_is_dropped() {
    let (feed, _outboxes) = feed(&[1, 2]);
    feed.publish(everyone("a"));
    assert_eq!(continue_pass(&feed, 1), 1);
    feed.publish(everyone("b"));
    feed.unsubscribe(0);
    feed.unsubscribe(1);
    assert_eq!(continue_pass(&feed, 10), 0);
    let state = feed.0.lock();
    assert_eq!((state.backlog.len(), state.backlog_bytes), (0, 0));
}

#[test]
fn a_backlog_above_the_limit_is_moved_to_all_outboxes_at_once() {
    let feed = Feed::default();
    let outboxes: Vec<_> = (0..3)
        .map(|_| Arc::new(Outbox::new(2 * MAX_BACKLOG_BYTES)))
        .collect();
    for outbox in &outboxes {
        subscribe(&feed, outbox, 1);
    }
    feed.publish(everyone("a"));
    assert_eq!(continue_pass(&feed, 1), 2);
    let large = "x".repeat(MAX_BACKLOG_BYTES);
    let NextStep::ScheduleOutboxes(outboxes_to_flush) =
        feed.publish(Payload::Everyone(Bytes::from(large)))
    else {
        panic!("the backlog was not moved");
    };
    assert_eq!(outboxes_to_flush.len(), 3);
    assert_eq!(
        continue_pass(&feed, 10),
        0,
        "the pass has nothing left to do"
    );
    for outbox in &outboxes {
        assert_eq!(received(outbox).len(), 1 + MAX_BACKLOG_BYTES);
    }
}

#[test]
fn what_was_delivered_out_of_turn_is_not_delivered_again() {
    let (feed, outboxes) = feed(&[1, 2]);
    feed.publish(everyone("a"));
    feed.deliver_pending(1, &outboxes[1]);
    assert_eq!(received(&outboxes[1]), "a");
    let mut batch = Vec::new();
    assert_eq!(feed.continue_pass(&mut batch, 10), 0);
    assert!(batch.iter().all(|outbox| Arc::ptr_eq(outbox, &outboxes[0])));
    let received: Vec<_> = outboxes.iter().map(|outbox| received(outbox)).collect();
    assert_eq!(received, ["a", ""]);
}

#[test]
fn a_former_slot_holder_does_not_take_the_new_subscriber_s_payloads() {
    let (feed, outboxes) = feed(&[1, 2]);
    feed.unsubscribe(1);
    let other = Arc::new(Outbox::new(1000));
    assert_eq!(subscribe(&feed, &other, 3), 1);
    feed.publish(everyone("a"));
    feed.deliver_pending(1, &outboxes[1]);
    let mut batch = Vec::new();
    assert_eq!(feed.continue_pass(&mut batch, 10), 0);
    assert!(batch.iter().any(|outbox| Arc::ptr_eq(outbox, &other)));
}

#[test]
fn an_ephemeral_frame_goes_only_to_readers_that_were_keeping_up_before() {
    let (feed, outboxes) = feed(&[1, 2]);
    outboxes[0].push(Bytes::from_static(&[b'-'; 200]));
    feed.publish(Payload::Everyone(Bytes::from_static(&[b'x'; 200])));
    feed.publish(Payload::Ephemeral(Bytes::from_static(b"s")));
    continue_pass(&feed, 10);
    assert!(!received(&outboxes[0]).ends_with('s'));
    assert!(received(&outboxes[1]).ends_with('s'));
}

#[test]
fn an_ephemeral_frame_does_not_go_to_who_reads_without_a_session() {
    let (feed, outboxes) = feed(&[1]);
    let reader = Arc::new(Outbox::new(1000));
    let slot = feed.subscribe_muted(
        &reader,
        SubscriberId {
            connection: ConnectionId(2),
            user: None,
            first_message: Seq::ZERO,
        },
    );
    assert!(feed.open(slot));
    feed.publish(everyone("a"));
    feed.publish(Payload::Ephemeral(Bytes::from_static(b"s")));
    feed.publish(everyone("b"));
    continue_pass(&feed, 10);
    assert_eq!(received(&outboxes[0]), "asb");
    assert_eq!(received(&reader), "ab");
}

#[test]
fn a_pass_over_many_overflowed_outboxes_takes_several_calls() {
    let (feed, outboxes) = feed(&vec![1; MAX_SLOTS_PER_LOCK + 1]);
    feed.publish(everyone("a"));
    for outbox in &outboxes {
        outbox.overflow();
    }
    assert_eq!(continue_pass(&feed, 10), 1);
    assert_eq!(continue_pass(&feed, 10), 0);
}

#[test]
fn a_muted_subscriber_gets_only_what_is_published_after_it_is_opened() {
    let feed = Feed::default();
    let outbox = Arc::new(Outbox::new(1000));
    let slot = subscribe_muted(&feed, &outbox, 1);
    feed.publish(everyone("a"));
    let mut is_pushed = false;
    assert!(feed.push_unless_evicted(slot, || is_pushed = true) && is_pushed);
    assert_eq!(continue_pass(&feed, 10), 0);
    assert!(feed.open(slot));
    feed.publish(everyone("b"));
    assert_eq!(continue_pass(&feed, 10), 0);
    assert_eq!(received(&outbox), "b");
}

#[test]
fn an_evicted_person_gets_nothing_more_on_any_connection_opened_or_not() {
    let (feed, outboxes) = feed(&[1, 2, 1]);
    let late = Arc::new(Outbox::new(1000));
    let muted = subscribe_muted(&feed, &late, 1);
    // Published before the eviction, and not delivered yet.
    feed.publish(everyone("a"));
    assert_eq!(feed.evict(user(1)), 2);
    feed.publish(everyone("b"));
    assert!(!feed.open(muted), "it was evicted while it was muted");
    assert!(!feed.push_unless_evicted(0, || panic!("it was evicted")));
    assert!(!feed.push_unless_evicted(muted, || panic!("it was evicted")));
    feed.deliver_pending(0, &outboxes[0]);
    assert_eq!(continue_pass(&feed, 10), 0);
    let received: Vec<_> = outboxes.iter().map(|outbox| received(outbox)).collect();
    assert_eq!(received, ["", "ab", ""]);
    // The slot is free again once the subscription has ended, not before.
    assert_ne!(subscribe(&feed, &late, 3), 0);
    feed.unsubscribe(0);
    assert_eq!(subscribe(&feed, &late, 4), 0);
}

/// A frame with these messages, and its bytes.
fn guest_frame(seqs: &[i64]) -> (GuestFrame, Bytes) {
    let items = seqs.iter().map(|seq| {
        let body = format!("body {seq}.");
        let message = json!({ "seq": seq, "rev": seq, "author": { "name": "John" }, "body": body,
            "posted_at": 1 });
        serde_json::from_value(json!({ "message": message })).unwrap()
    });
    let changes = Changes {
        question: None,
        stream: StreamKey::Room(RoomId(7)),
        from: Rev::ZERO,
        through: Rev(9),
        head: None,
        items: items.collect(),
    };
    let bytes = encode::text_frame(&ServerFrame::Changes(changes.clone())).unwrap();
    (GuestFrame::new(changes, bytes.clone()), bytes)
}

#[test]
fn each_guest_gets_the_own_form_of_a_frame_and_the_backlog_counts_all_of_them() {
    let feed = Feed::default();
    let outboxes = [0, 4, 5, 6, 9].map(|first| {
        let outbox = Arc::new(Outbox::new(10_000));
        let slot = subscribe_guest(&feed, &outbox, 1, Seq(first));
        assert!(feed.open(slot));
        outbox
    });
    let (frame, whole) = guest_frame(&[4, 5]);
    let next = feed.publish_to_guests(frame);
    assert!(matches!(next, NextStep::ScheduleFeed(5)));
    let waiting = feed.0.lock().backlog_bytes;
    assert_eq!(continue_pass(&feed, 10), 0);
    let received = outboxes.each_ref().map(|outbox| received_bytes(outbox));
    let seen = received.each_ref().map(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        [text.contains("body 4."), text.contains("body 5.")]
    });
    let none = [false, false];
    assert_eq!(
        seen,
        [[true, true], [true, true], [false, true], none, none]
    );
    // The last two share one form, and so do the first two.
    let forms = [&received[1], &received[2], &received[3]];
    assert_eq!(waiting, forms.map(Vec::len).iter().sum::<usize>());
    assert_eq!(received[0], whole);
    assert_eq!(received[3], received[4]);
    assert_eq!(feed.0.lock().backlog_bytes, 0);
}
