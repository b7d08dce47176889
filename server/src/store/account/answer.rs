//! What is read of accounts, sessions, invites and the place.

use shared::id::{Micros, RoomId, UserId};
use shared::model::{Profile, Role, SignUp};

use super::identifier::{InviteId, PasswordHash, SessionId, TotpKey};
use super::link::{LinkPurpose, SecondFactorFate};

/// What decides about a sign-in, of the person with a username.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRecord {
    /// The person.
    pub user: UserId,
    /// The person's role.
    pub role: Role,
    /// The stored hash of the password.
    pub password: Option<PasswordHash>,
    /// The second factor that a password needs.
    pub totp: Option<TotpRecord>,
    /// Whether the account is deactivated.
    pub is_deactivated: bool,
}

/// An authenticator app of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotpRecord {
    /// The key.
    pub key: TotpKey,
    /// The step of the last code that was used.
    pub last_step: i64,
}

/// A session, as its own person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSession {
    /// Its number.
    pub id: SessionId,
    /// The device, in a few words; empty if it was not stored.
    pub device: String,
    /// The address that it came from.
    pub network: Option<String>,
    /// When it began.
    pub created_at: Micros,
    /// When its last use was stored.
    pub used_at: Micros,
}

/// What a person has set, for the own pages alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonSettings {
    /// The language, as a tag of BCP 47.
    pub language: Option<String>,
    /// The time zone, by its name in the time zone database.
    pub time_zone: Option<String>,
}
/// Which sessions the operator asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionFilter {
    /// All.
    All,
    /// Those of a person.
    Person(UserId),
    /// The one with this number.
    Number(SessionId),
}

/// A session with its person, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSession {
    /// Whose it is.
    pub person: Profile,
    /// The session.
    pub session: ListedSession,
}

/// A link that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// For whom it is; none for one that claims the place.
    pub person: Option<Profile>,
    /// What becomes of the second factor of who sets a new password by it.
    pub second_factor: SecondFactorFate,
    /// When it ends.
    pub expires_at: Micros,
}

/// A person, as who manages people sees one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPerson {
    /// What everybody sees.
    pub person: Profile,
    /// When the person came in.
    pub created_at: Micros,
    /// When a session of the person was last used, to the hour; none if there is no session.
    pub used_at: Option<Micros>,
    /// Until when the person only reads; it may be over.
    pub timed_out_until: Option<Micros>,
}

/// Which people are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleSearch {
    /// Who.
    pub who: PeopleFilter,
    /// Behind whom the page begins; none for the first.
    pub after: Option<PersonPosition>,
}

/// Which people are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeopleFilter {
    /// A word of the name, or the username, begins like this. Empty: everybody.
    Prefix(String),
    /// Who has this number.
    Number(UserId),
    /// Who has the username with this key.
    UsernameKey(String),
}

/// A person's position in the list of people: owners first, guests last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonPosition {
    /// The person's role.
    pub role: Role,
    /// The person.
    pub user: UserId,
}

/// A page of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePage {
    /// The people, in the order of the list.
    pub people: Vec<ListedPerson>,
    /// Where the next page begins; none after the last one.
    pub next: Option<PersonPosition>,
}

/// This place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name; empty until somebody claims it.
    pub name: String,
    /// Since when it has an owner.
    pub claimed_at: Option<Micros>,
    /// Who gets an account without an invitation.
    pub sign_up: SignUp,
    /// The host name that the last passkey was made for.
    pub relying_party: Option<String>,
}

/// What an invite offers who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInvite {
    /// What who joins becomes.
    pub role: Role,
    /// The rooms that who joins comes to, with their names.
    pub rooms: Vec<(RoomId, String)>,
    /// Whether guests see what was written before they came.
    pub with_history: bool,
    /// When it ends; none: it stays.
    pub expires_at: Option<Micros>,
    /// Who created it; none: the operator.
    pub by: Option<Profile>,
}

/// An invite, as who manages invites sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its number.
    pub id: InviteId,
    /// What who joins becomes.
    pub role: Role,
    /// Its rooms, as far as they exist for the viewer, with their names.
    pub rooms: Vec<(RoomId, String)>,
    /// Whether guests see what was written before they came.
    pub with_history: bool,
    /// Who created it; none: the operator.
    pub by: Option<Profile>,
    /// When it was created.
    pub created_at: Micros,
    /// When it ends by itself.
    pub expires_at: Option<Micros>,
    /// How often it can be used.
    pub max_uses: Option<u32>,
    /// How often it was used.
    pub uses: u32,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
    /// To whom it was mailed; none once it was used.
    pub mailed_to: Option<String>,
}
