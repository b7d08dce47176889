//! How people arrange their rooms.

use shared::model::{Sidebar, SidebarChange, SidebarPlace};

use super::database::GARDEN;
use super::*;

fn change(change: SidebarChange) -> Command {
    Command::ChangeSidebar { change }
}

fn add_section(name: &str) -> Command {
    change(SidebarChange::AddSection { name: name.into() })
}

fn favourite(room: RoomId) -> Command {
    change(SidebarChange::Move {
        room,
        to: SidebarPlace::Favourites,
        before: None,
    })
}

fn sidebar_of(batch: &Batch, user: UserId) -> Sidebar {
    match items_of(batch, StreamId::Person(user))[..] {
        [Item::Sidebar(sidebar)] => sidebar.clone(),
        ref other => panic!("not one arrangement: {other:?}"),
    }
}

#[test]
fn changes_of_several_devices_add_up_and_only_the_last_state_is_published() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, favourite(GARDEN)));
    transaction.done(&by(ADA, 2, add_section("Work")));
    let unchanged = transaction.done(&by(ADA, 3, favourite(GARDEN)));
    assert_eq!(unchanged, Outcome::Done);
    transaction.done(&by(BEN, 4, add_section("Home")));
    let batch = transaction.rules.finish().unwrap();
    let sidebar = sidebar_of(&batch, ADA);
    assert_eq!(
        (sidebar.rev, &sidebar.favourites[..]),
        (Rev(2), &[GARDEN][..])
    );
    assert_eq!(sidebar.sections.len(), 1);
    assert_eq!(sidebar_of(&batch, BEN).sections[0].name, "Home");
}

#[test]
fn a_change_that_cannot_be_made_is_refused_and_leaves_all_as_it_was() {
    let mut transaction = Transaction::new();
    transaction.done(&by(ADA, 1, add_section("Work")));
    let to_section = change(SidebarChange::Move {
        room: LOBBY,
        to: SidebarPlace::Section("Home".into()),
        before: None,
    });
    for (id, command, code) in [
        (2, add_section("Work"), ErrorCode::NameTaken),
        (3, to_section, ErrorCode::NoSuchSection),
    ] {
        assert_eq!(transaction.refused(&by(ADA, id, command)), code);
    }
    for id in 10..10 + u8::try_from(Sidebar::MAX_SECTIONS).unwrap() - 1 {
        transaction.done(&by(ADA, id, add_section(&id.to_string())));
    }
    let refused = transaction.refused(&by(ADA, 4, add_section("one more")));
    assert_eq!(refused, ErrorCode::SidebarFull);
}
