//! A store in memory for tests of its SQL: commands are carried out as the writer does.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use shared::command::Command;
use shared::error::ErrorCode;
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::model::RoomKind;

use super::apply::{AppliedAll, apply_all};
use super::stream_heads::StreamHeads;
use super::{SqliteConfig, SqliteStore, StoreLimit, epoch, migrations, open};
use crate::clock::Clock;
use crate::store::rules::RuleConfig;
use crate::store::{
    AccountCommand, Actor, Commit, CommitSink, NewAccount, NewCredential, NewSession, Outcome,
    PasswordHash, Reply, ResumePoint, RoomQuota, SpaceLevel, StoreError, UsernameKeys, Viewer,
    WriteCommand, WriteRequest, WriterLoad,
};

/// The time of all commands, until a test changes it.
pub const NOW: Micros = Micros(1_000_000_000_000_000);

/// How the commands of a transaction are carried out.
type ApplyAll = fn(
    &Connection,
    &mut StreamHeads,
    i64,
    RuleConfig,
    &[WriteRequest],
) -> rusqlite::Result<AppliedAll>;

/// The store.
pub struct TestStore {
    pub connection: Connection,
    pub now: Micros,
    heads: StreamHeads,
    epoch: Epoch,
    epoch_ordinal: i64,
    commands: u64,
    apply_all: ApplyAll,
}

impl TestStore {
    /// With the lobby alone.
    pub fn new() -> Self {
        Self::over(apply_all)
    }

    /// As [`TestStore::new`], with another way to carry out commands.
    pub fn over(apply_all: ApplyAll) -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        migrations::migrate(&mut connection).unwrap();
        connection
            .pragma_update(None, "foreign_keys", true)
            .unwrap();
        let (epoch, epoch_ordinal) = epoch::begin(&mut connection, NOW).unwrap();
        open::create_lobby(&mut connection, epoch_ordinal, NOW).unwrap();
        open::assign_name_keys(&mut connection, epoch_ordinal, NOW).unwrap();
        TestStore {
            connection,
            now: NOW,
            heads: StreamHeads::default(),
            epoch,
            epoch_ordinal,
            commands: 0,
            apply_all,
        }
    }

    /// Forgets what is cached, as after a restart.
    pub fn forget(&mut self) {
        self.heads = StreamHeads::default();
    }

    /// Carries out a command, in a commit of its own.
    pub fn apply(&mut self, actor: Actor, command: WriteCommand) -> Result<Outcome, StoreError> {
        self.commit(vec![(actor, command)]).swap_remove(0)
    }

    /// Carries out commands in one commit.
    pub fn commit(
        &mut self,
        commands: Vec<(Actor, WriteCommand)>,
    ) -> Vec<Result<Outcome, StoreError>> {
        let commands = commands.into_iter();
        let requests: Vec<_> = commands
            .map(|(actor, command)| self.request(actor, command))
            .collect();
        let config = RuleConfig {
            now: self.now,
            space: SpaceLevel::Ample,
            room_quota: RoomQuota::UNLIMITED,
        };
        let (apply_all, heads) = (self.apply_all, &mut self.heads);
        let applied = apply_all(
            &self.connection,
            heads,
            self.epoch_ordinal,
            config,
            &requests,
        );
        let (_, results) = applied.unwrap();
        self.connection.execute_batch("COMMIT").unwrap();
        self.heads.committed();
        results
    }

    fn request(&mut self, actor: Actor, command: WriteCommand) -> WriteRequest {
        self.commands += 1;
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.commands.to_le_bytes());
        WriteRequest {
            actor,
            client_id: Some(ClientId::from_bytes(id)),
            command,
            connection: None,
            address: None,
            reply: Reply::new(|_| {}),
        }
    }

    pub fn done(&mut self, user: UserId, command: Command) -> Outcome {
        let command = WriteCommand::Client(command);
        self.apply(Actor::User(user), command).unwrap()
    }

    pub fn refused(&mut self, user: UserId, command: Command) -> ErrorCode {
        let command = WriteCommand::Client(command);
        self.apply(Actor::User(user), command).unwrap_err().code()
    }

    pub fn operator(&mut self, command: WriteCommand) -> Outcome {
        self.apply(Actor::Operator, command).unwrap()
    }

    /// A command about accounts, by the operator.
    pub fn account(&mut self, command: AccountCommand) -> Outcome {
        self.operator(WriteCommand::from(command))
    }

    /// A new person, whose session has this token.
    pub fn guest(&mut self, name: &str, token: u8) -> UserId {
        let name = name.into();
        let session = session(token);
        let command = AccountCommand::CreateGuest { name, session };
        self.account(command).into_person().unwrap().id
    }

    pub fn room(&mut self, creator: UserId, name: &str, kind: RoomKind) -> RoomId {
        let command = Command::CreateRoom {
            name: name.into(),
            topic: String::new(),
            kind,
        };
        self.done(creator, command).parts().0.unwrap()
    }

    pub fn post(&mut self, author: UserId, room: RoomId) -> Seq {
        let body = "x".into();
        let outcome = self.done(author, Command::Send { room, body });
        outcome.parts().1.unwrap()
    }

    pub fn snapshot(&mut self) -> Transaction<'_> {
        self.connection.transaction().unwrap()
    }

    /// What a client knows who has received all up to a revision since the start.
    pub fn known(&self, rev: i64) -> ResumePoint {
        ResumePoint {
            epoch: Some(self.epoch),
            rev: Rev(rev),
        }
    }

    /// A number that a query finds.
    pub fn number(&self, sql: &str) -> i64 {
        self.connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }
}

