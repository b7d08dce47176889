//! Accounts: claiming the place, invitations, passwords, passkeys, and where somebody is signed in.

mod becoming;
mod claim;
mod confirmation;
mod invitations;
mod own_sessions;
mod passkeys;
mod passwords;
mod sign_up;
