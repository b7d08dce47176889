//! Accounts: how somebody comes in, sessions, invites and links.

mod confirmation;
mod credential;
mod departure;
mod invite;
mod joining;
mod link;
mod newcomer;
mod person_change;
mod proof;
mod reads;
mod role;
mod session;

use shared::error::ErrorCode;

use super::tables::Tables;
use super::{Applied, RuleResult, Rules};
use crate::store::{AccountCommand, Actor};
pub use role::may_manage;

impl<T: Tables> Rules<T> {
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
            AccountCommand::SignIn { proof, session } => self.sign_in(proof, session),
            AccountCommand::SignInByLink { link, session } => self.sign_in_by_link(link, session),
            AccountCommand::ResetPassword {
                link,
                password,
                session,
            } => self.reset_password(link, password, session),
            AccountCommand::TouchSession { token } => self.touch_session(token),
            AccountCommand::EndSessions(sessions) => self.end_sessions(actor, *sessions),
            AccountCommand::ConfirmSession { session, proof } => {
                self.confirm_session(actor, session, proof)
            }
            AccountCommand::SetPassword { session, password } => {
                self.set_password(actor, session, password)
            }
            AccountCommand::CreateInvite(invite) => self.create_invite(actor, invite),
            AccountCommand::RevokeInvite(invite) => self.revoke_invite(actor, *invite),
            AccountCommand::CreateLink {
                token,
                target,
                expires_at,
            } => self.create_link(actor, *token, *target, *expires_at),
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
    fn require_operator(actor: &Actor) -> RuleResult<(), T> {
        match actor {
            Actor::Operator => Ok(()),
            Actor::User(_) | Actor::Named(_) => Err(ErrorCode::Forbidden.into()),
        }
    }
}
