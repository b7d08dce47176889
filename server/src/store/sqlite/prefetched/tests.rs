//! Commands over fetched rows leave the same file as commands over SQLite's own rows.

mod accounts;
mod credentials;
mod mail;
mod moderation;
mod moves;
mod passkeys;
mod places;
mod profiles;
mod sign_up;

use std::collections::BTreeSet;

use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{ClientId, Rev, RoomId, Seq, UserId};
use shared::model::{Role, RoomKind};

use super::*;
use crate::store::sqlite::apply::apply_all;
use crate::store::sqlite::test_store::{TestStore, account, session};
use crate::store::{
    AccountCommand, Actor, ExternalIdentity, PasswordHash, SessionSelector, WriteCommand,
};

const LOBBY: RoomId = RoomId::LOBBY;
const DEN: RoomId = RoomId(2);
/// Who claims the place.
const OWNER: UserId = UserId(3);
/// Who joins by an invite.
const JOINED: UserId = UserId(4);
const ADA: UserId = UserId(1);
const BEN: UserId = UserId(2);
/// The place of a send in the list of commands, which a later one cancels.
const CANCELLED: u64 = 6;

/// The id that [`TestStore`] gives to a command, by its place in the list: two people come first.
fn id_of(at: u64) -> ClientId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(at + 3).to_le_bytes());
    ClientId::from_bytes(id)
}

#[expect(clippy::too_many_lines, reason = "one line for each command")]
fn commands() -> Vec<(Actor, WriteCommand)> {
    let create = |name: &str, kind| Command::CreateRoom {
        name: name.into(),
        topic: String::new(),
        kind,
    };
    let send = |room, body: &str| Command::Send {
        room,
        body: body.into(),
    };
    let (room, user) = (DEN, BEN);
    let edit = Command::Edit {
        room,
        seq: Seq(1),
        rev: Rev(3),
        body: "better".into(),
    };
    let mark_read = Command::MarkRead {
        room: LOBBY,
        seq: Seq(1),
        generation: 1,
    };
    let update = Command::UpdateRoom {
        room,
        rev: Rev(1),
        name: Some("cellar".into()),
        topic: None,
        posting: None,
    };
    let cancel = |target| Command::Cancel {
        room: LOBBY,
        target,
    };
    let rename = Command::Rename {
        name: "Ada Lee".into(),
    };
    let of = |user, command| (Actor::User(user), WriteCommand::Client(command));
    let mut commands = vec![
        of(ADA, create("lobby", RoomKind::Private)),
        of(ADA, send(DEN, "draft")),
        of(BEN, send(DEN, "not yet")),
        of(ADA, edit),
        of(
            ADA,
            Command::AddMembers {
                room,
                users: vec![user],
            },
        ),
        of(BEN, send(DEN, "now")),
        of(ADA, send(LOBBY, "all")),
        of(BEN, Command::MarkUnread { room, seq: Seq(1) }),
        of(
            BEN,
            Command::MarkUnread {
                room: LOBBY,
                seq: Seq(1),
            },
        ),
        of(BEN, mark_read),
        of(ADA, create("tea", RoomKind::Public)),
        of(BEN, create("tea", RoomKind::Private)),
        of(ADA, update),
        of(BEN, Command::RemoveMember { room, user }),
        of(BEN, Command::MarkUnread { room, seq: Seq(2) }),
        of(
            ADA,
            Command::AddMembers {
                room,
                users: vec![user],
            },
        ),
        of(ADA, Command::RemoveMember { room, user: ADA }),
        of(ADA, Command::Delete { room, seq: Seq(1) }),
        // The second place has the line about him.
        of(BEN, Command::Delete { room, seq: Seq(3) }),
        of(ADA, cancel(id_of(CANCELLED))),
        // That one was never stored.
        of(ADA, cancel(id_of(1_000))),
        of(ADA, rename),
        (
            Actor::Operator,
            WriteCommand::RemoveRoom { room: RoomId(3) },
        ),
    ];
    commands.extend(accounts::commands());
    commands.extend(sign_up::commands());
    commands.extend(credentials::commands());
    commands.extend(passkeys::commands());
    commands.extend(mail::commands(20));
    commands.extend(places::commands());
    commands.extend(moderation::commands());
    let end = SessionSelector::AllBut {
        user: OWNER,
        keep: None,
    };
    commands.extend([
        of(JOINED, Command::RemoveMember { room, user: JOINED }),
        of(
            OWNER,
            Command::Rename {
                name: "Olga".into(),
            },
        ),
        profiles::profile(OWNER, "olga", 4),
        // That username is the owner's.
        profiles::profile(JOINED, "olga", 5),
        profiles::profile(OWNER, "owner", 6),
        profiles::profile(JOINED, "olga", 7),
        on_accounts(AccountCommand::EndSessions(end)),
        on_accounts(AccountCommand::DeletePerson {
            user: JOINED,
            session: None,
        }),
    ]);
    commands
}

fn on_accounts(command: AccountCommand) -> (Actor, WriteCommand) {
    (Actor::Operator, WriteCommand::from(command))
}

