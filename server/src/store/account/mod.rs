//! What accounts, sessions, invites and links are made of: the words of their commands and of
//! what is read of them.

mod answer;
mod command;
mod confirmation;
mod credentials;
mod external;
mod identifier;
mod passkey;
mod sign_up;

pub use answer::{
    Invite, ListedPerson, ListedSession, OpenInvite, PeopleFilter, PeoplePage, PeopleSearch,
    PersonPosition, Place, SignInRecord, TotpRecord,
};
pub use command::{
    AccountCommand, LinkPurpose, NewAccount, NewCredential, NewInvite, NewSession, SecondFactor,
    SessionSelector, SignInProof,
};
pub use confirmation::confirmed_until;
pub use credentials::AccountCredentials;
pub use external::{ExternalIdentity, ExternalRole, LinkedIdentity, NewExternalAccount};
pub use identifier::{
    ApplicationId, InviteId, LinkHash, PasswordHash, RecoveryCodeHash, SessionId, TokenHash,
    TotpKey, UsernameKeys,
};
pub use passkey::{FoundPasskey, OwnPasskeys, PasskeyLoss, PasskeyRow, RegisteredPasskey};
pub use sign_up::{Application, NewApplication, PlaceChange};
