//! `madang audit`: the audit log, as the operator reads it.

use std::fmt;

use clap::Args;
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::Micros;

use super::context::OperatorContext;
use super::time_span::{TimeSpan, format_time};
use crate::accounts::find_person;
use crate::http::audit::ShownAuditEntry;
use crate::store::{Actor, AuditId, AuditSearch, StoreError};

/// Entries in one answer.
const PAGE: usize = 1_000;

/// Which entries the operator wants to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Args)]
pub struct AuditWish {
    /// How far back: 12h, 30d. Without it the whole log.
    #[arg(long, value_name = "TIME")]
    pub since: Option<TimeSpan>,
    /// Only what this person did, or what was done to the person: username or number.
    #[arg(long, value_name = "PERSON")]
    pub person: Option<String>,
    /// Only entries before this number. The command asks page by page by itself.
    #[arg(skip)]
    pub before: Option<i64>,
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAnswer {
    /// The newest first.
    pub entries: Vec<ShownAuditEntry>,
    /// Before which entry the next page begins; none after the last one.
    pub next: Option<i64>,
}

/// One line for each: when, who, what, to whom, where.
impl fmt::Display for AuditAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.entries.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{}\t{entry}", format_time(entry.at))?;
        }
        Ok(())
    }
}

impl AuditWish {
    /// Reads the page.
    ///
    /// # Errors
    /// `no_such_person`, or the store's.
    pub(super) async fn execute(
        self,
        context: &OperatorContext<'_>,
    ) -> Result<AuditAnswer, Refusal> {
        let person = match &self.person {
            Some(text) => Some(find_person(context.store, Actor::Operator, text).await?),
            None => None,
        };
        let now = context.clock.now();
        let search = AuditSearch {
            before: self.before.map(AuditId),
            action: None,
            person: person.map(|listed| listed.person.id),
            since: self
                .since
                .map(|since| Micros(now.0.saturating_sub(since.micros))),
        };
        let found = context.store.audit(Actor::Operator, search, PAGE).await;
        let found = found.map_err(StoreError::into_refusal)?;
        let last = found.last().map(|entry| entry.id.0);
        Ok(AuditAnswer {
            next: last.filter(|_| found.len() == PAGE),
            entries: found.into_iter().map(ShownAuditEntry::from).collect(),
        })
    }
}
