//! `PATCH /api/calls/{callId}/media`: microphone, camera, screen.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::Problem;
use wire::body::{MediaRequest, MediaResponse};

use crate::extract::{Body, Caller, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall, WithBody};
use crate::state::ApiState;

/// Change the media state
///
/// What is left out stays as it is.
#[utoipa::path(
    patch, path = "/api/calls/{callId}/media", operation_id = "changeMedia", tag = "calls",
    params(("callId" = String, Path, format = Uuid, description = "Which call")),
    request_body(content = MediaRequest, example = json!({"audioEnabled": true, "videoEnabled": false})),
    responses(
        (status = 200, description = "The media state now", body = MediaResponse, example = json!({
            "success": true,
            "mediaState": {"audioEnabled": true, "videoEnabled": false, "screenSharing": false},
        })),
        ForPeople, WithBody, OfCall,
        (status = 403, description = "`forbidden`, `capability_missing`, `removed`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`not_joined`, `call_ended`, `call_not_active`, `not_this_device`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn media(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(call): InPath<CallId>,
    Body(request): Body<MediaRequest>,
) -> Answer<MediaResponse> {
    Ok(Json(state.switchboard.media(&caller.actor(None), call, request).await?))
}
