//! The operator's commands about people's sessions and their links.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::{Micros, UserId};

use super::context::OperatorContext;
use super::time_span::format_time;
use crate::accounts::{MadeLink, find_person, reset_link};
use crate::store::{
    AccountCommand, Actor, PersonSession, SecondFactorFate, SessionFilter, SessionId,
    SessionSelector, Store, StoreError, WriteCommand,
};

/// Sessions in one answer.
const MAX_LISTED: usize = 1_000;

/// For whom the operator wants a link with which to set a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetWish {
    /// The person's username or number.
    pub user: String,
    /// Whether it removes the second factor too.
    pub remove_second_factor: bool,
}

/// Which sessions the operator means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionWish {
    /// All.
    All,
    /// Those of the person with this username or number.
    User(String),
    /// The one with this number.
    Id(i64),
}

/// The sessions of the server that were used last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionList {
    sessions: Vec<ShownSession>,
    /// Whether there are more.
    is_cut: bool,
}

/// A session, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ShownSession {
    id: i64,
    user: UserId,
    name: String,
    username: Option<String>,
    device: String,
    address: Option<String>,
    created_at: Micros,
    used_at: Micros,
}

impl From<PersonSession> for ShownSession {
    fn from(PersonSession { person, session }: PersonSession) -> Self {
        ShownSession {
            id: session.id.0,
            user: person.id,
            name: person.name,
            username: person.username,
            device: session.device,
            address: session.network,
            created_at: session.created_at,
            used_at: session.used_at,
        }
    }
}

/// One line for each: its number, whose it is, and where and when it was used.
impl fmt::Display for SessionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sessions.is_empty() {
            return write!(f, "there is no session");
        }
        for (index, session) in self.sessions.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let who = session.username.as_ref().unwrap_or(&session.name);
            let address = session.address.as_deref().unwrap_or("unknown address");
            let used = format_time(session.used_at);
            let device = &session.device;
            write!(f, "{}\t{who}\t{device}\t{address}\t{used}", session.id)?;
        }
        if self.is_cut {
            write!(f, "\nand more; --user shows those of one person")?;
        }
        Ok(())
    }
}

/// Makes a link with which the person with this username or number sets a new password.
pub(super) async fn reset_link_for(
    context: &OperatorContext<'_>,
    wish: &ResetWish,
) -> Result<MadeLink, Refusal> {
    let second_factor = if wish.remove_second_factor {
        SecondFactorFate::Remove
    } else {
        SecondFactorFate::Keep
    };
    let found = find_person(context.store, Actor::Operator, &wish.user).await?;
    let now = context.clock.now();
    reset_link(context.store, now, found.person.id, second_factor).await
}

/// The sessions that were used last.
pub(super) async fn list_sessions(
    store: &dyn Store,
    wish: &SessionWish,
) -> Result<SessionList, Refusal> {
    let mut found = find(store, wish, MAX_LISTED + 1).await?;
    let is_cut = found.len() > MAX_LISTED;
    found.truncate(MAX_LISTED);
    let sessions = found.into_iter().map(ShownSession::from).collect();
    Ok(SessionList { sessions, is_cut })
}

/// Ends sessions, and closes their connections. Returns how many.
pub(super) async fn end_sessions(store: &dyn Store, wish: &SessionWish) -> Result<usize, Refusal> {
    let mut count = 0;
    loop {
        let found = find(store, wish, MAX_LISTED).await?;
        let is_last = found.len() < MAX_LISTED;
        count += found.len();
        for PersonSession { person, session } in found {
            let selector = SessionSelector::Id {
                user: person.id,
                id: session.id,
            };
            let command = WriteCommand::from(AccountCommand::EndSessions(selector));
            let ended = store.carry_out(command).await;
            ended.map_err(StoreError::into_refusal)?;
        }
        if is_last {
            return Ok(count);
        }
    }
}

async fn find(
    store: &dyn Store,
    wish: &SessionWish,
    limit: usize,
) -> Result<Vec<PersonSession>, Refusal> {
    let filter = match wish {
        SessionWish::All => SessionFilter::All,
        SessionWish::User(name) => {
            let found = find_person(store, Actor::Operator, name).await?;
            SessionFilter::Person(found.person.id)
        }
        SessionWish::Id(id) => SessionFilter::Number(SessionId(*id)),
    };
    let found = store.all_sessions(filter, limit).await;
    found.map_err(StoreError::into_refusal)
}
