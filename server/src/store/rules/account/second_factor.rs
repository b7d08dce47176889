//! The second factor of a password: an authenticator app, and codes that replace it.

use shared::audit::AuditAction;
use shared::error::ErrorCode;
use shared::id::UserId;

use super::super::audit::Act;
use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, Applied, RuleResult, Rules, SessionRow, TotpRow};
use crate::store::{Actor, Outcome, RecoveryCodeHash, SecondFactor, TokenHash, TotpKey};

impl<T: Tables> Rules<T> {
    /// What the use of a second factor changes; none if the person has none. Changes nothing yet.
    ///
    /// Refuses with `code_required` or `code_invalid`.
    pub(super) fn check_second(
        &mut self,
        user: UserId,
        second: Option<&SecondFactor>,
    ) -> RuleResult<Option<(AccountKey, Option<AccountRow>)>, T> {
        let Some(row) = self.totp(user)? else {
            return Ok(None);
        };
        let Some(second) = second else {
            return Err(ErrorCode::CodeRequired.into());
        };
        let invalid = || ErrorCode::CodeInvalid.into();
        match second {
            SecondFactor::Totp { key, step } => {
                if row.key != *key || *step <= row.last_step {
                    return Err(invalid());
                }
                let after = AccountRow::Totp(TotpRow {
                    last_step: *step,
                    ..row
                });
                Ok(Some((AccountKey::Totp(user), Some(after))))
            }
            SecondFactor::RecoveryCode(hash) => {
                let mut codes = self.recovery_codes(user)?;
                let at = codes.iter().position(|code| code == hash);
                codes.swap_remove(at.ok_or_else(invalid)?);
                let left = AccountRow::RecoveryCodes(codes);
                Ok(Some((AccountKey::RecoveryCodes(user), Some(left))))
            }
        }
    }

    /// From now on the password needs a code besides. Without a password it is refused.
    pub(super) fn set_totp(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        key: &TotpKey,
        step: i64,
        codes: &[RecoveryCodeHash],
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        if self.password(user)?.is_none() {
            return Err(ErrorCode::Forbidden.into());
        }
        // A code counts once, here too.
        let was_used = |row: TotpRow| row.key == *key && step <= row.last_step;
        if self.totp(user)?.is_some_and(was_used) {
            return Err(ErrorCode::CodeInvalid.into());
        }
        // A password alone was enough for what other sessions have proved.
        let others = self.sessions_of(user)?.into_iter();
        let others: Vec<_> = others.filter(|row| row.token != *session).collect();
        // Decided: from here on it writes.
        for row in others {
            let confirmed_at = None;
            self.put_session(SessionRow {
                confirmed_at,
                ..row
            })?;
        }
        let row = AccountRow::Totp(TotpRow {
            key: key.clone(),
            last_step: step,
            confirmed_at: self.config.now,
        });
        self.tables
            .put_account(&AccountKey::Totp(user), Some(&row))?;
        self.put_recovery_codes(user, codes)
    }

    /// The password needs no code any more. It is no error if it needed none.
    pub(super) fn remove_totp(&mut self, actor: &Actor, session: &TokenHash) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        if self.totp(user)?.is_none() {
            return Ok(Outcome::Unchanged);
        }
        self.remove_second_factor(user)
    }

    /// The same by the operator.
    pub(super) fn clear_second_factor(&mut self, actor: &Actor, user: UserId) -> Applied<T> {
        Self::require_operator(actor)?;
        self.note(actor, Act::new(AuditAction::RemoveSecondFactor).to(user))?;
        self.remove_second_factor(user)
    }

    fn remove_second_factor(&mut self, user: UserId) -> Applied<T> {
        // Decided: from here on it writes.
        self.end_second_factor(user)
    }

    /// Forgets the app and the recovery codes of a person, who may have none.
    pub(super) fn end_second_factor(&mut self, user: UserId) -> Applied<T> {
        self.tables.put_account(&AccountKey::Totp(user), None)?;
        self.put_recovery_codes(user, &[])
    }

    /// Sets the recovery codes of somebody who has an app to lose.
    pub(super) fn set_recovery_codes(
        &mut self,
        actor: &Actor,
        session: &TokenHash,
        codes: &[RecoveryCodeHash],
    ) -> Applied<T> {
        let user = self.require_confirmed(actor, session)?;
        if self.totp(user)?.is_none() {
            return Err(ErrorCode::NotFound.into());
        }
        // Decided: from here on it writes.
        self.put_recovery_codes(user, codes)
    }

    fn put_recovery_codes(&mut self, user: UserId, codes: &[RecoveryCodeHash]) -> Applied<T> {
        let row = AccountRow::RecoveryCodes(codes.into());
        let key = AccountKey::RecoveryCodes(user);
        self.tables.put_account(&key, Some(&row))?;
        Ok(Outcome::Done)
    }
}