/// An account whose password's hash is `hash`.
pub fn account(key: &str, look: &str) -> NewAccount {
    NewAccount {
        username: UsernameKeys {
            username: key.into(),
            key: key.into(),
            look: look.into(),
        },
        name: key.to_uppercase(),
        credential: NewCredential::Password(PasswordHash("hash".into())),
    }
}

/// A session that begins, with this token.
pub fn session(token: u8) -> NewSession {
    NewSession {
        token: [token; 32],
        device: "Firefox".into(),
        network: Some("192.0.2.7".into()),
        external: None,
    }
}

/// Nobody hears of commits; they are answered.
struct NoSubscribers;

impl CommitSink for NoSubscribers {
    fn publish(&self, commit: Commit, _: WriterLoad) {
        commit.send_replies();
    }
}

/// The configuration of a store in a folder.
pub fn config(folder: &Path) -> SqliteConfig {
    SqliteConfig {
        folder: folder.to_owned(),
        // Not by the free space: that of the machine which runs the test.
        limit: StoreLimit::Bytes(1 << 40),
        room_quota: RoomQuota::UNLIMITED,
        audit_days: Some(400),
        queue: 1,
        clock: Clock::system(),
        critical: crate::critical_tasks::CriticalTasks::new(),
        metrics: Arc::default(),
        #[cfg(feature = "faults")]
        fault: None,
        #[cfg(feature = "faults")]
        store_tables: crate::config::StoreTables::Direct,
    }
}

/// A store with its writer, as the server has it.
pub fn start(config: &SqliteConfig) -> Arc<SqliteStore> {
    let (store, commits) = SqliteStore::open(config, Arc::new(NoSubscribers)).unwrap();
    tokio::spawn(commits.run());
    store
}

/// What a client knows that comes for the first time.
pub const NOTHING: ResumePoint = ResumePoint {
    epoch: None,
    rev: Rev::ZERO,
};

pub fn viewer(user: UserId) -> Viewer {
    Viewer::of(user)
}

/// The steps in which SQLite carries out a statement.
pub fn plan(sql: &str) -> Vec<String> {
    let store = TestStore::new();
    let mut statement = store
        .connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let steps = statement.query_map([], |row| row.get("detail")).unwrap();
    steps.collect::<rusqlite::Result<_>>().unwrap()
}
