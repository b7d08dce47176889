//! Rows of links that work once.

use rusqlite::{Row, params};
use shared::id::{Micros, UserId};

use super::{Answer, SqliteTables};
use crate::store::rules::{AccountRow, LinkRow};
use crate::store::sqlite::rows;
use crate::store::{LinkHash, SecondFactorFate, SessionId};

/// The columns that [`link`] reads, of `links`.
pub const LINK: &str =
    "purpose, user, session, created_by, created_at, expires_at, removes_second_factor";

/// A link from the columns of [`LINK`]; none for one of a purpose that is not known.
pub fn link(row: &Row<'_>) -> rusqlite::Result<Option<LinkRow>> {
    let Some(purpose) = rows::link_purpose(row.get(0)?) else {
        return Ok(None);
    };
    Ok(Some(LinkRow {
        purpose,
        user: row.get::<_, Option<i64>>(1)?.map(UserId),
        session: row.get::<_, Option<i64>>(2)?.map(SessionId),
        created_by: row.get::<_, Option<i64>>(3)?.map(UserId),
        created_at: Micros(row.get(4)?),
        expires_at: Micros(row.get(5)?),
        second_factor: if row.get(6)? {
            SecondFactorFate::Remove
        } else {
            SecondFactorFate::Keep
        },
    }))
}

impl SqliteTables<'_> {
    pub(super) fn find_link(&self, token: &LinkHash) -> Answer<Option<AccountRow>> {
        let sql = format!("SELECT {LINK} FROM links WHERE token_hash = ?1");
        let found = self.one(&sql, [token.as_slice()], link)?.flatten();
        Ok(found.map(AccountRow::Link))
    }

    pub(super) fn links_of(&self, user: Option<UserId>) -> Answer<AccountRow> {
        let sql = "SELECT token_hash, purpose FROM links WHERE user IS ?1";
        let links = self.all(sql, [user.map(|user| user.0)], |row| {
            let purpose = rows::link_purpose(row.get(1)?);
            let token: LinkHash = row.get(0)?;
            Ok(purpose.map(|purpose| (token, purpose)))
        })?;
        Ok(AccountRow::Links(links.into_iter().flatten().collect()))
    }

    /// A link never changes.
    pub(super) fn put_link(&self, token: &LinkHash, row: &LinkRow) -> Answer<()> {
        self.execute(
            "INSERT INTO links (token_hash, purpose, user, session, created_by, created_at,
               expires_at, removes_second_factor)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                token.as_slice(),
                rows::stored_link_purpose(row.purpose),
                row.user.map(|user| user.0),
                row.session.map(|session| session.0),
                row.created_by.map(|user| user.0),
                row.created_at.0,
                row.expires_at.0,
                row.second_factor == SecondFactorFate::Remove
            ],
        )
    }
}
