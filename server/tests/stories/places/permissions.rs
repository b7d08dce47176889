//! The table of permissions, cell by cell, through the socket and over HTTP; and that no route is
//! without a declared permission.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::ClientFrame;
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::{MemberRole, Posting, Role, RoomKind};
use shared::permission::{Action, Standing, is_allowed};

use crate::support::account::{ask_as, claim, invite, join as join_place, signed_in};
use crate::support::command::{
    add_members, archive_room, delete, edit, join, mark_unread, remove_member, remove_room, send,
    set_member_role, set_posting, update_room,
};
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::Server;

const PAGE: &str = include_str!("../../../../docs/PERMISSIONS.md");

/// The people of the table: who makes the rooms, whom things happen to, and one of each role.
struct Place {
    server: Server,
    maker: Native,
    other: UserId,
    subjects: Vec<(Guest, Native)>,
}

impl Place {
    async fn new() -> Self {
        let server =
            Server::start(&["--max-rooms", "100000", "--max-rooms-per-person", "100000"]).await;
        let address = server.address;
        let owner = claim(address, server.folder.path()).await;
        let account = async |wish: Value, name: &str| {
            let secret = invite(address, &owner, &wish).await;
            signed_in(&join_place(address, &secret, name).await)
        };
        let maker = account(json!({}), "maker").await;
        let other = account(json!({}), "other").await;
        let administrator = account(json!({ "role": "administrator" }), "boss").await;
        let member = account(json!({}), "may").await;
        let guest = Guest::come_in(address, "Gus").await;
        let mut subjects = Vec::new();
        for subject in [owner.clone(), administrator, member, guest] {
            let native = subject.connect(address).await;
            subjects.push((subject, native));
        }
        Place {
            maker: maker.connect(address).await,
            other: other.profile.id,
            server,
            subjects,
        }
    }

    /// How the earlier versions of the maker's message are refused to somebody.
    async fn versions_refused(&self, to: &Guest, room: RoomId, seq: Seq) -> Option<ErrorCode> {
        let path = format!("rooms/{room}/messages/{seq}/versions");
        let answer = ask_as(self.server.address, to, "GET", &path, &Value::Null).await;
        (answer.status != 200).then(|| answer.code())
    }

    /// A room of this kind in which somebody is this. The maker has written the first message that
    /// is no line, and its number is returned too.
    async fn room(&mut self, kind: RoomKind, user: UserId, standing: Standing) -> (RoomId, Seq) {
        let maker = &mut self.maker;
        let number = crate::support::command::number();
        let room = match (kind, standing) {
            (RoomKind::Public, _) => maker.create_room(&format!("room {number}")).await,
            (RoomKind::Private, _) => maker.create_private_room(&format!("room {number}")).await,
            (RoomKind::Direct, Standing::Outsider) => maker.open_direct(&[self.other]).await,
            (RoomKind::Direct, _) => maker.open_direct(&[user, self.other]).await,
        };
        if kind != RoomKind::Direct {
            maker.add_members(room, &[self.other]).await;
            if standing != Standing::Outsider {
                maker.add_members(room, &[user]).await;
            }
            if standing == Standing::Manager {
                let promote = set_member_role(room, user, MemberRole::Manager);
                maker.ask(&promote).await.unwrap();
            }
        }
        let posted = maker.post(room, "by the maker").await.seq.unwrap();
        (room, posted)
    }
}

/// What somebody has posted there before: the message and its revision; none if that was refused.
async fn own_message(native: &mut Native, room: RoomId) -> Option<(Seq, Rev)> {
    let ack = native.ask(&send(room, "my own")).await.ok()?;
    Some((ack.seq?, ack.rev?))
}

/// The command that is this action of somebody.
fn command_of(
    action: Action,
    room: RoomId,
    user: UserId,
    (other, makers, own, rev): (UserId, Seq, (Seq, Rev), Rev),
) -> Option<ClientFrame> {
    let (own, own_rev) = own;
    Some(match action {
        // A request.
        Action::ReadVersions => return None,
        Action::Read => mark_unread(room, Seq(1)),
        Action::Post | Action::Announce => send(room, "hello"),
        Action::EditOwn => edit(room, own, own_rev, "better"),
        Action::DeleteOwn => delete(room, own),
        Action::DeleteOthers => delete(room, makers),
        Action::Join => join(room),
        Action::Leave => remove_member(room, user),
        // Both are members already, or it is refused: nothing else changes.
        Action::AddMembers => add_members(room, &[other]),
        Action::RemoveMembers => remove_member(room, other),
        Action::Appoint => set_member_role(room, other, MemberRole::Manager),
        Action::Change => update_room(room, rev, None, Some("another topic")),
        Action::Archive => archive_room(room, true),
        Action::Remove => remove_room(room),
    })
}

