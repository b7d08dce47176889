//! `madang admin`: the operator's commands, to a running server or to the store itself.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use shared::limits::Limits;

use crate::cli::Admin;
use crate::clock::Clock;
use crate::http::control::{self, OperatorAnswer, OperatorCommand};
use crate::store::sqlite::{OpenError, SqliteConfig, SqliteStore, StoreLimit};
use crate::store::{Commit, CommitSink, RoomQuota, Store, WriterLoad};
use crate::vital::Vital;

/// Carries out one command of the operator's.
///
/// # Errors
/// When there is no store, the server does not answer, or there is nothing to remove.
pub async fn run(admin: Admin) -> anyhow::Result<()> {
    let answer = carry_out(&admin.data, admin.command).await?;
    // It was carried out, whether or not somebody reads so.
    crate::logging::print(&answer.to_string());
    Ok(())
}

async fn carry_out(folder: &Path, command: OperatorCommand) -> anyhow::Result<OperatorAnswer> {
    if !folder.join(crate::store::sqlite::FILE).exists() {
        bail!(
            "there is no store in {}; name the data folder with --data",
            folder.display()
        );
    }
    let clock = Clock::system();
    let config = SqliteConfig {
        folder: folder.to_owned(),
        limit: StoreLimit::LeaveRoom,
        room_quota: RoomQuota::UNLIMITED,
        queue: 1,
        clock: clock.clone(),
        vital: Vital::new(),
        #[cfg(feature = "faults")]
        fault: None,
    };
    match SqliteStore::open(&config, Arc::new(ReplyOnly)) {
        Ok((store, commits)) => {
            let answering = tokio::spawn(commits.run());
            let place = control::Place {
                store: store.as_ref(),
                clock: &clock,
                limits: &Limits::default(),
                running: None,
            };
            let result = command.carry_out(place).await;
            store.close().await;
            answering.await?;
            result.map_err(|refusal| anyhow!(refusal.message))
        }
        Err(OpenError::InUse(_)) => control::ask(folder, &command).await,
        Err(error) => Err(error.into()),
    }
}

/// Nobody follows anything here: only the answer counts.
struct ReplyOnly;

impl CommitSink for ReplyOnly {
    fn publish(&self, commit: Commit, _: WriterLoad) {
        commit.send_replies();
    }
}
