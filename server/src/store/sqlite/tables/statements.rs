//! The statements that every post executes, looked up once per transaction.

use rusqlite::{CachedStatement, Connection};

/// A statement that is looked up when it is first used, and then kept.
pub struct LazyStatement<'a> {
    sql: &'static str,
    statement: Option<CachedStatement<'a>>,
}

impl<'a> LazyStatement<'a> {
    /// A statement with this SQL.
    pub fn new(sql: &'static str) -> Self {
        LazyStatement {
            sql,
            statement: None,
        }
    }

    /// The prepared statement.
    pub fn prepared(
        &mut self,
        connection: &'a Connection,
    ) -> rusqlite::Result<&mut CachedStatement<'a>> {
        let statement = match self.statement.take() {
            Some(statement) => statement,
            None => connection.prepare_cached(self.sql)?,
        };
        Ok(self.statement.insert(statement))
    }
}

/// The statements of a post.
pub struct Statements<'a> {
    /// Finds a message by its `client_id`.
    pub find_posted: LazyStatement<'a>,
    /// Finds a receipt by its `client_id`.
    pub find_receipt: LazyStatement<'a>,
    /// Finds a membership; not of posts in public rooms.
    pub find_membership: LazyStatement<'a>,
    /// Inserts a message.
    pub insert_post: LazyStatement<'a>,
}

impl Default for Statements<'_> {
    fn default() -> Self {
        Statements {
            find_posted: LazyStatement::new(
                "SELECT digest, room, seq, posted_rev FROM messages WHERE client_id = ?1 AND author = ?2",
            ),
            find_receipt: LazyStatement::new(
                "SELECT digest, room, seq, rev FROM receipts WHERE client_id = ?1 AND author = ?2",
            ),
            find_membership: LazyStatement::new(
                "SELECT role, rev, own_rev, joined_at, left_at FROM memberships
                 WHERE room = ?1 AND user = ?2",
            ),
            insert_post: LazyStatement::new(
                "INSERT INTO messages (room, seq, rev, posted_rev, author, author_name, client_id, digest, body, posted_at,
                    posted_from, client_id_case, event)
                 VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            ),
        }
    }
}
