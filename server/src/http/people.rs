//! `/api/v1/people`: people, for those who manage them.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::id::{Micros, UserId};
use shared::model::{Profile, Role};
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::json_body::{ExampleBody, JsonBody};
use super::viewer::{RequestActor, RequestViewer};
use crate::accounts::Accounts;
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;
use crate::store::{ListedPerson, PersonPosition};

/// The longest text that is looked for, in bytes.
const MAX_SEARCH_BYTES: usize = 200;
/// What a page costs, as if it were a question about so many things: few may be found among many
/// people who are looked at.
const LIST_COST: usize = 2_000;

/// A person, as who manages people sees one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonEntry {
    /// What everybody sees.
    pub(super) person: Profile,
    /// When the person came in.
    created_at: Micros,
    /// When a session of the person was last used, to the hour; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_at: Option<Micros>,
    /// Until when the person only reads; absent without a time-out. It may be over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timed_out_until: Option<Micros>,
}

impl From<ListedPerson> for PersonEntry {
    fn from(listed: ListedPerson) -> Self {
        PersonEntry {
            person: listed.person,
            created_at: listed.created_at,
            used_at: listed.used_at,
            timed_out_until: listed.timed_out_until,
        }
    }
}

/// One page of the people.
#[derive(Serialize, ToSchema)]
pub(super) struct PeopleList {
    /// At most 50: owners first, then administrators, members, programs and guests. There may be
    /// fewer, even none, although more follow.
    people: Vec<PersonEntry>,
    /// The next page has this as `after`; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PeopleQuery {
    /// How a word of the name begins, or the username.
    #[serde(default)]
    search: String,
    /// `next` of the page before.
    after: Option<String>,
}

/// What changes: one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonChangeBody {
    /// What the person may do: `owner`, `administrator` or `member`.
    role: Option<Role>,
    /// Whether nobody can sign in as the person.
    deactivated: Option<bool>,
    /// For how many minutes from now the person only reads, 40,320 (28 days) at most; 0 ends it.
    time_out_minutes: Option<u32>,
}

impl ExampleBody for PersonChangeBody {
    const EXAMPLE: &'static str =
        r#"{"role": "administrator"}, {"deactivated": true} or {"time_out_minutes": 60}"#;
}

/// People who are not deleted.
#[utoipa::path(
    get,
    path = "/api/v1/people",
    params(PeopleQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "One page of them", body = PeopleList),
        (status = 400, description = "A parameter is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person manages nobody, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 429, description = "Too many questions or requests came from the person or this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn list(
    viewer: RequestViewer,
    State(accounts): State<Arc<Accounts>>,
    State(rate_limits): State<Arc<RateLimits>>,
    query: Result<Query<PeopleQuery>, QueryRejection>,
) -> Result<Json<PeopleList>, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    rate_limits.take_list(&subject, LIST_COST)?;
    let Query(query) = query.map_err(|_| Refusal::bad_command("the parameters are not valid"))?;
    if query.search.len() > MAX_SEARCH_BYTES {
        return Err(Refusal::bad_command("`search` has 200 bytes at most").into());
    }
    let after = query.after.as_deref().map(parse_position).transpose()?;
    let page = accounts
        .people(viewer.viewer(), query.search, after)
        .await?;
    Ok(Json(PeopleList {
        people: page.people.into_iter().map(PersonEntry::from).collect(),
        next: page.next.map(position_text),
    }))
}

