//! Reading the tokens of JSON (RFC 8259), without floating-point numbers.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Expected, Unexpected, Visitor};
use serde::ser;

/// The text is not JSON, or not the expected type. It does not say where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the JSON that was expected")
    }
}

impl std::error::Error for Broken {}

impl ser::Error for Broken {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Broken
    }
}

/// All errors are the same; no messages are built.
impl de::Error for Broken {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Broken
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Broken
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Broken
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Broken
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Broken
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Broken
    }

    fn missing_field(_: &'static str) -> Self {
        Broken
    }

    fn duplicate_field(_: &'static str) -> Self {
        Broken
    }
}

/// A position in a text.
pub(super) struct Reader<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Reader<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Reader { text, at: 0 }
    }

    /// The next byte that is not white space; the position stays before it.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blank = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r'))?;
        self.at += blank;
        rest.get(blank).copied()
    }

    /// Skips a byte that has to be the next one.
    pub(super) fn expect(&mut self, wanted: u8) -> Result<(), Broken> {
        if self.peek() == Some(wanted) {
            self.at += 1;
            Ok(())
        } else {
            Err(Broken)
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), Broken> {
        let rest = self.text.get(self.at..).ok_or(Broken)?;
        if rest.starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(Broken)
        }
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Broken> {
        match self.peek() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(Broken),
        }
    }

    /// An integer within the bounds of `i64`.
    pub(super) fn integer(&mut self) -> Result<i64, Broken> {
        self.peek();
        let rest = self.text.get(self.at..).ok_or(Broken)?;
        let length = rest
            .bytes()
            .position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z'))
            .unwrap_or(rest.len());
        let digits = rest.get(..length).ok_or(Broken)?;
        // `parse` accepts a plus sign, JSON does not.
        if digits.starts_with('+') {
            return Err(Broken);
        }
        self.at += length;
        digits.parse().map_err(|_| Broken)
    }

    /// A string; borrowed if it has no escapes.
    pub(super) fn string(&mut self) -> Result<Cow<'de, str>, Broken> {
        self.expect(b'"')?;
        let start = self.at;
        let mut changed: Option<String> = None;
        let mut plain_from = start;
        loop {
            let byte = *self.text.as_bytes().get(self.at).ok_or(Broken)?;
            match byte {
                b'"' => {
                    let plain = self.text.get(plain_from..self.at).ok_or(Broken)?;
                    self.at += 1;
                    return Ok(match changed {
                        None => Cow::Borrowed(plain),
                        Some(mut text) => {
                            text.push_str(plain);
                            Cow::Owned(text)
                        }
                    });
                }
                b'\\' => {
                    let text = changed.get_or_insert_with(String::new);
                    text.push_str(self.text.get(plain_from..self.at).ok_or(Broken)?);
                    self.at += 1;
                    let letter = self.escaped()?;
                    changed.get_or_insert_with(String::new).push(letter);
                    plain_from = self.at;
                }
                0..=0x1F => return Err(Broken),
                _ => self.at += 1,
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Broken> {
        let byte = *self.text.as_bytes().get(self.at).ok_or(Broken)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(Broken),
        })
    }

    fn code_point(&mut self) -> Result<char, Broken> {
        let first = self.unit()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or(Broken);
        }
        self.word("\\u")?;
        let second = self.unit()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(Broken);
        }
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or(Broken)
    }

    fn unit(&mut self) -> Result<u32, Broken> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Broken)?;
        self.at += 4;
        if digits.starts_with('+') {
            return Err(Broken);
        }
        u32::from_str_radix(digits, 16).map_err(|_| Broken)
    }

    /// Skips any value. Nesting uses no stack.
    pub(super) fn skip(&mut self) -> Result<(), Broken> {
        let mut open = 0_usize;
        loop {
            match self.peek().ok_or(Broken)? {
                b'"' => {
                    self.string()?;
                }
                b'[' | b'{' => {
                    open += 1;
                    self.at += 1;
                    continue;
                }
                b']' | b'}' => {
                    open = open.checked_sub(1).ok_or(Broken)?;
                    self.at += 1;
                }
                b',' | b':' if open > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => self.skip_word()?,
            }
            if open == 0 {
                return Ok(());
            }
        }
    }

    /// Skips a number, `true`, `false` or `null`.
    fn skip_word(&mut self) -> Result<(), Broken> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')))
            .unwrap_or(rest.len());
        if length == 0 {
            return Err(Broken);
        }
        self.at += length;
        Ok(())
    }

    pub(super) fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Broken> {
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }
}
