//! `madang admin`: carries out one command of the operator, on a running server or, where none
//! runs, on the store itself.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use shared::limits::Limits;

use crate::cli::{
    AdminArguments, AuditArguments, InviteCommand, LinkArguments, MailArguments,
    OneTimeLinkArguments, PlaceArguments, RestoreArguments, RoomArguments, SessionCommand,
    UserArguments,
};
use crate::clock::Clock;
use crate::critical_tasks::CriticalTasks;
use crate::http::control::{
    self, AuditWish, OperatorAnswer, OperatorCommand, ResetWish, SessionWish,
};
use crate::print_link::print_link;
use crate::store::sqlite::{self, OpenError, SqliteConfig, SqliteStore, StoreLimit};
use crate::store::{Commit, CommitSink, RoomQuota, Store, WriterLoad};

/// Carries out the command and prints the answer.
///
/// # Errors
/// When there is no store, the server does not answer, or the command is refused.
pub async fn run(admin: AdminArguments) -> anyhow::Result<()> {
    let answer = execute(&admin.data, admin.command).await?;
    crate::logging::print(&answer.to_string());
    Ok(())
}

/// Prints a link that works once.
///
/// # Errors
/// As [`run`]; also when the place has an owner, or nobody has the username.
pub async fn print_one_time_link(link: OneTimeLinkArguments) -> anyhow::Result<()> {
    let (command, sentence) = match link.user {
        None => (
            OperatorCommand::ClaimLink,
            "Who opens this link within a day becomes the owner of the place:".to_owned(),
        ),
        Some(user) => {
            let sentence = format!(
                "Who opens this link within four hours sets a new password for {user} and is signed in:"
            );
            let command = OperatorCommand::ResetLink(ResetWish {
                user,
                remove_second_factor: link.remove_second_factor,
            });
            (command, sentence)
        }
    };
    execute_and_print(&link.place, command, &sentence).await
}

/// Lists sessions, or ends some.
///
/// # Errors
/// As [`run`]; also when nobody has the username.
pub async fn session(command: SessionCommand) -> anyhow::Result<()> {
    let wish_of = |user: Option<String>| user.map_or(SessionWish::All, SessionWish::User);
    let (command, place) = match command {
        SessionCommand::List { user, place } => {
            (OperatorCommand::ListSessions(wish_of(user)), place)
        }
        SessionCommand::End {
            id, user, place, ..
        } => {
            let wish = id.map_or_else(|| wish_of(user), SessionWish::Id);
            (OperatorCommand::EndSessions(wish), place)
        }
    };
    execute_and_print(&place, command, "").await
}

/// Puts a backup in the place of the store.
///
/// # Errors
/// When a server runs on the folder, the backup cannot be read, or the folder cannot be written.
pub fn restore(arguments: &RestoreArguments) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let restored = sqlite::restore(&arguments.place.data, &arguments.backup, now)?;
    if arguments.place.json {
        crate::logging::print(&serde_json::to_string(&restored)?);
    } else {
        crate::logging::print(&restored.to_string());
    }
    Ok(())
}

/// Makes an invitation, or ends one.
///
/// # Errors
/// As [`run`].
pub async fn invite(command: InviteCommand) -> anyhow::Result<()> {
    match command {
        InviteCommand::Create { wish, place } => {
            let command = OperatorCommand::CreateInvite(wish);
            execute_and_print(&place, command, "This link lets in who opens it:").await
        }
        InviteCommand::Revoke { id, place } => {
            execute_and_print(&place, OperatorCommand::RevokeInvite { id }, "").await
        }
    }
}

/// Sees whether mail works.
///
/// # Errors
/// As [`run`]; also when the mail server does not take the mail.
pub async fn mail(arguments: MailArguments) -> anyhow::Result<()> {
    let MailArguments { command, place } = arguments;
    execute_and_print(&place, OperatorCommand::Mail(command), "").await
}

