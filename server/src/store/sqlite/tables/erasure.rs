//! Erases what is known of a person who is deleted.

use shared::id::UserId;

use super::{Answer, SqliteTables};

/// The tables whose rows belong to one person, by their column `user`. Nothing of them outlives
/// the person.
const PERSONAL: [&str; 4] = [
    "passkeys",
    "passwords",
    "user_handles",
    "external_identities",
];

impl SqliteTables<'_> {
    /// Deletes what belongs to a person alone. The rules delete sessions and links, and change the person's
    /// own row; the sweeper deletes what nobody can reach any more, such as read marks.
    pub(super) fn erase_person(&self, user: UserId) -> Answer<()> {
        for table in PERSONAL {
            let sql = format!("DELETE FROM {table} WHERE user = ?1");
            self.execute(&sql, [user.0])?;
        }
        Ok(())
    }
}