/// What the table says of a cell.
fn expected(
    action: Action,
    role: Role,
    kind: RoomKind,
    standing: Standing,
    is_archived: bool,
) -> Option<ErrorCode> {
    if kind != RoomKind::Public && standing == Standing::Outsider {
        return Some(ErrorCode::NoSuchRoom);
    }
    match is_allowed(action, role, kind, standing) {
        false if action == Action::DeleteOthers => Some(ErrorCode::NotAuthor),
        false => Some(ErrorCode::NotPermitted),
        true if is_archived && !action.works_in_archive() => Some(ErrorCode::RoomArchived),
        true => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_of_the_table_holds_through_the_socket_and_over_http() {
    let mut place = Place::new().await;
    let mut subjects = std::mem::take(&mut place.subjects);
    let kinds = [RoomKind::Public, RoomKind::Private, RoomKind::Direct];
    let standings = [Standing::Manager, Standing::Member, Standing::Outsider];
    let mut cells = 0;
    for (guest, subject) in &mut subjects {
        let (user, role) = (guest.profile.id, guest.profile.role);
        for kind in kinds {
            for standing in standings {
                // Nobody manages a direct conversation.
                if kind == RoomKind::Direct && standing == Standing::Manager {
                    continue;
                }
                for action in Action::ALL {
                    for is_archived in [false, true] {
                        if is_archived && kind == RoomKind::Direct {
                            continue;
                        }
                        let (room, makers) = place.room(kind, user, standing).await;
                        let own = own_message(subject, room).await;
                        let own = own.unwrap_or((makers, Rev(1)));
                        let rev = place.maker.rooms(&[room]).await[0].rev;
                        let mut rev = rev;
                        if action == Action::Announce && kind != RoomKind::Direct {
                            let limit = set_posting(room, rev, Posting::Managers);
                            rev = place.maker.ask(&limit).await.unwrap().rev.unwrap();
                        } else if action == Action::Announce {
                            // Nobody can limit who posts in a direct conversation.
                            continue;
                        }
                        if is_archived {
                            let archive = archive_room(room, true);
                            let ack = place.maker.ask(&archive).await.unwrap();
                            rev = ack.rev.unwrap();
                        }
                        let context = (place.other, makers, own, rev);
                        let code = match command_of(action, room, user, context) {
                            Some(command) => {
                                let answer = subject.ask(&command).await;
                                answer.err().map(|refused| refused.code)
                            }
                            None => place.versions_refused(guest, room, makers).await,
                        };
                        let cell = expected(action, role, kind, standing, is_archived);
                        assert_eq!(
                            code, cell,
                            "{action:?} {role:?} {kind:?} {standing:?} archived: {is_archived}"
                        );
                        cells += 1;
                        if action == Action::Read {
                            let status = if cell.is_none() { 200 } else { 404 };
                            for list in ["messages", "members"] {
                                let path = format!("rooms/{room}/{list}");
                                let address = place.server.address;
                                let answer =
                                    ask_as(address, guest, "GET", &path, &Value::Null).await;
                                assert_eq!(answer.status, status, "{path} {role:?} {kind:?}");
                            }
                        }
                    }
                }
            }
        }
    }
    let per_role = 2 * 3 * Action::ALL.len() * 2 + 2 * (Action::ALL.len() - 1);
    assert_eq!(cells, 4 * per_role);
}

/// The routes of the page: method and path, with what each needs.
fn declared() -> BTreeMap<(String, String), String> {
    let (_, section) = PAGE.split_once("\n## Requests\n").unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut routes = BTreeMap::new();
    for row in rows {
        let (request, needs) = row.split_once("` | ").unwrap();
        let (methods, path) = request.rsplit_once(' ').unwrap();
        let needs = needs.trim_matches(['|', ' ', '`']).to_owned();
        for method in methods.split(", ") {
            let route = (method.to_owned(), path.to_owned());
            assert!(routes.insert(route, needs.clone()).is_none(), "{request}");
        }
    }
    routes
}

#[tokio::test]
async fn no_route_is_without_a_declared_permission() {
    let server = Server::start(&[]).await;
    let document = http::get(server.address, "/api/v1/openapi.json", &[]).await;
    let document = document.json();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.push((method.to_uppercase(), path.clone()));
        }
    }
    routes.sort();
    let declared = declared();
    let documented: Vec<_> = declared.keys().cloned().collect();
    assert_eq!(documented, routes);
    // What needs more than a secret that comes with it is refused without a session, whatever else
    // is wrong with it.
    for ((method, path), needs) in &declared {
        let address = path.replace("{room}", "1").replace("{id}", "1");
        let answer = http::ask(server.address, method, &address, &[], "").await;
        let needs_session = !["nothing", "link", "credentials"].contains(&&**needs);
        assert_eq!(
            answer.status == 401,
            needs_session,
            "{method} {path} needs {needs}: {}",
            answer.status
        );
    }
}

/// Who manages the place is who may ask for what needs that.
#[tokio::test]
async fn what_needs_to_manage_is_refused_to_who_does_not() {
    let server = Server::start(&[]).await;
    claim(server.address, server.folder.path()).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    for ((method, path), needs) in declared() {
        if needs != "manage" || method == "PATCH" || (method == "POST" && !path.contains("{id}")) {
            // These need a body that is valid first: their own stories ask for them.
            continue;
        }
        let path = path.replace("/api/v1/", "").replace("{id}", "1");
        let answer = ask_as(server.address, &guest, &method, &path, &Value::Null).await;
        assert_eq!(answer.status, 403, "{method} {path}: {answer:?}");
        assert_eq!(answer.code(), ErrorCode::Forbidden);
    }
}

/// A private room is answered for as one that never was, over HTTP too.
#[tokio::test]
async fn the_lists_of_a_private_room_are_those_of_a_room_that_never_was() {
    let server = Server::start(&[]).await;
    let mut ada = crate::support::guest::enter(server.address, "Ada").await;
    let outsider = Guest::come_in(server.address, "Mallory").await;
    let den = ada.create_private_room("den").await;
    ada.post(den, "secret").await;
    assert_eq!(ada.subscribe(den).await.messages().len(), 1);
    for list in ["messages", "members"] {
        let mut bodies = Vec::new();
        for room in [den, RoomId(4711)] {
            let path = format!("rooms/{room}/{list}");
            let answer = ask_as(server.address, &outsider, "GET", &path, &Value::Null).await;
            assert_eq!(answer.status, 404);
            bodies.push(answer.body);
        }
        assert_eq!(bodies[0], bodies[1]);
    }
}
