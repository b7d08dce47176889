//! `cargo xtask test`: runs all checks, step by step.

mod step;
mod steps;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::process::format_duration;
use crate::tools::{self, Purpose};
use crate::workspace::Workspace;
use step::Step;

/// Which checks to run.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Only these steps, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "STEPS")]
    pub(crate) only: Vec<Step>,
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
    let started = Instant::now();
    let tools = tools::prepare(workspace, purpose)?;

    let mut times = vec![("set-up".to_owned(), started.elapsed())];
    for step in chosen {
        println!("\n== {}: {} ==", step.name(), step.title());
        let started = Instant::now();
        let result = steps::run(step, workspace, &tools);
        let time = started.elapsed();
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
