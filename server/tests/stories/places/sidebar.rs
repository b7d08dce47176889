//! How people arrange their rooms, the same on all devices.

use serde_json::Value;
use shared::error::{ErrorCode, Field};
use shared::id::{Rev, RoomId, Seq};
use shared::model::{Sidebar, SidebarChange, SidebarPlace};

use crate::support::account::ask_as;
use crate::support::command::{change_sidebar, rename};
use crate::support::guest::Guest;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::Server;

async fn change(native: &mut Native, change: SidebarChange) {
    native.ask(&change_sidebar(change)).await.unwrap();
}

fn section(name: &str) -> SidebarChange {
    SidebarChange::AddSection { name: name.into() }
}

fn into(room: i64, to: SidebarPlace) -> SidebarChange {
    let (room, before) = (RoomId(room), None);
    SidebarChange::Move { room, to, before }
}

#[tokio::test]
async fn what_two_devices_change_adds_up_and_reaches_both_and_nobody_else() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut phone = guest.connect(server.address).await;
    let mut laptop = guest.connect(server.address).await;
    let mut other = crate::support::guest::enter(server.address, "Ben").await;
    for native in [&mut phone, &mut laptop, &mut other] {
        native.own(None, Rev::ZERO).await;
    }
    assert_eq!(other.create_room("garden").await, RoomId(2));
    change(&mut phone, section("Work")).await;
    change(&mut laptop, into(2, SidebarPlace::Section("Work".into()))).await;
    change(&mut phone, into(1, SidebarPlace::Favourites)).await;
    let mut seen = Sidebar::default();
    for native in [&mut phone, &mut laptop] {
        seen = Sidebar::default();
        while seen.favourites.is_empty() {
            seen = native.next_own().await.sidebars().remove(0);
        }
        assert_eq!(seen.sections[0].rooms, [RoomId(2)]);
    }
    assert_eq!(other.own(None, Rev::ZERO).await.sidebars(), []);
    // What changes nothing is not sent again.
    change(&mut laptop, into(1, SidebarPlace::Favourites)).await;
    drop((phone, laptop, other));
    let server = server.restart().await;
    let mut laptop = guest.connect(server.address).await;
    let own = laptop.own(None, Rev::ZERO).await;
    assert_eq!(own.sidebars(), [seen.clone()]);
    assert_eq!(own.head, Some(seen.rev));
    change(&mut laptop, section("Home")).await;
    let later = laptop.next_own().await.sidebars().remove(0);
    assert_eq!(later.rev, seen.rev.next(), "no revision is given twice");
    let export = ask_as(
        server.address,
        &guest,
        "GET",
        "account/export",
        &Value::Null,
    )
    .await;
    let exported = serde_json::to_string(&later).unwrap();
    let exported = format!(r#""sidebar":{exported}"#);
    assert!(export.body.contains(&exported), "{export:?}");
}

#[tokio::test]
async fn a_change_that_cannot_be_made_says_why() {
    let server = Server::start(&[]).await;
    let mut ada = crate::support::guest::enter(server.address, "Ada").await;
    change(&mut ada, section("  Work ")).await;
    for (refused, code) in [
        (section("Work"), ErrorCode::NameTaken),
        (section(" "), ErrorCode::TextEmpty),
        (section("a\u{202e}b"), ErrorCode::TextCharacters),
        (section(&"x".repeat(41)), ErrorCode::TextTooLong),
        (
            into(1, SidebarPlace::Section("Home".into())),
            ErrorCode::NoSuchSection,
        ),
    ] {
        let refusal = ada.ask(&change_sidebar(refused)).await.unwrap_err();
        assert_eq!(refusal.code, code);
        let is_text = code != ErrorCode::NameTaken && code != ErrorCode::NoSuchSection;
        assert_eq!(refusal.field, is_text.then_some(Field::Name));
    }
    // What is nobody's room is put nowhere, and can be taken away.
    let mute = |on| SidebarChange::Mute {
        room: RoomId(4711),
        on,
    };
    let close = |seq| SidebarChange::Close {
        room: RoomId(4711),
        seq: Seq(seq),
    };
    for nowhere in [into(4711, SidebarPlace::Favourites), mute(true), close(1)] {
        let refused = ada.refused(&change_sidebar(nowhere)).await;
        assert_eq!(refused, ErrorCode::NoSuchRoom);
    }
    for nothing in [into(4711, SidebarPlace::Rooms), mute(false), close(0)] {
        change(&mut ada, nothing).await;
    }
    for number in 1..Sidebar::MAX_SECTIONS {
        change(&mut ada, section(&number.to_string())).await;
    }
    let refused = ada.refused(&change_sidebar(section("one more"))).await;
    assert_eq!(refused, ErrorCode::SidebarFull);
}

#[tokio::test]
async fn a_retried_change_is_made_once() {
    let server = Server::start(&[]).await;
    let mut ada = crate::support::guest::enter(server.address, "Ada").await;
    let room = ada.open_direct(&[]).await;
    ada.post_numbers(room, 0..5).await;
    let close = change_sidebar(SidebarChange::Close { room, seq: Seq(3) });
    let first = ada.ask(&close).await.unwrap();
    change(
        &mut ada,
        SidebarChange::Close {
            room,
            seq: Seq(i64::MAX),
        },
    )
    .await;
    assert_eq!(ada.ask(&close).await.unwrap(), first);
    let own = ada.own(None, Rev::ZERO).await.sidebars();
    assert_eq!(own[0].closed, [(room, Seq(5))], "the last message at most");
    // Another command under the same id is another one.
    let id = crate::support::command::id(&close);
    let other = crate::support::command::with_id(rename("Eve"), id);
    assert_eq!(ada.refused(&other).await, ErrorCode::ClientIdReused);
}
