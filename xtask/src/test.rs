//! `cargo xtask test`: everything that has to hold, step by step.

mod steps;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::cli::TestArgs;
use crate::process::spelled;
use crate::tools::{self, Purpose};
use crate::workspace::Workspace;

/// One kind of check; they run in this order, the quick ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// rustfmt would change nothing.
    Fmt,
    /// The rules of the house that no lint knows.
    Invariants,
    /// Clippy, for the machine and for the page, with warnings as errors.
    Clippy,
    /// Licences and sources of dependencies, where cargo-deny is installed.
    Deny,
    /// The page builds and stays light.
    Page,
    /// Unit, story and crash tests.
    Native,
    /// Tests of the page's parts, in headless Chromium.
    Wasm,
    /// The whole thing: real binary, real browser.
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
            Self::Invariants => "rules of the house",
            Self::Clippy => "clippy, warnings are errors",
            Self::Deny => "dependencies",
            Self::Page => "the page and its weight",
            Self::Native => "native tests",
            Self::Wasm => "the page's parts in Chromium",
            Self::Browser => "the real binary in real browsers",
        }
    }

    /// What has to be installed for it.
    fn purpose(self) -> Purpose {
        match self {
            Self::Fmt | Self::Invariants | Self::Clippy | Self::Deny => Purpose::Lint,
            Self::Page | Self::Native | Self::Wasm | Self::Browser => Purpose::Test,
        }
    }
}

/// Runs the chosen steps, all of them unless some are named, up to the first failure.
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
                 Once more, only this step:  cargo xtask test --only {name}",
                name = step.name(),
                time = spelled(time),
            );
        }
        println!("-- {} took {}", step.name(), spelled(time));
    }
    print_times(&times);
    if args.only.is_empty() {
        println!("All of it holds.");
    } else {
        println!("These steps hold; the others were not run.");
    }
    Ok(())
}

fn print_times(times: &[(String, Duration)]) {
    println!("\n  step          time");
    for (name, time) in times {
        println!("  {name:<12}  {}", spelled(*time));
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("  {:<12}  {}\n", "together", spelled(total));
}
