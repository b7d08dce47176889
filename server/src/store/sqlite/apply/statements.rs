//! The statements that every post runs, looked up once for a whole transaction.

use rusqlite::{CachedStatement, Connection};

/// A statement that is looked up when it is first used.
pub struct Held<'a> {
    sql: &'static str,
    statement: Option<CachedStatement<'a>>,
}

impl<'a> Held<'a> {
    /// The statement of this text.
    pub fn new(sql: &'static str) -> Self {
        Held {
            sql,
            statement: None,
        }
    }

    /// Ready to run.
    pub fn on(&mut self, connection: &'a Connection) -> rusqlite::Result<&mut CachedStatement<'a>> {
        let statement = match self.statement.take() {
            Some(statement) => statement,
            None => connection.prepare_cached(self.sql)?,
        };
        Ok(self.statement.insert(statement))
    }
}

/// What carrying out a post asks of the store.
pub struct Statements<'a> {
    /// The post that a client's id belongs to.
    pub posted: Held<'a>,
    /// The answer that was given to a client's id.
    pub receipt: Held<'a>,
    /// Stores a post.
    pub post: Held<'a>,
}

impl Default for Statements<'_> {
    fn default() -> Self {
        Statements {
            posted: Held::new(
                "SELECT digest, room, seq, posted_rev FROM messages WHERE client_id = ?1 AND author = ?2",
            ),
            receipt: Held::new(
                "SELECT digest, room, seq, rev FROM receipts WHERE client_id = ?1 AND author = ?2",
            ),
            post: Held::new(
                "INSERT INTO messages (room, seq, rev, posted_rev, author, author_name, client_id, digest, body, posted_at,
                    posted_from, client_id_case)
                 VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            ),
        }
    }
}
