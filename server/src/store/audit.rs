//! The audit log: what those did who manage the place or a public room, and the operator.
//!
//! The rules write an entry in the commit of the act. Nothing changes or deletes one but the
//! sweeper, by age.

use async_trait::async_trait;
use serde_json::{Map, Value};
use shared::audit::AuditAction;
use shared::id::{Micros, RoomId, Seq, UserId};
use shared::model::Profile;

use super::command::Actor;
use super::error::StoreError;

/// The number of an entry. A later entry has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditId(pub i64);

/// What is particular about an act: small values by their names. Never a secret, never the text of a
/// message, never the name of a person.
pub type AuditDetail = Map<String, Value>;

/// An entry as the rules write it; the store gives its number.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// When it was done.
    pub at: Micros,
    /// Who did it; none: the operator.
    pub actor: Option<UserId>,
    /// What was done.
    pub action: AuditAction,
    /// Whom it was about.
    pub person: Option<UserId>,
    /// The room that it was about.
    pub room: Option<RoomId>,
    /// The message in that room.
    pub seq: Option<Seq>,
    /// What is particular about it.
    pub detail: AuditDetail,
}

/// An entry as it is read: people and rooms as they are now.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Its number.
    pub id: AuditId,
    /// When it was done.
    pub at: Micros,
    /// Who did it; none: the operator. Of who is erased nothing but the number is left.
    pub actor: Option<Profile>,
    /// What was done.
    pub action: AuditAction,
    /// Whom it was about.
    pub person: Option<Profile>,
    /// The room that it was about, with its name if it is public and not removed.
    pub room: Option<(RoomId, Option<String>)>,
    /// The message in that room.
    pub seq: Option<Seq>,
    /// What is particular about it.
    pub detail: AuditDetail,
}

/// Which entries are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditSearch {
    /// Those before this one; none: from the newest.
    pub before: Option<AuditId>,
    /// Those of this action alone.
    pub action: Option<AuditAction>,
    /// Those of what this person did, or what was done to this person.
    pub person: Option<UserId>,
    /// Those that are not older than this.
    pub since: Option<Micros>,
}

/// Reads the audit log.
#[async_trait]
pub trait AuditQueries {
    /// Entries, the newest first, at most `limit`.
    ///
    /// # Errors
    /// As a refusal, `forbidden` for who manages nobody; [`StoreError::Failed`].
    async fn audit(
        &self,
        by: Actor,
        search: AuditSearch,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError>;
}
