//! What was said before a guest came: nothing of it, unless the link says so.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::Anchor;
use shared::id::{Rev, RoomId, Seq};

use super::{EARLIER, Place};
use crate::support::command::{cancel, delete, edit, mark_unread};
use crate::support::guest::Guest;
use crate::support::items::Items;
use crate::support::native::Native;

/// The texts of a page of history.
async fn page(native: &mut Native, room: RoomId, anchor: Anchor, limit: usize) -> Vec<String> {
    let page = native.history(room, anchor, Some(limit)).await.unwrap();
    let messages = page.messages().into_iter();
    messages.map(|message| message.body).collect()
}

/// A room with three messages, and a guest who came when there were two.
async fn third_message(place: &mut Place, room: RoomId, with_history: bool) -> (Guest, Native) {
    place.olga.post(room, EARLIER).await;
    place.olga.post(room, EARLIER).await;
    let guest = place.guest_of(room, with_history).await;
    let native = guest.connect(place.server.address).await;
    place.olga.post(room, "third").await;
    (guest, native)
}

#[tokio::test]
async fn from_then_on_means_that_no_answer_has_an_earlier_message() {
    let mut place = Place::new().await;
    let public = place.olga.create_room("orchard").await;
    let private = place.olga.create_private_room("den").await;
    for room in [public, private] {
        let (guest, mut gus) = third_message(&mut place, room, false).await;
        // Others ask the same first, so that the answers for all are at hand.
        place.olga.subscribe(room).await;
        let reset = gus.subscribe(room).await;
        assert_eq!(reset.room().seq, Seq(3));
        let seqs: Vec<_> = reset.messages().iter().map(|message| message.seq).collect();
        assert_eq!(seqs, [Seq(3)]);
        for (anchor, limit, expected) in [
            (Anchor::Before(Seq(i64::MAX)), 50, vec!["third"]),
            (Anchor::Before(Seq(i64::MAX)), 1, vec!["third"]),
            (Anchor::Before(Seq(3)), 50, vec![]),
            (Anchor::Before(Seq(2)), 50, vec![]),
            (Anchor::After(Seq(0)), 50, vec!["third"]),
            (Anchor::After(Seq(0)), 1, vec!["third"]),
            (Anchor::After(Seq(3)), 50, vec![]),
            (Anchor::Around(Seq(1)), 50, vec!["third"]),
            (Anchor::Around(Seq(3)), 1, vec!["third"]),
        ] {
            let found = page(&mut gus, room, anchor, limit).await;
            assert_eq!(found, expected, "{anchor:?}, {limit}");
        }
        for query in ["", "?after=0", "?after=0&limit=1", "?around=1", "?before=3"] {
            let path = format!("rooms/{room}/messages{query}");
            let answer = place.get(&guest, &path).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert!(!answer.body.contains(EARLIER), "{query}: {answer:?}");
        }
        let heads = gus.watch(None).await.heads;
        assert_eq!(heads[0].counted, [(Seq(3), Seq(3))]);
        assert_eq!(heads[0].unread_above(Seq::ZERO), 1);
    }
}

#[tokio::test]
async fn with_history_the_guest_sees_what_everybody_there_sees() {
    let mut place = Place::new().await;
    let public = place.olga.create_room("orchard").await;
    let private = place.olga.create_private_room("den").await;
    for room in [public, private] {
        let (_guest, mut gus) = third_message(&mut place, room, true).await;
        let everybody = place
            .olga
            .history(room, Anchor::After(Seq(0)), None)
            .await
            .unwrap();
        let seen = gus
            .history(room, Anchor::After(Seq(0)), None)
            .await
            .unwrap();
        assert_eq!(seen.items, everybody.items);
        assert_eq!(gus.subscribe(room).await.messages().len(), 3);
        let heads = gus.watch(None).await.heads;
        assert_eq!(heads[0].counted, [(Seq(1), Seq(3))]);
        // Live too.
        let message = everybody.messages()[0].clone();
        let change = edit(room, message.seq, message.rev, "said better");
        place.olga.ask(&change).await.unwrap();
        assert_eq!(gus.changes(room).await.messages()[0].body, "said better");
    }
}

