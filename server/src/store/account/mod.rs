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

pub use answer::{
    Invite, ListedPerson, ListedSession, OpenInvite, PeopleFilter, PeoplePage, PeopleSearch,
    PersonPosition, PersonSettings, Place, SignInRecord, TotpRecord,
};
pub use command::{
    AccountCommand, LinkPurpose, NewAccount, NewCredential, NewInvite, NewSession, ProfileChange,
    SecondFactor, SessionSelector, SignInProof, ValueChange,
};
pub use confirmation::confirmed_until;
pub use credentials::AccountCredentials;
pub use external::{ExternalIdentity, ExternalRole, LinkedIdentity, NewExternalAccount};
pub use identifier::{
    InviteId, LinkHash, PasswordHash, RecoveryCodeHash, SessionId, TokenHash, TotpKey, UsernameKeys,
};
pub use own_data::{OwnInvite, OwnMembership, OwnMessage, OwnMessages, OwnRecords, OwnRoom};
pub use passkey::{FoundPasskey, OwnPasskeys, PasskeyLoss, PasskeyRow, RegisteredPasskey};
