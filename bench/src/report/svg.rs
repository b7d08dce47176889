//! The report as a picture: `bench --svg FILE`. Bars, with one group for each comparison.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::table::figure;
use super::{Report, Section};

/// One group of bars: a column of the rows of a section whose labels have a given ending.
struct Chart {
    title: &'static str,
    section: &'static str,
    column: &'static str,
    ending: &'static str,
}

const CHARTS: [Chart; 7] = [
    Chart {
        title: "Flood: deliveries per second (more is better)",
        section: "relay.flood",
        column: "deliveries/s",
        ending: "",
    },
    Chart {
        title: "Flood: server's processor time per delivery, µs (less is better)",
        section: "relay.flood",
        column: "server µs/delivery",
        ending: "",
    },
    Chart {
        title: "Room of 1,000, 100 messages/s: processor time per delivery, µs (less is better)",
        section: "relay.fanout",
        column: "server µs/delivery",
        ending: ", 100/s",
    },
    Chart {
        title: "Room of 1,000, 100 messages/s: 99 of 100 arrive within ms (less is better)",
        section: "relay.fanout",
        column: "p99 ms",
        ending: ", 100/s",
    },
    Chart {
        title: "Room of 1,000, 1,000 messages/s: 99 of 100 arrive within ms (less is better)",
        section: "relay.fanout",
        column: "p99 ms",
        ending: ", 1000/s",
    },
    Chart {
        title: "10,000 idle connections: KiB each (less is better)",
        section: "relay.memory",
        column: "KiB per connection",
        ending: ", 10000 connections",
    },
    Chart {
        title: "Connections taken per second (more is better)",
        section: "relay.connect",
        column: "per second",
        ending: "",
    },
];

/// The dimensions of the picture, in its own units.
const WIDTH: f64 = 760.0;
const LABELS: f64 = 150.0;
const FIGURES: f64 = 90.0;
const BAR: f64 = 16.0;
const STEP: f64 = 22.0;
const TITLE: f64 = 34.0;

/// Writes the picture.
///
/// # Errors
/// When the file cannot be written.
pub fn write(report: &Report, path: &Path) -> Result<()> {
    std::fs::write(path, picture(report))
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn picture(report: &Report) -> String {
    let mut body = String::new();
    let mut y = 0.0;
    for chart in &CHARTS {
        let section = report.sections.iter().find(|one| one.name == chart.section);
        let bars = section.map(|section| bars(section, chart));
        let Some(bars) = bars.filter(|bars| !bars.is_empty()) else {
            continue;
        };
        y = draw(&mut body, y, chart.title, &bars);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<style>\n\
         text {{ fill: #3b342c }} .bar {{ fill: #b9ac9a }} .ours {{ fill: #1b6b4f }}\n\
         @media (prefers-color-scheme: dark) {{ text {{ fill: #e9e2d8 }} \
         .bar {{ fill: #6b6157 }} .ours {{ fill: #63c79c }} }}\n</style>\n{body}</svg>\n",
        height = y + STEP / 2.0,
    )
}

/// The labels, without the common ending, and the medians.
fn bars(section: &Section, chart: &Chart) -> Vec<(String, f64)> {
    let column = section.columns.iter().position(|one| *one == chart.column);
    let Some(column) = column else {
        return Vec::new();
    };
    let rows = section.rows.iter().filter(|row| !row.label.contains('÷'));
    rows.filter_map(|row| {
        let label = row.label.strip_suffix(chart.ending)?;
        let (median, ..) = row.cells.get(column)?.summary()?;
        Some((label.to_owned(), median))
    })
    .collect()
}

/// Draws one group below `y`; returns its lower end.
fn draw(body: &mut String, y: f64, title: &str, bars: &[(String, f64)]) -> f64 {
    let most = bars.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let mut y = y + TITLE;
    // Writing to a String cannot fail.
    let _ = writeln!(
        body,
        "<text x=\"0\" y=\"{}\" font-weight=\"600\">{title}</text>",
        y - STEP / 2.0
    );
    for (label, value) in bars {
        let length = if most > 0.0 {
            (WIDTH - LABELS - FIGURES) * value / most
        } else {
            0.0
        };
        let class = if label.starts_with("madang") {
            "ours"
        } else {
            "bar"
        };
        let base = y + BAR * 0.78;
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{base:.1}\" text-anchor=\"end\">{label}</text>\
             <rect class=\"{class}\" x=\"{LABELS}\" y=\"{y}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"3\"/>\
             <text x=\"{:.1}\" y=\"{base:.1}\">{}</text>",
            LABELS - 8.0,
            length.max(1.0),
            LABELS + length + 8.0,
            figure(*value),
        );
        y += STEP;
    }
    y
}

#[cfg(test)]
mod tests {
    use super::super::Cell;
    use super::*;

    #[test]
    fn a_row_becomes_a_bar_and_a_ratio_does_not() {
        let mut section = Section::new("relay.fanout", "a room");
        section.columns = vec!["p99 ms"];
        for (label, value) in [
            ("bun, 100/s", 4.0),
            ("bun, 10/s", 1.0),
            ("madang, simple ÷ bun, 100/s", 0.5),
        ] {
            section.row(label, vec![Cell::Runs(vec![value])]);
        }
        let shown = bars(&section, &CHARTS[3]);
        assert_eq!(shown, [("bun".to_owned(), 4.0)]);
        let mut body = String::new();
        assert!(draw(&mut body, 0.0, "title", &shown) > TITLE);
        assert!(body.contains("bun</text>") && body.contains(">4.00</text>"));
    }
}
