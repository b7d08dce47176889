//! Creating and renaming rooms.

use shared::error::ErrorCode;
use shared::id::{Rev, RoomId};

use crate::support::command::{create_room, rename, send, subscribe, update_room};
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::process::{admin, try_admin};
use crate::support::server::Server;

#[tokio::test]
async fn a_new_room_reaches_everyone_s_directory_live() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let first = bob.directory(None, Rev::ZERO).await;
    assert_eq!(first.rooms().len(), 1);
    assert_eq!(first.rooms()[0].id, RoomId::LOBBY);
    assert_eq!(first.rooms()[0].name, "lobby");

    let ack = ada
        .ask(&create_room("  garden\t party ", "roses"))
        .await
        .unwrap();

    let live = bob.next_directory().await;
    assert_eq!(
        (live.from, live.through),
        (first.through, first.through.next())
    );
    let room = &live.rooms()[0];
    assert_eq!(Some(room.id), ack.room);
    assert_eq!(
        (room.name.as_str(), room.topic.as_str()),
        ("garden party", "roses")
    );
    let reset = bob.subscribe(room.id).await;
    assert_eq!(&reset.room(), room);
    assert!(reset.messages().is_empty());
}

#[tokio::test]
async fn room_names_are_unique_regardless_of_case() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.create_room("Garten").await;
    let other = ada.create_room("Hof").await;
    for name in ["Garten", "gARTEN", " garten ", "LOBBY"] {
        assert_eq!(
            ada.refused(&create_room(name, "")).await,
            ErrorCode::NameTaken,
            "{name}"
        );
        let rename = update_room(other, Rev(1), Some(name), None);
        assert_eq!(ada.refused(&rename).await, ErrorCode::NameTaken, "{name}");
    }
    // A room may change the case of its own name.
    let rename = update_room(other, Rev(1), Some("HOF"), None);
    ada.ask(&rename).await.unwrap();
}

#[tokio::test]
async fn a_room_update_reaches_everyone_and_needs_the_current_revision() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let room = ada.create_room("garden").await;
    bob.subscribe(room).await;
    bob.directory(None, Rev::ZERO).await;

    let change = update_room(room, Rev(1), Some("yard"), Some("stones"));
    let ack = ada.ask(&change).await.unwrap();

    let info = bob.changes(room).await.room();
    assert_eq!(
        (info.name.as_str(), info.topic.as_str()),
        ("yard", "stones")
    );
    assert_eq!(Some(info.rev), ack.rev);
    assert_eq!(bob.next_directory().await.rooms()[0], info);
    let stale = update_room(room, Rev(1), Some("backyard"), None);
    let refusal = ada.ask(&stale).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Stale);
    assert_eq!(*refusal.current_room.unwrap(), info);
    // A message does not make a change of the name stale.
    bob.post(room, "hello").await;
    let topic = update_room(room, info.rev, None, Some(""));
    ada.ask(&topic).await.unwrap();
}

#[tokio::test]
async fn only_its_creator_changes_a_room_and_only_the_operator_the_lobby() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let room = ada.create_room("garden").await;
    let directory = bob.directory(None, Rev::ZERO).await;
    let rooms = directory.rooms();
    let makers: Vec<_> = rooms.iter().map(|room| room.created_by).collect();
    assert_eq!(makers, [None, Some(ada.user().id)]);
    for (room, rev) in [(room, rooms[1].rev), (RoomId::LOBBY, rooms[0].rev)] {
        for (name, topic) in [(Some("mine"), None), (None, Some("mine"))] {
            let change = update_room(room, rev, name, topic);
            assert_eq!(bob.refused(&change).await, ErrorCode::NotPermitted);
        }
    }
    let change = update_room(RoomId::LOBBY, Rev(1), Some("mine"), None);
    assert_eq!(ada.refused(&change).await, ErrorCode::NotPermitted);

    let folder = server.folder.path();
    admin(
        folder,
        &[
            "edit-room",
            "1",
            "--name",
            "courtyard",
            "--topic",
            "all of us",
        ],
    )
    .await;
    let changes = bob.next_directory().await;
    assert_eq!(changes.rooms()[0].name, "courtyard");
    assert_eq!(changes.rooms()[0].topic, "all of us");
    let taken = try_admin(folder, &["edit-room", "1", "--name", "garden"]).await;
    assert!(String::from_utf8_lossy(&taken.stderr).contains("has this name"));
}

