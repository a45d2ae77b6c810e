//! `POST /api/calls/{callId}/participants/{userId}/remove`: out of the call.

use axum::Json;
use axum::extract::State;
use vocab::{CallId, UserId};
use wire::Problem;
use wire::body::ParticipantsResponse;

use crate::extract::{Caller, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfParticipant};
use crate::state::ApiState;

/// Remove a participant
#[utoipa::path(
    post, path = "/api/calls/{callId}/participants/{userId}/remove", operation_id = "removeParticipant", tag = "calls",
    params(
        ("callId" = String, Path, format = Uuid, description = "Which call"),
        ("userId" = String, Path, format = Uuid, description = "Which participant"),
    ),
    responses(
        (status = 200, description = "The participants now", body = ParticipantsResponse,
            example = json!({"callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "seq": 9, "participants": []})),
        ForPeople, OfParticipant,
        (status = 403, description = "`forbidden`, `capability_missing`, `not_member`, `callee_blocked`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`call_ended`, `not_joined`, `target_gone`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn remove_participant(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
    InPath(user): InPath<UserId>,
) -> Answer<ParticipantsResponse> {
    let actor = caller.actor(None);
    Ok(Json(state.switchboard.remove_participant(&actor, call, user).await?))
}
