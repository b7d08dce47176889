//! Parses the output of `strace -f -yy`.

use std::collections::HashMap;
use std::fmt;

use super::Call;

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Which line, from 0.
    pub line: usize,
    /// Why.
    pub reason: &'static str,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line + 1, self.reason)
    }
}

/// A call whose end is still to come.
struct Unfinished {
    entered: usize,
    text: String,
}

/// All calls of a trace, in the order in which they were entered.
///
/// # Errors
/// For a line that is not of strace's format, or in which it has cut a string.
pub fn parse(trace: &str) -> Result<Vec<Call>, Unreadable> {
    let mut calls = Vec::new();
    let mut unfinished: HashMap<u32, Unfinished> = HashMap::new();
    for (line, text) in trace.lines().enumerate() {
        let unreadable = |reason| Unreadable { line, reason };
        let (thread, text) = split_thread(text).ok_or(unreadable("no thread in front"))?;
        if text.starts_with("+++") || text.starts_with("---") {
            continue;
        }
        if let Some(resumed) = text.strip_prefix("<... ") {
            let (_, rest) = resumed
                .split_once(" resumed>")
                .ok_or(unreadable("nothing was resumed"))?;
            // A call that was entered before the trace began has no first half.
            if let Some(begun) = unfinished.remove(&thread) {
                let whole = begun.text + rest;
                let call = read(thread, &whole, begun.entered, Some(line));
                calls.push(call.map_err(unreadable)?);
            }
            continue;
        }
        match text.strip_suffix("<unfinished ...>") {
            Some(begun) => {
                let begun = Unfinished {
                    entered: line,
                    text: begun.trim_end().to_owned(),
                };
                unfinished.insert(thread, begun);
            }
            None => calls.push(read(thread, text, line, Some(line)).map_err(unreadable)?),
        }
    }
    for (thread, begun) in unfinished {
        let line = begun.entered;
        let call = read(thread, &begun.text, line, None);
        calls.push(call.map_err(|reason| Unreadable { line, reason })?);
    }
    calls.sort_by_key(|call| call.entered);
    Ok(calls)
}

fn split_thread(line: &str) -> Option<(u32, &str)> {
    let (thread, rest) = line.split_once(' ')?;
    Some((thread.parse().ok()?, rest.trim_start()))
}

fn read(
    thread: u32,
    text: &str,
    entered: usize,
    returned: Option<usize>,
) -> Result<Call, &'static str> {
    let (name, arguments) = text.split_once('(').ok_or("this is no call")?;
    let (plain, strings) = take_strings(arguments)?;
    let result = plain.rsplit_once(" = ").and_then(|(_, result)| {
        let sign = usize::from(result.starts_with('-'));
        let digits = result[sign..]
            .find(|c: char| !c.is_ascii_digit())
            .map_or(result.len(), |end| end + sign);
        result[..digits].parse().ok()
    });
    Ok(Call {
        thread,
        name: name.to_owned(),
        strings,
        plain,
        entered,
        returned,
        result,
    })
}

/// Takes the quoted strings out of a text, their escapes undone.
fn take_strings(text: &str) -> Result<(String, Vec<Vec<u8>>), &'static str> {
    let mut plain = String::new();
    let mut strings = Vec::new();
    let mut rest = text;
    while let Some((before, quoted)) = rest.split_once('"') {
        plain.push_str(before);
        let (string, after) = unescape(quoted)?;
        if after.starts_with("...") {
            return Err("strace has cut a string: raise its -s");
        }
        strings.push(string);
        rest = after;
    }
    plain.push_str(rest);
    Ok((plain, strings))
}

/// A string up to its closing quote, and what follows that.
fn unescape(text: &str) -> Result<(Vec<u8>, &str), &'static str> {
    let bytes = text.as_bytes();
    let mut string = Vec::new();
    let mut at = 0;
    loop {
        match *bytes.get(at).ok_or("a string has no end")? {
            b'"' => return Ok((string, &text[at + 1..])),
            b'\\' => {
                let (byte, length) = escape(&bytes[at + 1..]).ok_or("an unknown escape")?;
                string.push(byte);
                at += 1 + length;
            }
            byte => {
                string.push(byte);
                at += 1;
            }
        }
    }
}

/// The byte that an escape means, and its length behind the backslash.
fn escape(bytes: &[u8]) -> Option<(u8, usize)> {
    let byte = match bytes.first()? {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'v' => 0x0B,
        b'f' => 0x0C,
        &quoted @ (b'"' | b'\\') => quoted,
        b'x' => {
            let digits = std::str::from_utf8(bytes.get(1..3)?).ok()?;
            return Some((u8::from_str_radix(digits, 16).ok()?, 3));
        }
        b'0'..=b'7' => {
            let digits: Vec<u32> = bytes
                .iter()
                .take(3)
                .map_while(|&byte| char::from(byte).to_digit(8))
                .collect();
            let value = digits.iter().fold(0, |value, digit| value * 8 + digit);
            return Some((u8::try_from(value).ok()?, digits.len()));
        }
        _ => return None,
    };
    Some((byte, 1))
}
