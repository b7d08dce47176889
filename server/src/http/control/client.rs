//! The client side, for `madang admin`: sends one command and reads its answer.

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::{anyhow, bail};
use serde::Deserialize;
use shared::frame::Refusal;

use super::answer::OperatorAnswer;
use super::command::OperatorCommand;
use super::socket::{PATH, SocketPath};
use crate::tls;

/// How long a command may take: a little longer than the server lets a connection last.
const TIMEOUT: Duration = Duration::from_secs(70);

/// Sends a command to the server that runs on a data folder.
///
/// # Errors
/// When the server cannot be reached, and when it refuses the command.
pub async fn ask(folder: &Path, command: &OperatorCommand) -> anyhow::Result<OperatorAnswer> {
    let socket = SocketPath::of(folder).map_err(|error| cannot_reach(&error))?;
    let client = tls::local_http_client()
        .unix_socket(socket.as_path())
        .timeout(TIMEOUT)
        .build()?;
    // The host is not looked up: every request goes to the socket.
    let request = client.post(format!("http://localhost{PATH}")).json(command);
    let answer = request.send().await.map_err(|error| explain(&error))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer.json().await?);
    }
    match answer.json::<RefusedAnswer>().await {
        Ok(refused) => bail!(refused.error.message),
        Err(_) => bail!("the server answered {status}"),
    }
}

/// The body of a refusal.
#[derive(Deserialize)]
struct RefusedAnswer {
    error: Refusal,
}

fn explain(error: &reqwest::Error) -> anyhow::Error {
    if error.is_timeout() {
        return anyhow!("the server does not answer");
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return cannot_reach(error);
        }
        cause = error.source();
    }
    anyhow!("{error:#}")
}

fn cannot_reach(error: &io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        io::ErrorKind::PermissionDenied => "run this as the user that the server runs as",
        _ => "if it is starting or stopping, try again in a moment",
    };
    anyhow!("a server runs on this folder, but cannot be reached ({error}); {advice}")
}
