//! A person's own credentials. Each change needs a confirmed session.

use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, Applied, Rules};
use crate::store::{Actor, Outcome, PasswordHash, TokenHash};

impl<T: Tables> Rules<T> {
    /// Sets the password, and ends all other sessions of the person.
    pub(super) fn set_password(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        password: &PasswordHash,
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        let sessions = self.sessions_of(user)?;
        // Decided: from here on it writes.
        let row = AccountRow::Password(password.clone(), self.config.now);
        let key = AccountKey::Password(user);
        self.tables.put_account(&key, Some(&row))?;
        for other in sessions.into_iter().filter(|row| row.token != *session) {
            self.end_session(other.token)?;
        }
        Ok(Outcome::Done)
    }
}
