//! Public rooms have members: who joins, who manages, and the lines about it.

use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, Seq};
use shared::model::{EventKind, MemberRole, Message, RoomEvent, RoomKind};

use crate::support::command::{
    add_members, delete, edit, join, remove_member, remove_room, send, set_member_role, update_room,
};
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::mirror::Mirror;
use crate::support::native::Native;
use crate::support::server::Server;
use crate::support::simple::Simple;

/// The lines among messages: who did what.
fn lines(messages: &[Message]) -> Vec<(String, RoomEvent)> {
    let lines = messages.iter().filter_map(|message| {
        let event = message.event.clone()?;
        assert!(message.body.is_empty() && message.client_id.is_none());
        Some((message.author.name.clone(), *event))
    });
    lines.collect()
}

async fn timeline(native: &mut Native, room: RoomId) -> Vec<Message> {
    let page = native.history(room, shared::frame::Anchor::After(Seq(0)), None);
    page.await.unwrap().messages()
}

#[tokio::test]
async fn who_joins_a_public_room_is_told_and_so_are_the_others() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    ben.own(None, Rev::ZERO).await;
    let garden = ada.create_room("garden").await;
    let mut mirror = Mirror::subscribe(&mut ada, garden).await;
    let rev = ben.join(garden).await;
    let own = ben.next_own().await.memberships()[0];
    assert_eq!((own.room, own.kind), (garden, RoomKind::Public));
    assert_eq!((own.role, own.left_at), (MemberRole::Member, None));
    mirror.read_to(&mut ada, rev).await;
    assert_eq!(mirror.members[&ben.user().id].role, MemberRole::Member);
    let joined = [("Ben".to_owned(), RoomEvent::new(EventKind::Joined))];
    let seen: Vec<Message> = mirror.messages.values().cloned().collect();
    assert_eq!(lines(&seen), joined);
    // Joining again changes nothing, and leaving keeps nobody from reading and writing.
    let again = ben.ask(&join(garden)).await.unwrap();
    assert_eq!(again.rev, None);
    let rev = ben.remove_member(garden, ben.user().id).await;
    let own = ben.next_own().await.memberships()[0];
    assert_eq!((own.room, own.kind), (garden, RoomKind::Public));
    assert!(own.left_at.is_some());
    mirror.read_to(&mut ada, rev).await;
    assert!(mirror.members[&ben.user().id].left_at.is_some());
    ben.post(garden, "still here").await;
    let not_there = remove_member(garden, ben.user().id);
    assert_eq!(ben.refused(&not_there).await, ErrorCode::NotPermitted);
}

#[tokio::test]
async fn who_comes_and_goes_again_and_again_leaves_one_line() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    for _ in 0..3 {
        ben.join(garden).await;
        ben.remove_member(garden, ben.user().id).await;
    }
    // Nor if somebody who does not manage it brings them.
    let mut cora = enter(server.address, "Cora").await;
    let ben_id = ben.user().id;
    cora.join(garden).await;
    for _ in 0..3 {
        cora.add_members(garden, &[ben_id]).await;
        ben.remove_member(garden, ben_id).await;
    }
    let told = lines(&timeline(&mut ada, garden).await);
    let joined = |name: &str| (name.to_owned(), RoomEvent::new(EventKind::Joined));
    assert_eq!(told, [joined("Ben"), joined("Cora")]);
}

/// What costs as much as many commands counts as many.
#[tokio::test]
async fn a_command_about_many_people_counts_as_several() {
    let server = Server::start(&["--rate-limit", "1"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let many: Vec<_> = (1_000..1_100).map(shared::id::UserId).collect();
    // Refused for what it is, and counted.
    let add = add_members(RoomId::LOBBY, &many);
    assert_eq!(ada.refused(&add).await, ErrorCode::NotPermitted);
    let refusal = ada.ask(&send(RoomId::LOBBY, "hello")).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::RateLimited);
    assert!(refusal.retry_after_ms.unwrap() > 5_000, "{refusal:?}");
}

#[tokio::test]
async fn who_leaves_a_public_room_goes_on_receiving_it() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let garden = ada.create_room("garden").await;
    ben.join(garden).await;
    let mut mirror = Mirror::subscribe(&mut ben, garden).await;
    ada.remove_member(garden, ben.user().id).await;
    let posted = ada.post(garden, "for everybody").await;
    mirror.read_to(&mut ben, posted.rev.unwrap()).await;
    assert_eq!(mirror.bodies().last(), Some(&"for everybody"));
    mirror.assert_whole();
}

