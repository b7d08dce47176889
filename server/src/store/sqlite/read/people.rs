//! People, for who manages them.

use rusqlite::{OptionalExtension, Row, ToSql, Transaction, params};
use shared::error::ErrorCode;
use shared::id::{Micros, UserId};
use shared::model::Role;

use super::invite::role_now;
use super::pool::QueryError;
use crate::store::rules::may_manage;
use crate::store::sqlite::rows;
use crate::store::{Actor, ListedPerson, PeopleFilter, PeoplePage, PeopleSearch, PersonPosition};

/// Rows that one page looks at. Names are compared here: SQLite folds the case of ASCII alone.
const PAGE_ROWS: usize = 20_000;
/// The roles in the order of the list.
const ORDER: [Role; 5] = [
    Role::Owner,
    Role::Administrator,
    Role::Member,
    Role::Bot,
    Role::Guest,
];

/// A page of people.
///
/// # Errors
/// `forbidden` for who manages nobody; SQLite's.
pub fn list(
    snapshot: &Transaction<'_>,
    actor: &Actor,
    search: &PeopleSearch,
    limit: usize,
) -> Result<PeoplePage, QueryError> {
    require_manager(snapshot, actor)?;
    let mut page = match &search.who {
        PeopleFilter::Prefix(prefix) => by_prefix(snapshot, prefix, search.after, limit)?,
        PeopleFilter::Number(user) => one(snapshot, "id = ?1", &user.0)?,
        PeopleFilter::UsernameKey(key) => one(snapshot, "username_key = ?1", key)?,
    };
    add_last_uses(snapshot, &mut page.people)?;
    Ok(page)
}

fn by_prefix(
    snapshot: &Transaction<'_>,
    prefix: &str,
    after: Option<PersonPosition>,
    limit: usize,
) -> Result<PeoplePage, QueryError> {
    let prefix = fold(prefix.trim().trim_start_matches('@'));
    let mut page = PeoplePage::default();
    let mut rows_left = PAGE_ROWS;
    let first = after.map(|after| after.role);
    let roles = ORDER
        .into_iter()
        .skip_while(|role| first.is_some_and(|first| first != *role));
    for role in roles {
        let after = after.filter(|after| after.role == role);
        let mut statement = snapshot.prepare_cached(&format!(
            "SELECT {}, created_at FROM users
             WHERE kind = ?1 AND id > ?2 AND removed_at IS NULL ORDER BY id",
            rows::PROFILE
        ))?;
        let after = after.map_or(i64::MIN, |after| after.user.0);
        let mut rows = statement.query(params![rows::stored_person_role(role), after])?;
        while let Some(row) = rows.next()? {
            let listed = listed_person(row)?;
            let user = listed.person.id;
            rows_left -= 1;
            if matches(&listed, &prefix) {
                page.people.push(listed);
            }
            if page.people.len() >= limit || rows_left == 0 {
                page.next = Some(PersonPosition { role, user });
                return Ok(page);
            }
        }
    }
    Ok(page)
}

fn one(
    snapshot: &Transaction<'_>,
    condition: &str,
    value: &dyn ToSql,
) -> Result<PeoplePage, QueryError> {
    let found = snapshot
        .prepare_cached(&format!(
            "SELECT {}, created_at FROM users WHERE {condition} AND removed_at IS NULL",
            rows::PROFILE
        ))?
        .query_row([value], listed_person)
        .optional()?;
    Ok(PeoplePage {
        people: found.into_iter().collect(),
        next: None,
    })
}

/// Refuses who manages nobody.
///
/// # Errors
/// `forbidden`; SQLite's.
pub(super) fn require_manager(snapshot: &Transaction<'_>, actor: &Actor) -> Result<(), QueryError> {
    let role = match actor {
        Actor::Operator => Some(Role::Owner),
        Actor::User(user) | Actor::RoomGuest(user, _) => role_now(snapshot, user.0)?,
        Actor::Named(_) => None,
    };
    if role.is_some_and(|role| may_manage(role, Role::Guest)) {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden.into())
    }
}

fn listed_person(row: &Row<'_>) -> rusqlite::Result<ListedPerson> {
    Ok(ListedPerson {
        person: rows::profile(row)?,
        created_at: Micros(row.get(rows::PROFILE_COLUMNS)?),
        used_at: None,
    })
}

fn add_last_uses(snapshot: &Transaction<'_>, people: &mut [ListedPerson]) -> rusqlite::Result<()> {
    let mut statement =
        snapshot.prepare_cached("SELECT max(used_at) FROM sessions WHERE user = ?1")?;
    for listed in people {
        let UserId(user) = listed.person.id;
        let used_at: Option<i64> = statement.query_row([user], |row| row.get(0))?;
        listed.used_at = used_at.map(Micros);
    }
    Ok(())
}

fn matches(listed: &ListedPerson, prefix: &str) -> bool {
    if prefix.is_empty() {
        return true;
    }
    let person = &listed.person;
    let username = person.username.as_deref().unwrap_or_default();
    let name = fold(&person.name);
    // The prefix may have several words.
    let mut starts = name.char_indices().filter(|(at, _)| {
        name[..*at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric())
    });
    username.starts_with(prefix) || starts.any(|(at, _)| name[at..].starts_with(prefix))
}

/// Without differences of case.
fn fold(text: &str) -> String {
    crate::names::to_nfc(text).to_lowercase()
}
