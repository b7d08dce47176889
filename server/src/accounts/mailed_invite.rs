//! Invitations by mail. Nobody but the addressee gets the link, so that following it proves the
//! address.

use std::time::Instant;

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;
use shared::model::Role;

use super::inviting::{JOIN_PATH, new_invite};
use super::{Accounts, ActingPerson, InviteRequest, carry_out};
use crate::chat::rate_limits::refuse_until;
use crate::mail::{MailAddress, MailContent, MailLanguage, Mailer};
use crate::store::{
    AccountCommand, Actor, InviteId, MailAction, MailRecipient, NewInvite, Store, TokenHash,
    mail_address_key,
};

/// The longest time for which it is tried to send an invitation: a day, as all mails are.
const SEND_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// To whom an invitation goes, and in whose name.
pub struct InviteMail<'a> {
    /// What writes the mail.
    pub mailer: &'a Mailer,
    /// The address.
    pub to: MailAddress,
    /// What the mail calls who invites; none: the operator.
    pub by: Option<&'a str>,
    /// The language of the mail.
    pub language: MailLanguage,
}

impl Accounts {
    /// Makes an invitation and mails its link; see [`mail_invite`].
    ///
    /// # Errors
    /// `mail_off`, `mail_address_invalid`, `rate_limited`, or as [`mail_invite`].
    pub async fn invite_by_mail(
        &self,
        by: &ActingPerson,
        request: InviteRequest,
        address: &str,
        language: MailLanguage,
    ) -> Result<InviteId, Refusal> {
        let mailer = self.mailer()?;
        check_request(&request)?;
        let to = MailAddress::parse(address)
            .ok_or_else(|| Refusal::new(ErrorCode::MailAddressInvalid))?;
        let settings = self.settings(by.viewer()).await?;
        let language = MailLanguage::of_account(settings.language.as_deref(), language);
        // Who may not invite is refused for that, and does not use up a limit.
        self.store
            .invites(by.viewer(), None, 1)
            .await
            .map_err(super::refuse)?;
        let key = mail_address_key(to.as_str());
        self.mail_limits
            .take_sent(by.person.id, &key, Instant::now())
            .map_err(refuse_until)?;
        let mail = InviteMail {
            mailer,
            to,
            by: Some(&by.person.name),
            language,
        };
        let session = Some(by.token.hash());
        let store = self.store.as_ref();
        mail_invite(store, self.clock.now(), by.actor(), session, request, mail).await
    }
}

fn check_request(request: &InviteRequest) -> Result<(), Refusal> {
    if request.uses != Some(1) {
        return Err(Refusal::bad_command(
            "an invitation by mail works once: `uses` is 1",
        ));
    }
    if request.role == Role::Guest {
        return Err(Refusal::bad_command(
            "an invitation by mail makes an account: its role is member or administrator",
        ));
    }
    Ok(())
}

/// Makes an invitation and queues the mail with its link, in one commit.
///
/// # Errors
/// As [`super::create_invite`]; `bad_command` unless it works once, and `too_many` while too many
/// mails wait.
pub async fn mail_invite(
    store: &dyn Store,
    now: Micros,
    by: Actor,
    session: Option<TokenHash>,
    request: InviteRequest,
    mail: InviteMail<'_>,
) -> Result<InviteId, Refusal> {
    check_request(&request)?;
    let (invite, token) = new_invite(now, request)?;
    let place = store.place().await.map_err(super::refuse)?.name;
    let content = MailContent::Invitation {
        place: &place,
        by: mail.by,
        link: &mail.mailer.link(&format!("{JOIN_PATH}{}", token.secret())),
        until: invite.expires_at,
    };
    let latest = Micros(now.0.saturating_add(SEND_MICROS));
    let until = invite.expires_at.map_or(latest, |end| end.min(latest));
    let failed = || Refusal::new(ErrorCode::StorageFailed);
    let text = mail.mailer.write(mail.language, &content, until);
    let address = mail.to.as_str().to_owned();
    let command = AccountCommand::Mail(MailAction::With {
        to: MailRecipient::Address {
            address: address.clone(),
            user: by.user(),
        },
        mail: text.ok_or_else(failed)?,
        command: Box::new(AccountCommand::CreateInvite {
            invite: NewInvite {
                mailed_to: Some(address),
                ..invite
            },
            session,
        }),
    });
    let outcome = carry_out(store, by, command).await?;
    mail.mailer.wake();
    outcome.created().map(InviteId).ok_or_else(failed)
}