#[tokio::test]
async fn changes_of_earlier_messages_pass_a_guest_by_live_and_when_coming_back() {
    let mut place = Place::new().await;
    let public = place.olga.create_room("orchard").await;
    let private = place.olga.create_private_room("den").await;
    for room in [public, private] {
        let (guest, mut gus) = third_message(&mut place, room, false).await;
        let start = gus.subscribe(room).await.rev;
        let epoch = gus.epoch();
        let mut earlier = place.olga.history(room, Anchor::Before(Seq(3)), None).await;
        let earlier = earlier.as_mut().unwrap().messages();
        place.olga.subscribe(room).await;
        let change = edit(room, Seq(1), earlier[0].rev, "said anew");
        place.olga.ask(&change).await.unwrap();
        place.olga.ask(&delete(room, Seq(2))).await.unwrap();
        let posted = place.olga.post(room, "fourth").await;
        // The revisions are passed over, so nothing is asked for again.
        let mut through = start;
        let mut live = Vec::new();
        while through < posted.rev.unwrap() {
            let changes = gus.changes(room).await;
            assert_eq!(changes.from, through);
            through = changes.through;
            live.extend(changes.messages());
        }
        let bodies: Vec<_> = live.iter().map(|message| &*message.body).collect();
        assert_eq!(bodies, ["fourth"]);

        let mut again = guest.connect(place.server.address).await;
        let missed = again.resume(room, epoch, start).await.changes();
        assert_eq!((missed.from, missed.through), (start, through));
        assert_eq!(missed.messages(), live);
        // From before the guest came, as somebody else would know it.
        let missed = again.resume(room, epoch, Rev(1)).await.changes();
        let seqs: Vec<_> = missed
            .messages()
            .iter()
            .map(|message| message.seq)
            .collect();
        assert_eq!(seqs, [Seq(3), Seq(4)]);
    }
}

#[tokio::test]
async fn commands_about_earlier_messages_are_refused_as_about_none() {
    let mut place = Place::new().await;
    let guest = place.guest_of(place.room, false).await;
    let mut gus = guest.connect(place.server.address).await;
    let earlier = place
        .olga
        .history(place.room, Anchor::After(Seq(0)), None)
        .await
        .unwrap();
    let earlier = earlier.messages()[0].clone();
    let (seq, rev) = (earlier.seq, earlier.rev);
    for command in [
        edit(place.room, seq, rev, "mine now"),
        delete(place.room, seq),
        edit(place.room, Seq(99), rev, "mine now"),
    ] {
        assert_eq!(gus.refused(&command).await, ErrorCode::NoSuchMessage);
    }
    let target = earlier.client_id.unwrap();
    gus.ask(&cancel(place.room, target)).await.unwrap();
    gus.ask(&mark_unread(place.room, seq)).await.unwrap();
    let now = place
        .olga
        .history(place.room, Anchor::After(Seq(0)), None)
        .await
        .unwrap();
    assert_eq!(now.messages()[0], earlier);
}

#[tokio::test]
async fn a_notice_is_never_about_an_earlier_message() {
    let mut place = Place::new().await;
    // Somebody who came before watches too.
    let before = place.guest_of(place.room, true).await;
    let mut gil = before.connect(place.server.address).await;
    gil.watch_with_notices(None).await;
    let secret = place.link(place.room, false).await;
    // The notice of this waits until its second is over. The guest comes and watches before.
    place.olga.post(place.room, EARLIER).await;
    let guest = crate::support::account::signed_in(&place.follow(&secret, "Gus").await);
    let mut gus = guest.connect(place.server.address).await;
    gus.watch_with_notices(Some(&[place.room])).await;
    assert_eq!(gil.notice().await.words, EARLIER);
    let posted = place.olga.post(place.room, "welcome").await;
    let notice = gus.notice().await;
    assert_eq!((Some(notice.seq), &*notice.words), (posted.seq, "welcome"));
    let session = place.get(&guest, "session").await.json();
    assert_eq!(
        session["only_room"],
        json!({ "room": place.room, "from": 3 })
    );
}
