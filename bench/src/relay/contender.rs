//! Who is measured beside whom.

use anyhow::Result;

use crate::context::Context;
use crate::load::member::Protocol;
use crate::process::program::Program;
use crate::process::server::Server;
use crate::report::{Cell, Runs, Section};

/// A program on one of the protocols that it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contender {
    /// The program.
    pub program: Program,
    /// What is spoken; peers know the simple protocol only.
    pub protocol: Protocol,
}

impl Contender {
    /// Madang on the simple protocol.
    pub const SIMPLE: Contender = Contender::new(Program::Madang, Protocol::Simple);
    /// Madang on the native protocol.
    pub const NATIVE: Contender = Contender::new(Program::Madang, Protocol::Native);

    /// The most that this machine gives.
    pub const LIMIT: Contender = Contender::new(Program::Limit, Protocol::Simple);

    /// Madang on both, and an earlier build of it.
    pub const OURS: [Contender; 4] = [
        Contender::SIMPLE,
        Contender::NATIVE,
        Contender::new(Program::Before, Protocol::Simple),
        Contender::new(Program::Before, Protocol::Native),
    ];

    const fn new(program: Program, protocol: Protocol) -> Self {
        Contender { program, protocol }
    }

    /// All of them.
    pub fn all() -> Vec<Contender> {
        let peers = Program::PEERS.map(|peer| Contender::new(peer, Protocol::Simple));
        Contender::OURS.into_iter().chain(peers).collect()
    }

    /// Another program on the same protocol, or on the one that it knows.
    fn beside(self, program: Program) -> Contender {
        match program {
            Program::Madang | Program::Before => Contender::new(program, self.protocol),
            peer => Contender::new(peer, Protocol::Simple),
        }
    }

    /// Its name.
    pub fn name(self) -> String {
        match self.program {
            Program::Madang | Program::Before => {
                format!("{}, {}", self.program.name(), self.protocol.name())
            }
            peer => peer.name().to_owned(),
        }
    }

    /// Whether a message goes to its author as well. On Madang's simple protocol it does
    /// not, as with most relays.
    pub fn echoes(self) -> bool {
        self.protocol == Protocol::Native || self.program.echoes()
    }

    /// Starts it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(self, context: &Context) -> Result<Server> {
        Server::start(context, self.program)
    }
}

/// The runs of several contenders, to be shown below each other and compared.
pub struct Table {
    rows: Vec<(Contender, Vec<(String, Runs)>)>,
}

impl Table {
    /// A row for each of `what` (one, if there is nothing to tell apart) of every contender
    /// that is there; the others are named in the section as missing.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn new(
        context: &Context,
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
            if let Err(error) = contender.program.command(context, folder.path()) {
                section.row(contender.name(), vec![Cell::Missing(format!("{error:#}"))]);
                continue;
            }
            let runs = what.iter().map(|what| (what.clone(), Runs::new(columns)));
            rows.push((*contender, runs.collect()));
        }
        Ok(Table { rows })
    }

    /// Those that are there, another one first at each repetition: who is measured first
    /// finds another machine than who is measured last.
    pub fn contenders(&self, repetition: usize) -> Vec<Contender> {
        let all = self.rows.iter().map(|(contender, _)| *contender);
        in_turn(all, repetition)
    }

    /// Adds a repetition's values to row `what` of a contender.
    pub fn add(&mut self, contender: Contender, what: usize, values: &[Option<f64>]) {
        let row = self.rows.iter_mut().find(|(one, _)| *one == contender);
        if let Some((_, runs)) = row.and_then(|(_, rows)| rows.get_mut(what)) {
            runs.add(values);
        }
    }

    /// Puts the rows into the section; below those of each contender, by how much each
    /// differs from its first.
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

    /// Puts the rows into the section; below them, by how much Madang differs from each of
    /// `others` and from its earlier build, in every repetition by itself.
    pub fn show(self, section: &mut Section, others: &[Program]) {
        let others = others.iter().copied().chain([Program::Before]);
        let pairs = others.flat_map(|other| {
            [Contender::SIMPLE, Contender::NATIVE].map(|ours| (ours, ours.beside(other)))
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

/// Begins with another one at each repetition.
pub fn in_turn<T>(all: impl IntoIterator<Item = T>, repetition: usize) -> Vec<T> {
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
