use super::*;

fn work() -> SidebarPlace {
    SidebarPlace::Section("Work".into())
}

fn to(room: i64, to: SidebarPlace, before: Option<i64>) -> SidebarChange {
    SidebarChange::Move {
        room: RoomId(room),
        to,
        before: before.map(RoomId),
    }
}

fn add(name: &str) -> SidebarChange {
    SidebarChange::AddSection { name: name.into() }
}

fn arranged(changes: &[SidebarChange]) -> Sidebar {
    let mut sidebar = Sidebar::default();
    for change in changes {
        assert_eq!(sidebar.apply(change), Ok(true), "{change:?}");
    }
    sidebar
}

#[test]
fn a_room_is_in_one_place() {
    let favourites = || SidebarPlace::Favourites;
    let mut sidebar = arranged(&[
        add("Work"),
        to(1, favourites(), None),
        to(2, favourites(), Some(1)),
        to(3, favourites(), Some(9)),
        to(1, work(), None),
        to(4, work(), Some(1)),
    ]);
    assert_eq!(sidebar.favourites, [RoomId(2), RoomId(3)]);
    assert_eq!(sidebar.sections[0].rooms, [RoomId(4), RoomId(1)]);
    assert_eq!(sidebar.apply(&to(4, work(), Some(4))), Ok(true));
    assert_eq!(sidebar.sections[0].rooms, [RoomId(1), RoomId(4)]);
    assert_eq!(sidebar.apply(&to(4, work(), None)), Ok(false));
    assert_eq!(sidebar.apply(&to(1, SidebarPlace::Rooms, None)), Ok(true));
    assert_eq!(sidebar.sections[0].rooms, [RoomId(4)]);
    let remove = SidebarChange::RemoveSection {
        name: "Work".into(),
    };
    assert_eq!(sidebar.apply(&remove), Ok(true));
    assert_eq!(
        sidebar.apply(&to(1, work(), None)),
        Err(SidebarError::NoSuchSection)
    );
}

#[test]
fn sections_have_names_of_their_own_and_an_order() {
    let mut sidebar = arranged(&[add("Work"), add("Home"), add("Club")]);
    assert_eq!(sidebar.apply(&add("Home")), Err(SidebarError::SectionTaken));
    let rename = |name: &str, to: &str| SidebarChange::RenameSection {
        name: name.into(),
        to: to.into(),
    };
    assert_eq!(
        sidebar.apply(&rename("Home", "Work")),
        Err(SidebarError::SectionTaken)
    );
    assert_eq!(sidebar.apply(&rename("Home", "Home")), Ok(false));
    assert_eq!(sidebar.apply(&rename("Home", "집")), Ok(true));
    let shift = |name: &str, before: Option<&str>| SidebarChange::MoveSection {
        name: name.into(),
        before: before.map(str::to_owned),
    };
    assert_eq!(sidebar.apply(&shift("Club", Some("Work"))), Ok(true));
    assert_eq!(sidebar.apply(&shift("Club", Some("Club"))), Ok(false));
    assert_eq!(sidebar.apply(&shift("Work", None)), Ok(true));
    let names: Vec<_> = sidebar
        .sections
        .iter()
        .map(|section| &section.name)
        .collect();
    assert_eq!(names, ["Club", "집", "Work"]);
}

#[test]
fn a_closed_conversation_comes_back_with_its_next_message() {
    let close = |seq| SidebarChange::Close {
        room: RoomId(5),
        seq: Seq(seq),
    };
    let mut sidebar = arranged(&[close(7)]);
    assert!(sidebar.is_closed(RoomId(5), Seq(7)) && !sidebar.is_closed(RoomId(5), Seq(8)));
    assert!(!sidebar.is_closed(RoomId(6), Seq(7)));
    assert_eq!(sidebar.apply(&close(0)), Ok(true));
    assert_eq!(sidebar, Sidebar::default());
}

#[test]
fn an_arrangement_has_a_bound() {
    let mut sidebar = Sidebar::default();
    let mute = |room, on| SidebarChange::Mute {
        room: RoomId(room),
        on,
    };
    for room in 0..Sidebar::MAX_ROOMS {
        let room = i64::try_from(room).unwrap();
        assert_eq!(sidebar.apply(&mute(room, true)), Ok(true));
    }
    assert_eq!(sidebar.apply(&mute(-1, true)), Err(SidebarError::TooLarge));
    assert_eq!(sidebar.apply(&mute(4, false)), Ok(true));
    assert_eq!(sidebar.apply(&mute(-1, true)), Ok(true));
    for section in 0..Sidebar::MAX_SECTIONS {
        assert_eq!(sidebar.apply(&add(&section.to_string())), Ok(true));
    }
    assert_eq!(sidebar.apply(&add("one more")), Err(SidebarError::TooLarge));
}

#[test]
fn changes_are_sent_as_objects_of_one_field() {
    let change = to(2, work(), Some(5));
    let json =
        serde_json::json!({ "move": { "room": 2, "to": { "section": "Work" }, "before": 5 } });
    assert_eq!(serde_json::to_value(&change).unwrap(), json);
    assert_eq!(
        serde_json::from_value::<SidebarChange>(json).unwrap(),
        change
    );
    let json = serde_json::json!({ "move": { "room": 2, "to": "favourites" } });
    let change = to(2, SidebarPlace::Favourites, None);
    assert_eq!(serde_json::to_value(&change).unwrap(), json);
    assert_eq!(
        serde_json::from_value::<SidebarChange>(json).unwrap(),
        change
    );
}
