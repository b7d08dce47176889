//! Accounts: how somebody comes in, sessions, invites and links.

mod confirmation;
mod credential;
mod departure;
mod external;
mod invite;
mod joining;
mod link;
mod mail;
mod newcomer;
mod passkey;
mod person_change;
mod profile;
mod proof;
mod reads;
mod role;
mod second_factor;
mod session;
mod sign_up;

#[cfg(test)]
pub(in super::super) use sign_up::MAX_APPLICATIONS;

pub use passkey::MAX_PASSKEYS;
use shared::error::ErrorCode;

use super::tables::Tables;
use super::{Applied, RuleResult, Rules};
use crate::store::{AccountCommand, Actor};
pub use role::may_manage;

impl<T: Tables> Rules<T> {
    #[expect(clippy::too_many_lines, reason = "one arm for each command")]
    pub(super) fn account_command(
        &mut self,
        actor: &Actor,
        command: &AccountCommand,
    ) -> Applied<T> {
        match command {
            AccountCommand::CreateGuest { name, session } => self.create_guest(name, session),
            AccountCommand::Claim {
                link,
                place,
                account,
                session,
            } => self.claim(actor, link, place, account, session),
            AccountCommand::JoinByInvite {
                invite,
                account,
                session,
            } => self.join_by_invite(actor, invite, account, session),
            AccountCommand::JoinAsGuest {
                invite,
                name,
                session,
            } => self.join_as_guest(invite, name, session),
            AccountCommand::SignIn { proof, session } => self.sign_in(proof, session),
            AccountCommand::SignInByLink { link, session } => self.sign_in_by_link(link, session),
            AccountCommand::ResetPassword {
                link,
                second,
                password,
                session,
            } => self.reset_password(link, second.as_ref(), password, session),
            AccountCommand::SignInByExternal(sign_in) => self.sign_in_by_external(sign_in),
            AccountCommand::EndExternalSessions {
                issuer,
                subject,
                sid,
            } => self.end_external_sessions(actor, issuer, subject.as_deref(), sid.as_deref()),
            AccountCommand::LinkExternal {
                session,
                identity,
                name,
            } => self.link_external(actor, session, identity, name),
            AccountCommand::UnlinkExternal {
                session,
                issuer,
                is_only_way,
            } => self.unlink_external(actor, session, issuer, *is_only_way),
            AccountCommand::TouchSession { token } => self.touch_session(token),
            AccountCommand::EndSessions(sessions) => self.end_sessions(actor, *sessions),
            AccountCommand::StoreUserHandle { handle } => self.store_user_handle(actor, handle),
            AccountCommand::AddPasskey { session, passkey } => {
                self.add_passkey(actor, session, passkey)
            }
            AccountCommand::RenamePasskey { credential, name } => {
                self.rename_passkey(actor, credential, name)
            }
            AccountCommand::RemovePasskey {
                session,
                credential,
                provider,
            } => self.remove_passkey(actor, session, credential, provider.as_deref()),
            AccountCommand::ConfirmSession { session, proof } => {
                self.confirm_session(actor, session, proof)
            }
            AccountCommand::SetPassword { session, password } => {
                self.set_password(actor, session, password)
            }
            AccountCommand::SetProfile {
                user,
                change,
                session,
            } => self.set_profile(actor, *user, change, session.as_ref()),
            AccountCommand::SetTotp {
                session,
                key,
                step,
                codes,
            } => self.set_totp(actor, session, key, *step, codes),
            AccountCommand::RemoveTotp { session } => self.remove_totp(actor, session),
            AccountCommand::ClearSecondFactor { user } => self.clear_second_factor(actor, *user),
            AccountCommand::SetRecoveryCodes { session, codes } => {
                self.set_recovery_codes(actor, session, codes)
            }
            AccountCommand::CreateInvite { invite, session } => {
                self.create_invite(actor, invite, session.as_ref())
            }
            AccountCommand::RevokeInvite(invite) => self.revoke_invite(actor, *invite),
            AccountCommand::CreateLink {
                token,
                target,
                expires_at,
            } => self.create_link(actor, *token, *target, *expires_at),
            AccountCommand::Mail(action) => self.mail_action(actor, action),
            AccountCommand::JoinBySignUp { account, session } => {
                self.join_by_sign_up(account, session)
            }
            AccountCommand::Apply(application) => self.apply_for_account(application),
            AccountCommand::Approve(application) => self.approve(actor, *application),
            AccountCommand::Decline(application) => self.decline(actor, *application),
            AccountCommand::SetPlace(change) => self.set_place(actor, change),
            AccountCommand::SetRole {
                user,
                role,
                session,
            } => self.set_role(actor, *user, *role, session.as_ref()),
            AccountCommand::Deactivate { user } => self.deactivate(actor, *user),
            AccountCommand::Reactivate { user } => self.reactivate(actor, *user),
            AccountCommand::DeletePerson { user, session } => {
                self.delete_person(actor, *user, session.as_ref())
            }
        }
    }

    /// Refuses whoever is not the operator.
    pub(in super::super) fn require_operator(actor: &Actor) -> RuleResult<(), T> {
        match actor {
            Actor::Operator => Ok(()),
            Actor::User(_) | Actor::RoomGuest(..) | Actor::Named(_) => {
                Err(ErrorCode::Forbidden.into())
            }
        }
    }
}
