//! What the sweeper deletes, and what stays: a revision is never given twice.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{Micros, Rev, RoomId, UserId};
use shared::model::{Posting, Role, RoomKind, SignUp};

use super::*;
use crate::store::sqlite::days::DAY;
use crate::store::sqlite::purge::erase_removed_messages;
use crate::store::sqlite::test_store::{NOW, TestStore, account, session};
use crate::store::{
    AccountCommand, InviteId, LinkTarget, NewApplication, NewInvite, PasswordHash, PlaceChange,
    SessionSelector, WriteCommand,
};

/// How long entries of the audit log are kept.
const AUDIT_DAYS: u32 = 400;

/// Goes through all tables once.
fn sweep(store: &mut TestStore) {
    sweep_by(store, Sweeper::new(Some(AUDIT_DAYS)));
}

fn sweep_by(store: &mut TestStore, mut sweeper: Sweeper) {
    loop {
        let (swept, end) = sweeper.step(&store.connection, store.now).unwrap();
        for room in swept.unused_directs {
            store.operator(WriteCommand::RemoveUnusedDirect { room });
        }
        if sweeper.advance(end, store.now) {
            break;
        }
    }
    store.forget();
}

fn after_days(store: &mut TestStore, days: i64) {
    store.now = Micros(NOW.0 + days * DAY);
}

/// Keeps a person's session in use.
fn touch(store: &mut TestStore, token: u8) {
    store.account(AccountCommand::TouchSession { token: [token; 32] });
}

#[test]
fn a_guest_who_is_swept_away_leaves_the_rooms_their_revisions() {
    let mut store = TestStore::new();
    let (ada, guest) = (store.guest("Ada", 1), store.guest("Guest", 2));
    let room = store.room(ada, "news", RoomKind::Public);
    store.done(
        ada,
        Command::UpdateRoom {
            room,
            rev: Rev(1),
            name: None,
            topic: None,
            posting: Some(Posting::Managers),
        },
    );
    let joined = store.done(guest, Command::JoinRoom { room });
    assert_eq!(joined.parts().2, Some(Rev(5)), "without a line about it");
    store.account(AccountCommand::EndSessions(SessionSelector::Token([2; 32])));
    after_days(&mut store, 2);
    sweep(&mut store);
    let of_guest = |table: &str| format!("SELECT count(*) FROM {table} WHERE user = {guest}");
    assert_eq!(store.number(&of_guest("memberships")), 0);
    assert_eq!(
        store.number(&format!("SELECT count(*) FROM users WHERE id = {guest}")),
        0
    );
    let body = "x".into();
    let posted = store.done(ada, Command::Send { room, body });
    assert_eq!(posted.parts().2, Some(Rev(6)), "revision 5 was given");
}

#[test]
fn who_is_named_in_a_line_stays() {
    let mut store = TestStore::new();
    let (ada, guest) = (store.guest("Ada", 1), store.guest("Guest", 2));
    let room = store.room(ada, "den", RoomKind::Private);
    let users = vec![guest];
    store.done(ada, Command::AddMembers { room, users });
    store.account(AccountCommand::EndSessions(SessionSelector::Token([2; 32])));
    after_days(&mut store, 2);
    sweep(&mut store);
    let people = format!("SELECT count(*) FROM users WHERE id = {guest}");
    assert_eq!(store.number(&people), 1);
}

#[test]
fn a_direct_conversation_goes_that_nobody_writes_in_and_so_does_its_guest() {
    let mut store = TestStore::new();
    let (ada, guest) = (store.guest("Ada", 1), store.guest("Guest", 2));
    let open = |users| Command::OpenDirect { users };
    let unwritten = store.done(guest, open(vec![ada])).parts().0.unwrap();
    let room = store.done(ada, open(Vec::new())).parts().0.unwrap();
    let body = "note".into();
    store.done(ada, Command::Send { room, body });
    store.account(AccountCommand::EndSessions(SessionSelector::Token([2; 32])));
    after_days(&mut store, 6);
    sweep(&mut store);
    let open_rooms = "SELECT count(*) FROM rooms WHERE kind = 2 AND removed_at IS NULL";
    assert_eq!(store.number(open_rooms), 2);
    touch(&mut store, 1);
    after_days(&mut store, 8);
    sweep(&mut store);
    assert_eq!(store.number(open_rooms), 1);
    let body = "late".into();
    let late = Command::Send {
        room: unwritten,
        body,
    };
    assert_eq!(store.refused(guest, late), ErrorCode::RoomGone);
    // Its people can have another.
    assert_ne!(
        store.done(ada, open(vec![guest])).parts().0,
        Some(unwritten)
    );
    touch(&mut store, 1);
    after_days(&mut store, 40);
    for _ in 0..2 {
        sweep(&mut store);
    }
    let left = format!("SELECT count(*) FROM users WHERE id = {guest}");
    assert_eq!(store.number(&left), 0);
}

