//! The report as JSON: `bench --json FILE`.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{Cell, Report, Row, Section};

/// Writes the report.
///
/// # Errors
/// When the file cannot be written.
pub fn write(report: &Report, path: &Path) -> Result<()> {
    let value = json!({
        "machine": report.machine,
        "took_seconds": report.took.as_secs(),
        "sections": report.sections.iter().map(section).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&value)?;
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn section(section: &Section) -> Value {
    json!({
        "name": section.name,
        "about": section.about,
        "notes": section.notes,
        "failure": section.failure,
        "rows": section.rows.iter().map(|line| row(section, line)).collect::<Vec<_>>(),
    })
}

fn row(section: &Section, row: &Row) -> Value {
    let cells = section.columns.iter().zip(&row.cells);
    json!({
        "label": row.label,
        "cells": cells
            .map(|(column, value)| ((*column).to_owned(), cell(value)))
            .collect::<serde_json::Map<_, _>>(),
    })
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => json!(text),
        Cell::Missing(why) => json!({ "missing": why }),
        Cell::Runs(runs) => {
            let (median, min, max) = cell.summary().unwrap_or_default();
            json!({ "median": median, "min": min, "max": max, "runs": runs })
        }
    }
}
