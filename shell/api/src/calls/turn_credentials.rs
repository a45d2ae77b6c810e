//! `GET /api/calls/turn-credentials`: temporary credentials of the relay.

use axum::Json;
use axum::extract::State;
use wire::Problem;
use wire::body::{TurnCredentialsQuery, TurnCredentialsResponse};

use crate::extract::{Caller, InQuery};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfCall};
use crate::state::ApiState;

/// Get TURN credentials
#[utoipa::path(
    get, path = "/api/calls/turn-credentials", operation_id = "getTurnCredentials", tag = "calls", params(TurnCredentialsQuery),
    responses(
        (status = 200, description = "An `RTCIceServer`", body = TurnCredentialsResponse, example = json!({
            "credentials": {
                "urls": ["turn:turn.example.com:3478"],
                "username": "1736517600:01941f29-7c00-7aaa-8bbb-000000000001",
                "credential": "nU9PRZ1K..",
            },
            "ttl": 86400, "expiresAt": "2025-01-11T14:00:00.000Z",
        })),
        ForPeople, OfCall,
        (status = 409, description = "`call_ended`, with the call", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`turn_not_configured`, `unavailable`", body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn turn_credentials(
    State(state): State<ApiState>,
    caller: Caller,
    InQuery(query): InQuery<TurnCredentialsQuery>,
) -> Answer<TurnCredentialsResponse> {
    let call = query.call_id.map(|call| call.0);
    Ok(Json(state.switchboard.turn_credentials(&caller.actor(None), call).await?))
}
