//! `madang user`: people, as the operator manages them.

use std::fmt;

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::{Micros, UserId};
use shared::model::Role;

use super::time_span::{TimeSpan, format_time};
use crate::accounts::{delete_person, find_person, list_people, time_out_end};
use crate::http::people::PersonEntry;
use crate::store::{AccountCommand, Actor, Store, StoreError, WriteCommand};

/// What `madang user` does. A person is named by the username or, as the list shows it, by the
/// number; `@` before a username says that it is no number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum UserCommand {
    /// Show the people: owners first, guests last.
    List {
        /// Only those with a word in the name, or a username, that begins like this.
        #[arg(default_value = "")]
        search: String,
    },
    /// Show one person.
    Show {
        /// The person: username or number.
        person: String,
    },
    /// Change what a person may do in this place.
    Role {
        /// The person: username or number.
        person: String,
        /// owner, administrator or member.
        #[arg(value_parser = parse_role)]
        role: Role,
    },
    /// End all sessions of a person, and let nobody sign in as that person. All stays.
    Deactivate {
        /// The person: username or number.
        person: String,
    },
    /// Let a person sign in again.
    Reactivate {
        /// The person: username or number.
        person: String,
    },
    /// Let a person only read for a time.
    TimeOut {
        /// The person: username or number.
        person: String,
        /// For how long from now: 30m, 12h or 7d; 0m ends it.
        #[arg(long = "for", value_name = "TIME", default_value = "1d")]
        time: TimeSpan,
    },
    /// Let the password alone sign a person in who has lost the authenticator app and the recovery
    /// codes.
    RemoveSecondFactor {
        /// The person: username or number.
        person: String,
    },
    /// Erase a person: name, username, credentials, sessions. The messages stay, without a name.
    Delete {
        /// The person: username or number.
        person: String,
    },
}

impl fmt::Display for PersonEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let person = &self.person;
        write!(f, "{:>6}  {:13}  ", person.id, role_name(person.role))?;
        if let Some(username) = &person.username {
            write!(f, "@{username}  ")?;
        }
        write!(f, "{}", person.name)?;
        if person.deactivated {
            write!(f, "  (deactivated)")?;
        }
        if let Some(until) = self.timed_out_until {
            write!(f, "  (only reads until {})", format_time(until))?;
        }
        Ok(())
    }
}

impl UserCommand {
    /// Carries out the command. Returns the people whom it is about, after it.
    ///
    /// # Errors
    /// `no_such_person`, `last_owner`, `not_claimed`, or the store's.
    pub async fn execute(
        self,
        store: &dyn Store,
        now: Micros,
    ) -> Result<Vec<PersonEntry>, Refusal> {
        let (person, command) = match self {
            UserCommand::List { search } => return list(store, search).await,
            UserCommand::Show { person } => {
                let found = find_person(store, Actor::Operator, &person).await?;
                return Ok(vec![found.into()]);
            }
            UserCommand::Delete { person } => {
                let user = find(store, &person).await?;
                delete_person(store, Actor::Operator, user, None).await?;
                return Ok(Vec::new());
            }
            UserCommand::Role { person, role } => {
                let user = find(store, &person).await?;
                let session = None;
                let command = AccountCommand::SetRole {
                    user,
                    role,
                    session,
                };
                (user, command)
            }
            UserCommand::Deactivate { person } => {
                let user = find(store, &person).await?;
                (user, AccountCommand::Deactivate { user })
            }
            UserCommand::Reactivate { person } => {
                let user = find(store, &person).await?;
                (user, AccountCommand::Reactivate { user })
            }
            UserCommand::TimeOut { person, time } => {
                let user = find(store, &person).await?;
                let until = time_out_end(now, time.minutes())?;
                (user, AccountCommand::TimeOut { user, until })
            }
            UserCommand::RemoveSecondFactor { person } => {
                let user = find(store, &person).await?;
                (user, AccountCommand::ClearSecondFactor { user })
            }
        };
        let done = store.carry_out(WriteCommand::from(command)).await;
        done.map_err(StoreError::into_refusal)?;
        let found = find_person(store, Actor::Operator, &person.to_string()).await?;
        Ok(vec![found.into()])
    }
}

async fn find(store: &dyn Store, person: &str) -> Result<UserId, Refusal> {
    let found = find_person(store, Actor::Operator, person).await?;
    Ok(found.person.id)
}

async fn list(store: &dyn Store, search: String) -> Result<Vec<PersonEntry>, Refusal> {
    let (mut people, mut after) = (Vec::new(), None);
    loop {
        let page = list_people(store, Actor::Operator, search.clone(), after).await?;
        people.extend(page.people.into_iter().map(PersonEntry::from));
        after = page.next;
        if after.is_none() {
            return Ok(people);
        }
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Administrator => "administrator",
        Role::Member => "member",
        Role::Bot => "bot",
        Role::Guest => "guest",
    }
}

fn parse_role(text: &str) -> Result<Role, String> {
    match text {
        "owner" => Ok(Role::Owner),
        "administrator" => Ok(Role::Administrator),
        "member" => Ok(Role::Member),
        _ => Err("give owner, administrator or member".to_owned()),
    }
}
