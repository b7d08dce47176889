//! Whether a message was on the disk before any frame about it was sent.

use super::Call;
use super::needles::Needles;

/// A command whose acknowledgement was received.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its `client_id`, as frames contain it.
    pub client_id: String,
    /// Bytes that nothing but this command brings into the write-ahead log.
    pub stored: Vec<u8>,
    /// Bytes of frames that contain what it changed, besides its acknowledgement.
    pub content: Option<Vec<u8>>,
}

/// Something that must not happen. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A command was acknowledged, and is not in the write-ahead log.
    NotWritten(String),
    /// Its pages in the log were never followed by that of a commit.
    NotCommitted(String),
    /// No sync of the log followed its commit.
    NotSynced(String),
    /// A frame with its acknowledgement or its change was sent before that sync had returned.
    ToldEarly(String, usize),
    /// Its acknowledgement is not in the trace, so the trace is incomplete.
    NotSeen(String),
    /// The folder that this file or folder was made in was not synced before the first
    /// acknowledgement: its name may be gone with all that it holds.
    NameNotSynced(String),
}

/// The write-ahead log's name ends so.
const LOG: &str = ".sqlite-wal";
/// The size of the header before each page in the log, written by itself
/// (SQLite's file format §4.1).
const FRAME_HEADER: usize = 24;

/// Everything that is wrong. `folder` is the data folder, as the trace names it.
pub fn check(calls: &[Call], commands: &[Command], folder: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let log = Log::new(calls, commands);
    let frames = Frames::new(calls, commands);
    for (number, command) in commands.iter().enumerate() {
        let id = || command.client_id.clone();
        if frames.acked[number].is_none() {
            found.push(Violation::NotSeen(id()));
        }
        let content = frames.content[number];
        match log.durable(number) {
            Ok(durable) => {
                let early = content.filter(|line| *line <= durable);
                found.extend(early.map(|line| Violation::ToldEarly(id(), line + 1)));
            }
            Err(violation) => found.push(violation(id())),
        }
    }
    let first_ack = frames.acked.iter().flatten().min();
    let first_ack = first_ack.copied().unwrap_or(usize::MAX);
    found.extend(names(calls, folder, first_ack));
    found
}

/// What was sent over the network, for each command.
struct Frames {
    /// The line at which its acknowledgement was first sent.
    acked: Vec<Option<usize>>,
    /// The line at which anything of it was first sent.
    content: Vec<Option<usize>>,
}

impl Frames {
    fn new(calls: &[Call], commands: &[Command]) -> Self {
        const ACK: &[u8] = br#""type":"ack","client_id":""#;
        let ids = commands.iter().map(|command| command.client_id.as_bytes());
        let texts = commands.iter().enumerate();
        let texts =
            texts.filter_map(|(number, command)| Some((command.content.as_deref()?, number)));
        let needles = Needles::new(
            ids.enumerate()
                .map(|(number, id)| (id, number))
                .chain(texts),
        );
        let mut frames = Frames {
            acked: vec![None; commands.len()],
            content: vec![None; commands.len()],
        };
        for call in calls.iter().filter(|call| call.is_to_socket()) {
            for data in &call.strings {
                needles.find(data, |at, number| {
                    frames.content[number].get_or_insert(call.entered);
                    if data[..at].ends_with(ACK) {
                        frames.acked[number].get_or_insert(call.entered);
                    }
                });
            }
        }
        frames
    }
}

/// What was done to the write-ahead log.
struct Log<'a> {
    writes: Vec<&'a Call>,
    syncs: Vec<&'a Call>,
    /// For each command, the first of the writes that holds it.
    pages: Vec<Option<usize>>,
}

impl<'a> Log<'a> {
    fn new(calls: &'a [Call], commands: &[Command]) -> Self {
        let is_log = |file: &str| file.ends_with(LOG);
        let writes: Vec<_> = calls.iter().filter(|call| call.is_to_file(LOG)).collect();
        let syncs = calls.iter().filter(|call| call.has_synced(is_log));
        let stored = commands.iter().map(|command| command.stored.as_slice());
        let needles = Needles::new(stored.enumerate().map(|(number, bytes)| (bytes, number)));
        let mut pages = vec![None; commands.len()];
        for (index, write) in writes.iter().enumerate() {
            for data in &write.strings {
                needles.find(data, |_, number| {
                    pages[number].get_or_insert(index);
                });
            }
        }
        Log {
            syncs: syncs.collect(),
            writes,
            pages,
        }
    }

    /// The line from which on a command survives a power cut, or what is missing for that.
    fn durable(&self, number: usize) -> Result<usize, fn(String) -> Violation> {
        let page = self.pages[number].ok_or(Violation::NotWritten as fn(String) -> Violation)?;
        // The page's own header lies before it, and may already belong to the commit.
        let first = page.saturating_sub(1);
        let header = (first..self.writes.len())
            .find(|&index| is_commit(self.writes[index]))
            .ok_or(Violation::NotCommitted as fn(String) -> Violation)?;
        let last = (header + 1).max(page);
        let written = self
            .writes
            .get(first..=last)
            .and_then(|writes| writes.iter().map(|write| whole(write)).collect())
            .and_then(|returned: Vec<usize>| returned.into_iter().max())
            .ok_or(Violation::NotCommitted as fn(String) -> Violation)?;
        self.syncs
            .iter()
            .filter(|sync| sync.entered > written)
            .find_map(|sync| sync.returned)
            .ok_or(Violation::NotSynced as fn(String) -> Violation)
    }
}

/// Whether it writes the header of a transaction's last frame: bytes 4 to 7 hold the
/// size of the database after it, and are 0 in the others.
fn is_commit(write: &Call) -> bool {
    match write.strings.as_slice() {
        [header] if header.len() == FRAME_HEADER => header[4..8] != [0; 4],
        _ => false,
    }
}

/// Where a write returned, if it wrote everything.
fn whole(write: &Call) -> Option<usize> {
    let length: usize = write.strings.iter().map(Vec::len).sum();
    let written = usize::try_from(write.result?).ok()?;
    (written == length).then_some(write.returned?)
}

/// The data folder, the database and its log are files that were made: their names
/// must last too, before anything is acknowledged.
fn names(calls: &[Call], folder: &str, first_ack: usize) -> Vec<Violation> {
    let made = |suffix: &str| {
        let path = format!("{folder}{suffix}");
        let makes = ["mkdir", "mkdirat", "openat"];
        let made = calls.iter().find(|call| {
            let is_it = call.strings.iter().any(|string| string == path.as_bytes());
            let may_make = call.name != "openat" || call.plain.contains("O_CREAT");
            is_it && may_make && makes.contains(&call.name.as_str())
        });
        made.map(|call| (path, call))
    };
    ["", "/madang.sqlite", "/madang.sqlite-wal"]
        .into_iter()
        .filter_map(made)
        .filter(|(path, made)| {
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            let synced = calls
                .iter()
                .filter(|call| {
                    call.entered > made.entered && call.has_synced(|file| file == parent)
                })
                .filter_map(|call| call.returned)
                .any(|returned| returned < first_ack);
            !synced
        })
        .map(|(path, _)| Violation::NameNotSynced(path))
        .collect()
}
