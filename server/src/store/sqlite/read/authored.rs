//! Queries for moderation: what an author wrote since a moment, and blocked networks.

use rusqlite::{Transaction, params};
use shared::id::{Micros, RoomId, Seq};

use super::pool::QueryError;
use super::visibility::json_list;
use crate::network::Network;
use crate::store::sqlite::tables::network_address;
use crate::store::{AuthorFilter, AuthoredItems};

/// Messages that one page looks at, because there is no index by author.
const PAGE_ROWS: i64 = 20_000;

/// The page that begins at `from`.
///
/// # Errors
/// SQLite's.
pub fn since(
    snapshot: &Transaction<'_>,
    author: AuthorFilter,
    since: Micros,
    from: i64,
) -> Result<AuthoredItems, QueryError> {
    // Either the person is set, or the list of addresses is not empty.
    let (person, addresses) = match author {
        AuthorFilter::Person(user) => (Some(user.0), "[]".to_owned()),
        AuthorFilter::Network(network) => (None, addresses_in(snapshot, network)?),
    };
    let last: i64 = snapshot
        .prepare_cached("SELECT coalesce(max(id), 0) FROM messages")?
        .query_row([], |row| row.get(0))?;
    let end = from.saturating_add(PAGE_ROWS);
    let messages = snapshot
        .prepare_cached(
            "SELECT room, seq FROM messages
             WHERE id >= ?1 AND id < ?2 AND posted_at >= ?3 AND deleted_at IS NULL
             AND event IS NULL AND (author = ?4 OR posted_from IN (SELECT value FROM json_each(?5)))",
        )?
        .query_map(params![from, end, since.0, person, addresses], |row| {
            Ok((RoomId(row.get(0)?), Seq(row.get(1)?)))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let rooms = if from == 0 {
        snapshot
            .prepare_cached(
                "SELECT id FROM rooms WHERE created_at >= ?1 AND removed_at IS NULL AND id <> ?2
                 AND kind <> 2 AND (created_by = ?3 OR created_from IN (SELECT value FROM json_each(?4)))",
            )?
            .query_map(
                params![since.0, RoomId::LOBBY.0, person, addresses],
                |row| Ok(RoomId(row.get(0)?)),
            )?
            .collect::<Result<Vec<_>, _>>()?
    } else {
        Vec::new()
    };
    Ok(AuthoredItems {
        messages,
        rooms,
        next: (end <= last).then_some(end),
    })
}

/// The ids of the addresses in a network, as a JSON list.
fn addresses_in(snapshot: &Transaction<'_>, network: Network) -> Result<String, QueryError> {
    let mut statement = snapshot.prepare_cached("SELECT id, network FROM addresses")?;
    let mut rows = statement.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(1)?;
        if network_address(&bytes).is_some_and(|address| network.contains(address)) {
            ids.push(row.get(0)?);
        }
    }
    Ok(json_list(ids.into_iter()))
}

/// The blocked networks, each until when.
///
/// # Errors
/// SQLite's.
pub fn blocks(snapshot: &Transaction<'_>) -> Result<Vec<(Network, Micros)>, QueryError> {
    let blocks = snapshot
        .prepare_cached("SELECT network, until FROM blocks ORDER BY network")?
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, Micros(row.get(1)?)))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    // Only valid networks were ever stored.
    let parsed = blocks
        .into_iter()
        .filter_map(|(network, until)| Some((network.parse().ok()?, until)));
    Ok(parsed.collect())
}
