//! The commands of each step of `cargo xtask test`.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::step::Step;
use crate::tools::Tools;
use crate::workspace::Workspace;
use crate::{invariants, page, process};

/// The prefix of tests in `server/tests` that need a browser. They have the attribute
/// `#[ignore = "needs a browser"]`, so that a plain `cargo test` runs without one.
const BROWSER_TESTS: &str = "browser";

/// The stories in which what commands write is what is tested: all kinds of command, the operator's
/// too, retries, several in one commit, limits and refusals, a full disk, and what is left after a stop or a
/// restart. In the others commands only prepare what is tested, which is about sockets, HTTP, reads
/// or delivery.
const STORIES_OF_COMMANDS: [&str; 24] = [
    "admin::",
    "blocks::",
    "client_ids::",
    "clock::",
    "control::",
    "edits::",
    "epochs::",
    "full::",
    "marks::",
    "names::",
    "one_commit::",
    "people::",
    "places::",
    "private_rooms::",
    "refusals::",
    "resume::",
    "retry::",
    "rooms::",
    "sessions::",
    "stop::",
    "sweep::",
    "talk::",
    "texts::",
    "watch::",
];

/// Runs one step. The output of its commands goes to the terminal.
pub(super) fn run(step: Step, workspace: &Workspace, tools: &Tools) -> Result<()> {
    match step {
        Step::Fmt => process::run(cargo(workspace).args(["fmt", "--all", "--check"])),
        Step::Invariants => invariants::check(&workspace.root),
        Step::Clippy => clippy(workspace),
        Step::Deny => deny(workspace),
        Step::Page => {
            page::build(workspace, tools)?;
            page::check_weight(workspace)
        }
        Step::Native => native(workspace, tools),
        Step::Wasm => wasm(workspace, tools),
        Step::Browser => browser(workspace, tools),
    }
}

fn cargo(workspace: &Workspace) -> Command {
    let mut cargo = process::cargo();
    cargo.current_dir(&workspace.root);
    cargo
}

/// The features for checking native code: those that exist for tests.
fn features(workspace: &Workspace) -> &'static [&'static str] {
    if workspace.has_feature("server", "faults") {
        &["--features", "server/faults"]
    } else {
        &[]
    }
}

fn clippy(workspace: &Workspace) -> Result<()> {
    process::run(
        cargo(workspace)
            .args(["clippy", "--workspace", "--all-targets"])
            .args(features(workspace))
            .args(["--", "-D", "warnings"]),
    )?;
    process::run(
        cargo(workspace)
            .args([
                "clippy",
                "--package",
                "frontend",
                "--package",
                "small-leptos",
            ])
            .args(["--all-targets", "--target", "wasm32-unknown-unknown"])
            .args(["--", "-D", "warnings"]),
    )
}

/// Checks everything except advisories, which need a database from the internet: tests must run
/// offline. Run `cargo deny check` by hand for those.
fn deny(workspace: &Workspace) -> Result<()> {
    if process::find("cargo-deny").is_none() {
        println!("cargo-deny is not installed here; skipped.");
        return Ok(());
    }
    process::run(cargo(workspace).args(["deny", "check", "bans", "licenses", "sources"]))
}

fn native(workspace: &Workspace, tools: &Tools) -> Result<()> {
    page::build(workspace, tools)?;
    let mut cargo = cargo(workspace);
    // Including the page's crate: its pure logic has ordinary tests, which the runner in the
    // browser ignores.
    cargo
        .args(["test", "--workspace"])
        .args(features(workspace));
    tools.set_browser_variables(&mut cargo);
    process::run(&mut cargo)?;
    stories_over_fetched_rows(workspace)
}

/// Runs the stories of commands again, with rules that see only rows that were fetched for a
/// commit, as from a database that answers slowly.
fn stories_over_fetched_rows(workspace: &Workspace) -> Result<()> {
    if !workspace.has_feature("server", "faults") {
        return Ok(());
    }
    process::run(
        cargo(workspace)
            .env("MADANG_STORE_TABLES", "prefetch")
            // The same features as above, so that nothing is compiled again.
            .args(["test", "--workspace"])
            .args(features(workspace))
            .args(["--test", "stories", "--"])
            .args(STORIES_OF_COMMANDS),
    )
}

fn wasm(workspace: &Workspace, tools: &Tools) -> Result<()> {
    let runner = tools
        .wasm_test_runner()
        .context("wasm-bindgen-test-runner is missing")?;
    let driver = tools
        .chromedriver
        .as_ref()
        .context("chromedriver is missing")?;
    process::run(
        cargo(workspace)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", driver)
            // The default is 20 seconds for all tests of a file together.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .args(["test", "--package", "frontend"])
            .args(["--target", "wasm32-unknown-unknown"]),
    )
}

fn browser(workspace: &Workspace, tools: &Tools) -> Result<()> {
    page::build(workspace, tools)?;
    let tests = workspace.tests("server", BROWSER_TESTS);
    if tests.is_empty() {
        println!("There is no server/tests/{BROWSER_TESTS}*.rs yet.");
        return Ok(());
    }
    let mut cargo = cargo(workspace);
    // The same features as in the native step, so that nothing is compiled again.
    cargo
        .args(["test", "--package", "server"])
        .args(features(workspace));
    for test in tests {
        cargo.args(["--test", test]);
    }
    // Show the output, which has measurements.
    cargo.args(["--", "--include-ignored", "--show-output"]);
    tools.set_browser_variables(&mut cargo);
    process::run(&mut cargo)
}
