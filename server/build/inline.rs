//! Finds the scripts and styles that stand in a page itself, so that its
//! Content-Security-Policy can allow exactly these by their hashes.
//!
//! Not an HTML parser: it reads the one page that this project's build makes,
//! and whatever it missed the browser would refuse to run.

/// The contents of a page's inline scripts and styles, as a browser hashes them
/// (CSP 3, § 6.7.3.3: the text after the parser has normalised line ends).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Inline {
    /// Contents of `<script>` elements without `src`.
    pub(crate) scripts: Vec<String>,
    /// Contents of `<style>` elements.
    pub(crate) styles: Vec<String>,
}

/// Collects them in the order of the page, each content once.
pub(crate) fn find(html: &str) -> Inline {
    let html = html.replace("\r\n", "\n").replace('\r', "\n");
    let mut inline = Inline::default();
    let mut rest = html.as_str();
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else if let Some((attributes, content, after)) = element(rest, "script") {
            if !has_attribute(attributes, "src") {
                add(&mut inline.scripts, content);
            }
            after
        } else if let Some((_, content, after)) = element(rest, "style") {
            add(&mut inline.styles, content);
            after
        } else {
            after_tag(rest)
        };
    }
    inline
}

/// What follows the tag that `html` begins with, or its first `<` if that is text.
fn after_tag(html: &str) -> &str {
    let begins_tag = |c: char| c.is_ascii_alphabetic() || c == '/' || c == '!';
    if html[1..].starts_with(begins_tag) {
        tag_end(html).map_or("", |end| &html[end + 1..])
    } else {
        &html[1..]
    }
}

/// If `html` begins with this element: its attributes, its content, what follows.
fn element<'a>(html: &'a str, name: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let tag = html.get(1..=name.len())?;
    let rest = html.get(1 + name.len()..)?;
    if !tag.eq_ignore_ascii_case(name) || !rest.starts_with(['>', '/', ' ', '\n', '\t']) {
        return None;
    }
    let end = tag_end(rest)?;
    let (attributes, content) = (&rest[..end], &rest[end + 1..]);
    let close = format!("</{name}");
    // Lower case for the search only; it keeps every byte where it is.
    let length = content.to_ascii_lowercase().find(&close)?;
    Some((attributes, &content[..length], &content[length + 1..]))
}

/// Where a tag's `>` is, quoted attribute values left out.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn has_attribute(attributes: &str, name: &str) -> bool {
    let mut quote = None;
    let outside: String = attributes
        .chars()
        .filter(|&c| match quote {
            None => {
                quote = matches!(c, '"' | '\'').then_some(c);
                true
            }
            Some(open) => {
                if open == c {
                    quote = None;
                }
                false
            }
        })
        .collect();
    outside
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/'))
        .any(|word| {
            word.split('=')
                .next()
                .unwrap_or_default()
                .eq_ignore_ascii_case(name)
        })
}

fn add(contents: &mut Vec<String>, content: &str) {
    if !contents.iter().any(|known| known == content) {
        contents.push(content.to_owned());
    }
}