#[test]
fn memberships_of_a_removed_room_stay_as_long_as_its_tombstone() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let room = store.room(ada, "den", RoomKind::Private);
    store.done(
        ada,
        Command::AddMembers {
            room,
            users: vec![ben],
        },
    );
    store.operator(WriteCommand::RemoveRoom { room });
    let now = store.now;
    erase_removed_messages(&mut store.connection, now).unwrap();
    let send = |room| Command::Send {
        room,
        body: "x".into(),
    };
    let refused = |store: &mut TestStore, user: UserId| store.refused(user, send(room));
    after_days(&mut store, 29);
    sweep(&mut store);
    assert_eq!(refused(&mut store, ben), ErrorCode::RoomGone);
    touch(&mut store, 1);
    touch(&mut store, 2);
    after_days(&mut store, 31);
    sweep(&mut store);
    assert_eq!(refused(&mut store, ben), ErrorCode::NoSuchRoom);
    assert_eq!(store.number("SELECT count(*) FROM memberships"), 0);
    let rooms = format!("SELECT count(*) FROM rooms WHERE id = {room}");
    assert_eq!(store.number(&rooms), 0);
    // BEN's membership had revision 1 of his own stream.
    let other = store.room(ada, "cellar", RoomKind::Private);
    let (room, user) = (other, ben);
    store.done(
        ada,
        Command::AddMembers {
            room,
            users: vec![user],
        },
    );
    let sql = format!("SELECT own_rev FROM memberships WHERE user = {ben}");
    assert_eq!(store.number(&sql), 2);
}

#[test]
fn who_left_a_room_that_exists_is_still_known_to_have_left() {
    let mut store = TestStore::new();
    let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
    let room = store.room(ada, "den", RoomKind::Private);
    store.done(
        ada,
        Command::AddMembers {
            room,
            users: vec![ben],
        },
    );
    store.done(ben, Command::RemoveMember { room, user: ben });
    touch(&mut store, 1);
    after_days(&mut store, 40);
    touch(&mut store, 2);
    sweep(&mut store);
    let left = "SELECT count(*) FROM memberships WHERE left_at IS NOT NULL";
    assert_eq!(store.number(left), 1);
}

#[test]
fn invites_and_links_are_deleted_after_their_end() {
    let mut store = TestStore::new();
    let expires = |days| Some(Micros(NOW.0 + days * DAY));
    let invites = [
        (1, None, None),
        (2, expires(1), None),
        (3, None, Some(1)),
        (4, None, Some(2)),
        (5, None, None),
    ];
    for (token, expires_at, max_uses) in invites {
        store.account(AccountCommand::CreateInvite {
            session: None,
            invite: NewInvite {
                mailed_to: None,
                token: [token; 32],
                role: Role::Member,
                rooms: vec![RoomId::LOBBY],
                with_history: false,
                expires_at,
                max_uses,
            },
        });
    }
    for (invite, name) in [(3, "may"), (4, "jun")] {
        store.account(AccountCommand::JoinByInvite {
            invite: [invite; 32],
            account: account(name, name),
            session: session(invite),
        });
    }
    store.account(AccountCommand::RevokeInvite(InviteId(5)));
    store.account(AccountCommand::CreateLink {
        token: [1; 32],
        target: LinkTarget::Claim,
        expires_at: Micros(NOW.0 + DAY),
    });
    let left = |store: &TestStore| {
        ["invites", "invite_rooms", "links"]
            .map(|table| store.number(&format!("SELECT count(*) FROM {table}")))
    };
    sweep(&mut store);
    assert_eq!(left(&store), [5, 5, 1]);
    after_days(&mut store, 29);
    sweep(&mut store);
    assert_eq!(left(&store), [5, 5, 0]);
    after_days(&mut store, 32);
    sweep(&mut store);
    assert_eq!(left(&store), [2, 2, 0]);
    assert_eq!(store.number("SELECT sum(id) FROM invites"), 1 + 4);
}

#[test]
fn an_application_about_which_nobody_decides_ends_after_thirty_days() {
    let mut store = TestStore::new();
    store.account(AccountCommand::SetPlace(PlaceChange {
        name: None,
        sign_up: Some(SignUp::Approval),
    }));
    let account = account("ada", "ada");
    store.account(AccountCommand::Apply(NewApplication {
        username: account.username,
        name: account.name,
        password: PasswordHash("hash".into()),
        note: String::new(),
    }));
    for (days, left) in [(29, 1), (31, 0)] {
        after_days(&mut store, days);
        sweep(&mut store);
        let count = store.number("SELECT count(*) FROM applications");
        assert_eq!(count, left, "{days}");
    }
}