#[test]
fn the_list_above_has_every_command_of_a_client() {
    // A new command does not compile here. Add it to the list above too.
    let number = |command: &Command| match command {
        Command::Send { .. } => 0,
        Command::Edit { .. } => 1,
        Command::Delete { .. } => 2,
        Command::Cancel { .. } => 3,
        Command::CreateRoom { .. } => 4,
        Command::UpdateRoom { .. } => 5,
        Command::AddMembers { .. } => 6,
        Command::RemoveMember { .. } => 7,
        Command::Rename { .. } => 8,
        Command::MarkRead { .. } => 9,
        Command::MarkUnread { .. } => 10,
        Command::ArchiveRoom { .. } => 11,
        Command::RemoveRoom { .. } => 12,
        Command::JoinRoom { .. } => 13,
        Command::SetMemberRole { .. } => 14,
        Command::OpenDirect { .. } => 15,
        Command::ChangeSidebar { .. } => 16,
        Command::SetMarks { .. } => 17,
    };
    let commands = commands();
    let clients = commands.iter().filter_map(|(_, command)| match command {
        WriteCommand::Client(command) => Some(number(command)),
        _ => None,
    });
    assert!(clients.collect::<BTreeSet<_>>().into_iter().eq(0..=17));
}

/// All rows of the tables that the commands change.
fn rows_of(store: &TestStore) -> Vec<String> {
    let tables = [
        "rooms_now ORDER BY id",
        "users_now ORDER BY id",
        "memberships",
        "read_marks",
        "sidebars",
        "directory",
        "epoch_starts",
        "receipts ORDER BY client_id, author",
        "passwords",
        "totp",
        "recovery_codes",
        "user_handles",
        "passkeys",
        "external_identities",
        "sessions",
        "last_session",
        "invites",
        "invite_rooms",
        "links",
        "mails",
        "mail_addresses",
        "place",
        "applications",
        "blocks",
        "audit ORDER BY id",
        "messages ORDER BY room, seq",
    ];
    let mut found = Vec::new();
    for table in tables {
        let sql = format!("SELECT * FROM {table}");
        let mut statement = store.connection.prepare(&sql).unwrap();
        let names: Vec<_> = statement.column_names().map(str::to_owned).collect();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            // A row's id tells the order in which rows were inserted. That may differ.
            let first = usize::from(table.starts_with("messages"));
            let values: Vec<Value> = (first..columns).map(|at| row.get(at).unwrap()).collect();
            found.push(format!("{table} {names:?}: {values:?}"));
        }
    }
    found
}

#[test]
fn a_file_is_the_same_after_commands_over_fetched_rows() {
    let mut one_by_one = TestStore::new();
    let mut prefetched = TestStore::over(apply_prefetched);
    let mut together = TestStore::over(apply_all);
    for store in [&mut one_by_one, &mut prefetched, &mut together] {
        store.guest("Ada", 1);
        store.guest("Ben", 2);
    }
    let commands = commands();
    let mut codes = Vec::new();
    for (actor, command) in commands.clone() {
        codes.push(one_by_one.apply(actor, command).map_err(|e| e.code()));
    }
    for store in [&mut prefetched, &mut together] {
        let results = store.commit(commands.clone());
        let results = results
            .into_iter()
            .map(|result| result.map_err(|e| e.code()));
        assert_eq!(results.collect::<Vec<_>>(), codes);
    }
    let refused: Vec<_> = codes.into_iter().filter_map(Result::err).collect();
    let no_such_room = ErrorCode::NoSuchRoom;
    let expected = [
        no_such_room,
        no_such_room,
        no_such_room,
        // The second who joins, the second who signs in, a link that another replaced, and the
        // last link.
        ErrorCode::LinkInvalid,
        ErrorCode::WrongCredentials,
        ErrorCode::LinkInvalid,
        ErrorCode::AlreadyClaimed,
        // The second of one name, and the second who approves.
        ErrorCode::UsernameTaken,
        ErrorCode::NotFound,
        // A hash that is not stored, a session that never was, and one that has ended.
        ErrorCode::WrongCredentials,
        ErrorCode::Unauthorized,
        ErrorCode::Unauthorized,
        ErrorCode::Unauthorized,
        // No code, and codes that were used before or replaced.
        ErrorCode::CodeRequired,
        ErrorCode::CodeInvalid,
        ErrorCode::CodeInvalid,
        ErrorCode::CodeInvalid,
        ErrorCode::CodeInvalid,
        // Only the operator does it for others, and no codes without an app.
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        // A passkey that is there already, and one that is removed.
        ErrorCode::PasskeyInvalid,
        ErrorCode::WrongCredentials,
        ErrorCode::NotFound,
        // Another token than the one that was sent, nobody's address, and a mail that is sent.
        ErrorCode::LinkInvalid,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        // Nobody else's room, and a room that is archived.
        ErrorCode::NotPermitted,
        ErrorCode::RoomArchived,
        ErrorCode::NameTaken,
        // At the end, of one person.
        ErrorCode::UsernameTaken,
    ];
    assert_eq!(refused, expected);
    let cancelled = "SELECT deleted_at IS NOT NULL FROM messages WHERE room = 1";
    let is_cancelled: bool = (together.connection)
        .query_row(cancelled, [], |row| row.get(0))
        .unwrap();
    assert!(is_cancelled);
    assert_eq!(rows_of(&prefetched), rows_of(&together));
}
