//! What the parser needs from its platform.

/// Unicode's tables and a URL parser. A page uses those of its browser: they add nothing to
/// its size, and the browser's parser is the one that opens the links.
pub trait Platform {
    /// Whether a character is a letter or a digit, in any script.
    fn is_alphanumeric(&self, c: char) -> bool;

    /// What a character beyond ASCII means inside a link.
    fn class(&self, c: char) -> Class;

    /// Whether the letters of a host are of one script, or of the scripts of Chinese,
    /// Japanese or Korean with Latin (UTS #39, highly restrictive), and no character is
    /// replaced by NFKC.
    fn is_of_one_alphabet(&self, host: &str) -> bool;

    /// What an address opens (WHATWG URL); `None` if it opens nothing.
    fn open(&self, address: &str) -> Option<Opened>;
}

/// What a character beyond ASCII means inside a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The link continues: a cased letter, a digit or a mark.
    Word,
    /// A letter without case. The link continues, unless an ASCII word is before it.
    Caseless,
    /// Punctuation. The link continues, but punctuation at its end is removed.
    Punctuation,
    /// The link ends: any other character. These are symbols and emoji, brackets, quotation
    /// marks, terminal punctuation, separators, format and control characters; ignorable,
    /// private and unassigned characters; and punctuation that NFKC replaces.
    End,
}

/// What an address opens, from the URL parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The whole address.
    pub href: String,
    /// The host in ASCII, with the port if it is not the default; empty for mail.
    pub host: String,
}

#[cfg(test)]
#[path = "../../tests/support/platform.rs"]
pub(crate) mod native;
