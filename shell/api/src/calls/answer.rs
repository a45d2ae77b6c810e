//! `POST /api/calls/{callId}/answer`: accepts a ring, or joins late.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::Problem;
use wire::body::{AnswerRequest, AnswerResponse};

use crate::extract::{Caller, InPath, OptionalBody};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall, WithBody};
use crate::state::ApiState;

/// Answer a call
///
/// The first device of a user wins; another one gets 409, or takes the call over with
/// `takeOver`. Members of the conversation may join a call that is active.
#[utoipa::path(
    post, path = "/api/calls/{callId}/answer", operation_id = "answerCall", tag = "calls",
    params(
        ("callId" = String, Path, format = Uuid, description = "Which call"),
        ("X-Device-Id" = Option<String>, Header, description = "The answering device"),
    ),
    request_body(content = Option<AnswerRequest>, example = json!({"videoEnabled": false})),
    responses(
        (status = 200, description = "In the call", body = AnswerResponse, example = json!({
            "callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "status": "active", "startedAt": "2025-01-10T14:30:00.000Z", "seq": 3,
            "resumeToken": "1.Zk3..", "participants": [],
            "mediaState": {"audioEnabled": true, "videoEnabled": false, "screenSharing": false},
        })),
        ForPeople, WithBody, OfCall,
        (status = 403, description = "`forbidden`, `removed`, `capability_missing`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`answered_elsewhere`, `call_ended`, `call_not_active`, `device_in_call`, `full`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn answer(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
    OptionalBody(request): OptionalBody<AnswerRequest>,
) -> Answer<AnswerResponse> {
    let actor = caller.actor(request.device_id.as_ref());
    Ok(Json(state.switchboard.answer(&actor, call, request).await?))
}
