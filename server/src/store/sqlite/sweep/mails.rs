//! Sweeps what mail has left.

use rusqlite::{Connection, params};
use shared::id::Micros;

use super::progress::{Progress, STEP_ROWS};

/// Mails that are of no use any more. Mostly their sender has deleted them; this is for a server
/// that sends no mail any more.
pub fn mails(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(
            "DELETE FROM mails WHERE id IN
             (SELECT id FROM mails WHERE expires_at <= ?1 LIMIT ?2)",
        )?
        .execute(params![now.0, STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}

/// Addresses that nobody has proved in time.
pub fn addresses(connection: &Connection, now: Micros) -> rusqlite::Result<Progress> {
    let taken = connection
        .prepare_cached(
            "UPDATE mail_addresses SET asked = NULL, asked_token = NULL, asked_until = NULL
             WHERE user IN (SELECT user FROM mail_addresses WHERE asked_until <= ?1 LIMIT ?2)",
        )?
        .execute(params![now.0, STEP_ROWS])?;
    connection
        .prepare_cached(
            "DELETE FROM mail_addresses WHERE user IN
             (SELECT user FROM mail_addresses WHERE address IS NULL AND asked IS NULL LIMIT ?1)",
        )?
        .execute([STEP_ROWS])?;
    Ok(Progress::by_count(taken))
}
