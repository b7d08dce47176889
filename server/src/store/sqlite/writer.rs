//! The one thread that writes.
//!
//! It takes every command that waits, applies them in one transaction, commits, and
//! hands on what changed with the answers. While a commit waits for the disk the next
//! commands gather, so that the disk sets the number of commits and not of messages.
//! It never waits on purpose.

use std::path::PathBuf;

use rusqlite::Connection;
use shared::id::Micros;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

use super::apply::{Halt, Transaction};
use super::commits::Outgoing;
use super::heads::Heads;
use super::pulse::{Pulse, is_full, is_of_the_disk};
use super::space::{Space, Spaces};
use super::sweep::Sweeper;
use super::{Settings, open, purge};
use crate::store::{Batch, Command, Committed, Health, Outcome, Pressure, StoreError, Write};

/// Commands in one transaction at most, and bytes of text: what a commit holds is told
/// at once, and has to fit well into what may wait for a reader.
const MOST: usize = 2_048;
const MOST_BYTES: usize = 256 * 1024;

/// Commands of a commit that the writer answers itself when nothing waits behind it: more
/// would keep the next ones waiting.
const FEW: usize = 16;

/// The writer's state.
pub struct Writer {
    // None after a failure that left the connection in doubt, until it is reopened.
    connection: Option<Connection>,
    path: PathBuf,
    settings: Settings,
    epoch: i64,
    heads: Heads,
    spaces: Spaces,
    pulse: Pulse,
    sweeper: Sweeper,
    purging: bool,
    /// Whether deleted text may still stand in the log, which is to be emptied.
    scrubbing: bool,
    /// The same, but somebody read it just then: to be tried again after the next commit.
    scrub_owed: bool,
    queue: mpsc::Receiver<Write>,
    // Commands that came out of the queue already and wait for the next transaction.
    left: usize,
    outgoing: Outgoing,
}

/// What a transaction changed, the answers in order, and what was taken.
type CarriedOut = (Batch, Vec<Result<Outcome, StoreError>>, Space);

/// Why a transaction was not committed.
enum Failure {
    /// It was rolled back, or never began; nothing of it is stored.
    Undone(rusqlite::Error),
    /// The commit failed in a way that leaves open what is stored.
    Unknown(rusqlite::Error),
}

impl Writer {
    /// A writer on an opened connection.
    pub fn new(
        connection: Connection,
        path: PathBuf,
        settings: &Settings,
        epoch: i64,
        queue: mpsc::Receiver<Write>,
        outgoing: Outgoing,
        pulse: Pulse,
    ) -> Self {
        Writer {
            connection: Some(connection),
            path,
            settings: settings.clone(),
            epoch,
            heads: Heads::default(),
            spaces: Spaces::new(settings.limit, &settings.folder),
            pulse,
            sweeper: Sweeper::new(),
            purging: true,
            scrubbing: true,
            scrub_owed: false,
            queue,
            left: 0,
            outgoing,
        }
    }

    /// Carries out what comes until the queue is closed and empty.
    pub fn run(mut self) {
        if let Some(connection) = &self.connection {
            self.spaces.warn_if_scarce(connection, &self.pulse);
        }
        let mut waiting = Vec::new();
        loop {
            if !waiting.is_empty() {
                // What came meanwhile joins it below.
            } else if self.purging || self.scrubbing || self.sweeper.is_due(true, self.now()) {
                match self.queue.try_recv() {
                    Ok(write) => waiting.push(write),
                    Err(TryRecvError::Disconnected) => return,
                    Err(TryRecvError::Empty) => {
                        self.clean_up();
                        continue;
                    }
                }
            } else if self.queue.blocking_recv_many(&mut waiting, MOST) == 0 {
                return;
            }
            while waiting.len() < MOST
                && let Ok(write) = self.queue.try_recv()
            {
                waiting.push(write);
            }
            // Pokes that wake this thread have done so.
            waiting.retain(|write| !matches!(write.command, Command::Tend));
            if self.sweeper.is_due(false, self.now()) {
                self.sweep();
            }
            let rest = waiting.split_off(share(&waiting));
            self.left = rest.len();
            self.carry_out(std::mem::replace(&mut waiting, rest));
        }
    }

