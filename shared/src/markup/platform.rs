//! What the platform knows and this crate does not.

/// Unicode's tables and the URL parser. A page asks its browser: both are there for
/// nothing, and the parser is the one that opens the links.
pub trait Platform {
    /// Whether a character is a letter or a digit, in whatever script.
    fn is_alphanumeric(&self, c: char) -> bool;

    /// What a character beyond ASCII means to a link that it stands in.
    fn class(&self, c: char) -> Class;

    /// Whether the letters of a host are of one script, or of those that Chinese,
    /// Japanese or Korean are written in, with Latin (UTS #39, highly restrictive), and
    /// none of its characters stands for another (NFKC).
    fn is_of_one_alphabet(&self, host: &str) -> bool;

    /// What an address opens (WHATWG URL); none if it opens nothing.
    fn open(&self, address: &str) -> Option<Opened>;
}

/// What a character beyond ASCII means to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It goes on: a letter that has or is of a case, a digit, a mark.
    Word,
    /// A letter without case. It goes on, but does not follow a word of ASCII.
    Caseless,
    /// Punctuation that goes on between others, and falls from the end.
    Punctuation,
    /// It ends the link: anything else. That is, what Unicode calls a symbol or an emoji,
    /// a bracket, a quotation mark, terminal punctuation, a separator, a format or
    /// control character, and what is ignorable, private, unassigned, or punctuation that
    /// stands for another one (NFKC).
    End,
}

/// What an address opens, as the URL parser gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// All of it.
    pub href: String,
    /// The host in ASCII, with the port if it is not the usual one; empty for mail.
    pub host: String,
}

#[cfg(test)]
#[path = "../../tests/support/platform.rs"]
pub(crate) mod native;
