//! The tools that the build and the tests need, and how they are installed.
//!
//! A tool on `PATH` in the right version is used. Otherwise xtask installs its own copy
//! (`cargo_tool`, `binaryen`, `esbuild`, `axe`, `peers`) in a folder for each user and version
//! (`cache`). System packages (`system`) are only installed on Debian as root; elsewhere xtask
//! prints the commands. `plan` finds out what is missing and installs it step by step. Nothing is
//! installed twice. No other module installs anything.

mod axe;
mod binaryen;
mod cache;
mod cargo_tool;
mod esbuild;
pub(crate) mod peers;
mod plan;
mod system;
mod tool;

pub(crate) use plan::prepare;
pub(crate) use tool::{Purpose, Tool, Tools};
