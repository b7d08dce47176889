//! The only thread that writes.
//!
//! It takes every command that waits, applies them in one transaction, commits once (group
//! commit), and sends the changes and the replies on. While a commit waits for the disk, the
//! next commands gather. So the disk limits the number of commits and not of messages. The
//! thread never delays a commit to gather more.

use std::path::PathBuf;
use std::time::Instant;

use rusqlite::Connection;
use shared::id::Micros;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

use super::apply::{MAX_COMMANDS, apply_all, transaction_size};
use super::commit_queue::CommitSender;
use super::config::SqliteConfig;
use super::departures::Departures;
use super::disk_space::SpaceMonitor;
use super::figures::count_outcomes;
use super::sqlite_error::{is_disk_full, is_storage_failure};
use super::stream_heads::StreamHeads;
use super::sweep::Sweeper;
use super::writer_health::WriterHealth;
use super::{open, purge};
use crate::store::rules::RuleConfig;
use crate::store::{
    Batch, Commit, Health, Outcome, SpaceLevel, StoreError, WriteCommand, WriteRequest, WriterLoad,
};

/// The writer publishes a commit itself only if it has at most this many commands. Publishing more
/// would delay commands that come meanwhile.
const MAX_SELF_PUBLISHED: usize = 16;

/// The writer and its state.
pub struct Writer {
    // None after a failure that left the connection in an unknown state, until it is reopened.
    connection: Option<Connection>,
    path: PathBuf,
    config: SqliteConfig,
    epoch_ordinal: i64,
    heads: StreamHeads,
    space: SpaceMonitor,
    health: WriterHealth,
    sweeper: Sweeper,
    departures: Departures,
    // Whether a removed room may have messages left to erase.
    must_erase: bool,
    // Whether the log may contain deleted text and has to be truncated.
    must_truncate_log: bool,
    // The same, but a reader was in the way: to be tried again after the next commit.
    truncate_log_later: bool,
    queue: mpsc::Receiver<WriteRequest>,
    // Commands that were taken out of the queue and wait for the next transaction.
    left_over: usize,
    commits: CommitSender,
}

/// What a transaction changed, the results of its commands in order, and the space level that
/// it was made at.
type CarriedOut = (Batch, Vec<Result<Outcome, StoreError>>, SpaceLevel);

/// Why a transaction was not committed.
enum Failure {
    /// It was rolled back, or never began. Nothing of it is stored.
    Undone(rusqlite::Error),
    /// The commit failed, and it is unknown whether it is stored.
    Unknown(rusqlite::Error),
}

impl Writer {
    /// A writer on an opened connection.
    pub fn new(
        connection: Connection,
        path: PathBuf,
        config: &SqliteConfig,
        epoch_ordinal: i64,
        queue: mpsc::Receiver<WriteRequest>,
        commits: CommitSender,
        health: WriterHealth,
    ) -> Self {
        Writer {
            connection: Some(connection),
            path,
            config: config.clone(),
            epoch_ordinal,
            heads: StreamHeads::default(),
            space: SpaceMonitor::new(config.limit, &config.folder),
            health,
            sweeper: Sweeper::new(config.audit_days),
            departures: Departures::new(),
            must_erase: true,
            must_truncate_log: true,
            truncate_log_later: false,
            queue,
            left_over: 0,
            commits,
        }
    }

    /// Carries out commands until the queue is closed and empty.
    pub fn run(mut self) {
        if let Some(connection) = &self.connection {
            self.space.warn_if_low(connection, &self.health);
        }
        let mut waiting = Vec::new();
        loop {
            if !waiting.is_empty() {
                // More commands are added below.
            } else if self.has_idle_work() {
                match self.queue.try_recv() {
                    Ok(request) => waiting.push(request),
                    Err(TryRecvError::Disconnected) => return,
                    Err(TryRecvError::Empty) => {
                        self.do_idle_work();
                        continue;
                    }
                }
            } else if self.queue.blocking_recv_many(&mut waiting, MAX_COMMANDS) == 0 {
                return;
            }
            #[cfg(feature = "faults")]
            super::faults::wait_if_slow(self.config.fault);
            while waiting.len() < MAX_COMMANDS
                && let Ok(request) = self.queue.try_recv()
            {
                waiting.push(request);
            }
            // A request for maintenance has done its part: it woke this thread.
            waiting.retain(|request| !matches!(request.command, WriteCommand::Maintain));
            if self.sweeper.is_due(false, self.now()) {
                self.sweep();
            }
            self.end_memberships();
            let rest = waiting.split_off(transaction_size(&waiting));
            self.left_over = rest.len();
            self.carry_out(std::mem::replace(&mut waiting, rest));
        }
    }

