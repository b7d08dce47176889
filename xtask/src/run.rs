//! `cargo xtask run`: from a fresh checkout to a running server.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cli::RunArgs;
use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use crate::{page, server};

/// Sets up, builds, and becomes the server. Returns only if that fails.
pub(crate) fn run(workspace: &Workspace, args: &RunArgs) -> Result<()> {
    let tools = tools::prepare(workspace, Purpose::Page)?;
    page::build(workspace, &tools)?;
    server::build_release(workspace)?;

    let data = workspace.data(args.data.as_deref());
    println!("\nMadang: {}", address(&args.listen));
    println!("data:   {}   (Ctrl-C stops it)\n", data.display());

    let program = server::release_path(workspace);
    let mut command = Command::new(&program);
    command
        .arg("serve")
        .args(["--listen", &args.listen])
        .arg("--data")
        .arg(&data)
        .args(&args.serve_args);
    // In place of this process, so that signals reach the server itself.
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}

/// What to type into a browser for an address that is listened on.
fn address(listen: &str) -> String {
    let (host, port) = listen.rsplit_once(':').unwrap_or(("", listen));
    let host = match host {
        "" | "127.0.0.1" | "0.0.0.0" | "[::1]" | "[::]" => "localhost",
        other => other,
    };
    format!("http://{host}:{port}")
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn the_printed_address_opens_in_a_browser() {
        assert_eq!(address("127.0.0.1:3000"), "http://localhost:3000");
        assert_eq!(address("[::]:80"), "http://localhost:80");
        assert_eq!(address("192.168.1.5:3000"), "http://192.168.1.5:3000");
    }
}
