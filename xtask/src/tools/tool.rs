//! The tools that are installed, and what they are for.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::process;

/// The program that runs wasm tests. It is installed together with wasm-bindgen.
pub(super) const TEST_RUNNER: &str = "wasm-bindgen-test-runner";

/// The purpose of the tools, which decides which of them are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Working on the page; needs no optimiser.
    Develop,
    /// Building the page for a release. Continues without wasm-opt and esbuild.
    Page,
    /// Formatting and lints only.
    Lint,
    /// Running the tests. A missing tool is an error.
    Test,
}

/// An installed program.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    pub(crate) path: PathBuf,
    /// Its full answer to `--version`.
    pub(crate) version: String,
}

/// The tools that are installed after `prepare`.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) trunk: Option<Tool>,
    pub(crate) wasm_bindgen: Option<Tool>,
    pub(crate) wasm_opt: Option<Tool>,
    pub(crate) esbuild: Option<Tool>,
    pub(crate) chromium: Option<PathBuf>,
    pub(crate) chromedriver: Option<PathBuf>,
    pub(crate) firefox: Option<PathBuf>,
    /// The path of `axe.min.js`.
    pub(crate) axe: Option<PathBuf>,
}

impl Tools {
    /// `PATH` for a command that needs these tools; they come first.
    pub(crate) fn path(&self) -> Option<OsString> {
        let ours = [&self.trunk, &self.wasm_bindgen, &self.wasm_opt];
        let folders = ours
            .into_iter()
            .flatten()
            .filter_map(|tool| tool.path.parent().map(PathBuf::from));
        process::path_with(folders)
    }

    /// The runner of tests that are compiled to WebAssembly. It is installed with wasm-bindgen.
    pub(crate) fn wasm_test_runner(&self) -> Option<PathBuf> {
        let wasm_bindgen = self.wasm_bindgen.as_ref()?;
        Some(wasm_bindgen.path.with_file_name(TEST_RUNNER))
    }

    /// Sets the environment variables by which tests and benchmarks find the browsers.
    pub(crate) fn set_browser_variables(&self, command: &mut Command) {
        if let Some(chromium) = &self.chromium {
            command.env("MADANG_TEST_CHROMIUM", chromium);
        }
        if let Some(chromedriver) = &self.chromedriver {
            command.env("MADANG_TEST_CHROMEDRIVER", chromedriver);
        }
        if let Some(firefox) = &self.firefox {
            command.env("MADANG_TEST_FIREFOX", firefox);
        }
        if let Some(axe) = &self.axe {
            command.env("MADANG_TEST_AXE", axe);
        }
    }
}
