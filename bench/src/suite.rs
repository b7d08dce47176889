//! The list of all benchmarks.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::context::BenchContext;
use crate::machine::Machine;
use crate::report::{Report, Section};
use crate::{page, relay};

/// A benchmark, which fills one section of the report.
pub struct Benchmark {
    /// Its name, as `group.name`.
    pub name: &'static str,
    /// What it measures, in one line.
    pub about: &'static str,
    /// Runs it.
    pub run: fn(&BenchContext, &mut Section) -> Result<()>,
}

/// All benchmarks, in the order in which they run.
pub const ALL: &[Benchmark] = &[
    Benchmark {
        name: "relay.fanout",
        about: "a room of 1,000, messages of 200 bytes at given rates: send to receipt",
        run: relay::fan_out::run,
    },
    Benchmark {
        name: "relay.flood",
        about: "32 clients, each sends 1,600 short messages without waiting",
        run: relay::flood::run,
    },
    Benchmark {
        name: "relay.acknowledged",
        about: "sends over up to 16 connections with a room each, beside bare fdatasync",
        run: relay::acknowledged::run,
    },
    Benchmark {
        name: "relay.memory",
        about: "the server's resident memory per idle connection",
        run: relay::memory::run,
    },
    Benchmark {
        name: "relay.connect",
        about: "opening connections as fast as the server accepts them",
        run: relay::connect::run,
    },
    Benchmark {
        name: "relay.herd",
        about: "10,000 native clients that connect and resume at once; the delay for others",
        run: relay::herd::run,
    },
    Benchmark {
        name: "relay.resume",
        about: "clients that return: one that missed much, and 5,000 at once after a restart",
        run: relay::resume::run,
    },
    Benchmark {
        name: "relay.watch",
        about: "5,000 people with 500 private rooms each return at once; a post that 1,000 watch",
        run: relay::watch::run,
    },
    Benchmark {
        name: "relay.stalled",
        about: "one reader of a thousand does not read: the delay for others, the server's memory",
        run: relay::stalled::run,
    },
    Benchmark {
        name: "relay.growth",
        about: "the same number of deliveries in rooms of 100, 1,000 and 10,000 members",
        run: relay::growth::run,
    },
    Benchmark {
        name: "relay.rooms",
        about: "the same number of sends to some and to all of 16, 1,000 and 9,600 rooms",
        run: relay::rooms::run,
    },
    Benchmark {
        name: "relay.stored",
        about: "sends, history, catching up and unread counts with ten million messages stored",
        run: relay::stored::run,
    },
    Benchmark {
        name: "page.visit",
        about: "a first and a later visit, to the first words; processor / 4, 1.6 Mbit/s, 150 ms",
        run: page::visit::run,
    },
    Benchmark {
        name: "page.live",
        about: "another's message, sent to painted, beside bare fdatasync",
        run: page::live::run,
    },
    Benchmark {
        name: "page.room",
        about: "a room of 5,000 messages: opening, memory, scrolling",
        run: page::room::run,
    },
    Benchmark {
        name: "page.burst",
        about: "300 messages at once: time until painted, and the longest task",
        run: page::burst::run,
    },
];

/// The benchmarks with these names or groups; all of them if there are no names.
///
/// # Errors
/// When a name matches none.
pub fn chosen(names: &[String]) -> Result<Vec<&'static Benchmark>> {
    let fits = |benchmark: &Benchmark, name: &str| {
        benchmark.name == name || benchmark.name.split('.').next() == Some(name)
    };
    for name in names {
        if !ALL.iter().any(|benchmark| fits(benchmark, name)) {
            bail!("there is no benchmark {name:?}; --list shows them");
        }
    }
    let wanted =
        |benchmark: &&Benchmark| names.is_empty() || names.iter().any(|name| fits(benchmark, name));
    Ok(ALL.iter().filter(wanted).collect())
}

/// Runs them one after the other. If one fails, the report says so, and the others still run.
pub fn run(chosen: &[&Benchmark], context: &BenchContext) -> Report {
    let mut report = Report::new(Machine::new(&context.server));
    let started = Instant::now();
    for benchmark in chosen {
        context.progress(benchmark.name);
        let mut section = Section::new(benchmark.name, benchmark.about);
        if let Err(error) = (benchmark.run)(context, &mut section) {
            section.fail(format!("{error:#}"));
        }
        report.sections.push(section);
    }
    context.progress_ends();
    report.took = started.elapsed();
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_selects_a_benchmark_or_a_group_and_an_unknown_name_is_refused() {
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        assert_eq!(chosen(&[]).unwrap().len(), ALL.len());
        let in_group = |group: &str| {
            let names = ALL.iter().map(|benchmark| benchmark.name);
            names.filter(|name| name.starts_with(group)).count()
        };
        let relay = in_group("relay.");
        assert!(relay > 1 && relay < ALL.len());
        assert_eq!(chosen(&names(&["relay"])).unwrap().len(), relay);
        assert_eq!(
            chosen(&names(&["page.live", "relay"])).unwrap().len(),
            relay + 1
        );
        assert!(chosen(&names(&["pag"])).is_err());
    }
}
