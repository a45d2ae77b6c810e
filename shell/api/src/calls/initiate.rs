//! `POST /api/calls/initiate`: starts a call.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use wire::body::{InitiateRequest, InitiateResponse, is_idempotency_key};
use wire::{Failure, Problem};

use crate::extract::{Body, Caller};
use crate::refused::Refused;
use crate::responses::{ForPeople, OfConversation, WithBody};
use crate::state::ApiState;

const KEY: &str = "idempotency-key";

/// Start a call
///
/// The invitees' devices ring. While the other side rings the caller, this answers that call
/// instead (`merged`, 200).
#[utoipa::path(
    post, path = "/api/calls/initiate", operation_id = "initiateCall", tag = "calls",
    params(
        ("Idempotency-Key" = Option<String>, Header, description =
            "The same key with the same body gets the same answer for 24 h; 1 to 255 visible ASCII characters"),
        ("X-Device-Id" = Option<String>, Header, description = "The caller's device"),
    ),
    request_body(content = InitiateRequest, example = json!({
        "conversationId": "01941f29-7c00-7aaa-8bbb-00000000000c", "type": "video",
    })),
    responses(
        (status = 201, description = "The call rings", body = InitiateResponse, example = json!({
            "callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "status": "initiated",
            "participants": [{"userId": "01941f29-7c00-7aaa-8bbb-000000000002", "userName": "Bob",
                "userIdentifier": "bob@example.com", "status": "invited", "role": "member",
                "joinedAt": null, "leftAt": null, "leftReason": null,
                "mediaState": {"audioEnabled": true, "videoEnabled": true, "screenSharing": false},
                "connection": null, "reconnectingUntil": null, "connectionQuality": null, "busy": false}],
            "ringTimeoutMs": 45000, "seq": 1, "serverTime": "2025-01-10T14:30:00.000Z",
        })),
        (status = 200, description = "The call that was there, joined", body = InitiateResponse),
        ForPeople, WithBody, OfConversation,
        (status = 403, description = "`forbidden`, `not_member`, `callee_blocked`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`call_active`, `device_in_call`, `full`, `idempotency_in_progress`, with the true state", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`invalid`, `no_invitees`, `too_many_invitees`, `idempotency_mismatch`", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn initiate(
    State(state): State<ApiState>,
    caller: Caller,
    headers: HeaderMap,
    Body(request): Body<InitiateRequest>,
) -> Result<(StatusCode, Json<InitiateResponse>), Refused> {
    let key = idempotency_key(&headers)?;
    let actor = caller.actor(request.device_id.as_ref());
    let started = state.switchboard.initiate(&actor, request, key).await?;
    let status = if started.merged { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(started)))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if is_idempotency_key(text) {
        Ok(Some(text))
    } else {
        Err(Failure::field("Idempotency-Key", "has 1 to 255 visible ASCII characters"))
    }
}
