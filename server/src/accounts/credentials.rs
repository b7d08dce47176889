//! A person's own credentials: what there are, proving one again, and changing them.
//!
//! A change needs that a credential was proved lately in the same session. That is checked here
//! before anything that costs much, and again in the commit.

use shared::frame::Refusal;
use shared::id::Micros;

use super::acting_person::ActingPerson;
use super::password_proof::PasswordAttempt;
use super::{Accounts, carry_out, refuse};
use crate::mail::AccountChange;
use crate::store::{
    AccountCommand, AccountCredentials, Session, SignInProof, Viewer, confirmed_until,
};

impl Accounts {
    /// What a person's account has to prove who it is.
    ///
    /// # Errors
    /// The store's.
    pub async fn credentials(&self, viewer: Viewer) -> Result<AccountCredentials, Refusal> {
        self.store.credentials(viewer).await.map_err(refuse)
    }

    /// Until when a session may change credentials; none if a credential has to be proved first.
    pub fn confirmed_until(&self, session: &Session) -> Option<Micros> {
        confirmed_until(session.confirmed_at, self.clock.now())
    }

    /// Proves the password again, with a code if it needs one. Changes of credentials are allowed from now on, until the time
    /// that is returned.
    ///
    /// # Errors
    /// `forbidden` for a guest, those of signing in with a password, or the store's.
    pub async fn confirm_by_password(
        &self,
        who: &ActingPerson,
        password: &str,
        code: Option<&str>,
    ) -> Result<Micros, Refusal> {
        let attempt = PasswordAttempt {
            key: who.username_key()?,
            password,
            code,
            address: who.address,
        };
        let proved = self.prove_password(who.client(), attempt).await?;
        let until = self.confirm(who, proved.proof).await?;
        self.attempt_succeeded(proved.attempt);
        Ok(until)
    }

    /// Notes that the person has proved a credential. Changes of credentials are allowed from now
    /// on, until the time that is returned.
    ///
    /// # Errors
    /// `wrong_credentials` if it does not hold any more or is somebody else's, or the store's.
    pub async fn confirm(&self, who: &ActingPerson, proof: SignInProof) -> Result<Micros, Refusal> {
        let session = who.token.hash();
        let command = AccountCommand::ConfirmSession { session, proof };
        carry_out(self.store.as_ref(), who.actor(), command).await?;
        let now = self.clock.now();
        Ok(confirmed_until(Some(now), now).unwrap_or(now))
    }

    /// Changes the password. All other sessions of the person end.
    ///
    /// # Errors
    /// `confirmation_required`, `forbidden` for a guest, codes about the password,
    /// `rate_limited`, or the store's.
    pub async fn change_password(&self, who: &ActingPerson, password: &str) -> Result<(), Refusal> {
        let attempt = self.count_new_password(&who.username_key()?, who.address)?;
        let place = self.place().await?;
        let ActingPerson { person, .. } = who;
        let known_words = [
            Some(&person.name),
            person.username.as_ref(),
            Some(&place.name),
        ];
        let known_words = known_words.into_iter().flatten().cloned().collect();
        let password = self.hash_new_password(password, known_words).await?;
        let session = who.token.hash();
        let notice = self.notice_to(who, AccountChange::Password).await?;
        let command = notice.with(AccountCommand::SetPassword { session, password });
        carry_out(self.store.as_ref(), who.actor(), command).await?;
        self.notified(who.person.id);
        self.attempt_succeeded(attempt);
        Ok(())
    }
}
