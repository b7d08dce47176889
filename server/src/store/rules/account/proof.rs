//! What somebody has proved outside of the commit, looked at again inside.

use shared::error::ErrorCode;
use shared::model::Profile;

use super::super::tables::Tables;
use super::super::{AccountKey, AccountRow, RuleResult, Rules};
use crate::store::SignInProof;

/// A proof that still holds.
pub(super) struct HeldProof {
    /// Who it is; without the username.
    pub person: Profile,
    /// The rows that change by its use; none deletes.
    pub spends: Vec<(AccountKey, Option<AccountRow>)>,
}

impl<T: Tables> Rules<T> {
    /// Whose a proof is, if it still holds. Changes nothing.
    ///
    /// Refuses with `wrong_credentials`, with `code_required` or `code_invalid` after the right
    /// password and, if the proof holds, with `account_deactivated`.
    pub(super) fn check_proof(&mut self, proof: &SignInProof) -> RuleResult<HeldProof, T> {
        let (user, spends) = match proof {
            SignInProof::Password {
                user,
                verified,
                second,
                rehashed,
            } => {
                let changed_at = match self.password(*user)? {
                    Some((stored, changed_at)) if stored == *verified => changed_at,
                    _ => return Err(ErrorCode::WrongCredentials.into()),
                };
                let mut spends = Vec::from_iter(self.check_second(*user, second.as_ref())?);
                spends.extend(rehashed.as_ref().map(|hash| {
                    // It is the same password.
                    let row = AccountRow::Password(hash.clone(), changed_at);
                    (AccountKey::Password(*user), Some(row))
                }));
                (*user, spends)
            }
            SignInProof::External(identity) => {
                let row = self.external(identity)?;
                (row.ok_or(ErrorCode::WrongCredentials)?.user, Vec::new())
            }
            SignInProof::Passkey {
                user,
                credential,
                counter,
            } => {
                let row = self.used_passkey(*user, credential, *counter)?;
                let key = AccountKey::Passkey(credential.clone());
                (*user, vec![(key, Some(AccountRow::Passkey(row)))])
            }
        };
        let person = match self.tables.person(user)? {
            Some(person) if person.removed_at.is_none() => person.clone(),
            _ => return Err(ErrorCode::WrongCredentials.into()),
        };
        if person.deactivated_at.is_some() {
            return Err(ErrorCode::AccountDeactivated.into());
        }
        let person = person.profile;
        Ok(HeldProof { person, spends })
    }

    /// Writes what the use of a proof changes.
    pub(super) fn spend(&mut self, proof: HeldProof) -> RuleResult<(), T> {
        for (key, row) in proof.spends {
            self.tables.put_account(&key, row.as_ref())?;
        }
        Ok(())
    }
}
