//! `docs/PERMISSIONS.md` against the code: its table is the one that decides, and it names what every
//! frame needs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::collections::BTreeSet;

use shared::frame::FRAME_TYPES;
use shared::model::{Role, RoomKind};
use shared::permission::{Action, Standing, is_allowed};

const PAGE: &str = include_str!("../../docs/PERMISSIONS.md");

/// The rows of the table below a heading, without its own two.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = PAGE.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
    rows.skip(2)
        .map(|line| {
            line.split(" | ")
                .map(|cell| cell.trim_matches(['|', ' ']))
                .collect()
        })
        .collect()
}

fn is_yes(cell: &str) -> bool {
    match cell {
        "yes" => true,
        "no" => false,
        other => panic!("neither yes nor no: {other}"),
    }
}

const PLACE_MANAGERS: [Role; 2] = [Role::Owner, Role::Administrator];
const OTHERS: [Role; 3] = [Role::Member, Role::Guest, Role::Bot];

#[test]
fn the_table_of_rooms_is_that_of_the_code() {
    let rows = table("In a room");
    let names: Vec<_> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    let actions = Action::ALL.map(|action| format!("{action:?}"));
    assert_eq!(names, actions, "each action has a row, in this order");
    for (row, action) in rows.iter().zip(Action::ALL) {
        let cells: Vec<bool> = row[1..].iter().map(|cell| is_yes(cell)).collect();
        let [
            public,
            public_member,
            public_manager,
            place,
            member,
            manager,
            direct,
            archived,
            lobby,
            one_room,
        ] = cells[..]
        else {
            panic!("ten columns: {row:?}");
        };
        let standings = [
            (Standing::Outsider, public),
            (Standing::Member, public_member),
            (Standing::Manager, public_manager),
        ];
        for (standing, cell) in standings {
            for role in OTHERS {
                let allowed = is_allowed(action, role, RoomKind::Public, standing);
                assert_eq!(allowed, cell, "{action:?} {role:?} {standing:?}");
            }
            for role in PLACE_MANAGERS {
                let allowed = is_allowed(action, role, RoomKind::Public, standing);
                assert_eq!(allowed, cell || place, "{action:?} {role:?} {standing:?}");
            }
        }
        for role in OTHERS.into_iter().chain(PLACE_MANAGERS) {
            let of = |kind, standing| is_allowed(action, role, kind, standing);
            let private = |standing| of(RoomKind::Private, standing);
            assert_eq!(private(Standing::Member), member, "{action:?} {role:?}");
            assert_eq!(private(Standing::Manager), manager, "{action:?} {role:?}");
            let talking = of(RoomKind::Direct, Standing::Member);
            assert_eq!(talking, direct, "{action:?} {role:?}");
        }
        assert_eq!(action.works_in_archive(), archived, "{action:?}");
        assert_eq!(action.works_in_lobby(), lobby, "{action:?}");
        let is_open = action.is_open_to_guests_of_one_room();
        assert_eq!(is_open, one_room, "{action:?}");
    }
}

#[test]
fn every_frame_says_what_it_needs() {
    let rows = table("Frames");
    let mut listed = BTreeSet::new();
    for row in &rows {
        for frame in row[0].split(", ") {
            assert!(
                listed.insert(frame.trim_matches('`')),
                "{frame} is there twice"
            );
        }
        assert!(!row[1].is_empty(), "{row:?}");
    }
    assert_eq!(listed, BTreeSet::from(FRAME_TYPES));
}
