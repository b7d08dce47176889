//! `cargo xtask test`: runs all checks, step by step.

mod steps;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::cli::TestArgs;
use crate::process::format_duration;
use crate::tools::{self, Purpose};
use crate::workspace::Workspace;

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
    /// Tests of the real program in a real browser.
    Browser,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    fn title(self) -> &'static str {
        match self {
            Self::Fmt => "formatting",
            Self::Invariants => "invariants of the code",
            Self::Clippy => "clippy, warnings are errors",
            Self::Deny => "dependencies",
            Self::Page => "the page and its size",
            Self::Native => "native tests",
            Self::Wasm => "the page's components in Chromium",
            Self::Browser => "the real program in a real browser",
        }
    }

    /// What it needs installed.
    fn purpose(self) -> Purpose {
        match self {
            Self::Fmt | Self::Invariants | Self::Clippy | Self::Deny => Purpose::Lint,
            Self::Page | Self::Native | Self::Wasm | Self::Browser => Purpose::Test,
        }
    }
}

/// Runs the selected steps, or all of them, up to the first failure.
pub(crate) fn run(workspace: &Workspace, args: &TestArgs) -> Result<()> {
    let chosen = |step: &Step| args.only.is_empty() || args.only.contains(step);
    let chosen: Vec<_> = Step::value_variants()
        .iter()
        .copied()
        .filter(chosen)
        .collect();
    let purpose = if chosen.iter().any(|step| step.purpose() == Purpose::Test) {
        Purpose::Test
    } else {
        Purpose::Lint
    };
    let begun = Instant::now();
    let tools = tools::prepare(workspace, purpose)?;

    let mut times = vec![("set-up".to_owned(), begun.elapsed())];
    for step in chosen {
        println!("\n== {}: {} ==", step.name(), step.title());
        let begun = Instant::now();
        let result = steps::run(step, workspace, &tools);
        let time = begun.elapsed();
        times.push((step.name(), time));
        if let Err(error) = result {
            print_times(&times);
            bail!(
                "step `{name}` failed after {time}: {error:#}\n\
                 To run only this step again:  cargo xtask test --only {name}",
                name = step.name(),
                time = format_duration(time),
            );
        }
        println!("-- {} took {}", step.name(), format_duration(time));
    }
    print_times(&times);
    if args.only.is_empty() {
        println!("All steps passed.");
    } else {
        println!("These steps passed; the others were not run.");
    }
    Ok(())
}

fn print_times(times: &[(String, Duration)]) {
    println!("\n  step          time");
    for (name, time) in times {
        println!("  {name:<12}  {}", format_duration(*time));
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("  {:<12}  {}\n", "together", format_duration(total));
}
