//! Tools from the system's packages: the optimiser, the browsers, strace, a font.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process;

/// A tool that a Debian package provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SystemTool {
    WasmOpt,
    Chromium,
    Chromedriver,
    Firefox,
    WebKitDriver,
    /// A screen without a monitor, for browsers that need one.
    Xvfb,
    Strace,
    /// A font with Hangul, for screenshots and for tests that measure text.
    CjkFont,
}

impl SystemTool {
    /// The tools that only the tests need.
    pub(super) const FOR_TESTS: [Self; 7] = [
        Self::Chromium,
        Self::Chromedriver,
        Self::Firefox,
        Self::WebKitDriver,
        Self::Xvfb,
        Self::Strace,
        Self::CjkFont,
    ];

    /// Its name for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WasmOpt => "wasm-opt (Binaryen 110 or newer)",
            Self::Chromium => "Chromium",
            Self::Chromedriver => "chromedriver",
            Self::Firefox => "Firefox",
            Self::WebKitDriver => "WebKitGTK's MiniBrowser and its WebDriver",
            Self::Xvfb => "Xvfb",
            Self::Strace => "strace",
            Self::CjkFont => "a Korean font (Noto Sans CJK)",
        }
    }

    /// Its Debian package.
    pub(super) fn package(self) -> &'static str {
        match self {
            Self::WasmOpt => "binaryen",
            Self::Chromium => "chromium",
            Self::Chromedriver => "chromium-driver",
            Self::Firefox => "firefox-esr",
            Self::WebKitDriver => "webkit2gtk-driver",
            Self::Xvfb => "xvfb",
            Self::Strace => "strace",
            Self::CjkFont => "fonts-noto-cjk",
        }
    }

    pub(super) fn is_installed(self) -> bool {
        match self {
            Self::WasmOpt => process::find("wasm-opt").is_some(),
            Self::Chromium => chromium().is_some(),
            Self::Chromedriver => chromedriver().is_some(),
            Self::Firefox => firefox().is_some(),
            Self::WebKitDriver => process::find("WebKitWebDriver").is_some(),
            Self::Xvfb => process::find("Xvfb").is_some(),
            Self::Strace => process::find("strace").is_some(),
            Self::CjkFont => has_korean_font(),
        }
    }
}

/// Finds the browser under one of its usual names.
pub(super) fn chromium() -> Option<PathBuf> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    names.into_iter().find_map(process::find)
}

pub(super) fn chromedriver() -> Option<PathBuf> {
    process::find("chromedriver")
}

/// Finds Firefox under one of its usual names.
pub(super) fn firefox() -> Option<PathBuf> {
    ["firefox-esr", "firefox"]
        .into_iter()
        .find_map(process::find)
}

fn has_korean_font() -> bool {
    let listed = process::capture(Command::new("fc-list").args([":lang=ko", "family"]));
    match listed {
        Some(fonts) => !fonts.trim().is_empty(),
        // Without fontconfig, look where Debian installs the font.
        None => Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists(),
    }
}

/// Whether xtask may install packages: only on Debian, as root.
pub(super) fn may_install() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let debian = release.lines().any(|line| line == "ID=debian");
    debian && rustix::process::geteuid().is_root() && process::find("apt-get").is_some()
}

/// Installs the packages of these tools.
pub(super) fn install(tools: &[SystemTool]) -> Result<()> {
    process::run(apt_get().arg("update"))?;
    let packages = tools.iter().map(|tool| tool.package());
    process::run(
        apt_get()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
    command
}

/// The commands that a person can run if xtask may not.
pub(super) fn advice(tools: &[SystemTool]) -> String {
    let names: Vec<_> = tools.iter().map(|tool| tool.name()).collect();
    let packages: Vec<_> = tools.iter().map(|tool| tool.package()).collect();
    format!(
        "  On Debian and its kin:\n    \
         sudo apt-get update && sudo apt-get install --no-install-recommends {}\n  \
         Elsewhere, from the system's own packages: {}.",
        packages.join(" "),
        names.join(", ")
    )
}
