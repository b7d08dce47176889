//! The figures: sections of rows, each cell the runs of one measured quantity.

pub mod json;
pub mod svg;
pub mod table;

use std::time::Duration;

use crate::machine::Machine;
use crate::stats::Sorted;

/// The results of all benchmarks.
#[derive(Debug)]
pub struct Report {
    /// The machine.
    pub machine: Machine,
    /// One section for each benchmark.
    pub sections: Vec<Section>,
    /// The time that everything took.
    pub took: Duration,
}

/// The results of one benchmark.
#[derive(Debug)]
pub struct Section {
    /// The benchmark's name.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// The headings of the columns, with units, in the order of the cells in a row.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What the reader has to know besides the figures.
    pub notes: Vec<String>,
    /// Why the benchmark failed, if it did.
    pub failure: Option<String>,
}

/// One row of a section.
#[derive(Debug)]
pub struct Row {
    /// Its label.
    pub label: String,
    /// One cell for each column.
    pub cells: Vec<Cell>,
}

/// One measured quantity.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// The values of all repetitions.
    Runs(Vec<f64>),
    /// A text, such as a target.
    Text(String),
    /// Why it could not be measured.
    Missing(String),
}

impl Report {
    /// A report without sections.
    pub fn new(machine: Machine) -> Self {
        Report {
            machine,
            sections: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// Whether a benchmark failed.
    pub fn has_failed(&self) -> bool {
        self.sections
            .iter()
            .any(|section| section.failure.is_some())
    }
}

impl Section {
    /// A section without rows.
    pub fn new(name: &'static str, about: &'static str) -> Self {
        Section {
            name,
            about,
            columns: Vec::new(),
            rows: Vec::new(),
            notes: Vec::new(),
            failure: None,
        }
    }

    /// Adds a row.
    pub fn row(&mut self, label: impl Into<String>, cells: Vec<Cell>) {
        self.rows.push(Row {
            label: label.into(),
            cells,
        });
    }

    /// Adds a note, unless it is there already.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Notes that the benchmark failed.
    pub fn fail(&mut self, why: String) {
        self.failure = Some(why);
    }
}

impl Cell {
    /// The median, the smallest and the largest value.
    pub fn summary(&self) -> Option<(f64, f64, f64)> {
        let Cell::Runs(runs) = self else { return None };
        let sorted = Sorted::new(runs.clone());
        Some((sorted.median()?, sorted.min()?, sorted.max()?))
    }
}

/// The values of a row in all repetitions: one value for each column and repetition.
#[derive(Debug, Clone)]
pub struct Runs(Vec<Vec<Option<f64>>>);

impl Runs {
    /// No repetition yet, with this number of columns.
    pub fn new(columns: usize) -> Self {
        Runs(vec![Vec::new(); columns])
    }

    /// Adds the values of a repetition; `None` for what was not measured.
    pub fn add(&mut self, values: &[Option<f64>]) {
        for (runs, value) in self.0.iter_mut().zip(values) {
            runs.push(*value);
        }
    }

    /// The ratio of these values to those, within each repetition.
    pub fn ratio(&self, those: &Runs) -> Runs {
        let each = |(these, those): (&Vec<Option<f64>>, &Vec<Option<f64>>)| {
            let pairs = these.iter().zip(those);
            pairs
                .map(|(this, that)| Some((*this)? / that.filter(|that| *that > 0.0)?))
                .collect()
        };
        Runs(self.0.iter().zip(&those.0).map(each).collect())
    }

    /// The cells of the row.
    pub fn cells(self) -> Vec<Cell> {
        let cell = |runs: Vec<Option<f64>>| {
            let runs: Vec<f64> = runs.into_iter().flatten().collect();
            if runs.is_empty() {
                Cell::Text("–".into())
            } else {
                Cell::Runs(runs)
            }
        };
        self.0.into_iter().map(cell).collect()
    }
}
