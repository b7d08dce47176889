//! The client side, for `madang admin`: sends one command and reads its answer.

use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use axum::http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use shared::frame::Refusal;
use tokio::time::timeout;

use super::{ControlSocket, OperatorAnswer, OperatorCommand, PATH};

/// How long a command may take: a little longer than the server lets a connection last.
const TIMEOUT: Duration = Duration::from_secs(70);

/// Sends a command to the server that runs on a data folder.
///
/// # Errors
/// When the server cannot be reached, and when it refuses the command.
pub async fn ask(folder: &Path, command: &OperatorCommand) -> anyhow::Result<OperatorAnswer> {
    timeout(TIMEOUT, exchange(folder, command))
        .await
        .context("the server does not answer")?
}

async fn exchange(folder: &Path, command: &OperatorCommand) -> anyhow::Result<OperatorAnswer> {
    let stream = ControlSocket::connect(folder)
        .await
        .map_err(|error| unreachable(&error))?;
    let (mut requests, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::post(PATH)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(serde_json::to_vec(command)?)))?;
    let answer = requests.send_request(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    // The answer is complete: how the connection ends does not matter.
    connection.abort();
    if status.is_success() {
        return Ok(serde_json::from_slice(&body)?);
    }
    match serde_json::from_slice::<Refused>(&body) {
        Ok(refused) => bail!(refused.error.message),
        Err(_) => bail!("the server answered {status}"),
    }
}

/// The body of a refusal.
#[derive(Deserialize)]
struct Refused {
    error: Refusal,
}

fn unreachable(error: &io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        io::ErrorKind::PermissionDenied => "run this as the user that the server runs as",
        _ => "if it is starting or stopping, try again in a moment",
    };
    anyhow!("a server runs on this folder, but cannot be reached ({error}); {advice}")
}
