//! The rows of accounts, sessions, invites and links.

use shared::id::{Micros, RoomId, UserId};
use shared::model::{ProfileStatus, Role, Sidebar, SignUp};

use crate::store::{
    ApplicationId, ExternalIdentity, ExternalSession, InviteId, LinkHash, LinkPurpose,
    MailAddressRow, MailId, MailRow, PasskeyRow, PasswordHash, RecoveryCodeHash, SecondFactorFate,
    SessionId, TokenHash, TotpKey, UsernameKeys,
};

/// Which row of accounts is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKey {
    /// [`AccountRow::Identity`]: that of a person who exists. Guests have none.
    Identity(UserId),
    /// [`AccountRow::Profile`]: that of a person who exists.
    Profile(UserId),
    /// [`AccountRow::Owners`]: always there. Only read.
    Owners,
    /// [`AccountRow::User`]: who has a username with this key. Only read.
    UsernameKey(String),
    /// [`AccountRow::User`]: who has a username with this look. Only read.
    UsernameLook(String),
    /// [`AccountRow::Password`].
    Password(UserId),
    /// [`AccountRow::Totp`].
    Totp(UserId),
    /// [`AccountRow::RecoveryCodes`]: all of a person, always there.
    RecoveryCodes(UserId),
    /// [`AccountRow::UserHandle`]. It is never deleted by a rule.
    UserHandle(UserId),
    /// [`AccountRow::Passkey`]: the one with this credential id.
    Passkey(Vec<u8>),
    /// [`AccountRow::Passkeys`]: a person's, always there. Only read.
    PasskeysOf(UserId),
    /// [`AccountRow::External`].
    External(ExternalIdentity),
    /// [`AccountRow::Externals`]: a person's, always there. Only read.
    ExternalsOf(UserId),
    /// [`AccountRow::LastSession`]: always there.
    LastSession,
    /// [`AccountRow::Session`].
    Session(TokenHash),
    /// [`AccountRow::Sessions`]: a person's, always there. Only read.
    SessionsOf(UserId),
    /// [`AccountRow::Sessions`]: those that belong to a session at a provider, by the provider and
    /// the session's id there; always there. Only read.
    ExternalSessions(String, String),
    /// [`AccountRow::LastInvite`]: always there. Only read.
    LastInvite,
    /// [`AccountRow::Invite`]. It is never deleted by a rule.
    Invite(LinkHash),
    /// [`AccountRow::InviteToken`]: the secret of the invite with this number. Only read.
    InviteToken(InviteId),
    /// [`AccountRow::OpenInvites`]: those that can be used at this moment, always there. Only
    /// read.
    OpenInvites(Micros),
    /// [`AccountRow::Link`].
    Link(LinkHash),
    /// [`AccountRow::Links`]: those of a person, or those with which the place is claimed; always
    /// there. Only read.
    LinksOf(Option<UserId>),
    /// [`AccountRow::Grants`]: a person's, always there. Only read.
    GrantsOf(UserId),
    /// [`AccountRow::Place`]: always there.
    Place,
    /// [`AccountRow::LastApplication`]: always there. Only read.
    LastApplication,
    /// [`AccountRow::Application`].
    Application(ApplicationId),
    /// [`AccountRow::Applications`]: all, always there. Only read.
    Applications,
    /// [`AccountRow::Mail`].
    Mail(MailId),
    /// [`AccountRow::WaitingMails`]: always there. Only read.
    WaitingMails,
    /// [`AccountRow::MailAddress`].
    MailAddress(UserId),
    /// [`AccountRow::Sidebar`]. It is never deleted by a rule.
    Sidebar(UserId),
    /// What belongs to a person who is deleted: only deleted, after all rows that a batch has
    /// written.
    PersonalData(UserId),
}

/// A row of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountRow {
    /// What makes a person's account.
    Identity(IdentityRow),
    /// What a person has chosen to show, and the person's settings.
    Profile(ProfileRow),
    /// The owners who are neither deleted nor deactivated.
    Owners(Vec<UserId>),
    /// A person.
    User(UserId),
    /// The hash of a password, and since when it is the person's.
    Password(PasswordHash, Micros),
    /// An authenticator app.
    Totp(TotpRow),
    /// Recovery codes that are not used.
    RecoveryCodes(Vec<RecoveryCodeHash>),
    /// What passkeys know a person by.
    UserHandle(Vec<u8>),
    /// A passkey.
    Passkey(PasskeyRow),
    /// Passkeys.
    Passkeys(Vec<PasskeyRow>),
    /// Whose an identity at a provider is.
    External(ExternalRow),
    /// Identities at providers.
    Externals(Vec<ExternalIdentity>),
    /// The last number that was given to a session.
    LastSession(SessionId),
    /// A session.
    Session(SessionRow),
    /// Sessions.
    Sessions(Vec<SessionRow>),
    /// The last number that was given to an invite.
    LastInvite(InviteId),
    /// An invite.
    Invite(InviteRow),
    /// The secret of an invite.
    InviteToken(LinkHash),
    /// The numbers of invites.
    OpenInvites(Vec<InviteId>),
    /// A link that works once.
    Link(LinkRow),
    /// Links, ended or not.
    Links(Vec<(LinkHash, LinkPurpose)>),
    /// What lets somebody in on behalf of a person.
    Grants(GrantRows),
    /// This place.
    Place(PlaceRow),
    /// The last number that was given to an application.
    LastApplication(ApplicationId),
    /// An application.
    Application(ApplicationRow),
    /// Applications.
    Applications(Vec<ApplicationRow>),
    /// A mail that waits.
    Mail(MailRow),
    /// The mails that wait.
    WaitingMails(Vec<MailId>),
    /// The addresses of a person.
    MailAddress(MailAddressRow),
    /// How a person has arranged the rooms.
    Sidebar(Sidebar),
}

