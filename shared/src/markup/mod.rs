//! The markup parser: a message's text as a small tree of lines, links and code.
//!
//! All parts borrow from the text, and no text is lost: the sources of the blocks, joined by
//! line feeds, are the text again. The parser takes linear time and does not recurse,
//! whatever the text is.
//!
//! * A line of three or more backticks, with at most three spaces before and a language
//!   after them if there is one, begins a block of code; the next line of nothing but as
//!   many or more ends it (`CommonMark` §4.5). Without an end it is no block but plain text.
//! * Backticks enclose code within a line, as many after it as before it.
//! * `http://`, `https://` and `mailto:` begin a link if no ASCII letter or digit is before
//!   them. `link.rs` says where a link ends, `address.rs` what it shows.

mod address;
mod inline;
mod link;
mod piece;
mod platform;

pub use address::{Address, address};
pub use inline::Inline;
pub use platform::{Class, Opened, Platform};

use crate::text::contains;
use piece::piece;

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// Lines, empty ones included.
    Text(Vec<Line<'a>>),
    /// A block of code.
    Code(Fence<'a>),
}

/// The parts of a line; none if it is empty.
pub type Line<'a> = Vec<Inline<'a>>;

/// A block of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence<'a> {
    /// The word after the opening backticks.
    pub language: Option<&'a str>,
    /// The lines between, without the last line feed.
    pub code: &'a str,
    /// All of it, backticks included.
    pub source: &'a str,
}

/// Parses a text.
pub fn parse<'a>(text: &'a str, platform: &dyn Platform) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    if text.is_empty() {
        return blocks;
    }
    let mut lines = Vec::new();
    let (mut at, mut line) = (0, 0);
    // Most texts have no fence.
    let below = if contains(text, FENCE) {
        longest_below(text)
    } else {
        Vec::new()
    };
    while at <= text.len() {
        let end = line_end(text, at);
        let is_closed =
            |ticks: &Ticks<'_>| below.get(line).is_some_and(|most| *most >= ticks.count);
        let opening = Ticks::of(piece(text, at..end)).filter(is_closed);
        let closed = opening.and_then(|ticks| Some((ticks, closing(text, end, ticks.count)?)));
        if let Some((ticks, (code_end, fence_end))) = closed {
            if !lines.is_empty() {
                blocks.push(Block::Text(std::mem::take(&mut lines)));
            }
            let source = piece(text, at..fence_end);
            blocks.push(Block::Code(Fence {
                language: ticks.rest.split_whitespace().next(),
                code: text.get(end + 1..code_end).unwrap_or_default(),
                source,
            }));
            line += source.matches('\n').count();
            at = fence_end + 1;
        } else {
            lines.push(inline::parse(piece(text, at..end), platform));
            at = end + 1;
        }
        line += 1;
    }
    if !lines.is_empty() {
        blocks.push(Block::Text(lines));
    }
    blocks
}

fn line_end(text: &str, from: usize) -> usize {
    piece(text, from..)
        .find('\n')
        .map_or(text.len(), |length| from + length)
}

/// The shortest fence.
const FENCE: &str = "```";

/// For each line, the most backticks of any later line that can end a block of code; 0 if
/// there is none.
fn longest_below(text: &str) -> Vec<usize> {
    let mut longest = 0;
    let mut below: Vec<usize> = text
        .split('\n')
        .rev()
        .map(|line| {
            let ending = Ticks::of(line).filter(Ticks::can_end);
            let count = ending.map_or(0, |ticks| ticks.count);
            let below = longest;
            longest = below.max(count);
            below
        })
        .collect();
    below.reverse();
    below
}

/// The backticks of a line that can begin or end a block of code.
#[derive(Clone, Copy)]
struct Ticks<'a> {
    count: usize,
    /// What follows them.
    rest: &'a str,
}

impl<'a> Ticks<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let unindented = line.trim_start_matches(' ');
        let rest = unindented.trim_start_matches('`');
        let count = unindented.len() - rest.len();
        let is_indented = line.len() - unindented.len() > 3;
        let is_one = !is_indented && count >= FENCE.len() && !rest.contains('`');
        is_one.then_some(Ticks { count, rest })
    }

    fn can_end(&self) -> bool {
        self.rest.trim().is_empty()
    }
}

/// The ends of the code and of the block that start after `line_before`, for a fence of
/// `count` backticks.
fn closing(text: &str, mut line_before: usize, count: usize) -> Option<(usize, usize)> {
    while line_before < text.len() {
        let start = line_before + 1;
        let end = line_end(text, start);
        let closes = |ticks: Ticks<'_>| ticks.count >= count && ticks.can_end();
        if Ticks::of(piece(text, start..end)).is_some_and(closes) {
            return Some((line_before, end));
        }
        line_before = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::platform::native::Native;
    use super::*;

    fn parse(text: &str) -> Vec<Block<'_>> {
        super::parse(text, &Native)
    }

    fn fence<'a>(language: Option<&'a str>, code: &'a str, source: &'a str) -> Block<'a> {
        Block::Code(Fence {
            language,
            code,
            source,
        })
    }

    fn text<'a>(lines: &[&'a str]) -> Block<'a> {
        let line = |line: &'a str| {
            let words = (!line.is_empty()).then_some(Inline::Text(line));
            words.into_iter().collect()
        };
        Block::Text(lines.iter().map(|words| line(words)).collect())
    }

    #[test]
    fn lines_are_kept_empty_ones_too() {
        assert_eq!(parse("a\n\nb"), [text(&["a", "", "b"])]);
        assert_eq!(parse(""), []);
    }

    #[test]
    fn a_fence_makes_a_block() {
        assert_eq!(
            parse("see\n```rust\nfn main() {}\n\n```\nso"),
            [
                text(&["see"]),
                fence(
                    Some("rust"),
                    "fn main() {}\n",
                    "```rust\nfn main() {}\n\n```"
                ),
                text(&["so"]),
            ]
        );
        assert_eq!(
            parse("```\n  a `b` https://c.d\n  ```"),
            [fence(
                None,
                "  a `b` https://c.d",
                "```\n  a `b` https://c.d\n  ```"
            )]
        );
        assert_eq!(parse("```\n```"), [fence(None, "", "```\n```")]);
    }

    #[test]
    fn a_fence_is_closed_by_one_that_is_as_long_or_longer() {
        assert_eq!(
            parse("````md\n```\ninner\n```\n````\nafter"),
            [
                fence(
                    Some("md"),
                    "```\ninner\n```",
                    "````md\n```\ninner\n```\n````"
                ),
                text(&["after"]),
            ]
        );
        assert_eq!(parse("```\na\n`````"), [fence(None, "a", "```\na\n`````")]);
        // An unclosed long fence does not prevent closing a short one.
        assert_eq!(
            parse("`````\n```\na\n```"),
            [text(&["`````"]), fence(None, "a", "```\na\n```")]
        );
    }

    #[test]
    fn a_fence_without_an_end_is_text() {
        assert_eq!(parse("```rust\nlet a"), [text(&["```rust", "let a"])]);
        assert_eq!(parse("    ```\na\n    ```").len(), 1);
    }

    #[test]
    fn a_fence_with_backticks_behind_it_is_code_within_the_line() {
        let source = "```a```";
        assert_eq!(
            parse(source),
            [Block::Text(vec![vec![Inline::Code { text: "a", source }]])]
        );
    }
}
