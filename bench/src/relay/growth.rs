//! Whether a delivery costs more where there are more members.

use std::time::Duration;

use anyhow::Result;

use super::contender::{Contender, Table, in_turn};
use super::crowd::Crowd;
use super::fan_out::{self, cells};
use crate::context::Context;
use crate::report::Section;

/// Members of a room; the rates are such that all get the same number of deliveries.
const MEMBERS: [(usize, u32); 3] = [(100, 200), (1000, 20), (10_000, 2)];
/// How long they listen.
const LISTEN: Duration = Duration::from_secs(5);

/// Measures.
///
/// # Errors
/// When a server does not start or refuses something.
pub fn run(context: &Context, section: &mut Section) -> Result<()> {
    section.columns = fan_out::COLUMNS.to_vec();
    let what = MEMBERS.map(|(members, rate)| format!("{members} members, {rate}/s"));
    let mut table = Table::new(context, section, &Contender::OURS, &what)?;
    for repetition in 0..context.repetitions {
        for contender in table.contenders(repetition) {
            for (index, (members, rate)) in in_turn(MEMBERS.into_iter().enumerate(), repetition) {
                let name = contender.name();
                context.repetition(&format!("growth: {name}, {members} members"), repetition);
                let server = contender.start(context)?;
                let mut crowd = Crowd::join(&server, contender, members, 1)?;
                let measured = crowd.measure(&server, rate, LISTEN)?;
                table.add(contender, index, &cells(&measured));
                drop(crowd);
                server.stop()?;
            }
        }
    }
    table.show_growth(section);
    Ok(())
}
