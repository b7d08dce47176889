//! The name of a private room is its members' own business.

use shared::id::Rev;

use super::{NAME, PrivateRoom};
use crate::support::command::{create_private_room, create_room, update_room};
use crate::support::guest::enter;
use crate::support::items::Items;

#[tokio::test]
async fn another_room_may_have_the_name_of_a_private_one() {
    let place = PrivateRoom::new().await;
    let mut mallory = enter(place.server.address, "Mallory").await;
    mallory.ask(&create_private_room(NAME)).await.unwrap();
    let public = mallory.ask(&create_room(NAME, "")).await.unwrap();
    // A refusal would tell the outsider that somebody has such a room.
    let garden = mallory.create_room("garden").await;
    mallory.ask(&create_private_room("garden")).await.unwrap();
    mallory.ask(&create_private_room(NAME)).await.unwrap();
    let public = public.room.unwrap();
    mallory
        .ask(&update_room(public, Rev(1), Some("yard"), None))
        .await
        .unwrap();
    mallory
        .ask(&update_room(garden, Rev(1), Some(NAME), None))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_manager_renames_a_private_room_to_any_name() {
    let mut place = PrivateRoom::new().await;
    let (room, lobby) = (place.room, "lobby");
    place.ben.subscribe(room).await;
    let change = update_room(room, Rev(1), Some(lobby), Some("cake"));
    let ack = place.ada.ask(&change).await.unwrap();
    let state = place.ben.changes(room).await.room();
    assert_eq!((state.name.as_str(), state.topic.as_str()), (lobby, "cake"));
    assert_eq!((Some(state.rev), state.directory_rev), (ack.rev, Rev::ZERO));
}
