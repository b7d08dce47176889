//! The programs and protocols that a benchmark compares, and the table of their results.

use anyhow::Result;

use crate::context::BenchContext;
use crate::load::lobby_member::Protocol;
use crate::process::command::command;
use crate::process::program::Program;
use crate::process::server::ServerProcess;
use crate::report::{Cell, Runs, Section};

/// A program on one of its protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contender {
    /// The program.
    pub program: Program,
    /// The protocol. Other programs only have the simple protocol.
    pub protocol: Protocol,
}

impl Contender {
    /// Madang on the simple protocol.
    pub const SIMPLE: Contender = Contender::new(Program::Madang, Protocol::Simple);
    /// Madang on the native protocol.
    pub const NATIVE: Contender = Contender::new(Program::Madang, Protocol::Native);

    /// The upper limit of this machine.
    pub const LIMIT: Contender = Contender::new(Program::Limit, Protocol::Simple);

    /// Madang on both protocols, and an earlier build on both.
    pub const OURS: [Contender; 4] = [
        Contender::SIMPLE,
        Contender::NATIVE,
        Contender::new(Program::Before, Protocol::Simple),
        Contender::new(Program::Before, Protocol::Native),
    ];

    const fn new(program: Program, protocol: Protocol) -> Self {
        Contender { program, protocol }
    }

    /// All contenders.
    pub fn all() -> Vec<Contender> {
        let peers = Program::PEERS.map(|peer| Contender::new(peer, Protocol::Simple));
        Contender::OURS.into_iter().chain(peers).collect()
    }

    /// Another program on the same protocol, or on the only one that it has.
    fn with_program(self, program: Program) -> Contender {
        match program {
            Program::Madang | Program::Before => Contender::new(program, self.protocol),
            peer => Contender::new(peer, Protocol::Simple),
        }
    }

    /// Its name in the report.
    pub fn name(self) -> String {
        match self.program {
            Program::Madang | Program::Before => {
                format!("{}, {}", self.program.name(), self.protocol.name())
            }
            peer => peer.name().to_owned(),
        }
    }

    /// Whether the sender receives its own messages. On Madang's simple protocol it does not,
    /// as with most relays.
    pub fn echoes(self) -> bool {
        self.protocol == Protocol::Native || self.program.echoes()
    }

    /// Starts the program.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(self, context: &BenchContext) -> Result<ServerProcess> {
        ServerProcess::start(context, self.program)
    }
}

/// The runs of several contenders.
pub struct ComparisonTable {
    rows: Vec<(Contender, Vec<(String, Runs)>)>,
}

impl ComparisonTable {
    /// A table with a row for each of `what` and each contender that is installed. Contenders that
    /// are not installed are named in the section as missing.
    ///
    /// # Errors
    /// When it cannot create a temporary folder.
    pub fn new(
        context: &BenchContext,
        section: &mut Section,
        contenders: &[Contender],
        what: &[String],
    ) -> Result<Self> {
        let columns = section.columns.len();
        let mut rows = Vec::new();
        for contender in contenders {
            if !context.has(contender.program) {
                continue;
            }
            let folder = context.folder()?;
            if let Err(error) = command(contender.program, context, folder.path()) {
                section.row(contender.name(), vec![Cell::Missing(format!("{error:#}"))]);
                continue;
            }
            let runs = what.iter().map(|what| (what.clone(), Runs::new(columns)));
            rows.push((*contender, runs.collect()));
        }
        Ok(ComparisonTable { rows })
    }

    /// The contenders that are installed. Each repetition starts with a different one, because the
    /// machine changes while a repetition runs.
    pub fn contenders(&self, repetition: usize) -> Vec<Contender> {
        let all = self.rows.iter().map(|(contender, _)| *contender);
        rotated(all, repetition)
    }

    /// Adds the values of a repetition to row number `what` of a contender.
    pub fn add(&mut self, contender: Contender, what: usize, values: &[Option<f64>]) {
        let row = self.rows.iter_mut().find(|(one, _)| *one == contender);
        if let Some((_, runs)) = row.and_then(|(_, rows)| rows.get_mut(what)) {
            runs.add(values);
        }
    }

    /// Writes the rows into the section, and below those of each contender the ratio of each row
    /// to its first one.
    pub fn show_growth(self, section: &mut Section) {
        for (contender, rows) in &self.rows {
            for (what, runs) in rows {
                section.row(label(&contender.name(), what), runs.clone().cells());
            }
            let Some(((first, base), others)) = rows.split_first() else {
                continue;
            };
            for (what, runs) in others {
                let name = label(&contender.name(), &format!("{what} ÷ {first}"));
                section.row(name, runs.ratio(base).cells());
            }
        }
    }

    /// Writes the rows into the section, and below them the ratios of Madang to each of `others`
    /// and to the earlier build. A ratio is computed within each repetition.
    pub fn show(self, section: &mut Section, others: &[Program]) {
        let others = others.iter().copied().chain([Program::Before]);
        let pairs = others.flat_map(|other| {
            [Contender::SIMPLE, Contender::NATIVE].map(|ours| (ours, ours.with_program(other)))
        });
        let pairs: Vec<_> = pairs.collect();
        for index in 0..self.rows.first().map_or(0, |(_, rows)| rows.len()) {
            for (contender, rows) in &self.rows {
                let (what, runs) = &rows[index];
                section.row(label(&contender.name(), what), runs.clone().cells());
            }
            for (first, second) in &pairs {
                let find = |wanted: &Contender| {
                    let row = self.rows.iter().find(|(one, _)| one == wanted);
                    row.map(|(_, rows)| &rows[index])
                };
                let (Some((what, one)), Some((_, other))) = (find(first), find(second)) else {
                    continue;
                };
                let name = format!("{} ÷ {}", first.name(), second.program.name());
                section.row(label(&name, what), one.ratio(other).cells());
            }
        }
    }
}

/// The elements in order, but starting with a different one in each repetition.
pub fn rotated<T>(all: impl IntoIterator<Item = T>, repetition: usize) -> Vec<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    let first = repetition % all.len().max(1);
    all.rotate_left(first);
    all
}

fn label(name: &str, what: &str) -> String {
    if what.is_empty() {
        name.to_owned()
    } else {
        format!("{name}, {what}")
    }
}
