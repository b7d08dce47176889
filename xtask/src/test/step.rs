//! The steps of `cargo xtask test`.

use clap::ValueEnum;

use crate::tools::Purpose;

/// A kind of check. They run in this order, the quick ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// The code is formatted.
    Fmt,
    /// The invariants that no lint checks.
    Invariants,
    /// Clippy, for the machine and for the page, with warnings as errors.
    Clippy,
    /// Licences and sources of dependencies, where cargo-deny is installed.
    Deny,
    /// The page builds and stays small.
    Page,
    /// Unit, story and crash tests.
    Native,
    /// Tests of the page's components, in headless Chromium.
    Wasm,
    /// Tests of the real program in real browsers: Chromium, and what depends on the browser in
    /// Firefox and WebKitGTK, too.
    Browser,
}

impl Step {
    pub(super) fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Fmt => "formatting",
            Self::Invariants => "invariants of the code",
            Self::Clippy => "clippy, warnings are errors",
            Self::Deny => "dependencies",
            Self::Page => "the page and its size",
            Self::Native => "native tests",
            Self::Wasm => "the page's components in Chromium",
            Self::Browser => "the real program in real browsers",
        }
    }

    /// What it needs installed.
    pub(super) fn purpose(self) -> Purpose {
        match self {
            Self::Fmt | Self::Invariants | Self::Clippy | Self::Deny => Purpose::Lint,
            Self::Page | Self::Native | Self::Wasm | Self::Browser => Purpose::Test,
        }
    }
}
