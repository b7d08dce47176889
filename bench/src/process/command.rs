//! How to start the measured programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::program::Program;
use crate::context::BenchContext;
use crate::peer;

/// The command that starts a program, with its data in `folder`.
///
/// # Errors
/// When something that it needs is not installed; says what.
pub fn command(program: Program, context: &BenchContext, folder: &Path) -> Result<Command> {
    match program {
        Program::Madang => Ok(madang(&context.server, folder)),
        Program::Before => {
            let before = context.before.as_ref();
            let before = before.context("no earlier build was given with --before")?;
            Ok(madang(before, folder))
        }
        Program::Ws => {
            let modules = modules(context, "ws")?;
            let mut command = Command::new("node");
            command
                .arg(write(folder, "ws.cjs", peer::WS)?)
                .env("NODE_PATH", modules);
            Ok(command)
        }
        Program::Bun => {
            let modules = modules(context, "bun")?;
            let builds = std::fs::read_dir(modules.join("@oven"))?;
            // npm installs several builds; only some run on this processor.
            let bun = builds
                .filter_map(|build| Some(build.ok()?.path().join("bin/bun")))
                .find(|program| runs(program))
                .context("none of npm's builds of Bun runs here")?;
            let mut command = Command::new(bun);
            command
                .arg("run")
                .arg(write(folder, "bun.js", peer::BUN)?)
                // Turns telemetry off.
                .env("DO_NOT_TRACK", "1");
            Ok(command)
        }
        Program::PlainAxum => own_peer("plain-axum"),
        Program::Limit => own_peer("limit"),
    }
}

fn madang(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off"])
        .args(["--log", "warn", "--data"])
        .arg(folder.join("data"))
        // A few people make all the rooms. Builds that have no such limit ignore the variable.
        .env("MADANG_MAX_ROOMS_PER_PERSON", "10000");
    command
}

fn own_peer(name: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["peer", name]);
    Ok(command)
}

fn modules(context: &BenchContext, package: &str) -> Result<PathBuf> {
    let modules = context
        .peers
        .as_ref()
        .map(|folder| folder.join("node_modules"))
        .filter(|modules| modules.join(package).is_dir());
    modules.with_context(|| format!("npm's package {package} is not installed"))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path)
}

fn runs(program: &Path) -> bool {
    let answer = Command::new(program).arg("--version").output();
    answer.is_ok_and(|answer| answer.status.success())
}
