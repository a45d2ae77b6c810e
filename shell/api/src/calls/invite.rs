//! `POST /api/calls/{callId}/invite`: calls further members.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::Problem;
use wire::body::{InviteRequest, ParticipantsResponse};

use crate::extract::{Body, Caller, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall, WithBody};
use crate::state::ApiState;

/// Invite further members of the conversation
#[utoipa::path(
    post, path = "/api/calls/{callId}/invite", operation_id = "inviteToCall", tag = "calls",
    params(("callId" = String, Path, format = Uuid, description = "Which call")),
    request_body(content = InviteRequest, example = json!({"userIds": ["01941f29-7c00-7aaa-8bbb-000000000003"]})),
    responses(
        (status = 200, description = "The participants now", body = ParticipantsResponse,
            example = json!({"callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "seq": 9, "participants": []})),
        ForPeople, WithBody, OfCall,
        (status = 403, description = "`forbidden`, `capability_missing`, `not_member`, `callee_blocked`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`call_ended`, `not_joined`, `full`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn invite(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
    Body(request): Body<InviteRequest>,
) -> Answer<ParticipantsResponse> {
    let actor = caller.actor(None);
    Ok(Json(state.switchboard.invite(&actor, call, request).await?))
}
