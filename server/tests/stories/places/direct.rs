//! Direct conversations.

use serde_json::json;
use shared::error::ErrorCode;
use shared::frame::ServerFrame;
use shared::id::{Rev, RoomId, Seq};
use shared::model::RoomKind;

use crate::support::account::{ask_as, claim, invite, join as join_place, signed_in};
use crate::support::command::{add_members, open_direct, remove_member, send};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::server::Server;

#[tokio::test]
async fn two_talk_and_a_third_hears_nothing() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let mut mallory = enter(server.address, "Mallory").await;
    for native in [&mut ada, &mut ben, &mut mallory] {
        native.directory(None, Rev::ZERO).await;
        native.own(None, Rev::ZERO).await;
    }
    let (ada_id, ben_id) = (ada.user().id, ben.user().id);
    let room = ada.open_direct(&[ben_id]).await;
    let own = ada.next_own().await.memberships()[0];
    assert_eq!((own.room, own.kind), (room, RoomKind::Direct));
    // Before the first message it exists for who opened it.
    for native in [&mut ben, &mut mallory] {
        assert!(native.rooms(&[room]).await.is_empty());
        let refused = native.refused(&send(room, "hello?")).await;
        assert_eq!(refused, ErrorCode::NoSuchRoom);
    }
    let [state] = &ada.rooms(&[room]).await[..] else {
        panic!("one room");
    };
    assert_eq!((state.kind, &*state.name), (RoomKind::Direct, ""));
    assert_eq!(state.people, [ada_id, ben_id]);

    ada.post(room, "hello, Ben").await;
    let own = ben.next_own().await.memberships()[0];
    assert_eq!((own.room, own.kind), (room, RoomKind::Direct));
    assert_eq!(ben.subscribe(room).await.messages()[0].body, "hello, Ben");
    // The other finds it too, and so does who opened it.
    assert_eq!(ben.open_direct(&[ada_id]).await, room);
    assert_eq!(ada.open_direct(&[ben_id, ada_id, ben_id]).await, room);
    ben.post(room, "hello, Ada").await;
    assert!(mallory.rooms(&[room]).await.is_empty());
    // Nothing of it has come in any other way: the next is what is asked for now.
    mallory.settle().await;
    let garden = ada.create_room("garden").await;
    let changes = mallory.next_directory().await;
    assert_eq!(changes.room().id, garden);
}

#[tokio::test]
async fn the_first_message_has_a_notice_for_those_who_want_notices_and_nobody_else() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let mut cora = enter(server.address, "Cora").await;
    let mut mallory = enter(server.address, "Mallory").await;
    ben.watch_with_notices(None).await;
    cora.watch(None).await;
    mallory.watch_with_notices(None).await;
    let room = ada.open_direct(&[ben.user().id, cora.user().id]).await;
    ada.post(room, "first").await;
    let first = ben.notice().await;
    assert_eq!(
        (first.room, first.seq, &*first.words),
        (room, Seq(1), "first")
    );
    // Before the client has asked for more, it is watched.
    ada.post(room, "second").await;
    assert_eq!(ben.notice().await.seq, Seq(2));
    let answer = ben.watch_with_notices(Some(&[room])).await;
    assert_eq!(answer.heads[0].counted, [(Seq(1), Seq(2))]);
    // The others get neither notices nor heads of it until then.
    ada.post(RoomId::LOBBY, "to all").await;
    for native in [&mut cora, &mut mallory] {
        let mut record = Vec::new();
        native
            .record_until(&mut record, "the lobby's head", |frame| match frame {
                ServerFrame::Heads(heads) => {
                    assert!(heads.heads.iter().all(|head| head.room != room));
                    heads.heads.iter().find(|head| head.seq == Seq(1)).cloned()
                }
                _ => None,
            })
            .await;
        for text in &record {
            if let ServerFrame::Notice(notice) = serde_json::from_str(text).unwrap() {
                assert_eq!(notice.room, RoomId::LOBBY);
            }
        }
    }
    assert_eq!(cora.watch(Some(&[room])).await.heads.len(), 1);
}

