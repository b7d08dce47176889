//! What stays small however many rooms and people there are.

use rusqlite::params;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{Micros, RoomId, UserId};
use shared::model::RoomKind;

use super::super::days::DAY;
use super::super::read::{people_search, visibility};
use super::super::test_store::{NOW, TestStore, account, session, viewer};
use crate::store::rules::{MAX_DIRECTS_PER_DAY, OpenedDirect};
use crate::store::{AccountCommand, NewInvite, RoomSelection};

#[test]
fn a_person_makes_so_many_direct_conversations_in_a_day() {
    let mut store = TestStore::new();
    let ada = store.guest("Ada", 1);
    let others: Vec<UserId> = (2..9).map(|token| store.guest("Other", token)).collect();
    let people_of = |bits: usize| {
        let chosen = others.iter().enumerate();
        let chosen = chosen.filter(move |(at, _)| bits & (1 << at) != 0);
        chosen.map(|(_, user)| *user).collect::<Vec<_>>()
    };
    let open = |bits| Command::OpenDirect {
        users: people_of(bits),
    };
    for bits in 0..MAX_DIRECTS_PER_DAY {
        let room = store.done(ada, open(bits)).parts().0.unwrap();
        store.post(ada, room);
    }
    let one_more = open(MAX_DIRECTS_PER_DAY);
    let refused = store.refused(ada, one_more.clone());
    assert_eq!(refused, ErrorCode::TooManyRooms);
    // One that there is can be opened, and tomorrow is another day.
    store.done(ada, open(1));
    store.now = Micros(NOW.0 + DAY);
    store.done(ada, one_more);
}

// A rule that knew fewer could not count them.
const _: () = assert!(OpenedDirect::MOST > MAX_DIRECTS_PER_DAY);

#[test]
fn of_too_many_rooms_the_latest_are_watched() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let names = ["a", "b", "c", "d"];
    let rooms = names.map(|name| store.room(ben, name, RoomKind::Public));
    for room in [rooms[3], rooms[0], rooms[2], rooms[1]] {
        store.done(ada, Command::JoinRoom { room });
    }
    let snapshot = store.snapshot();
    let watched = visibility::visible_rooms(&snapshot, viewer(ada), &RoomSelection::Own, 3);
    let watched = watched.unwrap_or_else(|_| panic!("the rooms"));
    let watched: Vec<RoomId> = watched.into_iter().map(|(room, _)| room).collect();
    assert_eq!(watched, [RoomId::LOBBY, rooms[1], rooms[2]]);
}

#[test]
fn however_many_guests_there_are_who_has_an_account_is_found() {
    let mut store = TestStore::new();
    let reader = store.guest("Reader", 1);
    join(&mut store);
    store
        .connection
        .execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ?1)
             INSERT INTO users (kind, name, directory_rev, created_at, has_posted)
             SELECT 0, 'Olgas guest', 0, 0, 0 FROM numbers",
            params![20_001],
        )
        .unwrap();
    let snapshot = store.snapshot();
    let found = people_search::find(&snapshot, viewer(reader), "olga", 30_000);
    let found = found.unwrap_or_else(|_| panic!("the people"));
    assert_eq!(found.len(), 20_000);
    let has_account = |person: &&shared::model::Profile| person.username.is_some();
    assert_eq!(found.iter().filter(has_account).count(), 1);
}

/// Somebody joins whose username is `olga`.
fn join(store: &mut TestStore) {
    let invite = [7; 32];
    store.account(AccountCommand::CreateInvite {
        invite: NewInvite {
            mailed_to: None,
            token: invite,
            role: shared::model::Role::Member,
            rooms: Vec::new(),
            with_history: false,
            expires_at: None,
            max_uses: None,
        },
        session: None,
    });
    store.account(AccountCommand::JoinByInvite {
        invite,
        account: account("olga", "olga"),
        session: session(9),
    });
}

/// Within the hour nobody fills a timeline by coming and going; later there is a line again.
#[test]
fn who_leaves_after_an_hour_leaves_a_line() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let room = store.room(ada, "garden", RoomKind::Public);
    let leave = Command::RemoveMember { room, user: ben };
    let mut lines = Vec::new();
    // Minutes, and what is done then.
    for (minutes, command) in [
        (0, Command::JoinRoom { room }),
        (59, leave.clone()),
        (118, Command::JoinRoom { room }),
        (178, leave),
        (238, Command::JoinRoom { room }),
    ] {
        store.now = Micros(NOW.0 + minutes * 60 * 1_000_000);
        store.done(ben, command);
        lines.push(store.number("SELECT count(*) FROM messages"));
    }
    assert_eq!(lines, [1, 1, 1, 2, 3]);
}
