//! `POST /api/calls/missed/seen`: the bearer has seen their missed calls.

use axum::Json;
use axum::extract::State;
use wire::body::{MissedSeenRequest, MissedSeenResponse};

use crate::extract::{Caller, OptionalBody};
use crate::refused::Answer;
use crate::responses::{ForPeople, WithBody};
use crate::state::ApiState;

/// Mark missed calls as seen
///
/// All of them, or those that the body names.
#[utoipa::path(
    post, path = "/api/calls/missed/seen", operation_id = "markMissedSeen", tag = "calls",
    request_body(content = Option<MissedSeenRequest>, example = json!({"callIds": ["01941f29-7c00-7aaa-8bbb-0000000000ca"]})),
    responses(
        (status = 200, description = "Marked", body = MissedSeenResponse, example = json!({"marked": 1})),
        ForPeople, WithBody,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn missed_seen(
    State(state): State<ApiState>,
    caller: Caller,
    OptionalBody(request): OptionalBody<MissedSeenRequest>,
) -> Answer<MissedSeenResponse> {
    Ok(Json(state.switchboard.missed_seen(caller.user, request).await?))
}
