//! The commands about accounts, sessions, invites and links.

use shared::id::{Micros, RoomId, UserId};
use shared::model::{ProfileStatus, Role};

use super::external::{ExternalIdentity, ExternalRole, NewExternalAccount};
use super::identifier::{
    ApplicationId, InviteId, LinkHash, PasswordHash, RecoveryCodeHash, SessionId, TokenHash,
    TotpKey, UsernameKeys,
};
use super::passkey::RegisteredPasskey;
use super::sign_up::{NewApplication, PlaceChange};

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
    /// Begins a session of somebody who has proved to be the person.
    SignIn {
        /// What was proved.
        proof: SignInProof,
        /// The session.
        session: NewSession,
    },
    /// Begins a session of the person of a [`LinkPurpose::Transfer`] link, which is spent by this.
    SignInByLink {
        /// The link's secret.
        link: LinkHash,
        /// The session.
        session: NewSession,
    },
    /// Sets the password of the person of a [`LinkPurpose::Reset`] link. It ends all sessions and
    /// links of that person, and begins a session.
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
    SignInByExternal {
        /// Who it is there.
        identity: ExternalIdentity,
        /// What the person is called there.
        name: String,
        /// What the provider says about the role.
        role: ExternalRole,
        /// The account that is made if nobody has the identity; none: nobody comes in by it.
        account: Option<NewExternalAccount>,
        /// The session.
        session: NewSession,
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
        /// What changes.
        change: ProfileChange,
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
    CreateInvite(NewInvite),
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

/// A session that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Its secret.
    pub token: TokenHash,
    /// The device, in a few words.
    pub device: String,
    /// The address that it comes from.
    pub network: Option<String>,
}

/// What an account has from the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The name to sign in with.
    pub username: UsernameKeys,
    /// The display name.
    pub name: String,
    /// How its holder will prove to be the person.
    pub credential: NewCredential,
}

/// How the holder of an account proves to be the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewCredential {
    /// By a password.
    Password(PasswordHash),
    /// By a passkey.
    Passkey {
        /// What it knows the person by.
        handle: Vec<u8>,
        /// The passkey.
        passkey: RegisteredPasskey,
    },
    /// By an identity provider.
    External {
        /// Who it is there.
        identity: ExternalIdentity,
        /// What the person is called there.
        name: String,
    },
}

/// What was proved outside of the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInProof {
    /// A password.
    Password {
        /// Whose.
        user: UserId,
        /// It was verified against exactly this hash.
        verified: PasswordHash,
        /// What was proved besides. It is needed if the person has an authenticator app.
        second: Option<SecondFactor>,
        /// The hash that replaces the stored one, whose parameters are outdated.
        rehashed: Option<PasswordHash>,
    },
    /// An identity at a provider, which vouches for the person.
    External(ExternalIdentity),
    /// A passkey whose authenticator has verified its person.
    Passkey {
        /// Whose.
        user: UserId,
        /// The credential's id.
        credential: Vec<u8>,
        /// The signature counter to be stored.
        counter: u32,
    },
}

/// A code that was typed besides a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code of an authenticator app.
    Totp {
        /// The key from which it was computed.
        key: TotpKey,
        /// Its step. No step counts twice.
        step: i64,
    },
    /// A recovery code; it is spent by this.
    RecoveryCode(RecoveryCodeHash),
}

/// Which sessions are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionSelector {
    /// The one with this token.
    Token(TokenHash),
    /// A person's one with this number.
    Id {
        /// Whose.
        user: UserId,
        /// Its number.
        id: SessionId,
    },
    /// All of a person.
    AllBut {
        /// Whose.
        user: UserId,
        /// The one that stays.
        keep: Option<TokenHash>,
    },
}

/// A change of a profile and of its person's settings. A name that is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// The display name.
    pub name: Option<String>,
    /// The name to sign in with.
    pub username: Option<UsernameKeys>,
    /// The colour of the avatar.
    pub colour: ValueChange<u8>,
    /// The status.
    pub status: ValueChange<ProfileStatus>,
    /// The language of the page.
    pub language: ValueChange<String>,
    /// The time zone.
    pub time_zone: ValueChange<String>,
}

/// What happens to a value that a person may have or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ValueChange<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is taken away.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> ValueChange<T> {
    /// What it becomes, if that is something.
    pub fn value(&self) -> Option<&T> {
        match self {
            ValueChange::Set(value) => Some(value),
            ValueChange::Keep | ValueChange::Clear => None,
        }
    }

    /// What there is afterwards.
    pub fn applied_to(self, before: Option<T>) -> Option<T> {
        match self {
            ValueChange::Keep => before,
            ValueChange::Clear => None,
            ValueChange::Set(value) => Some(value),
        }
    }
}

/// An invite that is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvite {
    /// Its secret.
    pub token: LinkHash,
    /// What who joins by it becomes.
    pub role: Role,
    /// The rooms of which who joins becomes a member, as far as they are private.
    pub rooms: Vec<RoomId>,
    /// When it ends; none: it stays.
    pub expires_at: Option<Micros>,
    /// How often it can be used; none: as often as one likes.
    pub max_uses: Option<u32>,
}

/// What a link that works once is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To claim the place.
    Claim,
    /// To set a new password.
    Reset,
    /// To take a session to another device.
    Transfer,
}

/// What becomes of the second factor of somebody who sets a new password by a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorFate {
    /// It stays, and is asked for.
    Keep,
    /// It is removed: the person has lost it.
    Remove,
}

/// What a link is made for, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// To claim the place.
    Claim,
    /// To set a new password of a person.
    Reset {
        /// The person.
        user: UserId,
        /// The session of who makes it, in which a credential was proved lately; none for the
        /// operator.
        by: Option<TokenHash>,
        /// What becomes of the second factor.
        second_factor: SecondFactorFate,
    },
    /// To take a session to another device of the same person.
    Transfer {
        /// The session. Once it has ended, the link works no more.
        session: TokenHash,
    },
}