    fn carry_out(&mut self, mut writes: Vec<Write>) {
        #[cfg(feature = "faults")]
        match self.settings.fault {
            Some(crate::config::Fault::EarlyAck) => return self.carry_out_early(writes),
            Some(crate::config::Fault::DyingWriter) => super::faults::die_if_told(&writes),
            _ => {}
        }
        if writes.is_empty() {
            return;
        }
        self.pulse.begin();
        self.spaces.recover();
        let mut carried_out = self.transact(&writes);
        while matches!(&carried_out, Err(Failure::Undone(error)) if is_full(error))
            && self.spaces.give_way()
        {
            tracing::warn!(
                "the disk is full: nothing is taken that adds to the store until there is space"
            );
            carried_out = self.transact(&writes);
        }
        self.pulse.end(match &carried_out {
            Ok((_, _, Space::Ample)) => Health::Well,
            Ok(_) => Health::Full,
            Err(Failure::Undone(error)) if is_full(error) => Health::Full,
            Err(Failure::Undone(error)) if !is_of_the_disk(error) => Health::Well,
            Err(_) => Health::Ill,
        });
        match carried_out {
            Ok((batch, outcomes, _)) => self.hand_on(batch, writes, outcomes),
            Err(Failure::Undone(error)) if is_full(&error) => {
                self.give_up(writes, || StoreError::Full, false);
            }
            Err(Failure::Undone(error)) if writes.len() > 1 => {
                // One of them may be what SQLite chokes on: the others must not suffer.
                tracing::warn!(%error, "a transaction failed; its commands are tried one by one");
                for write in writes.drain(..) {
                    self.carry_out(vec![write]);
                }
            }
            Err(Failure::Undone(error)) => {
                tracing::error!(%error, "a command failed");
                self.give_up(writes, || StoreError::Failed, false);
            }
            Err(Failure::Unknown(error)) => {
                tracing::error!(%error, "a commit failed; the store is opened anew");
                self.connection = None;
                self.give_up(writes, || StoreError::Failed, true);
            }
        }
    }

    /// One transaction with all commands: what it changed, and the answers in order.
    fn transact(&mut self, writes: &[Write]) -> Result<CarriedOut, Failure> {
        self.reopen().map_err(Failure::Undone)?;
        let Some(connection) = &self.connection else {
            return Err(Failure::Undone(rusqlite::Error::InvalidQuery));
        };
        let space = self.spaces.of(connection).map_err(Failure::Undone)?;
        let now = self.now();
        let mut committing = false;
        let result = apply_all(connection, &mut self.heads, self.epoch, now, space, writes)
            .and_then(|applied| {
                committing = true;
                connection.prepare_cached("COMMIT")?.execute([])?;
                Ok(applied)
            });
        match result {
            Ok(((batch, removed_room), outcomes)) => {
                self.heads.committed();
                self.purging |= removed_room;
                self.scrubbing |= self.scrub_owed || batch.has_deletion();
                Ok((batch, outcomes, space))
            }
            Err(error) => {
                self.heads = Heads::default();
                // Still inside the transaction, nothing is stored and all can be undone.
                // Outside, SQLite has undone it itself, unless it was at the commit. One that
                // found no space is undone too: its pages are appended to the log in order,
                // the one that marks the commit comes last, and no reader was shown any.
                let inside = !connection.is_autocommit();
                let undone = !inside || connection.execute_batch("ROLLBACK").is_ok();
                if undone && (inside || !committing || is_full(&error)) {
                    Err(Failure::Undone(error))
                } else {
                    Err(Failure::Unknown(error))
                }
            }
        }
    }

    fn hand_on(
        &self,
        batch: Batch,
        writes: Vec<Write>,
        outcomes: Vec<Result<Outcome, StoreError>>,
    ) {
        let answers: Vec<_> = writes
            .into_iter()
            .zip(outcomes)
            .map(|(write, outcome)| (write.reply, outcome))
            .collect();
        let is_idle = answers.len() <= FEW && self.left == 0 && self.queue.is_empty();
        let pressure = if is_idle {
            Pressure::Idle
        } else {
            Pressure::Busy
        };
        self.outgoing
            .hand_on(Committed { batch, answers }, pressure);
    }

    fn give_up(&self, writes: Vec<Write>, error: impl Fn() -> StoreError, resync: bool) {
        let outcomes = writes.iter().map(|_| Err(error())).collect();
        self.hand_on(
            Batch {
                resync,
                ..Batch::default()
            },
            writes,
            outcomes,
        );
    }

