//! Who is a member, who may change that, and how those concerned learn of it.

use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, UserId};
use shared::model::{MemberRole, RoomKind};

use super::PrivateRoom;
use crate::support::command::{add_members, remove_member, send, subscribe, update_room};
use crate::support::items::Items;
use crate::support::mirror::Mirror;

#[tokio::test]
async fn a_membership_is_in_the_own_stream_and_opens_the_room() {
    let place = PrivateRoom::new().await;
    let (mut ada, mut ben, room) = (place.ada, place.ben, place.room);
    let [own] = ada.own(None, Rev::ZERO).await.memberships()[..] else {
        panic!("who makes a private room is a member");
    };
    assert_eq!((own.room, own.role), (room, MemberRole::Manager));
    let [own] = ben.own(None, Rev::ZERO).await.memberships()[..] else {
        panic!("one membership");
    };
    assert_eq!((own.room, own.role), (room, MemberRole::Member));
    assert_eq!(own.left_at, None);
    let state = ben.subscribe(room).await.room();
    assert_eq!(
        (state.kind, state.directory_rev, state.created_by),
        (RoomKind::Private, Rev::ZERO, Some(ada.user().id))
    );
    ada.post(room, "welcome").await;
    assert_eq!(ben.changes(room).await.messages()[0].body, "welcome");
    ben.post(room, "thanks").await;
}

#[tokio::test]
async fn a_new_member_is_told_live_and_so_are_the_others() {
    let mut place = PrivateRoom::new().await;
    let room = place.room;
    let cora = place.outsider().await;
    let mut there = cora.connect(place.server.address).await;
    there.own(None, Rev::ZERO).await;
    let mut mirror = Mirror::subscribe(&mut place.ben, room).await;

    let rev = place.ada.add_members(room, &[cora.profile.id]).await;

    let [own] = there.next_own().await.memberships()[..] else {
        panic!("one membership");
    };
    assert_eq!(
        (own.room, own.role, own.left_at),
        (room, MemberRole::Member, None)
    );
    mirror.read_to(&mut place.ben, rev).await;
    let member = &mirror.members[&cora.profile.id];
    assert_eq!((member.rev, member.left_at), (rev, None));
    assert_eq!(member.person, cora.profile);
    // The room is there without another hello.
    assert_eq!(there.subscribe(room).await.rev, rev);
    let left = place.ada.remove_member(room, cora.profile.id).await;
    let [own] = there.next_own().await.memberships()[..] else {
        panic!("one membership");
    };
    assert!(own.left_at.is_some());
    mirror.read_to(&mut place.ben, left).await;
    assert!(mirror.members[&cora.profile.id].left_at.is_some());
}

#[tokio::test]
async fn only_managers_change_a_private_room_and_its_members_and_anybody_may_leave() {
    let mut place = PrivateRoom::new().await;
    let (room, ben) = (place.room, place.member_id());
    let (ada, cora) = (place.ada.user().id, place.outsider().await.profile.id);
    for command in [
        add_members(room, &[cora]),
        remove_member(room, ada),
        update_room(room, Rev(1), Some("mine"), None),
    ] {
        let code = place.ben.refused(&command).await;
        assert_eq!(code, ErrorCode::NotPermitted, "{command:?}");
    }
    let nobody = add_members(room, &[UserId(4711)]);
    assert_eq!(place.ada.refused(&nobody).await, ErrorCode::NoSuchPerson);
    // Everybody is in the lobby.
    let lobby = RoomId::LOBBY;
    for command in [add_members(lobby, &[cora]), remove_member(lobby, cora)] {
        let code = place.ada.refused(&command).await;
        assert_eq!(code, ErrorCode::NotPermitted, "{command:?}");
    }
    place.ben.remove_member(room, ben).await;
    let late = send(room, "one more thing");
    assert_eq!(place.ben.refused(&late).await, ErrorCode::NoSuchRoom);
}

#[tokio::test]
async fn adding_a_member_or_removing_nobody_again_changes_nothing() {
    let mut place = PrivateRoom::new().await;
    let (room, ben) = (place.room, place.member_id());
    let cora = place.outsider().await.profile.id;
    let before = place.ada.subscribe(room).await.rev;
    let first = add_members(room, &[ben]);
    place.ada.ask(&first).await.unwrap();
    place.ada.ask(&remove_member(room, cora)).await.unwrap();
    assert_eq!(place.ada.subscribe(room).await.rev, before);
    // A repetition gets the first answer and does not remove a new membership.
    let removal = remove_member(room, ben);
    let removed = place.ada.ask(&removal).await.unwrap();
    let added = place.ada.add_members(room, &[ben]).await;
    assert_eq!(place.ada.ask(&removal).await.unwrap(), removed);
    assert_eq!(place.ben.subscribe(room).await.rev, added);
}

#[tokio::test]
async fn memberships_and_private_rooms_survive_a_restart() {
    let mut place = PrivateRoom::new().await;
    let (room, cora) = (place.room, place.outsider().await);
    place.ada.add_members(room, &[cora.profile.id]).await;
    let mut there = cora.connect(place.server.address).await;
    let known_there = there.own(None, Rev::ZERO).await.through;
    drop(there);
    place.ada.post(room, "before").await;
    let mut mirror = Mirror::subscribe(&mut place.ben, room).await;
    let known = place.ben.own(None, Rev::ZERO).await.through;
    place.ada.remove_member(room, cora.profile.id).await;
    place.ada.post(room, "after").await;

    let mut place = place.restart().await;
    mirror.catch_up(&mut place.ben).await;
    assert_eq!(mirror.bodies(), ["before", "after"]);
    assert!(mirror.members[&cora.profile.id].left_at.is_some());
    let own = place.ben.own(Some(mirror.epoch), known).await;
    assert!(own.memberships().is_empty(), "{own:?}");
    let mut there = cora.connect(place.server.address).await;
    let own = there.own(Some(mirror.epoch), known_there).await;
    let [own] = own.memberships()[..] else {
        panic!("the tombstone");
    };
    assert!(own.left_at.is_some());
    let refused = there.question(&subscribe(room, None, Rev::ZERO)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NoSuchRoom);
    let change = update_room(room, Rev(1), None, Some("still a manager"));
    place.ada.ask(&change).await.unwrap();
}

#[tokio::test]
async fn when_the_last_manager_leaves_the_members_keep_the_room() {
    let mut place = PrivateRoom::new().await;
    let (room, ada) = (place.room, place.ada.user().id);
    place.ada.remove_member(room, ada).await;
    place.ben.post(room, "and now?").await;
    let refused = place.ada.refused(&send(room, "hello?")).await;
    assert_eq!(refused, ErrorCode::NoSuchRoom);
    // Nobody is a manager now, and nobody can make oneself one.
    let mut place = place.restart().await;
    for command in [
        add_members(room, &[ada]),
        update_room(room, Rev(1), Some("ours"), None),
    ] {
        let code = place.ben.refused(&command).await;
        assert_eq!(code, ErrorCode::NotPermitted, "{command:?}");
    }
    place.ben.remove_member(room, place.member.profile.id).await;
}
