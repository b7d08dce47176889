//! The audit log, for who manages people.

use rusqlite::types::Value as SqlValue;
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};
use shared::audit::AuditAction;
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::model::Profile;

use super::people::require_manager;
use super::pool::QueryError;
use crate::store::sqlite::rows;
use crate::store::{Actor, AuditEntry, AuditId, AuditSearch};

const COLUMNS: &str = "id, at, actor, action, person, room, seq, detail";

/// Entries, the newest first.
///
/// # Errors
/// `forbidden` for who manages nobody; SQLite's.
pub fn list(
    snapshot: &Transaction<'_>,
    actor: &Actor,
    search: AuditSearch,
    limit: usize,
) -> Result<Vec<AuditEntry>, QueryError> {
    require_manager(snapshot, actor)?;
    let (sql, values) = statement(search, limit);
    let mut entries = snapshot
        .prepare_cached(&sql)?
        .query_map(params_from_iter(values), entry)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for entry in &mut entries {
        for person in [&mut entry.actor, &mut entry.person].into_iter().flatten() {
            find_person(snapshot, person)?;
        }
        if let Some((room, name)) = &mut entry.room {
            *name = room_name(snapshot, *room)?;
        }
    }
    Ok(entries)
}

/// The statement of a search. What a person did and what was done to the person are found by an index
/// each.
fn statement(search: AuditSearch, limit: usize) -> (String, Vec<SqlValue>) {
    let before = search.before.map_or(i64::MAX, |before| before.0);
    let since = search.since.map_or(i64::MIN, |since| since.0);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values: Vec<SqlValue> = vec![before.into(), since.into(), limit.into()];
    let mut conditions = "id < ?1 AND at >= ?2".to_owned();
    if let Some(action) = search.action {
        values.push(action.name().to_owned().into());
        conditions += &format!(" AND action = ?{}", values.len());
    }
    let page = "ORDER BY id DESC LIMIT ?3";
    let Some(person) = search.person else {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE {conditions} {page}");
        return (sql, values);
    };
    values.push(person.0.into());
    let place = values.len();
    let part = |column: &str| {
        format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM audit
             WHERE {column} = ?{place} AND {conditions} {page})"
        )
    };
    let sql = format!("{} UNION {} {page}", part("actor"), part("person"));
    (sql, values)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let person = |column: usize| -> rusqlite::Result<Option<Profile>> {
        let user: Option<i64> = row.get(column)?;
        Ok(user.map(|user| erased(UserId(user))))
    };
    let action: String = row.get(3)?;
    let room: Option<i64> = row.get(5)?;
    let detail: String = row.get(7)?;
    Ok(AuditEntry {
        id: AuditId(row.get(0)?),
        at: Micros(row.get(1)?),
        actor: person(2)?,
        action: AuditAction::from_name(&action).unwrap_or(AuditAction::Unknown),
        person: person(4)?,
        room: room.map(|room| (RoomId(room), None)),
        seq: row.get::<_, Option<i64>>(6)?.map(Seq),
        // Only objects were ever stored.
        detail: serde_json::from_str(&detail).unwrap_or_default(),
    })
}

/// Somebody of whom nothing but the number is left.
fn erased(user: UserId) -> Profile {
    Profile {
        deleted: true,
        ..Profile::guest(user, String::new(), Rev::ZERO)
    }
}

/// Fills in what is known of a person now.
fn find_person(snapshot: &Transaction<'_>, person: &mut Profile) -> rusqlite::Result<()> {
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT {} FROM users WHERE id = ?1",
            rows::PROFILE
        ))?
        .query_row([person.id.0], rows::profile)
        .optional()?;
    if let Some(found) = found {
        *person = found;
    }
    Ok(())
}

/// The name of a room that everybody may see.
fn room_name(snapshot: &Transaction<'_>, room: RoomId) -> rusqlite::Result<Option<String>> {
    snapshot
        .prepare_cached("SELECT name FROM rooms WHERE id = ?1 AND kind = 0 AND removed_at IS NULL")?
        .query_row([room.0], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::test_store::plan;

    /// A page must not go through all entries of a long log.
    #[test]
    fn a_page_is_found_by_an_index_whatever_is_looked_for() {
        let person = AuditSearch {
            person: Some(UserId(1)),
            ..AuditSearch::default()
        };
        let action = AuditSearch {
            action: Some(AuditAction::BanPerson),
            ..AuditSearch::default()
        };
        for (search, indexes) in [
            (AuditSearch::default(), &["PRIMARY KEY"][..]),
            (action, &["audit_action"]),
            (person, &["audit_actor", "audit_person"]),
        ] {
            let (sql, values) = statement(search, 50);
            let sql =
                (1..=values.len()).fold(sql, |sql, place| sql.replace(&format!("?{place}"), "1"));
            let plan = plan(&sql);
            assert!(
                plan.iter().all(|step| !step.starts_with("SCAN audit")),
                "{plan:?}"
            );
            for index in indexes {
                assert!(
                    plan.iter().any(|step| step.contains(index)),
                    "{index}: {plan:?}"
                );
            }
        }
    }
}
