//! A private room exists for its members alone.

use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use shared::command::Command;
use shared::frame::Anchor;
use shared::id::Seq;
use shared::model::RoomKind;

use super::*;
use crate::store::sqlite::read::{directory, visibility};
use crate::store::sqlite::test_store::{NOTHING, TestStore};
use crate::store::{RoomSelection, WriteCommand};

/// A room that never was.
const NOWHERE: RoomId = RoomId(99);

struct Scene {
    store: TestStore,
    ada: UserId,
    ben: UserId,
    leo: UserId,
    den: RoomId,
    tea: RoomId,
}

/// ADA's private room, in which LEO was a member and BEN never was; and a public one.
fn scene() -> Scene {
    let mut store = TestStore::new();
    let [ada, ben, leo] = [("Ada", 1), ("Ben", 2), ("Leo", 3)].map(|(n, t)| store.guest(n, t));
    let tea = store.room(ada, "tea", RoomKind::Public);
    let den = store.room(ada, "den", RoomKind::Private);
    store.post(ada, den);
    let (room, user) = (den, leo);
    store.done(
        ada,
        Command::AddMembers {
            room,
            users: vec![user],
        },
    );
    store.done(leo, Command::RemoveMember { room, user });
    Scene {
        store,
        ada,
        ben,
        leo,
        den,
        tea,
    }
}

/// Every read about a room, and what it answered.
fn read_all(
    snapshot: &Transaction<'_>,
    user: UserId,
    room: RoomId,
    known: ResumePoint,
) -> Vec<String> {
    let viewer = viewer(user);
    let history = |anchor| room::history(snapshot, viewer, room, anchor, 10);
    let these = RoomSelection::These(vec![room]);
    vec![
        format!("{:?}", room_changes(snapshot, user, room, NOTHING)),
        format!("{:?}", room_changes(snapshot, user, room, known)),
        format!("{:?}", history(Anchor::Before(Seq(9)))),
        format!("{:?}", history(Anchor::After(Seq(0)))),
        format!("{:?}", history(Anchor::Around(Seq(1)))),
        format!("{:?}", visibility::room_kind(snapshot, viewer, room)),
        format!(
            "{:?}",
            visibility::visible_rooms(snapshot, viewer, &these, 10)
        ),
        format!("{:?}", visibility::rooms(snapshot, viewer, &[room])),
    ]
}

/// The statements that run for these reads, without their parameters, and the answers.
fn trace(store: &mut TestStore, user: UserId, room: RoomId) -> (Vec<String>, Vec<String>) {
    let statements = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&statements);
    store
        .connection
        .trace_v2(
            TraceEventCodes::SQLITE_TRACE_STMT,
            Some(move |event: TraceEvent<'_>| {
                if let TraceEvent::Stmt(_, sql) = event {
                    record.lock().push(sql.to_owned());
                }
            }),
        )
        .unwrap();
    let known = store.known(1);
    let answers = read_all(&store.snapshot(), user, room, known);
    let mask = TraceEventCodes::SQLITE_TRACE_STMT;
    let no_trace: Option<fn(TraceEvent<'_>)> = None;
    store.connection.trace_v2(mask, no_trace).unwrap();
    let statements = statements.lock().clone();
    (statements, answers)
}

#[test]
fn an_outsider_causes_the_statements_and_answers_of_a_room_that_never_was() {
    let mut scene = scene();
    for outsider in [scene.ben, scene.leo] {
        let secret = trace(&mut scene.store, outsider, scene.den);
        let missing = trace(&mut scene.store, outsider, NOWHERE);
        assert_eq!(secret, missing);
        assert!(secret.0.len() >= 8, "the trace works: {secret:?}");
    }
    let member = trace(&mut scene.store, scene.ada, scene.den);
    assert!(member.0.len() > 8, "a member gets something: {member:?}");
}

#[test]
fn nothing_of_a_private_room_is_in_the_directory() {
    let mut scene = scene();
    let known = scene.store.known(1);
    for known in [NOTHING, known] {
        let snapshot = scene.store.snapshot();
        let changes = directory::changes(&snapshot, viewer(scene.ben), known, 100).unwrap();
        let has_den = keys(&changes.items).contains(&ItemKey::Room(scene.den));
        assert!(!has_den, "{changes:?}");
        assert_eq!((changes.through, changes.head), (Rev(2), Rev(2)));
    }
}

#[test]
fn a_removed_private_room_is_gone_for_its_members_only() {
    let mut scene = scene();
    scene
        .store
        .operator(WriteCommand::RemoveRoom { room: scene.den });
    let room = scene.den;
    let snapshot = scene.store.snapshot();
    for (user, code) in [
        (scene.ada, ErrorCode::RoomGone),
        (scene.leo, ErrorCode::NoSuchRoom),
        (scene.ben, ErrorCode::NoSuchRoom),
    ] {
        let answer = room_changes(&snapshot, user, room, NOTHING);
        assert_eq!(refusal(answer), code);
        let kind = visibility::room_kind(&snapshot, viewer(user), room);
        assert_eq!(refusal(kind), code);
    }
    let own = visibility::visible_rooms(&snapshot, viewer(scene.ada), &RoomSelection::Own, 10);
    let public = [RoomId::LOBBY, scene.tea].map(|room| (room, RoomKind::Public));
    assert_eq!(own.unwrap(), public);
}

#[test]
fn one_s_own_rooms_are_the_lobby_and_one_s_memberships() {
    let mut scene = scene();
    let (room, ada, tea) = (scene.den, scene.ada, scene.tea);
    scene.store.done(scene.leo, Command::JoinRoom { room: tea });
    let snapshot = scene.store.snapshot();
    let own = |user, limit| {
        visibility::visible_rooms(&snapshot, viewer(user), &RoomSelection::Own, limit).unwrap()
    };
    let public = [RoomId::LOBBY, tea].map(|room| (room, RoomKind::Public));
    let den = (room, RoomKind::Private);
    assert_eq!(own(scene.ben, 10), public[..1]);
    assert_eq!(own(scene.leo, 10), public);
    assert_eq!(
        own(ada, 10),
        [public[0], den, public[1]],
        "the latest first"
    );
    assert_eq!(own(ada, 1), public[..1]);
    let these = RoomSelection::These(vec![room, tea, NOWHERE]);
    let these = |user| visibility::visible_rooms(&snapshot, viewer(user), &these, 10).unwrap();
    assert_eq!(these(scene.ben), [public[1]]);
    assert_eq!(these(ada), [public[1], den]);
}
