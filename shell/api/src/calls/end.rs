//! `POST /api/calls/{callId}/end`: ends a call, cancels it, or leaves it.

use axum::Json;
use axum::extract::State;
use vocab::CallId;
use wire::Problem;
use wire::body::EndResponse;

use crate::extract::{Asker, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall};
use crate::state::ApiState;

/// End a call
///
/// Before the accept the caller cancels it. Either side ends a call of two; in a group the host
/// ends it for all, and for anybody else this means leaving. A server with an API key ends any call.
#[utoipa::path(
    post, path = "/api/calls/{callId}/end", operation_id = "endCall", tag = "calls",
    params(("callId" = String, Path, format = Uuid, description = "Which call")),
    responses(
        (status = 200, description = "Ended, cancelled or left", body = EndResponse, example = json!({
            "callId": "01941f29-7c00-7aaa-8bbb-0000000000ca", "status": "ended", "duration": 120, "endReason": "ended-by-user", "seq": 7,
        })),
        ForPeople, OfCall,
        (status = 409, description = "`not_joined`, `call_ended`, with the true state", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("apiKey" = [])),
)]
pub(crate) async fn end(
    State(state): State<ApiState>,
    asker: Asker,
    InPath(call): InPath<CallId>,
) -> Answer<EndResponse> {
    Ok(Json(match asker {
        Asker::Person(caller) => state.switchboard.end(&caller.actor(None), call).await?,
        Asker::Server => state.switchboard.end_by_host_product(call).await?,
    }))
}
