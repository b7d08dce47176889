//! The operator's commands to a running server.
//!
//! The server leaves its address and a secret in the data folder, readable by its own
//! user only; `madang admin` proves itself by it. Who can read that file can read the
//! store as well.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{RoomId, Seq, UserId};
use tokio::sync::oneshot;

use super::ApiError;
use super::session::{bearer, unreadable};
use crate::accounts::Token;
use crate::app::App;
use crate::store::{Command, Reply, StoreError};

const FILE: &str = "control.json";
/// What `madang admin` sends, for one.
const MODEL: &str = r#"{"room": {"room": 2}}"#;

/// What an operator can have removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// One message's text; its place stays.
    Message {
        /// The room.
        room: RoomId,
        /// The message.
        seq: Seq,
    },
    /// A guest's sessions; what they wrote stays.
    Guest {
        /// The person.
        user: UserId,
    },
    /// A room with all that was said there.
    Room {
        /// The room.
        room: RoomId,
    },
}

impl From<Removal> for Command {
    fn from(removal: Removal) -> Self {
        match removal {
            Removal::Message { room, seq } => Command::Delete { room, seq },
            Removal::Guest { user } => Command::RemoveUser { user },
            Removal::Room { room } => Command::RemoveRoom { room },
        }
    }
}

/// How to reach a running server, as its data folder says.
#[derive(Serialize, Deserialize)]
pub struct ControlFile {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it wants to be shown.
    pub secret: String,
}

/// The secret, and the file that tells it; removed when the server ends.
pub struct Control {
    secret: Token,
    path: PathBuf,
}

impl Control {
    /// Leaves the file in the data folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn leave(folder: &Path, address: SocketAddr) -> std::io::Result<Self> {
        let secret = Token::random().ok_or_else(|| std::io::Error::other("no randomness"))?;
        let path = folder.join(FILE);
        let file = ControlFile {
            address,
            secret: secret.secret().to_owned(),
        };
        write_private(&path, &serde_json::to_vec(&file)?)?;
        Ok(Control { secret, path })
    }

    /// What a running server left in a data folder.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn find(folder: &Path) -> std::io::Result<ControlFile> {
        Ok(serde_json::from_slice(&std::fs::read(folder.join(FILE))?)?)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // Left behind, it is only useless: the next start writes another.
        let _removed = std::fs::remove_file(&self.path);
    }
}

fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    // A file that is there already would keep its former rights.
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)
}

/// `POST /api/v1/control/remove`.
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Json<Removal>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let shown = bearer(&headers);
    // Hashes are compared: how long that takes tells nothing of the secret.
    if shown.is_none_or(|shown| shown.hash() != app.control.secret.hash()) {
        return Err(Refusal::new(ErrorCode::Unauthorized).into());
    }
    let Json(removal) = body.map_err(|rejection| unreadable(&rejection, MODEL))?;
    let (answer, answered) = oneshot::channel();
    // Whoever asked may have gone meanwhile; then there is no one to tell.
    let reply = Reply::new(move |result| drop(answer.send(result)));
    app.chat.remove(removal.into(), reply).await;
    answered
        .await
        .unwrap_or(Err(StoreError::Closed))
        .map_err(StoreError::into_refusal)?;
    Ok(StatusCode::NO_CONTENT)
}
