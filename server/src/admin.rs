//! `madang admin`: the operator's commands, to a running server or to the store itself.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use shared::limits::Limits;

use crate::cli::Admin;
use crate::clock::Clock;
use crate::http::control::{self, OperatorAnswer, OperatorCommand};
use crate::store::sqlite::{OpenError, Settings, SqliteStore, StoreLimit};
use crate::store::{Committed, Outlet, Pressure, Store};
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
    let settings = Settings {
        folder: folder.to_owned(),
        limit: StoreLimit::LeaveRoom,
        queue: 1,
        clock: clock.clone(),
        vital: Vital::new(),
        #[cfg(feature = "faults")]
        fault: None,
    };
    match SqliteStore::open(&settings, Arc::new(Alone)) {
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
struct Alone;

impl Outlet for Alone {
    fn tell(&self, committed: Committed, _: Pressure) {
        committed.answer();
    }
}