    fn carry_out(&mut self, mut requests: Vec<WriteRequest>) {
        #[cfg(feature = "faults")]
        match self.config.fault {
            Some(crate::config::Fault::EarlyAck) => return self.reply_before_commit(requests),
            Some(crate::config::Fault::DyingWriter) => super::faults::panic_on_request(&requests),
            Some(_) | None => {}
        }
        if requests.is_empty() {
            return;
        }
        self.health.begin_transaction();
        self.space.recheck_disk();
        let started = Instant::now();
        let mut carried_out = self.transact(&requests);
        while matches!(&carried_out, Err(Failure::Undone(error)) if is_disk_full(error))
            && self.space.release_reserve()
        {
            tracing::warn!(
                "the disk is full: commands that add text are refused until there is space"
            );
            carried_out = self.transact(&requests);
        }
        self.config.metrics.commit_times.record(started.elapsed());
        self.health.set(match &carried_out {
            Ok((_, _, SpaceLevel::Ample)) => Health::Healthy,
            Ok(_) => Health::Full,
            Err(Failure::Undone(error)) if is_disk_full(error) => Health::Full,
            Err(Failure::Undone(error)) if !is_storage_failure(error) => Health::Healthy,
            Err(_) => Health::Failing,
        });
        match carried_out {
            Ok((batch, outcomes, _)) => self.send_commit(batch, requests, outcomes),
            Err(Failure::Undone(error)) if is_disk_full(&error) => {
                self.fail(requests, || StoreError::Full, false);
            }
            Err(Failure::Undone(error)) if requests.len() > 1 => {
                // SQLite may fail on one of them: the others must not fail with it.
                tracing::warn!(%error, "a transaction failed; its commands are tried one by one");
                for request in requests.drain(..) {
                    self.carry_out(vec![request]);
                }
            }
            Err(Failure::Undone(error)) => {
                tracing::error!(%error, "a command failed");
                self.fail(requests, || StoreError::Failed, false);
            }
            Err(Failure::Unknown(error)) => {
                tracing::error!(%error, "a commit failed; the store is reopened");
                self.connection = None;
                self.fail(requests, || StoreError::Failed, true);
            }
        }
    }

    /// Makes one transaction with all commands.
    #[tracing::instrument(name = "commit", level = "debug", skip_all, fields(commands = requests.len()))]
    fn transact(&mut self, requests: &[WriteRequest]) -> Result<CarriedOut, Failure> {
        self.reopen().map_err(Failure::Undone)?;
        let Some(connection) = &self.connection else {
            return Err(Failure::Undone(rusqlite::Error::InvalidQuery));
        };
        let space = self.space.level(connection).map_err(Failure::Undone)?;
        let rule_config = self.rule_config(space);
        #[cfg(feature = "faults")]
        let apply_all = super::faults::apply_over(self.config.store_tables);
        let mut committing = false;
        let result = apply_all(
            connection,
            &mut self.heads,
            self.epoch_ordinal,
            rule_config,
            requests,
        )
        .and_then(|applied| {
            committing = true;
            connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(applied)
        });
        match result {
            Ok((batch, outcomes)) => {
                self.heads.committed();
                self.must_erase |= batch.has_removed_room();
                self.must_truncate_log |= self.truncate_log_later || batch.has_deletion();
                self.departures.note(&batch);
                Ok((batch, outcomes, space))
            }
            Err(error) => {
                self.heads = StreamHeads::default();
                // Inside the transaction nothing is stored, and it can be rolled back. Outside of
                // it SQLite has rolled it back itself, unless the COMMIT failed. A COMMIT that
                // found no space is rolled back too: its pages are appended to the log in order,
                // the page that marks the commit is the last one, and no reader has seen any.
                let inside = !connection.is_autocommit();
                let undone = !inside || connection.execute_batch("ROLLBACK").is_ok();
                if undone && (inside || !committing || is_disk_full(&error)) {
                    Err(Failure::Undone(error))
                } else {
                    Err(Failure::Unknown(error))
                }
            }
        }
    }

    fn send_commit(
        &self,
        batch: Batch,
        requests: Vec<WriteRequest>,
        outcomes: Vec<Result<Outcome, StoreError>>,
    ) {
        count_outcomes(&self.config.metrics, &outcomes);
        let replies: Vec<_> = requests
            .into_iter()
            .zip(outcomes)
            .map(|(request, outcome)| (request.reply, outcome))
            .collect();
        let is_idle =
            replies.len() <= MAX_SELF_PUBLISHED && self.left_over == 0 && self.queue.is_empty();
        let load = if is_idle {
            WriterLoad::Idle
        } else {
            WriterLoad::Busy
        };
        self.commits.send(Commit { batch, replies }, load);
    }

