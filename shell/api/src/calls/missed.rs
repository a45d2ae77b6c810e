//! `GET /api/calls/missed`: calls that the bearer missed.

use axum::Json;
use axum::extract::State;
use wire::body::{HistoryEntry, MissedQuery, Page};

use crate::extract::{Caller, InQuery};
use crate::refused::Answer;
use crate::responses::ForPeople;
use crate::state::ApiState;

/// List missed calls
#[utoipa::path(
    get, path = "/api/calls/missed", operation_id = "listMissedCalls", tag = "calls", params(MissedQuery),
    responses((status = 200, description = "The newest first", body = Page<HistoryEntry>), ForPeople),
    security(("bearer" = [])),
)]
pub(crate) async fn missed(
    State(state): State<ApiState>,
    caller: Caller,
    InQuery(query): InQuery<MissedQuery>,
) -> Answer<Page<HistoryEntry>> {
    let (cursor, unseen) = (query.cursor.as_deref(), query.unseen.unwrap_or(false));
    let page = state.switchboard.missed(caller.user, cursor, query.limit(), unseen);
    Ok(Json(page.await?))
}
