//! A private room that the operator removes.

use shared::error::ErrorCode;
use shared::id::Rev;

use super::{PrivateRoom, SECRET};
use crate::support::command::{add_members, create_private_room, send};
use crate::support::items::Items;
use crate::support::process::admin;
use crate::support::server::holds;

#[tokio::test]
async fn a_removed_private_room_is_gone_for_members_and_still_nothing_for_others() {
    let mut place = PrivateRoom::new().await;
    let room = place.room;
    place.ada.post(room, SECRET).await;
    place.ben.subscribe(room).await;
    let mut mallory = place.outsider().await.connect(place.server.address).await;
    let known = mallory.directory(None, Rev::ZERO).await.through;

    let folder = place.server.folder.clone();
    admin(folder.path(), &["remove-room", &room.to_string()]).await;

    assert!(place.ben.changes(room).await.room().removed_at.is_some());
    let mut place = place.restart().await;
    for native in [&mut place.ada, &mut place.ben] {
        let refused = native.refused(&send(room, "anyone?")).await;
        assert_eq!(refused, ErrorCode::RoomGone);
    }
    let cora = add_members(room, &[mallory.user().id]);
    assert_eq!(place.ada.refused(&cora).await, ErrorCode::RoomGone);
    let mut mallory = place.outsider().await.connect(place.server.address).await;
    let refused = mallory.refused(&send(room, "anyone?")).await;
    assert_eq!(refused, ErrorCode::NoSuchRoom);
    assert_eq!(mallory.directory(None, Rev::ZERO).await.through, known);
    // Once it is erased, its text is in the file no more.
    place.ada.create_room("another").await;
    drop((place.ada, place.ben, mallory));
    let folder = place.server.stop().await;
    assert!(!holds(&folder, SECRET));
}

#[tokio::test]
async fn a_removed_private_room_makes_place_for_another() {
    let mut place = PrivateRoom::with(&["--max-rooms-per-person", "1"]).await;
    let more = create_private_room("more");
    assert_eq!(place.ada.refused(&more).await, ErrorCode::TooManyRooms);
    let folder = place.server.folder.path();
    admin(folder, &["remove-room", &place.room.to_string()]).await;
    place.ada.ask(&more).await.unwrap();
}