    fn reopen(&mut self) -> rusqlite::Result<()> {
        if self.connection.is_none() {
            let opened = open::writer(&self.path, &self.settings).map_err(|error| {
                tracing::error!(%error, "the store cannot be opened anew");
                rusqlite::Error::InvalidQuery
            })?;
            self.connection = Some(opened);
        }
        Ok(())
    }

    fn now(&self) -> Micros {
        self.settings.clock.now()
    }

    /// One step of the sweeper's.
    fn sweep(&mut self) {
        let now = self.now();
        let Some(connection) = &self.connection else {
            self.sweeper.give_up(self.now());
            return;
        };
        match self.sweeper.step(connection, now) {
            Ok((swept, end)) => {
                self.sweeper.advance(end, now);
                if swept.has_forgotten {
                    self.heads = Heads::default();
                }
                if !swept.ended.is_empty() {
                    let batch = Batch {
                        ended_sessions: swept.ended,
                        ..Batch::default()
                    };
                    self.hand_on(batch, Vec::new(), Vec::new());
                }
            }
            Err(error) => {
                tracing::warn!(%error, "what is no longer needed cannot be swept at the moment");
                if !connection.is_autocommit() && connection.execute_batch("ROLLBACK").is_err() {
                    self.connection = None;
                    self.heads = Heads::default();
                }
                self.sweeper.give_up(self.now());
            }
        }
    }

    /// What can wait until there is nothing else to do, one small step of it.
    fn clean_up(&mut self) {
        let now = self.now();
        let is_due_to_sweep = self.sweeper.is_due(true, self.now());
        let Some(connection) = &mut self.connection else {
            (self.purging, self.scrubbing) = (false, false);
            self.sweeper.give_up(now);
            return;
        };
        if self.purging {
            self.purging = purge::step(connection, now).unwrap_or_else(|error| {
                tracing::warn!(%error, "what removed rooms held cannot be erased at the moment");
                false
            });
            self.scrubbing = true;
        } else if is_due_to_sweep {
            self.sweep();
        } else {
            let emptied = purge::scrub(connection).unwrap_or_else(|error| {
                tracing::warn!(%error, "the log cannot be emptied at the moment");
                false
            });
            (self.scrubbing, self.scrub_owed) = (false, !emptied);
        }
    }

    /// Answers before it commits: what no store may do, and the crash test must notice.
    #[cfg(feature = "faults")]
    fn carry_out_early(&mut self, writes: Vec<Write>) {
        let Some(connection) = &self.connection else {
            return;
        };
        let Ok((changed, outcomes)) = apply_all(
            connection,
            &mut self.heads,
            self.epoch,
            self.settings.clock.now(),
            Space::Ample,
            &writes,
        ) else {
            return;
        };
        self.hand_on(changed.0, writes, outcomes);
        // Time for the answers to leave before the commit.
        std::thread::sleep(std::time::Duration::from_millis(20));
        if let Some(connection) = &self.connection
            && let Err(error) = connection.execute_batch("COMMIT")
        {
            tracing::error!(%error, "the late commit failed");
        }
        self.heads.committed();
    }
}

/// How many of those that wait one transaction takes; one in any case.
fn share(waiting: &[Write]) -> usize {
    let mut bytes = 0;
    waiting
        .iter()
        .take(MOST)
        .take_while(|write| {
            let fits = bytes < MOST_BYTES;
            bytes += write.command.text_bytes();
            fits
        })
        .count()
}

type AppliedAll = ((Batch, bool), Vec<Result<Outcome, StoreError>>);

fn apply_all(
    connection: &Connection,
    heads: &mut Heads,
    epoch: i64,
    now: Micros,
    space: Space,
    writes: &[Write],
) -> rusqlite::Result<AppliedAll> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut transaction = Transaction::new(connection, heads, epoch, now, space);
    let mut outcomes = Vec::with_capacity(writes.len());
    for write in writes {
        outcomes.push(match transaction.apply(write) {
            Ok(outcome) => Ok(outcome),
            Err(Halt::Refused(refusal)) => Err(StoreError::Refused(refusal)),
            Err(Halt::Full) => Err(StoreError::Full),
            Err(Halt::Sqlite(error)) => return Err(error),
        });
    }
    transaction.finish()?;
    Ok((transaction.into_batch(), outcomes))
}
