//! `madang admin`: the operator's commands, to a running server or to the store itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use shared::id::{RoomId, Seq, UserId};
use tokio::sync::oneshot;

use crate::cli::{self, Admin};
use crate::http::control::{Control, ControlFile, Removal};
use crate::store::sqlite::{OpenError, Settings, SqliteStore};
use crate::store::{
    Actor, Committed, Outlet, Pressure, Reply, Store, StoreError, Write as StoreWrite,
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Carries out one command of the operator's.
///
/// # Errors
/// When there is no store, the server does not answer, or there is nothing to remove.
pub async fn run(admin: Admin) -> anyhow::Result<()> {
    let removal = match admin.removal {
        cli::Removal::RemoveMessage { room, seq } => Removal::Message {
            room: RoomId(room),
            seq: Seq(seq),
        },
        cli::Removal::RemoveGuest { user } => Removal::Guest { user: UserId(user) },
        cli::Removal::RemoveRoom { room } => Removal::Room { room: RoomId(room) },
    };
    if !admin.data.join(crate::store::sqlite::FILE).exists() {
        bail!(
            "there is no store in {}; name the data folder with --data",
            admin.data.display()
        );
    }
    let settings = Settings {
        folder: admin.data.clone(),
        most_bytes: None,
        queue: 1,
        #[cfg(feature = "faults")]
        fault: None,
    };
    match SqliteStore::open(&settings, Arc::new(Alone)) {
        Ok((store, commits)) => {
            let answering = tokio::spawn(commits.run());
            let result = remove_here(store.as_ref(), removal).await;
            store.close().await;
            answering.await?;
            result?;
        }
        Err(OpenError::InUse(_)) => {
            let control = Control::find(&admin.data)
                .context("a server runs on this folder, but cannot be reached")?;
            tokio::task::spawn_blocking(move || ask_server(&control, &removal)).await??;
        }
        Err(error) => return Err(error.into()),
    }
    println!("removed");
    Ok(())
}

/// Nobody follows anything here: only the answer counts.
struct Alone;

impl Outlet for Alone {
    fn tell(&self, committed: Committed, _: Pressure) {
        committed.answer();
    }
}

async fn remove_here(store: &dyn Store, removal: Removal) -> Result<(), StoreError> {
    let (answer, answered) = oneshot::channel();
    let write = StoreWrite {
        actor: Actor::Operator,
        client_id: None,
        command: removal.into(),
        origin: None,
        reply: Reply::new(move |result| drop(answer.send(result))),
    };
    store.submit(write).await;
    answered
        .await
        .unwrap_or(Err(StoreError::Closed))
        .map(|_| ())
}

/// One request to the server on this machine: too little to need a client library.
fn ask_server(control: &ControlFile, removal: &Removal) -> anyhow::Result<()> {
    let body = serde_json::to_string(removal)?;
    let mut stream = TcpStream::connect_timeout(&control.address, TIMEOUT)
        .with_context(|| format!("the server at {} does not answer", control.address))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(
        stream,
        "POST /api/v1/control/remove HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        control.address,
        control.secret,
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status == "204" {
        return Ok(());
    }
    let refusal = answer
        .split_once("\r\n\r\n")
        .and_then(|(_, body)| serde_json::from_str::<serde_json::Value>(body).ok())
        .and_then(|body| body.pointer("/error/message")?.as_str().map(str::to_owned));
    bail!(refusal.unwrap_or_else(|| format!("the server answered {status}")))
}
