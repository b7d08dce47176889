//! The figures: sections of rows, each cell the runs of one measured quantity.

pub mod json;
pub mod svg;
pub mod table;

use std::time::Duration;

use crate::machine::Machine;
use crate::stats::Sorted;

/// All that was measured.
#[derive(Debug)]
pub struct Report {
    /// On what.
    pub machine: Machine,
    /// By benchmark.
    pub sections: Vec<Section>,
    /// How long it took in all.
    pub took: Duration,
}

/// One benchmark's part.
#[derive(Debug)]
pub struct Section {
    /// The benchmark's name.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// The columns' headings, with their units; the rows' cells are in this order.
    pub columns: Vec<&'static str>,
    /// What was measured.
    pub rows: Vec<Row>,
    /// What a reader has to know beside the figures.
    pub notes: Vec<String>,
    /// Why the benchmark could not be finished, if so.
    pub failure: Option<String>,
}

/// One thing that was measured.
#[derive(Debug)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// By column.
    pub cells: Vec<Cell>,
}

/// One quantity.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// It was measured so often.
    Runs(Vec<f64>),
    /// Words: an aim, for example.
    Text(String),
    /// It could not be measured, and why.
    Missing(String),
}

impl Report {
    /// Nothing yet.
    pub fn new(machine: Machine) -> Self {
        Report {
            machine,
            sections: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// Whether a benchmark could not be finished.
    pub fn has_failed(&self) -> bool {
        self.sections
            .iter()
            .any(|section| section.failure.is_some())
    }
}

impl Section {
    /// Nothing yet.
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

    /// One more row.
    pub fn row(&mut self, label: impl Into<String>, cells: Vec<Cell>) {
        self.rows.push(Row {
            label: label.into(),
            cells,
        });
    }

    /// Something to know beside the figures; said once.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// It could not be finished.
    pub fn fail(&mut self, why: String) {
        self.failure = Some(why);
    }
}

impl Cell {
    /// The runs' median, smallest and largest.
    pub fn summary(&self) -> Option<(f64, f64, f64)> {
        let Cell::Runs(runs) = self else { return None };
        let sorted = Sorted::new(runs.clone());
        Some((sorted.median()?, sorted.min()?, sorted.max()?))
    }
}

/// Gathers the runs of the same quantities: a value for each column in every repetition.
#[derive(Debug, Clone)]
pub struct Runs(Vec<Vec<Option<f64>>>);

impl Runs {
    /// For so many columns.
    pub fn new(columns: usize) -> Self {
        Runs(vec![Vec::new(); columns])
    }

    /// One repetition's values; none for what was not measured.
    pub fn add(&mut self, values: &[Option<f64>]) {
        for (runs, value) in self.0.iter_mut().zip(values) {
            runs.push(*value);
        }
    }

    /// These by those, repetition by repetition: what was measured side by side.
    pub fn ratio(&self, those: &Runs) -> Runs {
        let each = |(these, those): (&Vec<Option<f64>>, &Vec<Option<f64>>)| {
            let pairs = these.iter().zip(those);
            pairs
                .map(|(this, that)| Some((*this)? / that.filter(|that| *that > 0.0)?))
                .collect()
        };
        Runs(self.0.iter().zip(&those.0).map(each).collect())
    }

    /// As cells.
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
