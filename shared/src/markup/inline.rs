//! The parts of a line: text, code, links.

use super::link;
use super::piece::piece;
use super::platform::Platform;

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inline<'a> {
    /// Plain text.
    Text(&'a str),
    /// Code.
    Code {
        /// The text between the backticks. One space at both ends is removed, so that code
        /// can begin with a backtick.
        text: &'a str,
        /// The source, with the backticks.
        source: &'a str,
    },
    /// A possible link: [`super::address`] says what it opens. The scheme is `http`, `https`
    /// or `mailto`, never one that runs code.
    Link(&'a str),
}

impl<'a> Inline<'a> {
    /// The source text.
    pub fn source(&self) -> &'a str {
        match self {
            Inline::Text(source) | Inline::Code { source, .. } | Inline::Link(source) => source,
        }
    }
}

/// Parses a line.
pub(super) fn parse<'a>(line: &'a str, platform: &dyn Platform) -> Vec<Inline<'a>> {
    let partners = partners(line);
    let mut parts = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    while at < line.len() {
        let Some(part) = special(line, at, &partners, platform) else {
            // The next offset at which a part can begin.
            at = piece(line, at..)
                .char_indices()
                .nth(1)
                .map_or(line.len(), |(next, _)| at + next);
            continue;
        };
        if let Ok((part, end)) = part {
            if plain_from < at {
                parts.push(Inline::Text(piece(line, plain_from..at)));
            }
            parts.push(part);
            plain_from = end;
            at = end;
        } else if let Err(skip) = part {
            at += skip;
        }
    }
    if plain_from < line.len() {
        parts.push(Inline::Text(piece(line, plain_from..)));
    }
    parts
}

/// A code span or a link that begins here; `Err` skips backticks that enclose nothing.
fn special<'a>(
    line: &'a str,
    at: usize,
    partners: &[(usize, usize)],
    platform: &dyn Platform,
) -> Option<Result<(Inline<'a>, usize), usize>> {
    let rest = piece(line, at..);
    if rest.starts_with('`') {
        let length = run(rest);
        let Ok(found) = partners.binary_search_by_key(&at, |(start, _)| *start) else {
            return Some(Err(length));
        };
        let partner = partners[found].1;
        let end = partner + length;
        let text = trim_one(piece(line, at + length..partner));
        let source = piece(line, at..end);
        return Some(Ok((Inline::Code { text, source }, end)));
    }
    let length = link::length(rest, platform).filter(|_| link::may_begin(piece(line, ..at)))?;
    Some(Ok((Inline::Link(piece(rest, ..length)), at + length)))
}

/// For each run of backticks, the start of the next run of the same length, if there is one;
/// ascending.
fn partners(line: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(found) = piece(line, at..).find('`') {
        let start = at + found;
        let length = run(piece(line, start..));
        runs.push((length, start));
        at = start + length;
    }
    // From the end, because the next run is then the last one seen. There are few different
    // lengths: their sum is at most the length of the line.
    let mut next_of_length: Vec<(usize, usize)> = Vec::new();
    let mut partners = Vec::new();
    for (length, start) in runs.into_iter().rev() {
        match next_of_length
            .iter_mut()
            .find(|(known, _)| *known == length)
        {
            Some((_, next)) => {
                partners.push((start, *next));
                *next = start;
            }
            None => next_of_length.push((length, start)),
        }
    }
    partners.reverse();
    partners
}

fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

fn trim_one(code: &str) -> &str {
    code.strip_prefix(' ')
        .and_then(|code| code.strip_suffix(' '))
        .filter(|inner| !inner.trim().is_empty())
        .unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::super::platform::native::Native;
    use super::*;

    fn shown(source: &str) -> Vec<String> {
        parse(source, &Native)
            .iter()
            .map(|part| match part {
                Inline::Text(text) => format!("text {text}"),
                Inline::Code { text, .. } => format!("code {text}"),
                Inline::Link(link) => format!("link {link}"),
            })
            .collect()
    }

    #[test]
    fn backticks_enclose_code() {
        assert_eq!(shown("a `b` c"), ["text a ", "code b", "text  c"]);
        assert_eq!(shown("``a`b``"), ["code a`b"]);
        assert_eq!(shown("`` `a` ``"), ["code `a`"]);
        assert_eq!(shown("`https://a.b`"), ["code https://a.b"]);
        assert_eq!(shown("` `"), ["code  "]);
    }

    #[test]
    fn backticks_without_a_partner_are_text() {
        assert_eq!(shown("a ` b"), ["text a ` b"]);
        assert_eq!(shown("``a`"), ["text ``a`"]);
        assert_eq!(shown("``a` b`"), ["text ``a", "code  b"]);
        assert_eq!(shown("```"), ["text ```"]);
    }

    #[test]
    fn links_stand_between_words() {
        assert_eq!(
            shown("see https://a.b, or `c`"),
            ["text see ", "link https://a.b", "text , or ", "code c"]
        );
        assert_eq!(shown("xhttps://a.b"), ["text xhttps://a.b"]);
        assert_eq!(shown("주소https://a.b"), ["text 주소", "link https://a.b"]);
    }
}
