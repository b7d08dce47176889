//! The side of `madang admin`: one command, one answer.

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

/// How long a command may take: somewhat longer than the server lets a connection last.
const PATIENCE: Duration = Duration::from_secs(70);

/// Has the server that runs on a data folder carry out a command.
///
/// # Errors
/// When it cannot be reached, or what it says why not.
pub async fn ask(folder: &Path, command: &OperatorCommand) -> anyhow::Result<OperatorAnswer> {
    let asked = exchange(folder, command);
    timeout(PATIENCE, asked)
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
    // It has done its work; how it ends says nothing more.
    connection.abort();
    if status.is_success() {
        return Ok(serde_json::from_slice(&body)?);
    }
    match serde_json::from_slice::<Refused>(&body) {
        Ok(refused) => bail!(refused.error.message),
        Err(_) => bail!("the server answered {status}"),
    }
}

/// A refusal, as it comes over HTTP.
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
