//! `GET /api/calls/{callId}`: one call.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::Code;
use wire::body::CallResponse;

use crate::calls::seen_by_server::bodies;
use crate::extract::{Asker, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall};
use crate::state::ApiState;

/// Get a call
///
/// For its participants, the members of its conversation, and servers with an API key.
#[utoipa::path(
    get, path = "/api/calls/{callId}", operation_id = "getCall", tag = "calls",
    params(("callId" = String, Path, format = Uuid, description = "Which call")),
    responses(
        (status = 200, description = "The call", body = CallResponse, example = json!({"call": {
            "id": "01941f29-7c00-7aaa-8bbb-0000000000ca", "conversationId": "01941f29-7c00-7aaa-8bbb-00000000000c", "type": "video",
            "status": "active", "initiatedBy": "01941f29-7c00-7aaa-8bbb-000000000001",
            "host": "01941f29-7c00-7aaa-8bbb-000000000001", "startedAt": "2025-01-10T14:30:00.000Z",
            "endedAt": null, "duration": null, "endReason": null, "endedBy": null, "topology": "mesh",
            "sfuRoomId": null, "recordingUrl": null, "qualityStats": null, "metadata": null,
            "createdAt": "2025-01-10T14:29:50.000Z", "rev": 3, "participants": [],
        }})),
        ForPeople, OfCall,
    ),
    security(("bearer" = []), ("apiKey" = [])),
)]
pub(crate) async fn get(
    State(state): State<ApiState>,
    asker: Asker,
    InPath(call): InPath<CallId>,
) -> Answer<CallResponse> {
    let caller = match asker {
        Asker::Person(caller) => caller,
        Asker::Server => {
            let found = state.store.load_call(call).await?.ok_or(Code::CallNotFound)?;
            let call = bodies(&state, &[found]).await?.pop().ok_or(Code::CallNotFound)?;
            return Ok(Json(CallResponse { call }));
        }
    };
    Ok(Json(state.switchboard.get(caller.user, call).await?))
}
