//! The end: of the membership, of the room, of the session, of the person.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::{Anchor, close};
use shared::id::{Rev, Seq};
use shared::model::MemberRole;

use super::Place;
use crate::support::account::ask_as;
use crate::support::command::{add_members, set_member_role};
use crate::support::items::Items;
use crate::support::process::admin;

#[tokio::test]
async fn a_guest_who_is_removed_from_the_private_room_gets_nothing_more_of_it() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let den = place.olga.create_private_room("den").await;
    place.olga.post(den, "before").await;
    for with_history in [false, true] {
        let guest = place.guest_of(den, with_history).await;
        let mut gus = guest.connect(address).await;
        gus.own(None, Rev::ZERO).await;
        gus.subscribe(den).await;
        gus.post(den, "here I am").await;
        place.olga.remove_member(den, guest.profile.id).await;
        // The read mark comes before it.
        let mut ended = Vec::new();
        while ended.is_empty() {
            ended = gus.next_own().await.memberships();
        }
        assert!(ended[0].left_at.is_some(), "{ended:?}");
        place.olga.post(den, "among ourselves").await;
        let refused = gus.history(den, Anchor::Before(Seq(99)), None).await;
        assert_eq!(refused.unwrap_err().code, ErrorCode::NoSuchRoom);
        gus.settle().await;
        // Nor any other room, nor those who are there.
        assert!(gus.directory(None, Rev::ZERO).await.rooms().is_empty());
        let known = gus
            .people(&[place.owner.profile.id, guest.profile.id])
            .await;
        assert_eq!(known.len(), 1, "{known:?}");
        assert!(gus.watch(None).await.heads.is_empty());
        // Who manages the room lets the guest in again.
        place.olga.add_members(den, &[guest.profile.id]).await;
        gus.post(den, "back").await;
    }
}

#[tokio::test]
async fn no_other_room_takes_a_guest_of_one_room_in() {
    let mut place = Place::new().await;
    let den = place.olga.create_private_room("den").await;
    let guest = place.guest_of(place.room, true).await;
    let add = add_members(den, &[guest.profile.id]);
    // As of somebody who does not exist: whose guest it is, nobody learns.
    assert_eq!(place.olga.refused(&add).await, ErrorCode::NoSuchPerson);
    let appoint = set_member_role(den, guest.profile.id, MemberRole::Manager);
    assert_eq!(place.olga.refused(&appoint).await, ErrorCode::NoSuchPerson);
    let mut gus = guest.connect(place.server.address).await;
    let refused = gus.history(den, Anchor::Before(Seq(99)), None).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NoSuchRoom);
}

#[tokio::test]
async fn the_removed_room_is_gone_for_its_guests() {
    let place = Place::new().await;
    let guest = place.guest_of(place.room, false).await;
    let mut gus = guest.connect(place.server.address).await;
    gus.subscribe(place.room).await;
    let garden = place.room.to_string();
    admin(place.server.folder.path(), &["remove-room", &garden]).await;
    let changes = gus.changes(place.room).await;
    assert!(changes.room().removed_at.is_some());
    let send = crate::support::command::send(place.room, "anybody?");
    assert_eq!(gus.refused(&send).await, ErrorCode::RoomGone);
    assert!(gus.directory(None, Rev::ZERO).await.rooms().is_empty());
    assert!(gus.watch(None).await.heads.is_empty());
}

#[tokio::test]
async fn a_deactivated_or_deleted_guest_of_one_room_is_out_at_once() {
    let place = Place::new().await;
    let address = place.server.address;
    let deactivate = ("PATCH", json!({ "deactivated": true }), 200);
    let delete = ("DELETE", json!(null), 204);
    for (method, body, done) in [deactivate, delete] {
        let guest = place.guest_of(place.room, false).await;
        let mut gus = guest.connect(address).await;
        gus.subscribe(place.room).await;
        let path = format!("people/{}", guest.profile.id);
        let answer = ask_as(address, &place.owner, method, &path, &body).await;
        assert_eq!(answer.status, done, "{answer:?}");
        assert_eq!(gus.closed().await, Some(close::UNAUTHORIZED));
        let page = format!("rooms/{}/messages", place.room);
        let refused = place.get(&guest, &page).await;
        assert_eq!(refused.code(), ErrorCode::Unauthorized);
    }
}

#[tokio::test]
async fn who_had_left_before_is_nobody_to_a_guest_and_who_leaves_then_is_seen() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let den = place.olga.create_private_room("den").await;
    let [mina, ben] = [place.member("mina").await, place.member("ben").await];
    for person in [&mina, &ben] {
        place.olga.add_members(den, &[person.profile.id]).await;
    }
    place.olga.remove_member(den, mina.profile.id).await;
    let guest = place.guest_of(den, false).await;
    let mut gus = guest.connect(address).await;
    gus.subscribe(den).await;
    place.olga.remove_member(den, ben.profile.id).await;
    gus.settle().await;
    let mut gus = guest.connect(address).await;
    let known = gus.people(&[mina.profile.id, ben.profile.id]).await;
    assert!(known.is_empty(), "{known:?}");
    let epoch = gus.epoch();
    let changes = gus.resume(den, epoch, Rev(1)).await.changes();
    let members = changes.members().into_iter();
    let members: Vec<_> = members
        .map(|member| (member.person.id, member.left_at.is_some()))
        .collect();
    assert!(members.contains(&(ben.profile.id, true)), "{members:?}");
    assert!(
        members.iter().all(|(id, _)| *id != mina.profile.id),
        "{members:?}"
    );
}
