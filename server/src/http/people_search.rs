//! `GET /api/v1/people/search`: people by what is typed of their names.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use shared::frame::Refusal;
use shared::model::Profile;
use utoipa::{IntoParams, ToSchema};

use super::error_body::ErrorBody;
use super::list_query::{PEOPLE_COST, check_typed};
use super::viewer::RequestViewer;
use crate::chat::Chat;
use crate::chat::rate_limits::RateLimits;
use crate::edge::ApiError;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// What is typed of a name or username.
    #[serde(default)]
    query: String,
    /// The highest number of people, 20 at most.
    limit: Option<usize>,
}

/// The people whom it fits best.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundPeople {
    people: Vec<Profile>,
}

/// People who can sign in, those first whom the text fits best.
#[utoipa::path(
    get,
    path = "/api/v1/people/search",
    params(SearchQuery),
    security(("token" = []), ("page" = [])),
    responses(
        (status = 200, description = "The people", body = FoundPeople),
        (status = 400, description = "A parameter is not valid", body = ErrorBody),
        (status = 401, description = "There is no session", body = ErrorBody),
        (status = 403, description = "The `Host` or the page's origin is not allowed, or the address is blocked", body = ErrorBody),
        (status = 429, description = "Too many questions or requests came from the person or this address", body = ErrorBody),
        (status = 503, description = "The server is too busy, or it stops", body = ErrorBody),
    )
)]
pub(super) async fn find(
    viewer: RequestViewer,
    State(chat): State<Arc<Chat>>,
    State(rate_limits): State<Arc<RateLimits>>,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Json<FoundPeople>, ApiError> {
    let subject = rate_limits.person(viewer.person.id, viewer.address.group.address());
    rate_limits.take_query(&subject)?;
    rate_limits.take_list(&subject, PEOPLE_COST)?;
    let Query(query) = query.map_err(|_| Refusal::bad_command("the parameters are not valid"))?;
    let typed = check_typed(query.query)?;
    let people = chat
        .found_people(viewer.viewer(), typed, query.limit)
        .await?;
    Ok(Json(FoundPeople { people }))
}
