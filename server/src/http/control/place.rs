//! The place, as the operator sees it on the command line.

use std::fmt;

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::limits::Limits;
use shared::model::SignUp;

use crate::accounts::place_name;
use crate::http::applications::ListedApplication;
use crate::store::{AccountCommand, ApplicationId, PlaceChange, Store, StoreError, WriteCommand};

/// What `madang place` can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum PlaceCommand {
    /// Show its name, who may sign up, and who has asked for an account.
    Show,
    /// Change its name.
    Name {
        /// Its new name.
        name: String,
    },
    /// Say who gets an account without an invitation.
    SignUp {
        /// `off`, `approval` (who asks waits until somebody approves) or `open` (everybody).
        #[arg(value_parser = parse_sign_up)]
        sign_up: SignUp,
    },
    /// Make the account that somebody has asked for.
    Approve {
        /// The application's number, as `show` prints it.
        id: i64,
    },
    /// Delete what somebody has asked for.
    Decline {
        /// The application's number, as `show` prints it.
        id: i64,
    },
}

impl PlaceCommand {
    /// Carries out the command, and says how the place is then.
    ///
    /// # Errors
    /// Codes about the name, `not_found` for an application about which somebody has decided, or
    /// the store's.
    pub(super) async fn execute(
        self,
        store: &dyn Store,
        limits: &Limits,
    ) -> Result<PlaceAnswer, Refusal> {
        let change = match self {
            PlaceCommand::Show => return show(store).await,
            PlaceCommand::Name { name } => AccountCommand::SetPlace(PlaceChange {
                name: Some(place_name(&name, limits)?),
                sign_up: None,
            }),
            PlaceCommand::SignUp { sign_up } => AccountCommand::SetPlace(PlaceChange {
                name: None,
                sign_up: Some(sign_up),
            }),
            PlaceCommand::Approve { id } => AccountCommand::Approve(ApplicationId(id)),
            PlaceCommand::Decline { id } => AccountCommand::Decline(ApplicationId(id)),
        };
        let changed = store
            .carry_out(WriteCommand::Account(Box::new(change)))
            .await;
        changed.map_err(StoreError::into_refusal)?;
        show(store).await
    }
}

fn parse_sign_up(text: &str) -> Result<SignUp, String> {
    match text {
        "off" => Ok(SignUp::Off),
        "approval" => Ok(SignUp::Approval),
        "open" => Ok(SignUp::Open),
        _ => Err("give off, approval or open".to_owned()),
    }
}

/// The place, with all who have asked for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceAnswer {
    /// Its name; empty until somebody names it.
    pub name: String,
    /// Whether it has an owner.
    pub is_claimed: bool,
    /// Who gets an account without an invitation.
    pub sign_up: SignUp,
    /// Those who wait.
    pub applications: Vec<ListedApplication>,
}

impl fmt::Display for PlaceAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &*self.name {
            "" => "(no name yet)",
            name => name,
        };
        let owner = if self.is_claimed { "yes" } else { "not yet" };
        let sign_up = match self.sign_up {
            SignUp::Off => "off",
            SignUp::Approval => "approval",
            SignUp::Open => "open",
        };
        write!(f, "name: {name}\nowner: {owner}\nsign-up: {sign_up}")?;
        for person in &self.applications {
            let ListedApplication {
                id, username, name, ..
            } = person;
            write!(f, "\n{id}: {username} ({name}) asks for an account")?;
            for line in person.note.lines() {
                write!(f, "\n    {line}")?;
            }
        }
        Ok(())
    }
}

async fn show(store: &dyn Store) -> Result<PlaceAnswer, Refusal> {
    let place = store.place().await.map_err(StoreError::into_refusal)?;
    let applications = store.applications(None).await;
    let applications = applications.map_err(StoreError::into_refusal)?.into_iter();
    Ok(PlaceAnswer {
        name: place.name,
        is_claimed: place.claimed_at.is_some(),
        sign_up: place.sign_up,
        applications: applications.map(ListedApplication::from).collect(),
    })
}
