//! The rules without a database. Every command also runs through the rows that it misses, one
//! after the other, and each time it must have changed nothing.

mod batch;
mod message;
mod people;
mod receipt;
mod room;
mod rounds;

use std::collections::HashSet;

use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, Profile, Room, UserKind};

use super::{PersonRow, RoomCounts, RoomHead, RowKey, RuleConfig, RuleError, Rules};
use crate::store::prefetch::{FetchedRow, FetchedRows, PrefetchedTables, RowSource};
use crate::store::{
    Actor, ConnectionId, Outcome, Reply, RoomQuota, SpaceLevel, WriteCommand, WriteRequest,
};

const LOBBY: RoomId = RoomId::LOBBY;
const ADA: UserId = UserId(1);
const BEN: UserId = UserId(2);
const NOW: Micros = Micros(1_000_000);

/// A database with the lobby and two people, who have written nothing.
#[derive(Debug, Default)]
struct NewDatabase {
    fetches: usize,
}

impl RowSource for NewDatabase {
    type Failure = &'static str;

    fn fetch(&mut self, keys: HashSet<RowKey>, rows: &mut FetchedRows) -> Result<(), &'static str> {
        self.fetches += 1;
        rows.extend(keys.into_iter().map(|key| {
            let row = row(&key);
            (key, row)
        }));
        Ok(())
    }

    fn endless(&self) -> &'static str {
        "a command does not end"
    }
}

fn row(key: &RowKey) -> FetchedRow {
    match key {
        RowKey::Receipt(..) => FetchedRow::Receipt(None),
        RowKey::ReceiptCount(_) => FetchedRow::ReceiptCount(0),
        RowKey::RoomHead(room) => FetchedRow::RoomHead((*room == LOBBY).then_some(RoomHead {
            seq: Seq::ZERO,
            rev: Rev(1),
            is_removed: false,
        })),
        RowKey::Room(room) => FetchedRow::Room((*room == LOBBY).then(lobby)),
        RowKey::RoomCounts(_) => FetchedRow::RoomCounts(RoomCounts {
            total: 1,
            of_creator: 0,
        }),
        RowKey::RoomsNamed(key) => {
            let is_lobby = key.word == "lobby" || key.look == "lobby";
            FetchedRow::RoomsNamed(is_lobby.then_some(LOBBY).into_iter().collect())
        }
        RowKey::Person(user) => FetchedRow::Person(person(*user).map(|row| (row, Rev::ZERO))),
        RowKey::Message(..) => FetchedRow::Message(None),
        RowKey::ReadMark(..) => FetchedRow::ReadMark(None),
        RowKey::SessionsOf(_) => FetchedRow::SessionsOf(Vec::new()),
        RowKey::Directory => FetchedRow::Directory(Rev(1)),
        RowKey::NewRoomId => FetchedRow::NewRoomId(RoomId(2)),
        RowKey::NewUserId => FetchedRow::NewUserId(UserId(3)),
        RowKey::Address(_) => FetchedRow::Address(7),
    }
}

fn lobby() -> Room {
    Room {
        id: LOBBY,
        name: "lobby".into(),
        topic: String::new(),
        rev: Rev(1),
        directory_rev: Rev(1),
        seq: Seq::ZERO,
        created_at: Micros(0),
        created_by: None,
        removed_at: None,
    }
}

fn person(user: UserId) -> Option<PersonRow> {
    let name = match user {
        ADA => "Ada",
        BEN => "Ben",
        _ => return None,
    };
    Some(PersonRow {
        profile: Profile {
            id: user,
            name: name.into(),
            rev: Rev::ZERO,
            kind: UserKind::Guest,
        },
        has_posted: false,
        removed_at: None,
    })
}

const CONFIG: RuleConfig = RuleConfig {
    now: NOW,
    space: SpaceLevel::Ample,
    room_quota: RoomQuota {
        total: 4,
        per_person: 2,
    },
};

/// One transaction.
struct Transaction {
    rules: Rules<PrefetchedTables>,
    database: NewDatabase,
}

impl Transaction {
    fn new() -> Self {
        Self::with(CONFIG)
    }

    fn with(config: RuleConfig) -> Self {
        Transaction {
            rules: Rules::new(PrefetchedTables::default(), config),
            database: NewDatabase::default(),
        }
    }

    /// Carries out a request. Checks that it changes nothing before all rows are there, nor if
    /// it is refused.
    fn apply(&mut self, request: &WriteRequest) -> Result<Outcome, RuleError<()>> {
        loop {
            let before = self.rules.tables.written.clone();
            let error = match self.rules.apply(request) {
                Ok(outcome) => return Ok(outcome),
                Err(error) => error,
            };
            assert_eq!(self.rules.tables.written, before, "{error:?}");
            match error {
                RuleError::Missing(key) => {
                    let fetched = &mut self.rules.tables.fetched;
                    let is_new = !fetched.contains_key(&key);
                    assert!(is_new, "{key:?} is missing although it was fetched");
                    self.database.fetch(HashSet::from([key]), fetched).unwrap();
                }
                RuleError::Refused(refusal) => return Err(RuleError::Refused(refusal)),
                RuleError::Full => return Err(RuleError::Full),
                RuleError::Failed(never) => match never {},
            }
        }
    }

    fn done(&mut self, request: &WriteRequest) -> Outcome {
        self.apply(request).unwrap()
    }

    fn refused(&mut self, request: &WriteRequest) -> ErrorCode {
        match self.apply(request) {
            Err(RuleError::Refused(refusal)) => refusal.code,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// Posts as a person; the message's place and revision.
    fn post(&mut self, author: UserId, id: u8, body: &str) -> (Seq, Rev) {
        message_of(&self.done(&by(author, id, send(body))))
    }

    fn message(&self, seq: Seq) -> &Message {
        &self.rules.tables.written.messages[&(LOBBY, seq)].message
    }
}

fn message_of(outcome: &Outcome) -> (Seq, Rev) {
    match outcome {
        Outcome::Message { seq, rev, .. } => (*seq, *rev),
        other => panic!("no message: {other:?}"),
    }
}

fn client_id(id: u8) -> ClientId {
    ClientId::from_bytes([id; 16])
}

/// A person's command, with this id.
fn by(user: UserId, id: u8, command: Command) -> WriteRequest {
    WriteRequest {
        actor: Actor::User(user),
        client_id: Some(client_id(id)),
        command: WriteCommand::Client(command),
        connection: Some(ConnectionId(9)),
        address: Some([127, 0, 0, 1].into()),
        reply: Reply::new(|_| {}),
    }
}

fn by_operator(command: WriteCommand) -> WriteRequest {
    WriteRequest::of_operator(command, Reply::new(|_| {}))
}

fn send(body: &str) -> Command {
    Command::Send {
        room: LOBBY,
        body: body.into(),
    }
}

fn edit(seq: Seq, rev: Rev, body: &str) -> Command {
    Command::Edit {
        room: LOBBY,
        seq,
        rev,
        body: body.into(),
    }
}

fn delete(seq: Seq) -> Command {
    Command::Delete { room: LOBBY, seq }
}

fn cancel(id: u8) -> Command {
    Command::Cancel {
        room: LOBBY,
        target: client_id(id),
    }
}

fn create_room(name: &str) -> Command {
    Command::CreateRoom {
        name: name.into(),
        topic: String::new(),
    }
}

fn rename(name: &str) -> Command {
    Command::Rename { name: name.into() }
}

fn mark_read(seq: Seq) -> Command {
    Command::MarkRead { room: LOBBY, seq }
}
