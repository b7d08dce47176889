//! Finds out which tools are missing for a purpose, and installs them step by step.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use super::axe;
use super::binaryen;
use super::cargo_tool::{self, CargoTool};
use super::esbuild;
use super::system::{self, SystemTool};
use super::tool::{Purpose, Tools};
use crate::process;
use crate::workspace::Workspace;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// One installation.
#[derive(Debug)]
enum SetupStep {
    Components(Vec<&'static str>),
    WasmTarget,
    Packages(Vec<SystemTool>),
    Optimiser,
    Minifier,
    Axe,
    Cargo(CargoTool),
}

/// Installs everything that is missing for `purpose`.
///
/// # Errors
/// When something cannot be installed. The message has the commands for a person to run.
pub(crate) fn prepare(workspace: &Workspace, purpose: Purpose) -> Result<Tools> {
    let missing = missing(workspace, purpose)?;
    let total = missing.len();
    for (index, step) in missing.into_iter().enumerate() {
        let started = Instant::now();
        println!("Set-up, step {} of {total}: {}", index + 1, step.title());
        step.install(purpose)?;
        println!("Done in {}.\n", process::format_duration(started.elapsed()));
    }
    find(workspace, purpose)
}

/// The tools that are installed.
fn find(workspace: &Workspace, purpose: Purpose) -> Result<Tools> {
    let (trunk, wasm_bindgen) = match purpose {
        Purpose::Lint => (None, None),
        Purpose::Develop | Purpose::Page | Purpose::Test => (
            cargo_tool::trunk().find(),
            cargo_tool::wasm_bindgen(workspace.locked_version("wasm-bindgen")?).find(),
        ),
    };
    Ok(Tools {
        trunk,
        wasm_bindgen,
        wasm_opt: binaryen::find(),
        esbuild: esbuild::find(),
        chromium: system::chromium(),
        chromedriver: system::chromedriver(),
        firefox: system::firefox(),
        axe: axe::find(),
    })
}

fn missing(workspace: &Workspace, purpose: Purpose) -> Result<Vec<SetupStep>> {
    let mut steps = Vec::new();
    if matches!(purpose, Purpose::Lint | Purpose::Test) {
        let components: Vec<_> = [("clippy", "cargo-clippy"), ("rustfmt", "rustfmt")]
            .into_iter()
            .filter(|(_, program)| !runs(program))
            .map(|(component, _)| component)
            .collect();
        if !components.is_empty() {
            steps.push(SetupStep::Components(components));
        }
    }
    if !has_wasm_target() {
        steps.push(SetupStep::WasmTarget);
    }
    if purpose == Purpose::Test {
        let mut packages = SystemTool::FOR_TESTS.to_vec();
        packages.retain(|tool| !tool.is_installed());
        if !packages.is_empty() {
            steps.push(SetupStep::Packages(packages));
        }
    }
    if matches!(purpose, Purpose::Page | Purpose::Test) && binaryen::find().is_none() {
        steps.push(SetupStep::Optimiser);
    }
    if matches!(purpose, Purpose::Page | Purpose::Test) && esbuild::find().is_none() {
        steps.push(SetupStep::Minifier);
    }
    if purpose == Purpose::Test && axe::find().is_none() {
        steps.push(SetupStep::Axe);
    }
    if purpose != Purpose::Lint {
        let wasm_bindgen = cargo_tool::wasm_bindgen(workspace.locked_version("wasm-bindgen")?);
        let tools = [cargo_tool::trunk(), wasm_bindgen];
        let absent = tools.into_iter().filter(|tool| tool.find().is_none());
        steps.extend(absent.map(SetupStep::Cargo));
    }
    Ok(steps)
}

/// Whether a component of the toolchain is installed. Rustup's shim exists without it, but does
/// not run.
fn runs(program: &str) -> bool {
    process::capture(Command::new(program).arg("--version")).is_some()
}

/// Whether the compiler has the standard library for WebAssembly.
fn has_wasm_target() -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    process::capture(&mut rustc).is_some_and(|folder| Path::new(folder.trim()).is_dir())
}

impl SetupStep {
    fn title(&self) -> String {
        match self {
            Self::Components(names) => {
                format!("{}, with rustup (a few seconds)", names.join(" and "))
            }
            Self::WasmTarget => {
                format!("the compiler's {WASM_TARGET} target, with rustup (a few seconds)")
            }
            Self::Packages(tools) => {
                let names: Vec<_> = tools.iter().map(|tool| tool.name()).collect();
                format!("{} (a minute or two)", names.join(", "))
            }
            Self::Optimiser => "wasm-opt, with npm (a few seconds)".to_owned(),
            Self::Minifier => "esbuild, with npm (a few seconds)".to_owned(),
            Self::Axe => "axe-core, with npm (a few seconds)".to_owned(),
            Self::Cargo(tool) => format!(
                "{} {} (about {} where it has to be compiled)",
                tool.package, tool.version, tool.takes
            ),
        }
    }

    fn install(&self, purpose: Purpose) -> Result<()> {
        match self {
            Self::Components(names) => rustup("component", names),
            Self::WasmTarget => rustup("target", &[WASM_TARGET]),
            Self::Packages(tools) => install_packages(tools),
            Self::Optimiser => install_optimiser(purpose),
            Self::Minifier => install_minifier(purpose),
            Self::Axe => axe::install(),
            Self::Cargo(tool) => tool.install(),
        }
    }
}

fn rustup(kind: &str, names: &[&str]) -> Result<()> {
    let mut rustup = Command::new("rustup");
    rustup.args([kind, "add"]).args(names);
    process::run(&mut rustup).with_context(|| {
        let names = names.join(" ");
        format!("the Rust toolchain lacks {names}; with rustup: rustup {kind} add {names}")
    })
}

fn install_packages(tools: &[SystemTool]) -> Result<()> {
    let advice = system::advice(tools);
    if !system::may_install() {
        bail!("the tests need packages that this program may not install here.\n{advice}");
    }
    system::install(tools).context(advice)?;
    if let Some(tool) = tools.iter().find(|tool| !tool.is_installed()) {
        bail!("{} is still missing", tool.name());
    }
    Ok(())
}

/// How a person can install wasm-opt.
const ADVICE: &str = "  Install Node.js with npm, and this program does the rest; or, from the system's\n  \
    packages, Binaryen 110 or newer (Debian from 13 on: sudo apt-get install binaryen).";

/// Only the tests require it; a page works without.
fn install_optimiser(purpose: Purpose) -> Result<()> {
    let failure = binaryen::install().err();
    if binaryen::find().is_some() {
        return Ok(());
    }
    if let Some(error) = failure {
        println!("{error:#}");
    }
    if purpose == Purpose::Test {
        bail!("wasm-opt is missing or too old.\n{ADVICE}");
    }
    println!(
        "Continuing without wasm-opt: everything works, but the page is about a third\n\
         larger to load. To change that:\n{ADVICE}"
    );
    Ok(())
}

/// As [`install_optimiser`], for the page's JavaScript.
fn install_minifier(purpose: Purpose) -> Result<()> {
    let failure = esbuild::install().err();
    if esbuild::find().is_some() {
        return Ok(());
    }
    if let Some(error) = failure {
        println!("{error:#}");
    }
    if purpose == Purpose::Test {
        bail!("esbuild is missing: install Node.js with npm, and this program does the rest");
    }
    println!("Continuing without esbuild: the page is some kilobytes larger to load.");
    Ok(())
}
