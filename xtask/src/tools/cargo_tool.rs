//! Tools that are Rust programs: Trunk and wasm-bindgen, each in one exact version.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::{Tool, cache};
use crate::process;

/// The program that runs wasm tests; installed together with wasm-bindgen.
pub(super) const TEST_RUNNER: &str = "wasm-bindgen-test-runner";

/// A Rust program in one exact version.
#[derive(Debug)]
pub(super) struct CargoTool {
    /// Its name on crates.io.
    pub(super) package: &'static str,
    /// The program that is asked for its version.
    program: &'static str,
    /// Another program that has to lie beside it.
    companion: Option<&'static str>,
    pub(super) version: String,
    /// How long an installation takes where it has to be compiled, on two cores.
    pub(super) takes: &'static str,
    /// What makes compiling it cheap.
    cheap: Cheap,
}

/// How to compile a tool that is used a few times a day: without optimisation,
/// as far as that does not make using it slow.
#[derive(Debug)]
struct Cheap {
    arguments: &'static [&'static str],
    optimisation: &'static str,
}

/// Trunk. 0.21.14 is the last version that Rust 1.95 compiles. It runs offline
/// here, so that it needs neither TLS nor its check for updates.
pub(super) fn trunk() -> CargoTool {
    CargoTool {
        package: "trunk",
        program: "trunk",
        companion: None,
        version: "0.21.14".to_owned(),
        takes: "2 minutes",
        cheap: Cheap {
            arguments: &["--locked", "--no-default-features"],
            optimisation: "0",
        },
    }
}

/// The wasm-bindgen program; its version has to be exactly the library's.
pub(super) fn wasm_bindgen(version: String) -> CargoTool {
    CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        companion: Some(TEST_RUNNER),
        version,
        takes: "2 minutes",
        // It reads whole WebAssembly files: a little optimisation pays at once.
        // Its lock file names versions that not every registry has.
        cheap: Cheap {
            arguments: &[],
            optimisation: "1",
        },
    }
}

impl CargoTool {
    /// The tool, from `PATH` or from our own folder, if the version is right.
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

    /// Installs it into our own folder: as a ready-made binary where
    /// `cargo binstall` is there and finds one, else by compiling it.
    ///
    /// # Errors
    /// When no way leads to the tool in this version.
    pub(super) fn install(&self) -> Result<()> {
        let folder = self.folder()?;
        let ready_made = process::find("cargo-binstall").is_some()
            && process::run(&mut self.binstall(&folder)).is_ok()
            && self.find().is_some();
        if ready_made {
            return Ok(());
        }
        if let Err(error) = process::run(&mut self.compile(&folder, self.cheap.arguments)) {
            if self.cheap.arguments.contains(&"--locked") {
                return Err(error);
            }
            println!("Again, with the versions its authors used:");
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
            .arg(self.wanted());
        cargo
    }

    fn compile(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut cargo = process::cargo();
        // Found on PATH, the folder is not complained about.
        if let Some(path) = process::path_with([folder.join("bin")]) {
            cargo.env("PATH", path);
        }
        cargo
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", self.cheap.optimisation)
            .env("CARGO_INCREMENTAL", "0")
            .args(["install", "--debug"])
            .args(arguments)
            .arg("--root")
            .arg(folder)
            .arg(self.wanted());
        cargo
    }

    fn wanted(&self) -> String {
        format!("{}@{}", self.package, self.version)
    }
}