/// Prints the audit log, page by page, the newest entry first; as JSON, an entry on each line.
///
/// # Errors
/// As [`run`]; also when nobody has the username.
pub async fn audit(arguments: AuditArguments) -> anyhow::Result<()> {
    let AuditArguments { mut wish, place } = arguments;
    loop {
        let command = OperatorCommand::Audit(wish.clone());
        let OperatorAnswer::Audit(page) = execute(&place.data, command).await? else {
            bail!("the server answers something else; is it of another version?");
        };
        if place.json {
            for entry in &page.entries {
                crate::logging::print(&serde_json::to_string(entry)?);
            }
        } else if !page.entries.is_empty() {
            crate::logging::print(&page.to_string());
        }
        match page.next {
            Some(before) => {
                wish = AuditWish {
                    before: Some(before),
                    ..wish
                }
            }
            None => return Ok(()),
        }
    }
}

/// Shows or changes the place.
///
/// # Errors
/// As [`run`].
pub async fn place(arguments: PlaceArguments) -> anyhow::Result<()> {
    let PlaceArguments { command, place } = arguments;
    execute_and_print(&place, OperatorCommand::Place(command), "").await
}

/// Shows rooms and their members, or changes them.
///
/// # Errors
/// As [`run`].
pub async fn room(arguments: RoomArguments) -> anyhow::Result<()> {
    let RoomArguments { command, place } = arguments;
    execute_and_print(&place, OperatorCommand::Room(command), "").await
}

/// Shows people, or changes what they may do.
///
/// # Errors
/// As [`run`].
pub async fn user(arguments: UserArguments) -> anyhow::Result<()> {
    let UserArguments {
        command,
        data,
        json,
    } = arguments;
    let place = LinkArguments { data, json };
    execute_and_print(&place, OperatorCommand::User(command), "").await
}

/// Carries out a command and prints the answer: a link with a sentence before it, or as JSON.
async fn execute_and_print(
    place: &LinkArguments,
    command: OperatorCommand,
    sentence: &str,
) -> anyhow::Result<()> {
    let answer = execute(&place.data, command).await?;
    if place.json {
        crate::logging::print(&serde_json::to_string(&answer)?);
    } else if answer.is_link() {
        print_link(sentence, &answer.to_string());
    } else {
        crate::logging::print(&answer.to_string());
    }
    Ok(())
}

async fn execute(folder: &Path, command: OperatorCommand) -> anyhow::Result<OperatorAnswer> {
    if !folder.join(crate::store::sqlite::FILE).exists() {
        bail!(
            "there is no store in {}; name the data folder with --data",
            folder.display()
        );
    }
    let clock = Clock::system();
    let config = SqliteConfig {
        folder: folder.to_owned(),
        limit: StoreLimit::LeaveRoom,
        room_quota: RoomQuota::UNLIMITED,
        audit_days: None,
        queue: 1,
        clock: clock.clone(),
        critical: CriticalTasks::new(),
        metrics: Arc::default(),
        #[cfg(feature = "faults")]
        fault: None,
        #[cfg(feature = "faults")]
        store_tables: crate::config::StoreTables::Direct,
    };
    match SqliteStore::open(&config, Arc::new(NoSubscribers)) {
        Ok((store, commits)) => {
            let answering = tokio::spawn(commits.run());
            let context = control::OperatorContext {
                store: store.as_ref(),
                clock: &clock,
                limits: &Limits::default(),
                running: None,
            };
            let result = command.execute(context).await;
            store.close().await;
            answering.await?;
            result.map_err(|refusal| anyhow!(refusal.message))
        }
        Err(OpenError::InUse(_)) => control::ask(folder, &command).await,
        Err(error) => Err(error.into()),
    }
}

/// There are no subscribers here: a commit is only answered.
struct NoSubscribers;

impl CommitSink for NoSubscribers {
    fn publish(&self, commit: Commit, _: WriterLoad) {
        commit.send_replies();
    }
}
