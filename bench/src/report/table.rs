//! The report as text, in aligned columns.

use std::fmt::Write as _;

use super::{Cell, Report, Section};

/// The whole report.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    let machine = &report.machine;
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{} · {} × {} · Linux {} · load {} · {} s\nmedian (min–max of the repetitions)",
        machine.server,
        machine.cores,
        machine.processor,
        machine.kernel,
        machine.load,
        report.took.as_secs(),
    );
    for section in &report.sections {
        write_section(&mut text, section);
    }
    text
}

fn write_section(text: &mut String, section: &Section) {
    let _ = writeln!(text, "\n{}: {}", section.name, section.about);
    let mut lines: Vec<Vec<String>> = Vec::new();
    if !section.rows.is_empty() {
        let heading = section.columns.iter().map(|column| (*column).to_owned());
        lines.push(std::iter::once(String::new()).chain(heading).collect());
    }
    for row in &section.rows {
        let cells = row.cells.iter().map(cell);
        lines.push(std::iter::once(row.label.clone()).chain(cells).collect());
    }
    for line in align(&lines) {
        let _ = writeln!(text, "  {line}");
    }
    for note in &section.notes {
        let _ = writeln!(text, "  · {note}");
    }
    if let Some(failure) = &section.failure {
        let _ = writeln!(text, "  ! not finished: {failure}");
    }
}

/// Aligns the first column to the left and the others to the right.
fn align(lines: &[Vec<String>]) -> Vec<String> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |text: &String| text.chars().count();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(width).max().unwrap_or(0)
        })
        .collect();
    lines
        .iter()
        .map(|line| {
            let mut text = String::new();
            for (index, cell) in line.iter().enumerate() {
                let pad = " ".repeat(widths[index] - width(cell));
                if index == 0 {
                    text.extend([cell.as_str(), &pad]);
                } else {
                    text.extend(["   ", &pad, cell]);
                }
            }
            text.trim_end().to_owned()
        })
        .collect()
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Missing(why) => format!("missing: {why}"),
        Cell::Runs(runs) => match cell.summary() {
            Some((median, ..)) if runs.len() == 1 => figure(median),
            Some((median, min, max)) => {
                format!("{} ({}–{})", figure(median), figure(min), figure(max))
            }
            None => "missing".to_owned(),
        },
    }
}

/// A figure with about three significant digits.
pub fn figure(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        magnitude if magnitude < 10.0 => format!("{value:.2}"),
        magnitude if magnitude < 100.0 => format!("{value:.1}"),
        _ => grouped(&format!("{value:.0}")),
    }
}

/// Digits with separators between thousands.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        if index > 0 && left.is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_significant_digits() {
        let shown = [0.0, 0.123, 9.87, 12.34, 999.4, 1_234.0, 1_587_200.0].map(figure);
        assert_eq!(
            shown,
            ["0", "0.12", "9.87", "12.3", "999", "1,234", "1,587,200"]
        );
        assert_eq!(figure(-123_456.0), "-123,456");
    }

    #[test]
    fn columns_are_aligned() {
        let mut section = Section::new("a.b", "something");
        section.columns = vec!["ms", "aim"];
        section.row(
            "one line",
            vec![Cell::Runs(vec![3.0, 1.0, 2.0]), Cell::Text("≤ 5".into())],
        );
        section.row(
            "another",
            vec![Cell::Missing("no disk".into()), Cell::Text(String::new())],
        );
        let mut text = String::new();
        write_section(&mut text, &section);
        assert_eq!(
            text,
            "\na.b: something\n\
             \x20                          ms   aim\n\
             \x20 one line   2.00 (1.00–3.00)   ≤ 5\n\
             \x20 another    missing: no disk\n"
        );
    }
}