#[test]
fn an_invite_outlives_its_room() {
    let mut store = TestStore::new();
    let ada = store.guest("Ada", 1);
    let room = store.room(ada, "den", RoomKind::Private);
    store.account(AccountCommand::CreateInvite {
        session: None,
        invite: NewInvite {
            mailed_to: None,
            token: [1; 32],
            role: Role::Member,
            rooms: vec![RoomId::LOBBY, room],
            with_history: false,
            expires_at: None,
            max_uses: None,
        },
    });
    store.operator(WriteCommand::RemoveRoom { room });
    after_days(&mut store, 31);
    sweep(&mut store);
    let rooms = format!("SELECT count(*) FROM rooms WHERE id = {room}");
    assert_eq!(store.number(&rooms), 0);
    assert_eq!(store.number("SELECT sum(room) FROM invite_rooms"), 1);
    let broken = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(store.number(broken), 0);
}

#[test]
fn of_invites_that_have_ended_the_newest_ten_thousand_are_kept() {
    let mut store = TestStore::new();
    let fill = format!(
        "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 10602)
         INSERT INTO invites (id, token_hash, role, created_at, uses, revoked_at)
         SELECT id, CAST(id AS BLOB), 1, 0, 0, CASE WHEN id > 2 THEN {} END FROM n",
        NOW.0
    );
    store.connection.execute_batch(&fill).unwrap();
    sweep(&mut store);
    assert_eq!(store.number("SELECT count(*) FROM invites"), 2 + 10_000);
    let oldest = "SELECT min(id) FROM invites WHERE revoked_at IS NOT NULL";
    assert_eq!(store.number(oldest), 603);
    assert_eq!(store.number("SELECT min(id) FROM invites"), 1);
}

#[test]
fn who_was_deleted_leaves_no_read_marks_and_is_forgotten_if_nothing_was_written() {
    let mut store = TestStore::new();
    let (writer, silent) = (store.guest("Ada", 1), store.guest("Ben", 2));
    store.post(writer, RoomId::LOBBY);
    for user in [writer, silent] {
        let session = None;
        store.account(AccountCommand::DeletePerson { user, session });
    }
    let count = |store: &TestStore, sql: &str| store.number(&format!("SELECT count(*) FROM {sql}"));
    assert_eq!(count(&store, "read_marks"), 1);
    after_days(&mut store, 29);
    sweep(&mut store);
    assert_eq!(count(&store, "read_marks"), 0);
    // Clients that were away have to hear of it.
    assert_eq!(count(&store, "users"), 2);
    after_days(&mut store, 31);
    sweep(&mut store);
    assert_eq!(count(&store, "users"), 1);
    assert_eq!(store.number("SELECT id FROM users"), writer.0);
}

#[test]
fn a_status_that_has_ended_goes_within_minutes_and_the_rest_waits_for_the_round() {
    let mut store = TestStore::new();
    let user = store.guest("Ada", 1);
    let mut sweeper = Sweeper::new(Some(AUDIT_DAYS));
    let mut step = |store: &TestStore| {
        let (_, end) = sweeper.step(&store.connection, store.now).unwrap();
        sweeper.advance(end, store.now)
    };
    while !step(&store) {}
    let status = format!(
        "UPDATE users SET status_emoji = 'x', status_until = {} WHERE id = {user}",
        NOW.0
    );
    store.connection.execute_batch(&status).unwrap();
    // It would end with the next round.
    store.account(AccountCommand::CreateLink {
        token: [1; 32],
        target: LinkTarget::Claim,
        expires_at: Micros(NOW.0 + 1),
    });
    store.now = Micros(NOW.0 + STATUS_INTERVAL);
    assert!(!step(&store));
    assert_eq!(
        store.number("SELECT count(*) FROM users WHERE status_until IS NOT NULL"),
        0
    );
    assert_eq!(store.number("SELECT count(*) FROM links"), 1);
    store.now = Micros(NOW.0 + ROUND_INTERVAL);
    while !step(&store) {}
    assert_eq!(store.number("SELECT count(*) FROM links"), 0);
    assert!(!sweeper.is_due(true, store.now));
    assert!(sweeper.is_due(true, Micros(store.now.0 + STATUS_INTERVAL)));
    // The clock was set back.
    assert!(sweeper.is_due(true, NOW));
}

#[test]
fn an_entry_of_the_audit_log_ends_by_its_age_and_not_where_nobody_says_which() {
    let mut store = TestStore::new();
    let ada = store.guest("Ada", 1);
    store.account(AccountCommand::Deactivate { user: ada });
    let entries = "SELECT count(*) FROM audit";
    after_days(&mut store, i64::from(AUDIT_DAYS));
    sweep(&mut store);
    assert_eq!(store.number(entries), 1);
    store.now.0 += 1;
    // As a command on a stopped server does.
    sweep_by(&mut store, Sweeper::new(None));
    assert_eq!(store.number(entries), 1);
    sweep(&mut store);
    assert_eq!(store.number(entries), 0);
}
