//! What accounts, sessions, invites and links are made of: the words of their commands and of
//! what is read of them.

mod answer;
mod command;
mod confirmation;
mod credentials;
mod external;
mod identifier;
mod invite;
mod link;
mod new_account;
mod own_data;
mod passkey;
mod profile_change;
mod session;
mod sign_in;
mod sign_up;

pub use answer::{
    Invite, ListedPerson, ListedSession, OpenInvite, OpenLink, PeopleFilter, PeoplePage,
    PeopleSearch, PersonPosition, PersonSession, PersonSettings, Place, SessionFilter,
    SignInRecord, TotpRecord,
};
pub use command::{AccountCommand, MailAction};
pub use confirmation::confirmed_until;
pub use credentials::AccountCredentials;
pub use external::{
    ExternalIdentity, ExternalRole, ExternalSignIn, LinkedIdentity, NewExternalAccount,
};
pub use identifier::{
    ApplicationId, InviteId, LinkHash, PasswordHash, RecoveryCodeHash, SessionId, TokenHash,
    TotpKey, UsernameKeys,
};
pub use invite::NewInvite;
pub use link::{LinkPurpose, LinkTarget, SecondFactorFate};
pub use new_account::{NewAccount, NewCredential};
pub use own_data::{OwnInvite, OwnMembership, OwnMessage, OwnMessages, OwnRecords, OwnRoom};
pub use passkey::{FoundPasskey, OwnPasskeys, PasskeyLoss, PasskeyRow, RegisteredPasskey};
pub use profile_change::{ProfileChange, ValueChange};
pub use session::{ExternalSession, NewSession, SessionSelector};
pub use sign_in::{SecondFactor, SignInProof};
pub use sign_up::{Application, NewApplication, PlaceChange};
