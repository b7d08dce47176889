//! Links that work once: what one is for.

use rusqlite::{OptionalExtension, Transaction, params};
use shared::id::Micros;
use shared::model::Role;

use super::account::person;
use super::invite::role_now;
use super::pool::QueryError;
use crate::store::rules::{LinkRow, may_manage};
use crate::store::sqlite::tables::{LINK, link};
use crate::store::{LinkHash, LinkPurpose, OpenLink};

/// What a link is for, and for whom; none if it does not work. It decides as the rules for its
/// use do.
///
/// # Errors
/// SQLite's.
pub fn open(
    snapshot: &Transaction<'_>,
    token: &LinkHash,
    now: Micros,
) -> Result<Option<OpenLink>, QueryError> {
    let found = snapshot
        .prepare_cached(&format!("SELECT {LINK} FROM links WHERE token_hash = ?1"))?
        .query_row([token.as_slice()], link)
        .optional()?
        .flatten();
    let Some(row) = found.filter(|row| row.expires_at > now) else {
        return Ok(None);
    };
    let Some(user) = row.user else {
        return Ok((row.purpose == LinkPurpose::Claim).then_some(OpenLink {
            purpose: row.purpose,
            person: None,
            second_factor: row.second_factor,
            expires_at: row.expires_at,
        }));
    };
    let role = role_now(snapshot, user.0)?;
    let is_usable = match role {
        Some(role) => has_session(snapshot, &row)? && may_maker(snapshot, &row, role)?,
        None => false,
    };
    if !is_usable {
        return Ok(None);
    }
    Ok(person(snapshot, user)?.map(|person| OpenLink {
        purpose: row.purpose,
        person: Some(person),
        second_factor: row.second_factor,
        expires_at: row.expires_at,
    }))
}

/// Whether the session from which a link was made, if any, has not ended.
fn has_session(snapshot: &Transaction<'_>, row: &LinkRow) -> Result<bool, QueryError> {
    let (Some(session), Some(user)) = (row.session, row.user) else {
        return Ok(true);
    };
    let exists = snapshot
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM sessions WHERE id = ?1 AND user = ?2)")?
        .query_row(params![session.0, user.0], |row| row.get(0))?;
    Ok(exists)
}

/// Whether who made a link may still do so, for a person who has this role now.
fn may_maker(snapshot: &Transaction<'_>, row: &LinkRow, role: Role) -> Result<bool, QueryError> {
    if row.purpose != LinkPurpose::Reset {
        return Ok(true);
    }
    let maker = match row.created_by {
        None => Some(Role::Owner),
        Some(user) => role_now(snapshot, user.0)?,
    };
    Ok(maker.is_some_and(|maker| may_manage(maker, role)))
}
