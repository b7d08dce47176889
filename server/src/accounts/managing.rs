//! People, as those who manage them see them: the list, roles, deactivating and deleting.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, UserId};
use shared::model::{Profile, Role};

use super::username::Username;
use super::{Accounts, ActingPerson, person_of};
use crate::store::{
    AccountCommand, Actor, ListedPerson, PeopleFilter, PeoplePage, PeopleSearch, PersonPosition,
    Store, TokenHash, Viewer, may_manage,
};

/// The longest time-out: 28 days.
const MAX_TIME_OUT_MINUTES: u32 = 28 * 24 * 60;
/// People in one page of the list.
const PAGE: usize = 50;

impl Accounts {
    /// A page of the people whose name or username begins like this.
    ///
    /// # Errors
    /// `forbidden`, or the store's.
    pub async fn people(
        &self,
        viewer: Viewer,
        prefix: String,
        after: Option<PersonPosition>,
    ) -> Result<PeoplePage, Refusal> {
        let actor = Actor::User(person_of(viewer)?);
        list_people(&*self.store, actor, prefix, after).await
    }

    /// Changes what a person may do here.
    ///
    /// # Errors
    /// `forbidden`, `last_owner`, `no_such_person`, `confirmation_required`, or the store's.
    pub async fn set_role(
        &self,
        by: &ActingPerson,
        user: UserId,
        role: Role,
    ) -> Result<Profile, Refusal> {
        let session = Some(by.token.hash());
        let command = AccountCommand::SetRole {
            user,
            role,
            session,
        };
        self.manage(by, command).await
    }

    /// Lets nobody sign in as a person, or lets the person sign in again.
    ///
    /// # Errors
    /// `forbidden`, `last_owner`, `no_such_person`, or the store's.
    pub async fn set_deactivated(
        &self,
        by: &ActingPerson,
        user: UserId,
        deactivated: bool,
    ) -> Result<Profile, Refusal> {
        let command = if deactivated {
            AccountCommand::Deactivate { user }
        } else {
            AccountCommand::Reactivate { user }
        };
        self.manage(by, command).await
    }

    /// Lets a person only read for some minutes from now, [`MAX_TIME_OUT_MINUTES`] at most; 0 ends
    /// it.
    ///
    /// # Errors
    /// `forbidden`, `no_such_person`, `bad_command`, or the store's.
    pub async fn time_out(
        &self,
        by: &ActingPerson,
        user: UserId,
        minutes: u32,
    ) -> Result<Profile, Refusal> {
        let until = time_out_end(self.clock.now(), minutes)?;
        self.manage(by, AccountCommand::TimeOut { user, until })
            .await
    }

    /// Deletes somebody; see [`delete_person`].
    ///
    /// # Errors
    /// `forbidden`, `last_owner`, `no_such_person`, `confirmation_required`, or the store's.
    pub async fn delete(&self, by: &ActingPerson, user: UserId) -> Result<(), Refusal> {
        require_manager(by)?;
        self.delete_as(by, user).await
    }

    /// Deletes the own account; see [`delete_person`].
    ///
    /// # Errors
    /// `last_owner`, `confirmation_required`, or the store's.
    pub async fn delete_self(&self, by: &ActingPerson) -> Result<(), Refusal> {
        self.delete_as(by, by.person.id).await
    }

    async fn delete_as(&self, by: &ActingPerson, user: UserId) -> Result<(), Refusal> {
        let session = Some(by.token.hash());
        delete_person(&*self.store, by.actor(), user, session).await
    }

    async fn manage(&self, by: &ActingPerson, command: AccountCommand) -> Result<Profile, Refusal> {
        require_manager(by)?;
        let outcome = super::carry_out(&*self.store, by.actor(), command).await?;
        let failed = || Refusal::new(ErrorCode::StorageFailed);
        outcome.into_person().ok_or_else(failed)
    }
}

/// When a time-out that begins now ends; none if there is to be none.
///
/// # Errors
/// `bad_command` for one that is too long.
pub fn time_out_end(now: Micros, minutes: u32) -> Result<Option<Micros>, Refusal> {
    const MICROS: i64 = 60_000_000;
    if minutes > MAX_TIME_OUT_MINUTES {
        return Err(Refusal::bad_command(
            "a time-out has 40,320 minutes (28 days) at most",
        ));
    }
    let until = Micros(now.0.saturating_add(i64::from(minutes) * MICROS));
    Ok((minutes > 0).then_some(until))
}

/// Refuses who manages nobody, alike for every person: also oneself, for whom there are other
/// ways.
fn require_manager(by: &ActingPerson) -> Result<(), Refusal> {
    if may_manage(by.person.role, Role::Guest) {
        Ok(())
    } else {
        Err(Refusal::new(ErrorCode::Forbidden))
    }
}

/// A page of the people whose name or username begins like this: owners first, guests last.
///
/// # Errors
/// `forbidden`, or the store's.
pub async fn list_people(
    store: &dyn Store,
    by: Actor,
    prefix: String,
    after: Option<PersonPosition>,
) -> Result<PeoplePage, Refusal> {
    let who = PeopleFilter::Prefix(prefix);
    let search = PeopleSearch { who, after };
    let page = store.listed_people(by, search, PAGE).await;
    page.map_err(super::refuse)
}

/// The person whom a text names: by the number, or by the username, with or without `@`.
///
/// # Errors
/// `no_such_person`, `forbidden`, or the store's.
pub async fn find_person(
    store: &dyn Store,
    by: Actor,
    text: &str,
) -> Result<ListedPerson, Refusal> {
    let unknown = || Refusal::new(ErrorCode::NoSuchPerson);
    let who = if let Ok(number) = text.parse() {
        PeopleFilter::Number(UserId(number))
    } else {
        let name = text.strip_prefix('@').unwrap_or(text);
        let username = Username::parse_any(name).map_err(|_| unknown())?;
        PeopleFilter::UsernameKey(username.key)
    };
    let search = PeopleSearch { who, after: None };
    let page = store.listed_people(by, search, 1).await;
    page.map_err(super::refuse)?
        .people
        .pop()
        .ok_or_else(unknown)
}

/// Erases what is known of a person. What the person wrote stays, without a name. The store
/// ends the memberships in private rooms right after it, also if the caller has gone.
///
/// # Errors
/// `forbidden`, `last_owner`, `no_such_person`, `confirmation_required`, or the store's.
pub async fn delete_person(
    store: &dyn Store,
    by: Actor,
    user: UserId,
    session: Option<TokenHash>,
) -> Result<(), Refusal> {
    let delete = AccountCommand::DeletePerson { user, session };
    super::carry_out(store, by, delete).await.map(drop)
}
