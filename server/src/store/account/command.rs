//! The commands about accounts, sessions, invites and links.

use shared::id::{Micros, UserId};
use shared::model::Role;

use super::external::{ExternalIdentity, ExternalSignIn};
use super::identifier::{
    ApplicationId, InviteId, LinkHash, PasswordHash, RecoveryCodeHash, TokenHash, TotpKey,
};
use super::invite::NewInvite;
use super::link::LinkTarget;
use super::new_account::NewAccount;
use super::passkey::RegisteredPasskey;
use super::profile_change::ProfileChange;
use super::session::{NewSession, SessionSelector};
use super::sign_in::{SecondFactor, SignInProof};
use super::sign_up::{NewApplication, PlaceChange};
use crate::store::mail::{MailAddressCommand, MailDelivery, MailRecipient, MailText};

/// A change of accounts, sessions, invites or links. What was checked outside of the commit is
/// checked again inside, as far as another command may have changed it.
#[derive(Clone, Debug)]
pub enum AccountCommand {
    /// Creates a guest and a first session.
    CreateGuest {
        /// The display name.
        name: String,
        /// The session.
        session: NewSession,
    },
    /// Creates the first account, which owns the place, and names the place. A guest who acts
    /// becomes this account; for somebody new the operator acts.
    Claim {
        /// The link's secret; it is spent by this.
        link: LinkHash,
        /// The name of the place.
        place: String,
        /// The account.
        account: NewAccount,
        /// Its first session.
        session: NewSession,
    },
    /// Creates an account by an invite, of which it is one use. A guest who acts becomes this
    /// account; for somebody new the operator acts.
    JoinByInvite {
        /// The invite's secret.
        invite: LinkHash,
        /// The account.
        account: NewAccount,
        /// Its first session.
        session: NewSession,
    },
    /// Lets a guest in to the one room of an invite, of which it is one use.
    JoinAsGuest {
        /// The invite's secret.
        invite: LinkHash,
        /// The display name.
        name: String,
        /// The session.
        session: NewSession,
    },
    /// Begins a session of somebody who has proved to be the person.
    SignIn {
        /// What was proved.
        proof: SignInProof,
        /// The session.
        session: NewSession,
    },
    /// Begins a session of the person of a [`super::LinkPurpose::Transfer`] link, which is spent
    /// by this.
    SignInByLink {
        /// The link's secret.
        link: LinkHash,
        /// The session.
        session: NewSession,
    },
    /// Sets the password of the person of a [`super::LinkPurpose::Reset`] link. It ends all
    /// sessions and links of that person, and begins a session.
    ResetPassword {
        /// The link's secret.
        link: LinkHash,
        /// The second factor, if the person has one and the link does not remove it.
        second: Option<SecondFactor>,
        /// The new password.
        password: PasswordHash,
        /// The session.
        session: NewSession,
    },
    /// Begins a session of somebody for whom an identity provider vouches.
    SignInByExternal(ExternalSignIn),
    /// Ends sessions that began by an identity provider, by the operator: the provider says that
    /// they have ended there.
    EndExternalSessions {
        /// The provider.
        issuer: String,
        /// Only those of the person who is this subject there.
        subject: Option<String>,
        /// Only those that belong to this session there.
        sid: Option<String>,
    },
    /// Links an identity at a provider to the actor's account.
    LinkExternal {
        /// The session in which it is done.
        session: TokenHash,
        /// Who it is there.
        identity: ExternalIdentity,
        /// What the person is called there.
        name: String,
    },
    /// Removes the identity that the actor has at a provider.
    UnlinkExternal {
        /// The session in which it is done.
        session: TokenHash,
        /// The provider.
        issuer: String,
        /// Whether nobody but owners has other ways to sign in.
        is_only_way: bool,
    },
    /// Stores that a session is in use.
    TouchSession {
        /// The session.
        token: TokenHash,
    },
    /// Ends sessions.
    EndSessions(SessionSelector),
    /// Changes a person's profile and settings.
    SetProfile {
        /// The person.
        user: UserId,
        /// What changes. Who changes the username has proved a credential lately.
        change: ProfileChange,
        /// The session in which a person does it; none for the operator.
        session: Option<TokenHash>,
    },
    /// Stores what passkeys know the acting person by, unless something is stored.
    StoreUserHandle {
        /// The handle.
        handle: Vec<u8>,
    },
    /// Adds a passkey of the acting person.
    AddPasskey {
        /// The acting session.
        session: TokenHash,
        /// The passkey.
        passkey: RegisteredPasskey,
    },
    /// Gives a passkey of the acting person another name.
    RenamePasskey {
        /// The credential's id.
        credential: Vec<u8>,
        /// The name.
        name: String,
    },
    /// Removes a passkey of the acting person, who must have another credential.
    RemovePasskey {
        /// The acting session.
        session: TokenHash,
        /// The credential's id.
        credential: Vec<u8>,
        /// The identity provider that people can sign in with now. An identity at another one is
        /// no credential.
        provider: Option<String>,
    },
    /// Notes that the person of a session has proved a credential in it.
    ConfirmSession {
        /// The session.
        session: TokenHash,
        /// What was proved.
        proof: SignInProof,
    },
    /// Sets the actor's password. All other sessions of the person end.
    SetPassword {
        /// The session in which it is done.
        session: TokenHash,
        /// The hash of the new one.
        password: PasswordHash,
    },
    /// From now on the actor's password needs a code besides, of an app or a recovery code. What
    /// there was before of both is void.
    SetTotp {
        /// The session in which it is done.
        session: TokenHash,
        /// The key that the app has.
        key: TotpKey,
        /// The step of the code by which the app has shown that it has it.
        step: i64,
        /// The recovery codes.
        codes: Vec<RecoveryCodeHash>,
    },
    /// The actor's password needs no code any more.
    RemoveTotp {
        /// The session in which it is done.
        session: TokenHash,
    },
    /// A person's password needs no code any more, by the operator, who helps whoever has lost the
    /// app and the recovery codes.
    ClearSecondFactor {
        /// The person.
        user: UserId,
    },
    /// Sets the actor's recovery codes. Those before are void.
    SetRecoveryCodes {
        /// The session in which it is done.
        session: TokenHash,
        /// The codes.
        codes: Vec<RecoveryCodeHash>,
    },
    /// Creates an invite.
    CreateInvite {
        /// The invite.
        invite: NewInvite,
        /// The session in which a person does it; none for the operator.
        session: Option<TokenHash>,
    },
    /// Ends an invite. Who joined by it stays.
    RevokeInvite(InviteId),
    /// Creates a link that works once. Earlier links of the same purpose, for the same person,
    /// end.
    CreateLink {
        /// Its secret.
        token: LinkHash,
        /// What it is for, and for whom.
        target: LinkTarget,
        /// When it ends.
        expires_at: Micros,
    },
    /// Queues mails, changes addresses, and records what was sent.
    Mail(MailAction),
    /// Creates an account at a place where everybody may have one.
    JoinBySignUp {
        /// The account.
        account: NewAccount,
        /// Its first session.
        session: NewSession,
    },
    /// Asks for an account at a place where somebody decides about it.
    Apply(NewApplication),
    /// Creates the account that somebody has asked for.
    Approve(ApplicationId),
    /// Deletes what somebody has asked for.
    Decline(ApplicationId),
    /// Changes the place.
    SetPlace(PlaceChange),
    /// Changes what a person may do in this place.
    SetRole {
        /// The person.
        user: UserId,
        /// The new role: owner, administrator or member. Who gives somebody
        /// more rights has proved a credential lately.
        role: Role,
        /// The session in which a person does it; none for the operator.
        session: Option<TokenHash>,
    },
    /// Lets a person read and not write.
    TimeOut {
        /// The person.
        user: UserId,
        /// Until when; none ends it.
        until: Option<Micros>,
    },
    /// Lets nobody sign in as a person, until [`AccountCommand::Reactivate`].
    Deactivate {
        /// The person.
        user: UserId,
    },
    /// Lets a person sign in again.
    Reactivate {
        /// The person.
        user: UserId,
    },
    /// Erases what is known of a person. What the person wrote stays, without a name. Who does it
    /// has proved a credential lately.
    DeletePerson {
        /// The person.
        user: UserId,
        /// The session in which a person does it; none for the operator.
        session: Option<TokenHash>,
    },
}

/// A change that is about mail.
#[derive(Clone, Debug)]
pub enum MailAction {
    /// Carries out another command, and queues a mail about it in the same commit.
    With {
        /// To whom.
        to: MailRecipient,
        /// The mail.
        mail: MailText,
        /// The other command.
        command: Box<AccountCommand>,
    },
    /// Creates a link with which a person sets a new password, and queues the mail with it, if
    /// the person has a proved address.
    Reset {
        /// The person.
        user: UserId,
        /// The link's secret.
        link: LinkHash,
        /// When it ends.
        expires_at: Micros,
        /// The mail.
        mail: MailText,
    },
    /// Changes the actor's address of mail.
    Address(MailAddressCommand),
    /// Records what the sender of mails does.
    Deliver(MailDelivery),
}