#[tokio::test]
async fn members_bring_others_and_managers_remove_them_and_say_who_manages() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let mut cora = enter(server.address, "Cora").await;
    let room = ada.create_room("garden").await;
    let (ben_id, cora_id) = (ben.user().id, cora.user().id);
    let bring = add_members(room, &[cora_id]);
    assert_eq!(ben.refused(&bring).await, ErrorCode::NotPermitted);
    ben.join(room).await;
    ben.ask(&bring).await.unwrap();
    for refused in [
        remove_member(room, cora_id),
        set_member_role(room, cora_id, MemberRole::Manager),
        update_room(room, Rev(1), Some("mine"), None),
        remove_room(room),
    ] {
        assert_eq!(ben.refused(&refused).await, ErrorCode::NotPermitted);
    }
    let promote = set_member_role(room, ben_id, MemberRole::Manager);
    ada.ask(&promote).await.unwrap();
    ben.remove_member(room, cora_id).await;
    let rename = update_room(room, Rev(1), Some("orchard"), None);
    ben.ask(&rename).await.unwrap();
    let told = lines(&timeline(&mut cora, room).await);
    let of = RoomEvent::of_people;
    let expected = [
        ("Ben", RoomEvent::new(EventKind::Joined)),
        ("Ben", of(EventKind::Added, vec![cora_id])),
        ("Ada", of(EventKind::Promoted, vec![ben_id])),
        ("Ben", of(EventKind::Removed, vec![cora_id])),
        (
            "Ben",
            RoomEvent::of_text(EventKind::Renamed, "orchard".into()),
        ),
    ];
    assert_eq!(told, expected.map(|(by, event)| (by.to_owned(), event)));
    ben.ask(&remove_room(room)).await.unwrap();
    assert_eq!(cora.refused(&send(room, "x")).await, ErrorCode::RoomGone);
}

#[tokio::test]
async fn many_are_added_with_one_command_and_one_line_or_none_of_them() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let room = ada.create_private_room("den").await;
    let mut people = Vec::new();
    for number in 0..5 {
        people.push(enter(server.address, &format!("Guest {number}")).await);
    }
    let mut ids: Vec<_> = people.iter().map(|person| person.user().id).collect();
    ids.push(shared::id::UserId(4711));
    let before = ada.subscribe(room).await.rev;
    let refused = ada.refused(&add_members(room, &ids)).await;
    assert_eq!(refused, ErrorCode::NoSuchPerson);
    assert_eq!(ada.subscribe(room).await.rev, before);
    ids.pop();
    ada.add_members(room, &ids).await;
    let told = lines(&timeline(&mut people[4], room).await);
    let added = RoomEvent::of_people(EventKind::Added, ids);
    assert_eq!(told, [("Ada".to_owned(), added)]);
    let many: Vec<_> = (0..101).map(shared::id::UserId).collect();
    let refused = ada.refused(&add_members(room, &many)).await;
    assert_eq!(refused, ErrorCode::TooManyPeople);
}

#[tokio::test]
async fn a_line_stays_as_it_is_and_simple_clients_hear_nothing_of_it() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let garden = ada.create_room("garden").await;
    let topic = update_room(garden, Rev(1), None, Some("roses"));
    ada.ask(&topic).await.unwrap();
    for change in [
        edit(garden, Seq(1), Rev(3), "not a rose"),
        delete(garden, Seq(1)),
    ] {
        assert_eq!(ada.refused(&change).await, ErrorCode::NoSuchMessage);
    }
    let mut simple = Simple::connect(server.address).await;
    let folder = server.folder.path();
    crate::support::process::admin(folder, &["edit-room", "1", "--topic", "everybody"]).await;
    ada.post(RoomId::LOBBY, "hello").await;
    assert_eq!(simple.hears().await.1, "hello");
    let told = timeline(&mut ada, RoomId::LOBBY).await;
    assert_eq!(told[0].author.id, None);
    let event = RoomEvent::of_text(EventKind::TopicChanged, "everybody".into());
    assert_eq!(lines(&told), [(String::new(), event)]);
}

#[tokio::test]
async fn memberships_and_lines_are_there_after_a_restart() {
    let server = Server::start(&[]).await;
    let guest = crate::support::guest::Guest::come_in(server.address, "Ben").await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = guest.connect(server.address).await;
    let garden = ada.create_room("garden").await;
    ben.join(garden).await;
    let before = timeline(&mut ben, garden).await;
    drop((ada, ben));
    let server = server.restart().await;
    let mut ben = guest.connect(server.address).await;
    assert_eq!(timeline(&mut ben, garden).await, before);
    let own = ben.own(None, Rev::ZERO).await.memberships();
    assert_eq!(own.len(), 1);
    let left = ben.remove_member(garden, ben.user().id).await;
    let mut mirror = Mirror::subscribe(&mut ben, garden).await;
    assert_eq!(mirror.rev, left);
    mirror.rev = Rev(1);
    mirror.messages.clear();
    assert_eq!(mirror.catch_up(&mut ben).await, 1);
}