#[tokio::test]
async fn the_number_of_rooms_per_person_is_limited() {
    let server = Server::start(&["--max-rooms-per-person", "2"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let first = ada.create_room("one").await;
    ada.create_room("two").await;
    let third = create_room("three", "");
    assert_eq!(ada.refused(&third).await, ErrorCode::TooManyRooms);
    bob.create_room("three").await;
    // One that is removed makes room for another.
    admin(server.folder.path(), &["remove-room", &first.to_string()]).await;
    ada.create_room("four").await;
}

#[tokio::test]
async fn the_rate_of_new_rooms_per_address_is_limited() {
    let server = Server::start(&["--rate-limit", "10", "--max-rooms-per-person", "1000"]).await;
    let mut made = 0;
    'people: for person in 0..10 {
        let mut guest = enter(server.address, &format!("Guest {person}")).await;
        for number in 0..20 {
            match guest
                .ask(&create_room(&format!("{person}-{number}"), ""))
                .await
            {
                Ok(_) => made += 1,
                Err(refusal) => {
                    assert_eq!(refusal.code, ErrorCode::RateLimited);
                    let wait = refusal.retry_after_ms.unwrap();
                    assert!((1_000..=60_000).contains(&wait), "{wait}");
                    break 'people;
                }
            }
        }
    }
    assert_eq!(made, 100);
}

#[tokio::test]
async fn the_number_of_rooms_of_the_server_is_limited() {
    let server = Server::start(&["--max-rooms", "3"]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.create_room("one").await;
    ada.create_room("two").await;
    assert_eq!(
        ada.refused(&create_room("three", "")).await,
        ErrorCode::TooManyRooms
    );
}

#[tokio::test]
async fn commands_to_an_unknown_room_are_refused() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    for room in [RoomId(2), RoomId(0), RoomId(-1), RoomId(i64::MAX)] {
        let code = ErrorCode::NoSuchRoom;
        assert_eq!(ada.refused(&send(room, "hello?")).await, code);
        assert_eq!(
            ada.refused(&update_room(room, Rev(1), None, None)).await,
            code
        );
        let subscribe = ada.question(&subscribe(room, None, Rev::ZERO)).await;
        // No stream has a name with a sign.
        let expected = if room.0 < 0 {
            ErrorCode::BadCommand
        } else {
            code
        };
        assert_eq!(subscribe.unwrap_err().code, expected);
        let anchor = shared::frame::Anchor::After(shared::id::Seq::ZERO);
        assert_eq!(
            ada.history(room, anchor, None).await.unwrap_err().code,
            code
        );
    }
}

#[tokio::test]
async fn a_large_directory_comes_in_pages_without_gaps_or_duplicates() {
    const ROOMS: usize = 450;
    let server = Server::start(&["--max-rooms-per-person", "1000"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    let first = bob.directory(None, Rev::ZERO).await.through;
    for number in 0..ROOMS {
        ada.create_room(&format!("room {number}")).await;
        if number % 100 == 0 {
            ada.ask(&rename(&format!("Ada {number}"))).await.unwrap();
        }
    }
    // Once for someone new, once for someone who has been here.
    for start in [Rev::ZERO, first] {
        let mut known = start;
        let (mut rooms, mut people, mut pages) = (Vec::new(), Vec::new(), 0);
        loop {
            let epoch = (known > Rev::ZERO).then(|| ada.epoch());
            let page = ada.directory(epoch, known).await;
            assert_eq!(page.from, known);
            assert!(page.rooms().len() <= ada.welcome.limits.page);
            rooms.extend(page.rooms().into_iter().map(|room| room.id));
            people.extend(page.people());
            pages += 1;
            known = page.through;
            if Some(known) == page.head {
                break;
            }
        }
        assert_eq!(pages, 3);
        let lobby = usize::from(start == Rev::ZERO);
        assert_eq!(rooms.len(), ROOMS + lobby, "from {start}");
        assert!(
            rooms.is_sorted(),
            "in the order of their making, none twice"
        );
        assert!(people.iter().all(|person| person.name == "Ada 400"));
    }
}
