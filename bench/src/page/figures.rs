//! The figures of the page benchmarks, and the repetitions that measure them.

use anyhow::Result;

use super::fixture::PageFixture;
use crate::context::BenchContext;
use crate::report::{Cell, Runs, Section};

/// A figure of the page, with its target.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its label, with the unit.
    pub label: &'static str,
    /// The target; empty if there is none.
    pub aim: &'static str,
}

/// Creates a figure.
pub const fn figure(label: &'static str, aim: &'static str) -> Figure {
    Figure { label, aim }
}

/// Repeats a measurement on one server. Without a browser, or after an error, every row says why its
/// value is missing.
///
/// # Errors
/// The error of `repeat`.
pub fn measure<const COUNT: usize>(
    context: &BenchContext,
    section: &mut Section,
    figures: &[Figure; COUNT],
    mut repeat: impl FnMut(&PageFixture, &mut Section) -> Result<[Option<f64>; COUNT]>,
) -> Result<()> {
    section.columns = vec!["measured", "aim"];
    if context.chromium.is_none() {
        let why = "Chromium is not installed (--chromium FILE)";
        missing(section, figures, why);
        return Ok(());
    }
    let mut runs = Runs::new(COUNT);
    let mut run_all = || -> Result<()> {
        context.progress(&format!(
            "{}: starting a server with messages",
            section.name
        ));
        let fixture = PageFixture::new(context)?;
        for repetition in 0..context.repetitions {
            context.repetition(section.name, repetition);
            runs.add(&repeat(&fixture, section)?);
        }
        fixture.stop()
    };
    if let Err(error) = run_all() {
        missing(section, figures, "see below");
        return Err(error);
    }
    for (figure, cell) in figures.iter().zip(runs.cells()) {
        section.row(figure.label, vec![cell, aim(figure)]);
    }
    Ok(())
}

fn missing(section: &mut Section, figures: &[Figure], why: &str) {
    for figure in figures {
        section.row(
            figure.label,
            vec![Cell::Missing(why.to_owned()), aim(figure)],
        );
    }
}

fn aim(figure: &Figure) -> Cell {
    Cell::Text(figure.aim.to_owned())
}
