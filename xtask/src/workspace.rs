//! The paths of the repository, and what Cargo knows about its packages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::process;

/// The repository and its packages.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder with the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    features: std::collections::BTreeMap<String, Vec<String>>,
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Workspace {
    /// Asks Cargo about the workspace that contains this program.
    pub(crate) fn find() -> Result<Self> {
        // `cargo run` sets the variable. The compiled-in path is for a binary that is started by
        // hand.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let mut cargo = process::cargo();
        cargo
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .arg("--manifest-path")
            .arg(package.join("Cargo.toml"));
        let text = process::capture(&mut cargo).context("cargo metadata failed")?;
        let metadata: Metadata =
            serde_json::from_str(&text).context("cargo metadata is not what was expected")?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            packages: metadata.packages,
        })
    }

    /// The folder of the finished page.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The folder for files that xtask keeps between calls.
    pub(crate) fn state(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The data folder of servers that xtask starts; `given` if there is one.
    pub(crate) fn data(&self, given: Option<&Path>) -> PathBuf {
        given.map_or_else(|| self.root.join("data"), Path::to_path_buf)
    }

    /// Whether a package of the workspace declares a feature.
    pub(crate) fn has_feature(&self, package: &str, feature: &str) -> bool {
        self.package(package)
            .is_some_and(|package| package.features.contains_key(feature))
    }

    /// The integration tests of a package whose names start with `prefix`.
    pub(crate) fn tests(&self, package: &str, prefix: &str) -> Vec<&str> {
        let targets = self
            .package(package)
            .map(|package| package.targets.as_slice());
        targets
            .unwrap_or_default()
            .iter()
            .filter(|target| target.kind.iter().any(|kind| kind == "test"))
            .map(|target| target.name.as_str())
            .filter(|name| name.starts_with(prefix))
            .collect()
    }

    /// The version of a package in `Cargo.lock`.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        let lock =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        version_in(&lock, package)
            .with_context(|| format!("{package} is not in {}", path.display()))
    }

    fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }
}

/// Finds the version of a package in the text of a lock file.
fn version_in(lock: &str, package: &str) -> Option<String> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?;
    version.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_belongs_to_the_package_with_exactly_this_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "wasm"), None);
    }
}
