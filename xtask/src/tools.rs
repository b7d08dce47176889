//! The tools that the build and the tests need, and how they get here.
//!
//! A tool that is on `PATH` in the right version is used as it is. Otherwise
//! one of ours is, from a folder per user and version (`cache`), installed there
//! once (`cargo_tool`, `binaryen`, `esbuild`). What comes from the system's packages (`system`) is
//! installed only on Debian and as root; elsewhere the commands are printed.
//! `plan` finds out what is missing and does it, step by step. Nothing that is
//! there is ever installed again.

mod axe;
mod binaryen;
mod cache;
mod cargo_tool;
mod esbuild;
pub(crate) mod peers;
mod plan;
mod system;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::process;

pub(crate) use plan::prepare;

/// What the tools are for; it decides which are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Working on the page: no optimiser.
    Develop,
    /// Building the page as it is shipped. Goes on without wasm-opt and esbuild.
    Page,
    /// Formatting and lints only.
    Lint,
    /// Everything; what is missing is an error.
    Test,
}

/// A program that was found.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    pub(crate) path: PathBuf,
    /// What it says of its version, in full.
    pub(crate) version: String,
}

/// The tools that are there once `prepare` has returned.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) trunk: Option<Tool>,
    pub(crate) wasm_bindgen: Option<Tool>,
    pub(crate) wasm_opt: Option<Tool>,
    pub(crate) esbuild: Option<Tool>,
    pub(crate) chromium: Option<PathBuf>,
    pub(crate) chromedriver: Option<PathBuf>,
    /// `axe.min.js`.
    pub(crate) axe: Option<PathBuf>,
}

impl Tools {
    /// `PATH` for a command that has to find these tools, ours first.
    pub(crate) fn path(&self) -> Option<OsString> {
        let ours = [&self.trunk, &self.wasm_bindgen, &self.wasm_opt];
        let folders = ours
            .into_iter()
            .flatten()
            .filter_map(|tool| tool.path.parent().map(PathBuf::from));
        process::path_with(folders)
    }

    /// The runner of tests compiled to WebAssembly; it comes with wasm-bindgen.
    pub(crate) fn wasm_test_runner(&self) -> Option<PathBuf> {
        let wasm_bindgen = self.wasm_bindgen.as_ref()?;
        Some(wasm_bindgen.path.with_file_name(cargo_tool::TEST_RUNNER))
    }

    /// Tells a command's tests and benchmarks where the browser is.
    pub(crate) fn show_browser(&self, command: &mut Command) {
        if let Some(chromium) = &self.chromium {
            command.env("MADANG_TEST_CHROMIUM", chromium);
        }
        if let Some(chromedriver) = &self.chromedriver {
            command.env("MADANG_TEST_CHROMEDRIVER", chromedriver);
        }
        if let Some(axe) = &self.axe {
            command.env("MADANG_TEST_AXE", axe);
        }
    }
}
