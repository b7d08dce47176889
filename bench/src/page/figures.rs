//! The rows of the page's sections, and the repetitions that fill them.

use anyhow::Result;

use super::fixture::PageFixture;
use crate::context::BenchContext;
use crate::report::{Cell, Runs, Section};

/// One figure of the page, with what is aimed at.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// What it is, with its unit.
    pub label: &'static str,
    /// What is aimed at; empty where it only stands beside another.
    pub aim: &'static str,
}

/// A figure.
pub const fn figure(label: &'static str, aim: &'static str) -> Figure {
    Figure { label, aim }
}

/// Repeats a measurement on one server. Without a browser, or when the page does not do
/// what it should, every row is there and says why it is missing.
///
/// # Errors
/// What `repeat` says; the rows say so too.
pub fn measure<const COUNT: usize>(
    context: &BenchContext,
    section: &mut Section,
    figures: &[Figure; COUNT],
    mut repeat: impl FnMut(&PageFixture, &mut Section) -> Result<[Option<f64>; COUNT]>,
) -> Result<()> {
    section.columns = vec!["measured", "aim"];
    if context.chromium.is_none() {
        let why = "Chromium is not here (--chromium FILE)";
        missing(section, figures, why);
        return Ok(());
    }
    let mut runs = Runs::new(COUNT);
    let mut all = || -> Result<()> {
        context.progress(&format!(
            "{}: a server with something to read",
            section.name
        ));
        let stage = PageFixture::new(context)?;
        for repetition in 0..context.repetitions {
            context.repetition(section.name, repetition);
            runs.add(&repeat(&stage, section)?);
        }
        stage.leave()
    };
    if let Err(error) = all() {
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