#[tokio::test]
async fn somebody_more_makes_another_conversation() {
    let server = Server::start(&[]).await;
    let mut people = Vec::new();
    for name in ["Ada", "Ben", "Cora", "Dora"] {
        people.push(enter(server.address, name).await);
    }
    let ids: Vec<_> = people.iter().map(|person| person.user().id).collect();
    let two = people[0].open_direct(&ids[1..2]).await;
    let three = people[0].open_direct(&ids[1..3]).await;
    let four = people[0].open_direct(&ids[1..4]).await;
    let alone = people[0].open_direct(&[]).await;
    let mut rooms = vec![two, three, four, alone];
    rooms.dedup();
    assert_eq!(rooms.len(), 4);
    people[0].post(four, "all of us").await;
    people[0].post(alone, "to myself").await;
    for (at, person) in people.iter_mut().enumerate() {
        let found: Vec<RoomId> = person.rooms(&rooms).await.iter().map(|r| r.id).collect();
        let expected = if at == 0 { 4 } else { 1 };
        assert_eq!(found.len(), expected);
        assert!(found.contains(&four));
    }
    // Who is in it stays.
    let (cora, dora) = (ids[2], ids[3]);
    for command in [
        remove_member(four, cora),
        remove_member(four, ids[0]),
        add_members(three, &[dora]),
    ] {
        let refused = people[0].refused(&command).await;
        assert_eq!(refused, ErrorCode::NotPermitted);
    }
    let many: Vec<_> = (1000..1008).map(shared::id::UserId).collect();
    let refused = people[0].refused(&open_direct(&many)).await;
    assert_eq!(refused, ErrorCode::TooManyPeople);
    let nobody = open_direct(&[shared::id::UserId(4711)]);
    assert_eq!(people[0].refused(&nobody).await, ErrorCode::NoSuchPerson);
}

#[tokio::test]
async fn what_nobody_writes_in_has_a_limit_of_its_own() {
    let server = Server::start(&["--max-rooms-per-person", "1", "--max-rooms", "2"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut others = Vec::new();
    for number in 0..6 {
        others.push(
            enter(server.address, &format!("Guest {number}"))
                .await
                .user()
                .id,
        );
    }
    let mut opened = Vec::new();
    for bits in 1..=20_usize {
        let people = others.iter().enumerate();
        let chosen = people.filter(|(at, _)| bits & (1 << at) != 0);
        let chosen: Vec<_> = chosen.map(|(_, user)| *user).collect();
        opened.push(ada.open_direct(&chosen).await);
    }
    let one_more = open_direct(&[]);
    assert_eq!(ada.refused(&one_more).await, ErrorCode::TooManyRooms);
    // One that is there is found all the same, and one that is written in makes room.
    assert_eq!(ada.open_direct(&others[..1]).await, opened[0]);
    ada.post(opened[0], "hello").await;
    ada.ask(&one_more).await.unwrap();
    // They count for no other limit.
    ada.create_room("garden").await;
}

#[tokio::test]
async fn a_deleted_account_ends_its_conversations_and_what_was_said_stays() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    let secret = invite(address, &owner, &json!({})).await;
    let mina = signed_in(&join_place(address, &secret, "mina").await);
    let mut olga = owner.connect(address).await;
    let mut line = mina.connect(address).await;
    let room = line.open_direct(&[owner.profile.id]).await;
    line.post(room, "good bye").await;
    olga.subscribe(room).await;
    let path = format!("people/{}", mina.profile.id);
    let answer = ask_as(address, &owner, "DELETE", &path, &serde_json::Value::Null).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let left = olga
        .expect("the end of the membership", |frame| match frame {
            ServerFrame::Changes(changes) => changes.members().pop(),
            _ => None,
        })
        .await;
    assert_eq!(
        (left.person.id, left.left_at.is_some()),
        (mina.profile.id, true)
    );
    let reset = olga.subscribe(room).await;
    assert_eq!(reset.room().seq, Seq(1), "without a line about it");
    olga.post(room, "to nobody").await;
    assert_eq!(
        olga.open_direct(&[mina.profile.id]).await,
        room,
        "it is found"
    );
}

#[tokio::test]
async fn a_guest_of_one_room_talks_to_nobody_alone() {
    let server = Server::start(&["--guests", "off"]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    let mut olga = owner.connect(address).await;
    let garden = olga.create_room("garden").await;
    let wish = json!({ "role": "guest", "rooms": [garden] });
    let secret = invite(address, &owner, &wish).await;
    let body = json!({ "token": secret, "name": "Gus" });
    let guest: Guest =
        signed_in(&crate::support::account::post(address, "invitation/guest", &body).await);
    let mut gus = guest.connect(address).await;
    let with_olga = open_direct(&[owner.profile.id]);
    assert_eq!(gus.refused(&with_olga).await, ErrorCode::NotPermitted);
    let with_gus = open_direct(&[guest.profile.id]);
    assert_eq!(olga.refused(&with_gus).await, ErrorCode::NoSuchPerson);
}
