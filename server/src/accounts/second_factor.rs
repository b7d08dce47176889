//! The second factor of a password: turning an authenticator app on and off, and recovery codes.
//!
//! What is checked here against the stored row is checked again in the commit, where the code is
//! spent.

use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::acting_person::ActingPerson;
use super::recovery_codes::RecoveryCode;
use super::totp::{self, TotpSecret, TotpStep};
use super::{Accounts, carry_out};
use crate::mail::AccountChange;
use crate::store::{AccountCommand, SecondFactor, TotpKey, TotpRecord};

/// What an authenticator app has to learn.
pub struct TotpOffer {
    /// The key, as a person types it.
    pub key: String,
    /// The address that the app reads from a QR code.
    pub uri: String,
}

impl Accounts {
    /// A new key for an authenticator app. Nothing is stored: the app has to show first that it
    /// has it ([`Accounts::turn_totp_on`]).
    ///
    /// # Errors
    /// `forbidden` for a guest, or the store's.
    pub async fn offer_totp(&self, who: &ActingPerson) -> Result<TotpOffer, Refusal> {
        let username = who.username()?;
        let place = self.place().await?;
        let issuer = [Some(place.name), self.host.clone()];
        let mut issuer = issuer.into_iter().flatten().filter(|name| !name.is_empty());
        let issuer = issuer.next().unwrap_or_else(|| "Madang".to_owned());
        let secret = TotpSecret::random().ok_or_else(failed)?;
        Ok(TotpOffer {
            key: secret.text(),
            uri: secret.uri(&issuer, username),
        })
    }

    /// From now on the password needs a code of the app that has this key. Returns the recovery
    /// codes, which are shown once. An app from before is void, and so are its recovery codes.
    ///
    /// # Errors
    /// `bad_command` for another key than one that was offered, `code_invalid`, and
    /// `confirmation_required`; `forbidden` for who has no password; or the store's.
    pub async fn turn_totp_on(
        &self,
        who: &ActingPerson,
        key: &str,
        code: &str,
    ) -> Result<Vec<RecoveryCode>, Refusal> {
        let secret = TotpSecret::parse(key).ok_or_else(|| Refusal::new(ErrorCode::BadCommand))?;
        let step = totp::verify(&secret, code, self.now_seconds(), None);
        let step = step.ok_or_else(|| Refusal::new(ErrorCode::CodeInvalid))?;
        let codes = RecoveryCode::random_set().ok_or_else(failed)?;
        let command = AccountCommand::SetTotp {
            session: who.token.hash(),
            key: TotpKey(secret.as_bytes().into()),
            step: step.0,
            codes: codes.iter().map(RecoveryCode::hash).collect(),
        };
        let notice = self.notice_to(who, AccountChange::SecondFactorOn).await?;
        carry_out(self.store.as_ref(), who.actor(), notice.with(command)).await?;
        self.notified(who.person.id);
        Ok(codes)
    }

    /// The password needs no code any more. It is no error if it needed none.
    ///
    /// # Errors
    /// `confirmation_required`, `forbidden` for a guest, or the store's.
    pub async fn turn_totp_off(&self, who: &ActingPerson) -> Result<(), Refusal> {
        let session = who.token.hash();
        let notice = self.notice_to(who, AccountChange::SecondFactorOff).await?;
        let command = notice.with(AccountCommand::RemoveTotp { session });
        carry_out(self.store.as_ref(), who.actor(), command).await?;
        self.notified(who.person.id);
        Ok(())
    }

    /// New recovery codes, which are shown once. Those before are void.
    ///
    /// # Errors
    /// `not_found` for who has no authenticator app, `confirmation_required`, `forbidden` for a
    /// guest, or the store's.
    pub async fn replace_recovery_codes(
        &self,
        who: &ActingPerson,
    ) -> Result<Vec<RecoveryCode>, Refusal> {
        let codes = RecoveryCode::random_set().ok_or_else(failed)?;
        let command = AccountCommand::SetRecoveryCodes {
            session: who.token.hash(),
            codes: codes.iter().map(RecoveryCode::hash).collect(),
        };
        let notice = self.notice_to(who, AccountChange::RecoveryCodes).await?;
        carry_out(self.store.as_ref(), who.actor(), notice.with(command)).await?;
        self.notified(who.person.id);
        Ok(codes)
    }

    /// Which second factor a code is: one of the app, or else a recovery code. Whether that one
    /// exists is known only in the commit.
    ///
    /// # Errors
    /// `code_invalid`, or `storage_failed` for a key that is damaged.
    pub(super) fn second_factor(
        &self,
        record: &TotpRecord,
        code: &str,
    ) -> Result<SecondFactor, Refusal> {
        let Some(secret) = TotpSecret::from_bytes(&record.key.0) else {
            tracing::error!("the stored key of an authenticator app is damaged");
            return Err(failed());
        };
        let last = Some(TotpStep(record.last_step));
        if let Some(step) = totp::verify(&secret, code, self.now_seconds(), last) {
            return Ok(SecondFactor::Totp {
                key: record.key.clone(),
                step: step.0,
            });
        }
        let code = RecoveryCode::parse(code);
        let code = code.ok_or_else(|| Refusal::new(ErrorCode::CodeInvalid))?;
        Ok(SecondFactor::RecoveryCode(code.hash()))
    }

    fn now_seconds(&self) -> i64 {
        self.clock.now().0.div_euclid(1_000_000)
    }
}

fn failed() -> Refusal {
    Refusal::new(ErrorCode::StorageFailed)
}
