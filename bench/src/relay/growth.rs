//! Whether a delivery costs more when a room has more members.

use std::time::Duration;

use anyhow::Result;

use super::contender::{ComparisonTable, Contender, rotated};
use super::fan_out::{self, cells};
use super::lobby_load::LobbyLoad;
use crate::context::BenchContext;
use crate::report::Section;

/// Members of a room and messages per second, so that the number of deliveries is always the same.
const MEMBERS: [(usize, u32); 3] = [(100, 200), (1000, 20), (10_000, 2)];
/// How long each measurement takes.
const TIME: Duration = Duration::from_secs(5);

/// Runs the benchmark.
///
/// # Errors
/// When a server does not start or refuses something.
pub fn run(context: &BenchContext, section: &mut Section) -> Result<()> {
    section.columns = fan_out::COLUMNS.to_vec();
    let what = MEMBERS.map(|(members, rate)| format!("{members} members, {rate}/s"));
    let mut table = ComparisonTable::new(context, section, &Contender::OURS, &what)?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            for (index, (members, rate)) in rotated(MEMBERS.into_iter().enumerate(), repetition) {
                let name = contender.name();
                context.repetition(&format!("growth: {name}, {members} members"), repetition);
                let server = contender.start(context)?;
                let mut load = LobbyLoad::join(&server, contender, members, 1)?;
                let measured = load.measure(&server, rate, TIME)?;
                table.add(contender, index, &cells(&measured));
                drop(load);
                server.stop()?;
            }
        }
    }
    table.show_growth(section);
    Ok(())
}
