//! Who has asked for an account.

use rusqlite::Transaction;
use shared::error::ErrorCode;
use shared::id::Micros;
use shared::model::Role;

use super::invite::role_now;
use super::pool::QueryError;
use crate::store::rules::may_invite;
use crate::store::{Application, ApplicationId, Viewer};

/// All applications, the oldest first. No viewer: the operator.
///
/// # Errors
/// `forbidden` for who may not decide about them; SQLite's.
pub fn list(
    snapshot: &Transaction<'_>,
    viewer: Option<Viewer>,
) -> Result<Vec<Application>, QueryError> {
    let role = match viewer {
        Some(viewer) => role_now(snapshot, viewer.require_user()?.0)?,
        None => Some(Role::Owner),
    };
    if !role.is_some_and(|role| may_invite(role, Role::Member)) {
        return Err(ErrorCode::Forbidden.into());
    }
    let applications = snapshot
        .prepare_cached(
            "SELECT id, username, name, note, created_at FROM applications ORDER BY id",
        )?
        .query_map([], |row| {
            Ok(Application {
                id: ApplicationId(row.get(0)?),
                username: row.get(1)?,
                name: row.get(2)?,
                note: row.get(3)?,
                created_at: Micros(row.get(4)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(applications)
}
