//! One system call of a traced program.

/// A system call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The thread.
    pub thread: u32,
    /// Its name, such as `fsync`.
    pub name: String,
    /// All strings among its arguments, escapes undone: data, or paths.
    pub strings: Vec<Vec<u8>>,
    /// The other arguments with its result, strings left out.
    pub plain: String,
    /// The line at which it was entered. Nothing of it has happened before.
    pub entered: usize,
    /// The line at which it returned; none if the trace ends before.
    pub returned: Option<usize>,
    /// What it returned; none if it did not, or the program was killed in it.
    pub result: Option<i64>,
}

impl Call {
    /// What the first argument, a file descriptor, refers to: a path, or
    /// `TCP:[…]` for a socket. None if there is no such argument.
    pub fn file(&self) -> Option<&str> {
        let digits = self.plain.trim_start_matches(|c: char| c.is_ascii_digit());
        if digits.len() == self.plain.len() {
            return None;
        }
        let name = digits.strip_prefix('<')?;
        // A socket's name holds an arrow: the end is a bracket before `,`, `)` or the end.
        let mut end = name.match_indices('>').map(|(at, _)| at);
        let end =
            end.find(|&at| matches!(name.as_bytes().get(at + 1), None | Some(b',' | b')' | b' ')))?;
        Some(&name[..end])
    }

    /// Whether it writes to a socket of the network.
    pub fn is_to_socket(&self) -> bool {
        let writes = ["write", "writev", "sendto", "sendmsg", "sendmmsg"];
        writes.contains(&self.name.as_str())
            && self.file().is_some_and(|file| file.starts_with("TCP"))
    }

    /// Whether it writes to a file whose path ends like this.
    pub fn is_to_file(&self, suffix: &str) -> bool {
        let writes = ["write", "writev", "pwrite64", "pwritev", "pwritev2"];
        writes.contains(&self.name.as_str())
            && self.file().is_some_and(|file| file.ends_with(suffix))
    }

    /// Whether it has made lasting what was written to a file that `is_it`.
    pub fn has_synced(&self, is_it: impl Fn(&str) -> bool) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync")
            && self.result == Some(0)
            && self.file().is_some_and(is_it)
    }
}
