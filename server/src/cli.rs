//! The command line.

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::http::control::{InviteWish, OperatorCommand, PlaceCommand, UserCommand};

/// Real-time chat that anyone can run.
#[derive(Debug, Parser)]
#[command(name = "madang", version, max_term_width = 100, flatten_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Subprogram,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Subprogram {
    /// Run the server.
    #[command(
        long_about = "Run the server: the web page, the native and the simple protocol on one \
        address, everything that is kept in one folder. Every setting can also be given as the \
        environment variable beside it."
    )]
    Serve(Box<Config>),
    /// Remove, block, rename: the operator's commands, to a running server or a stopped one.
    Admin(AdminArguments),
    /// Print the link with which the owner claims the place; those printed before end.
    Link(LinkArguments),
    /// Invite people, and end invitations.
    Invite(InviteArguments),
    /// Show people, change what they may do, deactivate and delete them.
    User(UserArguments),
    /// Name the place, say who may sign up, and decide about who asks for an account.
    Place(PlaceArguments),
}

/// The arguments of `madang place`.
#[derive(Debug, clap::Args)]
pub struct PlaceArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: PlaceCommand,
    /// Where, and how it is printed.
    #[command(flatten)]
    pub place: LinkArguments,
}

/// The arguments of `madang invite`.
#[derive(Debug, clap::Args)]
pub struct InviteArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: InviteCommand,
}

/// What `madang invite` can do.
#[derive(Debug, Subcommand)]
pub enum InviteCommand {
    /// Make an invitation, and print its link.
    Create {
        /// What it offers.
        #[command(flatten)]
        wish: InviteWish,
        /// Where, and how it is printed.
        #[command(flatten)]
        place: LinkArguments,
    },
    /// End an invitation.
    Revoke {
        /// Its number, which was printed as JSON when it was made.
        id: i64,
        /// Where, and how it is printed.
        #[command(flatten)]
        place: LinkArguments,
    },
}

/// The arguments of `madang user`.
#[derive(Debug, clap::Args)]
pub struct UserArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: UserCommand,
    /// The server's data folder.
    #[arg(long, env = "MADANG_DATA", default_value = "data", global = true)]
    pub data: std::path::PathBuf,
    /// Print the answer as JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The data folder, and how the answer is printed.
#[derive(Debug, clap::Args)]
pub struct LinkArguments {
    /// The server's data folder.
    #[arg(long, global = true, env = "MADANG_DATA", default_value = "data")]
    pub data: std::path::PathBuf,
    /// Print the answer as JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The arguments of `madang admin`.
#[derive(Debug, clap::Args)]
pub struct AdminArguments {
    /// The server's data folder.
    #[arg(long, env = "MADANG_DATA", default_value = "data")]
    pub data: std::path::PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: OperatorCommand,
}
