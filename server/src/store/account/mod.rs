//! What accounts, sessions, invites and links are made of: the words of their commands and of
//! what is read of them.

mod answer;
mod command;
mod confirmation;
mod credentials;
mod external;
mod identifier;
mod own_data;
mod passkey;
mod sign_up;

pub use answer::{
    Invite, ListedPerson, ListedSession, OpenInvite, OpenLink, PeopleFilter, PeoplePage,
    PeopleSearch, PersonPosition, PersonSession, PersonSettings, Place, SessionFilter,
    SignInRecord, TotpRecord,
};
pub use command::{
    AccountCommand, LinkPurpose, LinkTarget, NewAccount, NewCredential, NewInvite, NewSession,
    ProfileChange, SecondFactor, SecondFactorFate, SessionSelector, SignInProof, ValueChange,
};
pub use confirmation::confirmed_until;
pub use credentials::AccountCredentials;
pub use external::{ExternalIdentity, ExternalRole, LinkedIdentity, NewExternalAccount};
pub use identifier::{
    ApplicationId, InviteId, LinkHash, PasswordHash, RecoveryCodeHash, SessionId, TokenHash,
    TotpKey, UsernameKeys,
};
pub use own_data::{OwnInvite, OwnMembership, OwnMessage, OwnMessages, OwnRecords, OwnRoom};
pub use passkey::{FoundPasskey, OwnPasskeys, PasskeyLoss, PasskeyRow, RegisteredPasskey};
pub use sign_up::{Application, NewApplication, PlaceChange};
