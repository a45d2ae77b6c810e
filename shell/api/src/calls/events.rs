//! `GET /api/calls/{callId}/events`: the log of a call's state events.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::body::{EventsQuery, EventsResponse};

use crate::extract::{Caller, InPath, InQuery};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall};
use crate::state::ApiState;

const USUAL_LIMIT: u32 = 500;

/// Get the state events of a call
///
/// As they were sent to all devices; `after` skips those that are known.
#[utoipa::path(
    get, path = "/api/calls/{callId}/events", operation_id = "listCallEvents", tag = "calls",
    params(("callId" = String, Path, format = Uuid, description = "Which call"), EventsQuery),
    responses((status = 200, description = "In order, without gaps", body = EventsResponse), ForPeople, OfCall),
    security(("bearer" = [])),
)]
pub(crate) async fn events(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
    InQuery(query): InQuery<EventsQuery>,
) -> Answer<EventsResponse> {
    let (after, limit) = (query.after.unwrap_or(0), query.limit.unwrap_or(USUAL_LIMIT));
    Ok(Json(state.switchboard.events(caller.user, call, after, limit).await?))
}
