//! `PATCH /api/calls/{callId}/participants/{userId}`: another role.

use axum::Json;
use axum::extract::State;
use vocab::{CallId, UserId};
use wire::Problem;
use wire::body::{ParticipantsResponse, RoleRequest};

use crate::extract::{Body, Caller, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfParticipant, WithBody};
use crate::state::ApiState;

/// Give a participant another role
#[utoipa::path(
    patch, path = "/api/calls/{callId}/participants/{userId}", operation_id = "setRole", tag = "calls",
    params(
        ("callId" = String, Path, format = Uuid, description = "Which call"),
        ("userId" = String, Path, format = Uuid, description = "Which participant"),
    ),
    request_body(content = RoleRequest, example = json!({"role": "co-host"})),
    responses(
        (status = 200, description = "The participants now", body = ParticipantsResponse,
            example = json!({"callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "seq": 9, "participants": []})),
        ForPeople, WithBody, OfParticipant,
        (status = 403, description = "`forbidden`, `capability_missing`, `not_member`, `callee_blocked`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`call_ended`, `not_joined`, `target_gone`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn set_role(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
    InPath(user): InPath<UserId>,
    Body(request): Body<RoleRequest>,
) -> Answer<ParticipantsResponse> {
    let actor = caller.actor(None);
    Ok(Json(state.switchboard.set_role(&actor, call, user, request).await?))
}
