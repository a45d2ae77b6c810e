//! `GET /api/calls/active`: calls that run or ring now.

use axum::Json;
use axum::extract::State;
use wire::body::{CallBody, Page};

use crate::extract::Caller;
use crate::refused::Answer;
use crate::responses::ForPeople;
use crate::state::ApiState;

/// List the live calls of the bearer's conversations
#[utoipa::path(
    get, path = "/api/calls/active", operation_id = "listActiveCalls", tag = "calls",
    responses((status = 200, description = "All of them, the newest first", body = Page<CallBody>), ForPeople),
    security(("bearer" = [])),
)]
pub(crate) async fn active(
    State(state): State<ApiState>,
    caller: Caller,
) -> Answer<Page<CallBody>> {
    Ok(Json(state.switchboard.active(caller.user).await?))
}
