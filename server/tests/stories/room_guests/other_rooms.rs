//! Every other room, for a guest of one: the same as a room that never was.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Rev, RoomId, Seq};

use super::{Place, frame};
use crate::private_rooms::outsider::{NEVER, answer, frames, renamed, unanswered};
use crate::support::account::{invite, join, signed_in};
use crate::support::command::{create_private_room, create_room, edit, rename, send, typing};
use crate::support::items::Items;
use crate::support::raw::Raw;

/// What is said in other rooms, and how those are called.
const ELSEWHERE: &str = "nobody's business";

#[tokio::test]
async fn every_answer_about_another_room_is_the_one_for_a_room_that_never_was() {
    let mut place = Place::new().await;
    let public = place.olga.create_room("orchard").await;
    let private = place.olga.create_private_room("den").await;
    let epoch = serde_json::to_value(place.olga.epoch()).unwrap();
    let epoch = epoch.as_str().unwrap().to_owned();
    for with_history in [false, true] {
        let guest = place.guest_of(place.room, with_history).await;
        let mut raw = Raw::greeted(place.server.address, &guest.token).await;
        for room in [RoomId::LOBBY, public, private] {
            let posted = place.olga.post(room, ELSEWHERE).await;
            // Others' questions fill the cache of answers and what is known of public rooms.
            place.olga.subscribe(room).await;
            let target = posted.client_id.to_string();
            for person in [guest.profile.id, place.owner.profile.id] {
                let of_other = frames(room, &epoch, &target, person.0);
                let of_never = frames(NEVER, &epoch, &target, person.0);
                for (other, never) in of_other.iter().zip(&of_never) {
                    let expected = answer(&mut raw, never).await;
                    let refused = answer(&mut raw, other).await;
                    assert_eq!(renamed(&refused, room, NEVER), expected, "{other}");
                    // These leave out what does not exist.
                    let is_list = other["type"] == "watch" || other["type"] == "rooms";
                    assert!(refused.contains("no_such_room") != is_list, "{refused}");
                }
            }
            for frame in unanswered(room) {
                raw.text(&frame.to_string()).await;
            }
            raw.text(r#"{"type":"ping"}"#).await;
            assert_eq!(raw.json().await["type"], "pong");
            let page = async |room: RoomId| {
                let path = format!("rooms/{room}/messages?after=0");
                place.get(&guest, &path).await
            };
            let (refused, expected) = (page(room).await, page(NEVER).await);
            assert_eq!((refused.status, &refused.body), (404, &expected.body));
            // Nothing of it was done.
            let last = place.olga.subscribe(room).await.rev;
            assert_eq!(last, posted.rev.unwrap());
        }
    }
}

#[tokio::test]
async fn a_guest_of_one_room_knows_that_room_and_its_people_alone() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let secret = invite(address, &place.owner, &json!({ "uses": 2 })).await;
    let mina = signed_in(&join(address, &secret, "mina").await);
    let silent = signed_in(&join(address, &secret, "silent").await);
    mina.connect(address)
        .await
        .post(place.room, "in the garden")
        .await;
    place.olga.create_room("orchard").await;
    place.olga.create_private_room("den").await;

    let guest = place.guest_of(place.room, true).await;
    let (mut gus, welcome) = welcomed(&place, &guest).await;
    assert_eq!(welcome["lobby"], json!(place.room));
    assert_eq!(
        welcome["only_room"],
        json!({ "room": place.room, "from": 0 })
    );
    // From the beginning, from before the room was there, and from what never was.
    let epoch = Some(gus.epoch());
    for (epoch, rev, from) in [
        (None, Rev::ZERO, Rev::ZERO),
        (epoch, Rev(1), Rev(1)),
        (epoch, Rev(99), Rev::ZERO),
    ] {
        let directory = gus.directory(epoch, rev).await;
        assert_eq!(directory.items().len(), 1, "{directory:?}");
        assert_eq!(directory.room().id, place.room);
        assert_eq!(directory.from, from);
        assert_eq!(Some(directory.through), directory.head);
    }
    assert!(gus.own(None, Rev::ZERO).await.items().is_empty());
    let ids = [
        mina.profile.id,
        silent.profile.id,
        place.owner.profile.id,
        guest.profile.id,
    ];
    let mut known: Vec<_> = gus
        .people(&ids)
        .await
        .into_iter()
        .map(|person| person.id)
        .collect();
    known.sort_unstable();
    let mut expected = [mina.profile.id, place.owner.profile.id, guest.profile.id];
    expected.sort_unstable();
    assert_eq!(known, expected);
    let heads = gus.watch_with_notices(None).await.heads;
    let watched: Vec<_> = heads.iter().map(|head| head.room).collect();
    assert_eq!(watched, [place.room]);

    // From then on, only members and those who write in what the guest sees.
    let late = place.guest_of(place.room, false).await;
    let mut gil = late.connect(address).await;
    let known = async |gil: &mut crate::support::native::Native| {
        let people = gil.people(&ids).await.into_iter();
        people.map(|person| person.id).collect::<Vec<_>>()
    };
    assert_eq!(known(&mut gil).await, [place.owner.profile.id]);
    mina.connect(address)
        .await
        .post(place.room, "welcome")
        .await;
    assert_eq!(known(&mut gil).await.len(), 2);

    // A room of the guest's own would be another one.
    for command in [create_room("shed", ""), create_private_room("shed")] {
        assert_eq!(gus.refused(&command).await, ErrorCode::NotPermitted);
    }
    let refused = place.get(&guest, "people").await;
    assert_eq!(refused.code(), ErrorCode::Forbidden);
    let refused = place.get(&guest, "invites").await;
    assert_eq!(refused.code(), ErrorCode::Forbidden);
    // What guests may do, this one may too.
    gus.ask(&rename("Gustav")).await.unwrap();
}

