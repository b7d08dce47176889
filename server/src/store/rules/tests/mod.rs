//! The rules without a database. Every command also runs through the rows that it misses, one
//! after the other, and each time it must have changed nothing.

mod access;
mod accounts;
mod audit;
mod batch;
mod credentials;
mod database;
mod directs;
mod external;
mod invites;
mod lines;
mod links;
mod mails;
mod marks;
mod members;
mod message;
mod newcomers;
mod passkeys;
mod people;
mod permissions;
mod profiles;
mod receipt;
mod recorded;
mod roles;
mod room;
mod rounds;
mod sidebars;
mod sign_up;

use std::collections::HashSet;

use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, RoomKind};
use shared::stream::Item;

use super::{RowKey, RuleConfig, RuleError, Rules};
use crate::store::prefetch::{FetchedRow, PrefetchedTables, RowSource};
use crate::store::{
    AccountCommand, Actor, AuthorFilter, Batch, ConnectionId, NewSession, Outcome, Reply,
    RoomQuota, SpaceLevel, StreamId, WriteCommand, WriteRequest,
};
use database::{ADA, BEN, LOBBY, NewDatabase};

const NOW: Micros = Micros(1_000_000);

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

fn by_operator_on_accounts(command: AccountCommand) -> WriteRequest {
    by_operator(WriteCommand::from(command))
}

fn delete_person(user: UserId) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::DeletePerson {
        user,
        session: None,
    })
}

/// A session that begins, with this token.
fn new_session(token: u8) -> NewSession {
    NewSession {
        token: [token; 32],
        device: "Firefox".into(),
        network: None,
        external: None,
    }
}

/// Creates a guest, whose session has this token.
fn guest(name: &str, token: u8) -> WriteRequest {
    let (name, session) = (name.into(), new_session(token));
    by_operator_on_accounts(AccountCommand::CreateGuest { name, session })
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
        kind: RoomKind::Public,
    }
}

fn create_private(name: &str) -> Command {
    Command::CreateRoom {
        name: name.into(),
        topic: String::new(),
        kind: RoomKind::Private,
    }
}

fn update(room: RoomId, rev: Rev, name: &str) -> Command {
    Command::UpdateRoom {
        room,
        rev,
        name: Some(name.into()),
        topic: None,
        posting: None,
    }
}

fn add_member(room: RoomId, user: UserId) -> Command {
    Command::AddMembers {
        room,
        users: vec![user],
    }
}

fn remove_member(room: RoomId, user: UserId) -> Command {
    Command::RemoveMember { room, user }
}

fn rename(name: &str) -> Command {
    Command::Rename { name: name.into() }
}

fn mark_read(seq: Seq) -> Command {
    Command::MarkRead {
        room: LOBBY,
        seq,
        generation: 0,
    }
}

/// The items of one stream of a batch.
fn items_of(batch: &Batch, stream: StreamId) -> Vec<&Item> {
    let mut streams = batch.streams.iter();
    let found = streams.find(|changed| changed.stream == stream);
    found.map_or_else(Vec::new, |found| {
        found.items.iter().map(|changed| &changed.item).collect()
    })
}
