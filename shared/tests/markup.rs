//! The markup parser on arbitrary text: no text is lost, and the time is linear.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use shared::markup::{Block, Inline};

#[path = "support/platform.rs"]
mod platform;

fn parse(text: &str) -> Vec<Block<'_>> {
    shared::markup::parse(text, &platform::Native)
}

/// The source text of all parts.
fn source(text: &str) -> String {
    let blocks: Vec<String> = parse(text)
        .iter()
        .map(|block| match block {
            Block::Code(fence) => fence.source.to_owned(),
            Block::Text(lines) => {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|line| line.iter().map(Inline::source).collect())
                    .collect();
                lines.join("\n")
            }
        })
        .collect();
    blocks.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_lost(text in any::<String>()) {
        prop_assert_eq!(source(&text), text);
    }

    #[test]
    fn no_text_is_lost_among_special_characters(
        text in "(`{1,5}|\n|https://|mailto:|[a-c]|[.@()\\[\\] ]|에서|。|rust|·|👍|\u{FE0F}|\u{200C}|é){0,40}"
    ) {
        prop_assert_eq!(source(&text), text);
    }

    #[test]
    fn links_have_only_the_known_schemes(text in "(https?://|mailto:|javascript:|[a-c.@:/]){1,20}") {
        for block in parse(&text) {
            let Block::Text(lines) = block else { continue };
            for part in lines.into_iter().flatten() {
                if let Inline::Link(link) = part {
                    let known = ["http://", "https://", "mailto:"];
                    prop_assert!(known.iter().any(|scheme| link.starts_with(scheme)));
                }
            }
        }
    }
}

/// Texts that take quadratic time or worse in a careless parser, far longer than any
/// message. The bound is generous: it separates milliseconds from minutes.
#[test]
fn hostile_texts_are_parsed_in_linear_time() {
    let length = 400_000;
    for pattern in [
        "`",
        "` ",
        "`` ` ",
        "```\n",
        "```a\n",
        "http://",
        "http://a",
        "http://.",
        "mailto:",
        "mailto:a:",
        "https://a(",
        "https://a)",
        "https://a.b/((((",
        ")",
        "https://a....",
        "https://a·",
        "https://a·····",
        "https://가\u{200C}",
        "https://가\u{FE0F}",
        "가",
        "\n",
        "mailto:a@b ",
        "`a``b```c````",
    ] {
        let text = pattern.repeat(length / pattern.len());
        let start = Instant::now();
        assert_eq!(source(&text), text);
        let growing: String = (1..800).map(|n| "`".repeat(n) + " ").collect();
        assert_eq!(source(&growing), growing);
        let shrinking: String = (3..800).rev().map(|n| "`".repeat(n) + "\n").collect();
        assert_eq!(source(&shrinking), shrinking);
        assert!(start.elapsed() < Duration::from_secs(10), "{pattern:?}");
    }
}
