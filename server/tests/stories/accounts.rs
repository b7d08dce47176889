//! Accounts: claiming the place, invitations, passwords, passkeys, and where somebody is signed in.

mod becoming;
mod claim;
mod confirmation;
mod invitations;
mod leaving;
mod own_sessions;
mod passkeys;
mod passwords;
mod permissions;
mod second_factor;
mod sign_up;
mod user_command;
