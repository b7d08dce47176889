//! Accounts: claiming the place, invitations, passwords, passkeys, profiles, and where somebody is
//! signed in.

mod becoming;
mod claim;
mod confirmation;
mod invitations;
mod leaving;
mod links;
mod own_data;
mod own_sessions;
mod passkeys;
mod passwords;
mod permissions;
mod profiles;
mod second_factor;
mod session_command;
mod sign_up;
mod user_command;
