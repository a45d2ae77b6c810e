//! `POST /api/calls/{callId}/reject`: declines a ring.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::Problem;
use wire::body::{RejectRequest, RejectResponse};

use crate::extract::{Caller, InPath, OptionalBody};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall, WithBody};
use crate::state::ApiState;

/// Decline a call
///
/// Stops all devices of the bearer. In a group only the bearer is concerned.
#[utoipa::path(
    post, path = "/api/calls/{callId}/reject", operation_id = "rejectCall", tag = "calls",
    params(("callId" = String, Path, format = Uuid, description = "Which call")),
    request_body(content = Option<RejectRequest>, example = json!({"reason": "busy"})),
    responses(
        (status = 200, description = "Declined", body = RejectResponse, example = json!({
            "callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "status": "rejected", "callStatus": "rejected", "seq": 3,
        })),
        ForPeople, WithBody, OfCall,
        (status = 409, description = "`already_answered`, `own_call`, `call_ended`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn reject(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
    OptionalBody(request): OptionalBody<RejectRequest>,
) -> Answer<RejectResponse> {
    Ok(Json(state.switchboard.reject(&caller.actor(None), call, request).await?))
}
