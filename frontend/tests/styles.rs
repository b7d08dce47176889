//! The rules of the house for styles, checked in their source.
#![allow(clippy::unwrap_used, reason = "a test's helpers may fail it")]

use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../index.html");
/// The sources of the pieces that bring styles.
const PIECES: [&str; 2] = [
    include_str!("../src/components/rooms/mod.rs"),
    include_str!("../src/components/settings/mod.rs"),
];

/// The style files by name, with their comments cut.
fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("styles");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (
                name,
                without_comments(&fs::read_to_string(entry.path()).unwrap()),
            )
        })
        .collect();
    files.sort();
    files
}

fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once("*/").map_or("", |(_, rest)| rest)
    })
}

#[test]
fn colours_and_sizes_are_written_in_the_tokens_only() {
    for (name, css) in files().iter().filter(|(name, _)| name != "tokens.css") {
        // A media query cannot read a custom property.
        for line in css.lines().filter(|line| !line.contains("@media")) {
            let line = line.trim();
            for colour in ["oklch(", "rgb", "hsl", "#", "light-dark("] {
                assert!(!line.contains(colour), "{name}: {line}");
            }
            for unit in ["px", "rem", "ch", "ms"] {
                let sized = line
                    .match_indices(unit)
                    .any(|(at, _)| line[..at].ends_with(|c: char| c.is_ascii_digit()));
                assert!(!sized, "{name}: {line}");
            }
        }
    }
}

#[test]
fn what_a_long_press_opens_a_menu_for_has_none_of_the_browser() {
    let css: String = files().into_iter().map(|(_, css)| css).collect();
    let callouts: Vec<&str> = css
        .match_indices("-webkit-touch-callout: none")
        .map(|(at, _)| css[..at].rsplit('}').next().unwrap_or_default())
        .collect();
    for pressed in [".row[data-seq] > .message", ".place", ".sidebar__toggle"] {
        let is_there = |rule: &&str| rule.split([',', '{']).any(|part| part.trim() == pressed);
        assert!(callouts.iter().any(is_there), "{pressed}");
    }
}

#[test]
fn every_token_that_is_used_exists_and_every_one_that_exists_is_used() {
    let all: String = files().into_iter().map(|(_, css)| css).collect();
    let declared = |name: &str| all.contains(&format!("--{name}:"));
    for part in all.split("var(--").skip(1) {
        let name = part.split([')', ',']).next().unwrap_or_default();
        // Set by the program (`viewport.rs`), absent most of the time.
        assert!(declared(name) || name == "visible-height", "--{name}");
    }
    for line in all.lines() {
        if let Some((name, _)) = line
            .trim()
            .strip_prefix("--")
            .and_then(|l| l.split_once(':'))
        {
            assert!(
                all.contains(&format!("var(--{name}")),
                "--{name} is never used"
            );
        }
    }
}

/// The files that a source names.
fn named_in(source: &str) -> Vec<&str> {
    let parts = source.split("/styles/").skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

#[test]
fn the_page_has_every_style_in_the_order_of_the_layers() {
    let linked = named_in(PAGE);
    assert_eq!(linked.first(), Some(&"tokens.css"));
    assert_eq!(linked.get(1), Some(&"base.css"));
    let of_pieces: Vec<_> = PIECES.into_iter().flat_map(named_in).collect();
    let mut sorted: Vec<_> = linked
        .iter()
        .chain(&of_pieces)
        .map(ToString::to_string)
        .collect();
    sorted.sort();
    let names: Vec<_> = files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(sorted, names);
}

#[test]
fn the_font_of_the_system_comes_right_after_the_one_that_is_wished() {
    let tokens = files().into_iter().find(|(name, _)| name == "tokens.css");
    let (_, tokens) = tokens.unwrap();
    assert!(tokens.contains("--font: Pretendard, system-ui,"));
}
