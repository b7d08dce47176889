//! Tools that are Rust programs: Trunk and wasm-bindgen, each in one exact version.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::cache;
use super::tool::{TEST_RUNNER, Tool};
use crate::process;

/// A Rust program in one exact version.
#[derive(Debug)]
pub(super) struct CargoTool {
    /// Its name on crates.io.
    pub(super) package: &'static str,
    /// The program, which is asked for its version.
    program: &'static str,
    /// Another program that must be in the same folder.
    companion: Option<&'static str>,
    pub(super) version: String,
    /// How long it takes to compile on two cores.
    pub(super) takes: &'static str,
    /// How to compile it quickly.
    build: BuildOptions,
}

/// How to compile a tool that is used a few times a day: with little optimisation, unless that
/// makes the tool slow.
#[derive(Debug)]
struct BuildOptions {
    arguments: &'static [&'static str],
    optimisation: &'static str,
}

/// Trunk. 0.21.14 is the last version that Rust 1.95 compiles. It runs offline, so it needs
/// neither TLS nor its check for updates.
pub(super) fn trunk() -> CargoTool {
    CargoTool {
        package: "trunk",
        program: "trunk",
        companion: None,
        version: "0.21.14".to_owned(),
        takes: "2 minutes",
        build: BuildOptions {
            arguments: &["--locked", "--no-default-features"],
            optimisation: "0",
        },
    }
}

/// The wasm-bindgen program. Its version must be exactly that of the library.
pub(super) fn wasm_bindgen(version: String) -> CargoTool {
    CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        companion: Some(TEST_RUNNER),
        version,
        takes: "2 minutes",
        // It processes whole WebAssembly files, so a little optimisation is worth it. Without
        // `--locked`, because its lock file names versions that not every registry has.
        build: BuildOptions {
            arguments: &[],
            optimisation: "1",
        },
    }
}

impl CargoTool {
    /// Finds the tool on `PATH` or in our own folder, in the right version.
    pub(super) fn find(&self) -> Option<Tool> {
        let ours = self.folder().map(|folder| folder.join("bin")).ok();
        let candidates = [
            process::find(self.program),
            ours.map(|bin| bin.join(self.program)),
        ];
        candidates
            .into_iter()
            .flatten()
            .find_map(|path| self.check(path))
    }

    fn check(&self, path: PathBuf) -> Option<Tool> {
        if let Some(companion) = self.companion
            && !path.with_file_name(companion).is_file()
        {
            return None;
        }
        let answer = process::capture(Command::new(&path).arg("--version"))?;
        let version = answer.split_whitespace().nth(1)?;
        (version == self.version).then(|| Tool {
            path,
            version: answer.trim().to_owned(),
        })
    }

    fn folder(&self) -> Result<PathBuf> {
        cache::folder(self.package, &self.version)
    }

    /// Installs it into our own folder: as a binary if `cargo binstall` is installed and finds one,
    /// otherwise by compiling it.
    ///
    /// # Errors
    /// When both fail.
    pub(super) fn install(&self) -> Result<()> {
        let folder = self.folder()?;
        let installed_binary = process::find("cargo-binstall").is_some()
            && process::run(&mut self.binstall(&folder)).is_ok()
            && self.find().is_some();
        if installed_binary {
            return Ok(());
        }
        if let Err(error) = process::run(&mut self.compile(&folder, self.build.arguments)) {
            if self.build.arguments.contains(&"--locked") {
                return Err(error);
            }
            println!("Trying again, with the versions in its lock file:");
            process::run(&mut self.compile(&folder, &["--locked"]))?;
        }
        if self.find().is_none() {
            bail!(
                "{} {} was installed into {} but does not run from there",
                self.package,
                self.version,
                folder.display()
            );
        }
        Ok(())
    }

    fn binstall(&self, folder: &Path) -> Command {
        let mut cargo = process::cargo();
        cargo
            .args([
                "binstall",
                "--no-confirm",
                "--disable-strategies",
                "compile",
            ])
            .arg("--root")
            .arg(folder)
            .arg(self.package_spec());
        cargo
    }

    fn compile(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut cargo = process::cargo();
        // Cargo warns if the folder is not on PATH.
        if let Some(path) = process::path_with([folder.join("bin")]) {
            cargo.env("PATH", path);
        }
        cargo
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", self.build.optimisation)
            .env("CARGO_INCREMENTAL", "0")
            .args(["install", "--debug"])
            .args(arguments)
            .arg("--root")
            .arg(folder)
            .arg(self.package_spec());
        cargo
    }

    fn package_spec(&self) -> String {
        format!("{}@{}", self.package, self.version)
    }
}
