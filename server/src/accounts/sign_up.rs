//! Getting an account without an invitation: at once, or after somebody has approved.

use std::time::Instant;

use shared::error::{ErrorCode, Field};
use shared::frame::Refusal;
use shared::id::UserId;
use shared::limits::Limits;
use shared::model::{Profile, Role, SignUp};
use shared::text;

use super::{AccountRequest, Accounts, Device, SignedIn, carry_out};
use crate::chat::rate_limits::refuse_until;
use crate::store::{
    AccountCommand, Actor, Application, ApplicationId, NewApplication, QueryClient, Viewer,
};

/// The longest note, in characters.
const NOTE_CHARS: usize = 500;

/// What has become of somebody who asked for an account.
pub enum SignedUp {
    /// The account is made.
    Joined(SignedIn),
    /// An owner or administrator will decide.
    Applied,
}

impl Accounts {
    /// Makes an account, or stores that somebody asks for one, as the place says.
    ///
    /// # Errors
    /// `sign_up_off`, `provider_only`, `username_taken`, `too_many` while many others wait, `rate_limited`, codes
    /// about the texts and the password, or the store's.
    pub async fn sign_up(
        &self,
        client: QueryClient,
        request: AccountRequest,
        note: &str,
        device: &Device,
    ) -> Result<SignedUp, Refusal> {
        let place = self.place().await?;
        if place.sign_up == SignUp::Off {
            return Err(Refusal::new(ErrorCode::SignUpOff));
        }
        self.require_other_ways(Role::Member)?;
        // Before the password is hashed, which costs much.
        let from = device.address;
        let wait = self.sign_ups.wait_for(from, 1, Instant::now());
        if !wait.is_zero() {
            return Err(refuse_until(wait));
        }
        let note = checked_note(note, &self.limits)?;
        let checked = self
            .checked_account(client, request, &place.name, device)
            .await?;
        // What was refused for its form does not count: people correct themselves.
        // Others from there may have been counted meanwhile.
        self.sign_ups
            .take(from, 1, Instant::now())
            .map_err(refuse_until)?;
        if place.sign_up == SignUp::Open {
            let joined = self
                .begin_session(Actor::Operator, device, |session| {
                    AccountCommand::JoinBySignUp {
                        account: checked.into_account(),
                        session,
                    }
                })
                .await?;
            return Ok(SignedUp::Joined(joined));
        }
        let command = AccountCommand::Apply(NewApplication {
            username: checked.username,
            name: checked.name,
            password: checked.password,
            note,
        });
        carry_out(self.store.as_ref(), Actor::Operator, command).await?;
        Ok(SignedUp::Applied)
    }

    /// Those who have asked for an account, the oldest first.
    ///
    /// # Errors
    /// `forbidden`, or the store's.
    pub async fn applications(&self, viewer: Viewer) -> Result<Vec<Application>, Refusal> {
        let applications = self.store.applications(Some(viewer)).await;
        applications.map_err(super::refuse)
    }

    /// Makes the account that somebody has asked for.
    ///
    /// # Errors
    /// `forbidden`, `not_found` if somebody else has decided, or the store's.
    pub async fn approve(&self, by: UserId, id: ApplicationId) -> Result<Profile, Refusal> {
        let approved = AccountCommand::Approve(id);
        let outcome = carry_out(self.store.as_ref(), Actor::User(by), approved).await?;
        let person = outcome.into_person();
        person.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))
    }

    /// Deletes what somebody has asked for.
    ///
    /// # Errors
    /// `forbidden`, `not_found` if somebody has decided already, or the store's.
    pub async fn decline(&self, by: UserId, id: ApplicationId) -> Result<(), Refusal> {
        let declined = AccountCommand::Decline(id);
        let done = carry_out(self.store.as_ref(), Actor::User(by), declined).await;
        done.map(drop)
    }
}

/// A note may be empty; for the rest the rules of messages hold.
fn checked_note(note: &str, limits: &Limits) -> Result<String, Refusal> {
    if note.trim().is_empty() {
        return Ok(String::new());
    }
    let note = text::body(note.to_owned(), limits).map_err(crate::chat::refuse_text)?;
    if note.chars().count() > NOTE_CHARS {
        return Err(Refusal {
            field: Some(Field::Body),
            ..Refusal::new(ErrorCode::TextTooLong)
        });
    }
    Ok(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_may_be_empty_and_has_an_end() {
        let limits = Limits::default();
        assert_eq!(checked_note(" \n", &limits), Ok(String::new()));
        let longest = "글".repeat(NOTE_CHARS);
        assert_eq!(checked_note(&longest, &limits), Ok(longest.clone()));
        let refused = checked_note(&(longest + "."), &limits).unwrap_err();
        assert_eq!(refused.code, ErrorCode::TextTooLong);
        assert_eq!(refused.field, Some(Field::Body));
        let refused = checked_note("a\u{7}", &limits).unwrap_err();
        assert_eq!(refused.code, ErrorCode::TextCharacters);
    }
}