/// What makes a person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// The username with its keys.
    pub username: UsernameKeys,
}

/// What a person has chosen to show beside the name, and the person's settings. The row that
/// every command reads has nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileRow {
    /// The colour of the avatar.
    pub colour: Option<u8>,
    /// The status, which may have ended.
    pub status: Option<ProfileStatus>,
    /// The language of the page.
    pub language: Option<String>,
    /// The time zone.
    pub time_zone: Option<String>,
}

/// An authenticator app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotpRow {
    /// The key.
    pub key: TotpKey,
    /// The step of the last code that was used.
    pub last_step: i64,
    /// Since when a password needs it.
    pub confirmed_at: Micros,
}

/// Whose an identity at a provider is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalRow {
    /// The person.
    pub user: UserId,
    /// What the person is called at the provider.
    pub name: String,
    /// Since when it is the person's.
    pub linked_at: Micros,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its secret.
    pub token: TokenHash,
    /// Its number.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The device, in a few words.
    pub device: String,
    /// The address that it came from.
    pub network: Option<String>,
    /// When it began.
    pub created_at: Micros,
    /// When its last use was stored.
    pub used_at: Micros,
    /// When its person last proved a credential in it.
    pub confirmed_at: Option<Micros>,
    /// If it began by an identity provider, which session there it belongs to.
    pub external: Option<ExternalSession>,
}

/// An invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteRow {
    /// Its number.
    pub id: InviteId,
    /// What who joins by it becomes.
    pub role: Role,
    /// Who created it; none: the operator.
    pub created_by: Option<UserId>,
    /// When it was created.
    pub created_at: Micros,
    /// When it ends.
    pub expires_at: Option<Micros>,
    /// How often it can be used.
    pub max_uses: Option<u32>,
    /// How often it was used.
    pub uses: u32,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
    /// When it was used for the last time that it could be.
    pub spent_at: Option<Micros>,
    /// To whom it was mailed; none once it was used.
    pub mailed_to: Option<String>,
    /// The rooms that who joins comes to. They stay as they were when it was created.
    pub rooms: Vec<RoomId>,
    /// Whether guests see what was written before they came. It never changes.
    pub with_history: bool,
}

impl InviteRow {
    /// Whether it can be used, as far as this row decides.
    pub fn is_open(&self, now: Micros) -> bool {
        let has_ended = self.expires_at.is_some_and(|end| end <= now);
        self.revoked_at.is_none() && self.is_unspent() && !has_ended
    }

    /// Whether there are uses left.
    pub fn is_unspent(&self) -> bool {
        self.max_uses.is_none_or(|max| self.uses < max)
    }
}

/// Whether who has a role may create and revoke invites by which others get one.
pub fn may_invite(role: Role, offered: Role) -> bool {
    match offered {
        Role::Member | Role::Guest => matches!(role, Role::Owner | Role::Administrator),
        Role::Administrator => role == Role::Owner,
        Role::Owner | Role::Bot => false,
    }
}

/// What lets somebody in on behalf of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantRows {
    /// The invites that the person created and that can be used, as far as their rows decide.
    pub invites: Vec<(LinkHash, InviteRow)>,
    /// The links that are for the person, or that the person created.
    pub links: Vec<LinkHash>,
}

/// A link that works once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// For whom it is; none for one that claims the place.
    pub user: Option<UserId>,
    /// The session that it takes to another device.
    pub session: Option<SessionId>,
    /// What becomes of the second factor of who sets a new password by it.
    pub second_factor: SecondFactorFate,
    /// Who created it; none: the operator.
    pub created_by: Option<UserId>,
    /// When it was created.
    pub created_at: Micros,
    /// When it ends.
    pub expires_at: Micros,
}

/// This place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceRow {
    /// Its name.
    pub name: String,
    /// Since when it has an owner.
    pub claimed_at: Option<Micros>,
    /// The host name that the last passkey was made for.
    pub relying_party: Option<String>,
    /// Who gets an account without an invitation.
    pub sign_up: SignUp,
}

/// Somebody who has asked for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationRow {
    /// Its number.
    pub id: ApplicationId,
    /// The username, which is reserved.
    pub username: UsernameKeys,
    /// The display name.
    pub name: String,
    /// The hash of the password.
    pub password: PasswordHash,
    /// What the person says.
    pub note: String,
    /// When it was made.
    pub created_at: Micros,
}