/// Changes a person's role, deactivates or reactivates the person, or lets the person only read for
/// a time.
///
/// Who gives somebody more rights must have proved a credential in this session in the last ten
/// minutes, by signing in or by `POST /api/v1/account/confirmation`. All sessions of who loses a
/// right, or is deactivated, end.
#[utoipa::path(
    patch,
    path = "/api/v1/people/{id}",
    params(("id" = i64, Path, description = "The person's number")),
    security(("token" = []), ("page" = [])),
    request_body = PersonChangeBody,
    responses(
        (status = 200, description = "The person after it", body = Profile),
        (status = 400, description = "The number or the body is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not do this, or has to prove a credential first, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 404, description = "There is no such person", body = ErrorBody),
        (status = 408, description = "The body did not arrive in time", body = ErrorBody),
        (status = 409, description = "The last owner has to stay, or the place has no owner yet", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
        (status = 507, description = "The server's disk is full", body = ErrorBody),
    )
)]
pub(super) async fn change(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<i64>, PathRejection>,
    JsonBody(change): JsonBody<PersonChangeBody>,
) -> Result<Json<Profile>, ApiError> {
    let (by, user) = (actor.acting_person(), parse_id(id)?);
    let person = match (change.role, change.deactivated, change.time_out_minutes) {
        (Some(role), None, None) => accounts.set_role(&by, user, role).await?,
        (None, Some(is), None) => accounts.set_deactivated(&by, user, is).await?,
        (None, None, Some(minutes)) => accounts.time_out(&by, user, minutes).await?,
        // Each of them is a decision, with conditions of its own.
        _ => {
            let one = "send one of `role`, `deactivated` and `time_out_minutes`";
            return Err(Refusal::bad_command(one).into());
        }
    };
    Ok(Json(person))
}

/// Deletes a person: name, username, credentials, sessions and all else that is personal. The
/// messages stay, without a name.
///
/// Needs a credential that was proved in this session in the last ten minutes.
#[utoipa::path(
    delete,
    path = "/api/v1/people/{id}",
    params(("id" = i64, Path, description = "The person's number")),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "The person is deleted"),
        (status = 400, description = "The number is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person may not do this, or has to prove a credential first, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 404, description = "There is no such person", body = ErrorBody),
        (status = 409, description = "The last owner has to stay", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn delete(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    accounts
        .delete(&actor.acting_person(), parse_id(id)?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the own account: name, username, credentials, sessions and all else that is personal.
/// The messages stay, without a name.
///
/// Needs a credential that was proved in this session in the last ten minutes, except from a
/// guest, who has none.
#[utoipa::path(
    delete,
    path = "/api/v1/account",
    security(("token" = []), ("page" = [])),
    responses(
        (status = 204, description = "The account is deleted"),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The person has to prove a credential first, or the `Host`, the page's origin or the address is not allowed", body = ErrorBody),
        (status = 409, description = "The last owner has to stay", body = ErrorBody),
        (status = 429, description = "Too many requests came from this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn delete_self(
    actor: RequestActor,
    State(accounts): State<Arc<Accounts>>,
) -> Result<StatusCode, ApiError> {
    accounts.delete_self(&actor.acting_person()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse_id(id: Result<Path<i64>, PathRejection>) -> Result<UserId, Refusal> {
    let Path(id) =
        id.map_err(|_| Refusal::bad_command("the person in the address is a whole number"))?;
    Ok(UserId(id))
}

/// Where a page begins, as clients send it back: `member.17`.
fn position_text(position: PersonPosition) -> String {
    let role = match position.role {
        Role::Owner => "owner",
        Role::Administrator => "administrator",
        Role::Member => "member",
        Role::Bot => "bot",
        Role::Guest => "guest",
    };
    format!("{role}.{}", position.user)
}

fn parse_position(text: &str) -> Result<PersonPosition, Refusal> {
    let invalid = || Refusal::bad_command("`after` is the `next` of the page before");
    let (role, user) = text.split_once('.').ok_or_else(invalid)?;
    let role = match role {
        "owner" => Role::Owner,
        "administrator" => Role::Administrator,
        "member" => Role::Member,
        "bot" => Role::Bot,
        "guest" => Role::Guest,
        _ => return Err(invalid()),
    };
    let user = UserId(user.parse().map_err(|_| invalid())?);
    Ok(PersonPosition { role, user })
}