/// A connection with the welcome as the server wrote it.
async fn welcomed(
    place: &Place,
    guest: &crate::support::guest::Guest,
) -> (crate::support::native::Native, serde_json::Value) {
    let mut raw = Raw::open(place.server.address, crate::support::native::PATH).await;
    let hello =
        json!({ "type": "hello", "version": shared::PROTOCOL_VERSION, "token": guest.token });
    raw.text(&hello.to_string()).await;
    let welcome = raw.json().await;
    (guest.connect(place.server.address).await, welcome)
}

#[tokio::test]
async fn nothing_of_another_room_is_in_what_a_guest_of_one_room_gets_live() {
    let mut place = Place::new().await;
    let guest = place.guest_of(place.room, false).await;
    let mut gus = guest.connect(place.server.address).await;
    gus.directory(None, Rev::ZERO).await;
    gus.own(None, Rev::ZERO).await;
    gus.subscribe(place.room).await;
    gus.watch_with_notices(None).await;
    // Followed although it does not exist.
    for room in [RoomId::LOBBY, RoomId(3)] {
        let subscribe =
            json!({ "type": "subscribe", "question": 1, "stream": format!("room/{room}") });
        let refused = gus.question(&frame(subscribe)).await;
        assert_eq!(refused.unwrap_err().code, ErrorCode::NoSuchRoom);
    }

    let orchard = place.olga.create_room("orchard").await;
    let den = place.olga.create_private_room("den").await;
    for room in [RoomId::LOBBY, orchard, den] {
        place.olga.subscribe(room).await;
        place.olga.say(&typing(room)).await;
        let posted = place.olga.post(room, ELSEWHERE).await;
        let (seq, rev) = (posted.seq.unwrap(), posted.rev.unwrap());
        place
            .olga
            .ask(&edit(room, seq, rev, ELSEWHERE))
            .await
            .unwrap();
        place
            .olga
            .say(&ClientFrame::mark_read(room, Seq(1), 0))
            .await;
    }
    place
        .olga
        .ask(&rename("Olga of the orchard"))
        .await
        .unwrap();
    let last = send(place.room, "back in the garden");
    place.olga.ask(&last).await.unwrap();

    // The head comes later than any of what was before.
    let mut seen = Vec::new();
    gus.record_until(&mut seen, "the head of the garden", |frame| match frame {
        ServerFrame::Heads(heads) => heads.heads.first().cloned(),
        _ => None,
    })
    .await;
    gus.settle().await;
    let seen = serde_json::to_string(&seen).unwrap();
    assert!(seen.contains("back in the garden"), "{seen}");
    for hidden in [ELSEWHERE, "orchard", "den", "directory", "\"lobby\""] {
        let visible = seen
            .replace("Olga of the orchard", "")
            .replace("garden", "");
        assert!(!visible.contains(hidden), "{hidden}: {visible}");
    }
    for room in [RoomId::LOBBY, orchard, den] {
        assert!(!seen.contains(&format!("room/{room}\"")), "{seen}");
        assert!(!seen.contains(&format!("\"room\":{room},")), "{seen}");
    }
}
