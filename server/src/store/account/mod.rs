//! What accounts, sessions, invites and links are made of: the words of their commands and of
//! what is read of them.

mod answer;
mod command;
mod confirmation;
mod credentials;
mod identifier;

pub use answer::{
    Invite, ListedPerson, ListedSession, OpenInvite, OpenLink, PeopleFilter, PeoplePage,
    PeopleSearch, PersonPosition, PersonSession, Place, SessionFilter, SignInRecord,
};
pub use command::{
    AccountCommand, LinkPurpose, LinkTarget, NewAccount, NewCredential, NewInvite, NewSession,
    SessionSelector, SignInProof,
};
pub use confirmation::confirmed_until;
pub use credentials::AccountCredentials;
pub use identifier::{InviteId, LinkHash, PasswordHash, SessionId, TokenHash, UsernameKeys};