    /// Answers all commands with an error.
    fn fail(&self, requests: Vec<WriteRequest>, error: impl Fn() -> StoreError, resync: bool) {
        let outcomes = requests.iter().map(|_| Err(error())).collect();
        let batch = Batch {
            resync,
            ..Batch::default()
        };
        self.send_commit(batch, requests, outcomes);
    }

    fn reopen(&mut self) -> rusqlite::Result<()> {
        if self.connection.is_none() {
            let opened = open::writer(&self.path, &self.config).map_err(|error| {
                tracing::error!(%error, "the store cannot be reopened");
                rusqlite::Error::InvalidQuery
            })?;
            self.connection = Some(opened);
        }
        Ok(())
    }

    fn now(&self) -> Micros {
        self.config.clock.now()
    }

    fn rule_config(&self, space: SpaceLevel) -> RuleConfig {
        RuleConfig {
            now: self.now(),
            space,
            room_quota: self.config.room_quota,
        }
    }

    /// Makes one step of the sweeper.
    fn sweep(&mut self) {
        let now = self.now();
        let Some(connection) = &self.connection else {
            self.sweeper.give_up(self.now());
            return;
        };
        match self.sweeper.step(connection, now) {
            Ok((swept, end)) => {
                if self.sweeper.advance(end, now) {
                    self.departures.search_again();
                }
                if swept.affects_heads {
                    self.heads = StreamHeads::default();
                }
                self.carry_out(swept.removals());
                if !swept.ended_sessions.is_empty() {
                    let batch = Batch {
                        ended_sessions: swept.ended_sessions,
                        ..Batch::default()
                    };
                    self.send_commit(batch, Vec::new(), Vec::new());
                }
            }
            Err(error) => {
                tracing::warn!(%error, "rows that are no longer needed cannot be deleted at the moment");
                if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
                    self.connection = None;
                    self.heads = StreamHeads::default();
                }
                self.sweeper.give_up(self.now());
            }
        }
    }

    /// Ends some memberships of people who were deleted, if there are any.
    fn end_memberships(&mut self) {
        if let Some(connection) = &self.connection
            && self.departures.is_due()
        {
            let requests = self.departures.next_step(connection);
            self.carry_out(requests);
        }
    }

    fn has_idle_work(&self) -> bool {
        let has_work = self.must_erase || self.must_truncate_log || self.departures.is_due();
        has_work || self.sweeper.is_due(true, self.now())
    }

    /// Makes one small step of the work that waits until the writer is idle.
    fn do_idle_work(&mut self) {
        let now = self.now();
        let Some(connection) = &mut self.connection else {
            (self.must_erase, self.must_truncate_log) = (false, false);
            self.departures.give_up();
            self.sweeper.give_up(now);
            return;
        };
        if self.must_erase {
            let erased = purge::erase_removed_messages(connection, now);
            self.must_erase = erased.unwrap_or_else(|error| {
                tracing::warn!(%error, "the messages of removed rooms cannot be erased at the moment");
                false
            });
            self.must_truncate_log = true;
        } else if self.departures.is_due() {
            self.end_memberships();
        } else if self.sweeper.is_due(true, now) {
            self.sweep();
        } else {
            let is_truncated = purge::truncate_log(connection).unwrap_or_else(|error| {
                tracing::warn!(%error, "the write-ahead log cannot be truncated at the moment");
                false
            });
            (self.must_truncate_log, self.truncate_log_later) = (false, !is_truncated);
        }
    }

    /// A fault: sends the replies before the commit. The crash test must notice it.
    #[cfg(feature = "faults")]
    fn reply_before_commit(&mut self, requests: Vec<WriteRequest>) {
        let config = self.rule_config(SpaceLevel::Ample);
        let (heads, epoch) = (&mut self.heads, self.epoch_ordinal);
        let Some(connection) = &self.connection else {
            return;
        };
        let Ok((batch, outcomes)) = apply_all(connection, heads, epoch, config, &requests) else {
            return;
        };
        self.send_commit(batch, requests, outcomes);
        // Time for the replies to leave before the commit.
        std::thread::sleep(std::time::Duration::from_millis(20));
        if let Some(connection) = &self.connection
            && let Err(error) = connection.execute_batch("COMMIT")
        {
            tracing::error!(%error, "the late commit failed");
        }
        self.heads.committed();
    }
}
