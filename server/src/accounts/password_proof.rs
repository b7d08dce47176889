//! Proving by a password who somebody is: to sign in, and before a change of credentials.

use std::net::IpAddr;
use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::UserId;
use shared::model::Role;

use super::password::Verification;
use super::throttle::{AccountKey, AddressOfAttempt};
use super::{Accounts, password_refusal};
use crate::store::{
    PasswordHash, QueryClient, SecondFactor, SignInProof, SignInRecord, TotpRecord, Viewer,
};

/// Somebody who tries to prove by a password who it is.
pub(super) struct PasswordAttempt<'a> {
    /// The key of the username.
    pub key: String,
    /// The password.
    pub password: &'a str,
    /// A code of an authenticator app, or a recovery code.
    pub code: Option<&'a str>,
    /// The address that it comes from.
    pub address: IpAddr,
}

/// A password that was right.
pub(super) struct ProvedPassword {
    /// Whose it is.
    pub user: UserId,
    /// The person's role.
    pub role: Role,
    /// What the commit looks at again.
    pub proof: SignInProof,
    /// For [`Accounts::attempt_succeeded`].
    pub attempt: CountedAttempt,
}

/// An attempt that the throttle has counted.
#[derive(Clone, Copy)]
pub(super) struct CountedAttempt {
    account: AccountKey,
    address: IpAddr,
    kind: AddressOfAttempt,
}

impl Accounts {
    /// Verifies a password and, if it needs one, a code. An unknown name is answered as a wrong password is, and takes as
    /// long. The attempt is counted.
    ///
    /// # Errors
    /// `wrong_credentials`; said only to who knows the password `account_deactivated`,
    /// `code_required` and `code_invalid`;
    /// `rate_limited` with the time to wait, or the store's.
    pub(super) async fn prove_password(
        &self,
        client: QueryClient,
        attempt: PasswordAttempt<'_>,
    ) -> Result<ProvedPassword, Refusal> {
        let PasswordAttempt {
            key,
            password,
            code,
            address,
        } = attempt;
        let account = AccountKey::of(&key);
        let record = self.store.sign_in_record(client, key).await;
        let record = record.map_err(super::refuse)?;
        let attempt = self
            .begin_attempt(account, record.as_ref(), address)
            .await?;
        let stored = record.as_ref().and_then(|record| record.password.clone());
        let phc = stored.as_ref().map(|hash| hash.0.clone());
        let found = self.hasher.verify(phc, password).await;
        let found = found.map_err(password_refusal)?;
        let is_right = found != Verification::Wrong;
        let (Some(record), Some(verified), true) = (record, stored, is_right) else {
            return Err(Refusal::new(ErrorCode::WrongCredentials));
        };
        if record.is_deactivated {
            return Err(Refusal::new(ErrorCode::AccountDeactivated));
        }
        let second = match &record.totp {
            Some(totp) => Some(self.prove_second(totp, code, attempt)?),
            None => None,
        };
        let rehashed = match found {
            // If it cannot be now, the next sign-in does it.
            Verification::RightButOutdated => self.hasher.hash(password).await.ok(),
            Verification::Right | Verification::Wrong => None,
        };
        let user = record.user;
        let proof = SignInProof::Password {
            user,
            verified,
            second,
            rehashed: rehashed.map(PasswordHash),
        };
        Ok(ProvedPassword {
            user,
            role: record.role,
            proof,
            attempt,
        })
    }

    /// Looks at the code that somebody typed who knows the password. Attempts at codes are counted
    /// besides: a code has only six digits.
    pub(super) fn prove_second(
        &self,
        totp: &TotpRecord,
        code: Option<&str>,
        attempt: CountedAttempt,
    ) -> Result<SecondFactor, Refusal> {
        let code = code.filter(|code| !code.trim().is_empty());
        let code = code.ok_or_else(|| Refusal::new(ErrorCode::CodeRequired))?;
        let CountedAttempt {
            account,
            address,
            kind,
        } = attempt;
        self.throttle
            .begin_code(account, address, kind, Instant::now())
            .map_err(crate::chat::rate_limits::refuse_until)?;
        self.second_factor(totp, code)
    }

    /// Forgets the attempts before one that has succeeded.
    pub(super) fn attempt_succeeded(&self, attempt: CountedAttempt) {
        self.throttle.succeeded(attempt.account, attempt.address);
    }

    /// Counts the choice of a password, which costs as much as an attempt.
    ///
    /// # Errors
    /// `rate_limited` with the time to wait.
    pub(super) fn count_new_password(
        &self,
        key: &str,
        address: IpAddr,
    ) -> Result<CountedAttempt, Refusal> {
        self.count(AccountKey::of(key), address, AddressOfAttempt::Known)
    }

    /// Counts an attempt at a new password by a link. No text that somebody types as a username
    /// has this key: they are trimmed.
    ///
    /// # Errors
    /// `rate_limited` with the time to wait.
    pub(super) fn count_reset(
        &self,
        user: UserId,
        address: IpAddr,
    ) -> Result<CountedAttempt, Refusal> {
        let account = AccountKey::of(&format!(" reset {user}"));
        self.count(account, address, AddressOfAttempt::Unknown)
    }

    /// Counts an attempt. Somebody who is signed in at the same address is not kept out by the
    /// attempts of strangers elsewhere.
    async fn begin_attempt(
        &self,
        account: AccountKey,
        record: Option<&SignInRecord>,
        address: IpAddr,
    ) -> Result<CountedAttempt, Refusal> {
        // Also of a name that nobody has: the time of the answer must not tell them apart.
        let user = record.map_or(UserId(0), |record| record.user);
        let sessions = self.store.sessions(Viewer::of(user)).await;
        let sessions = sessions.map_err(super::refuse)?;
        let here = address.to_string();
        let is_known = sessions
            .iter()
            .any(|session| session.network.as_deref() == Some(&*here));
        let kind = if is_known {
            AddressOfAttempt::Known
        } else {
            AddressOfAttempt::Unknown
        };
        self.count(account, address, kind)
    }

    fn count(
        &self,
        account: AccountKey,
        address: IpAddr,
        kind: AddressOfAttempt,
    ) -> Result<CountedAttempt, Refusal> {
        self.throttle
            .begin(account, address, kind, Instant::now())
            .map_err(crate::chat::rate_limits::refuse_until)?;
        Ok(CountedAttempt {
            account,
            address,
            kind,
        })
    }
}
