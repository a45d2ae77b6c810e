//! `POST /api/calls/{callId}/leave`: leaves a call that may go on.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::Problem;
use wire::body::EndResponse;

use crate::extract::{Caller, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall};
use crate::state::ApiState;

/// Leave a call
///
/// A call of two is over then; a group goes on.
#[utoipa::path(
    post, path = "/api/calls/{callId}/leave", operation_id = "leaveCall", tag = "calls",
    params(("callId" = String, Path, format = Uuid, description = "Which call")),
    responses(
        (status = 200, description = "Left", body = EndResponse, example = json!({
            "callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "status": "active", "duration": 120, "endReason": null, "left": true, "seq": 7,
        })),
        ForPeople, OfCall,
        (status = 409, description = "`not_joined`, `call_ended`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn leave(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
) -> Answer<EndResponse> {
    Ok(Json(state.switchboard.leave(&caller.actor(None), call).await?))
}
