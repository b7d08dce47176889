//! The command line.

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::http::control::{
    AuditWish, InviteWish, MailCommand, OperatorCommand, PlaceCommand, RoomCommand, UserCommand,
};

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
    /// Print a link that works once: with which the owner claims the place, or with which somebody
    /// sets a new password. Those printed before for the same end.
    Link(OneTimeLinkArguments),
    /// List where people are signed in, and end that.
    Session(SessionArguments),
    /// Put a backup in the place of the store, and end all sessions, links and invitations in it.
    Restore(RestoreArguments),
    /// Invite people, and end invitations.
    Invite(InviteArguments),
    /// Show people, change what they may do, deactivate and delete them.
    User(UserArguments),
    /// Show rooms, make and change them, and say who is in them.
    Room(RoomArguments),
    /// See whether mail works.
    Mail(MailArguments),
    /// Show who did what to whom: the acts of those who manage the place, and of the operator.
    Audit(AuditArguments),
    /// Name the place, say who may sign up, and decide about who asks for an account.
    Place(PlaceArguments),
}

/// The arguments of `madang audit`.
#[derive(Debug, clap::Args)]
pub struct AuditArguments {
    /// What is shown.
    #[command(flatten)]
    pub wish: AuditWish,
    /// Where, and how it is printed: `--json` prints an entry on each line.
    #[command(flatten)]
    pub place: LinkArguments,
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

/// The arguments of `madang room`.
#[derive(Debug, clap::Args)]
pub struct RoomArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: RoomCommand,
    /// Where, and how it is printed.
    #[command(flatten)]
    pub place: LinkArguments,
}

/// The arguments of `madang mail`.
#[derive(Debug, clap::Args)]
pub struct MailArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: MailCommand,
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

/// The arguments of `madang link`.
#[derive(Debug, clap::Args)]
pub struct OneTimeLinkArguments {
    /// The username or number of who shall set a new password; without it the link claims the place.
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Who has lost the second factor too: the link removes it.
    #[arg(long, requires = "user")]
    pub remove_second_factor: bool,
    /// Where, and how it is printed.
    #[command(flatten)]
    pub place: LinkArguments,
}

/// The arguments of `madang session`.
#[derive(Debug, clap::Args)]
pub struct SessionArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: SessionCommand,
}

/// What `madang session` can do.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// List sessions, those that were used last first.
    List {
        /// Only those of the person with this username or number.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Where, and how it is printed.
        #[command(flatten)]
        place: LinkArguments,
    },
    /// End sessions, and close their connections.
    End {
        /// The number of one session, from the list.
        #[arg(required_unless_present_any = ["user", "all"])]
        id: Option<i64>,
        /// All of the person with this username or number.
        #[arg(long, value_name = "NAME", conflicts_with = "id")]
        user: Option<String>,
        /// All of everybody.
        #[arg(long, conflicts_with_all = ["id", "user"])]
        all: bool,
        /// Where, and how it is printed.
        #[command(flatten)]
        place: LinkArguments,
    },
}

/// The arguments of `madang restore`.
#[derive(Debug, clap::Args)]
pub struct RestoreArguments {
    /// The backup: a file that SQLite has written.
    pub backup: std::path::PathBuf,
    /// Where, and how it is printed.
    #[command(flatten)]
    pub place: LinkArguments,
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
