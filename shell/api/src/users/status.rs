//! `PUT /api/users/me/status`: whether the bearer may be disturbed.

use axum::Json;
use axum::extract::State;
use wire::body::{StatusBody, StatusRequest};
use wire::{Code, Failure};

use crate::extract::{Body, Caller};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfUser, WithBody};
use crate::state::ApiState;
use crate::users::status_body;

/// Ask not to be disturbed
///
/// While it is on no device rings; calls become missed calls.
#[utoipa::path(
    put, path = "/api/users/me/status", operation_id = "setStatus", tag = "users",
    request_body(content = StatusRequest, example = json!({"doNotDisturb": true, "until": "2025-01-10T18:00:00Z"})),
    responses(
        (status = 200, description = "The status now", body = StatusBody,
            example = json!({"doNotDisturb": true, "until": "2025-01-10T18:00:00.000Z"})),
        ForPeople, WithBody, OfUser,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn set_status(
    State(state): State<ApiState>,
    caller: Caller,
    Body(request): Body<StatusRequest>,
) -> Answer<StatusBody> {
    let now = state.now();
    let until = match (request.do_not_disturb, request.until) {
        (true, Some(until)) if until.0 <= now => {
            return Err(Failure::field("until", "must be in the future").into());
        }
        (true, until) => Some(until.map_or(store::FOREVER, |until| until.0)),
        (false, _) => None,
    };
    if !state.store.set_do_not_disturb(caller.user, until).await? {
        return Err(Code::UserNotFound.into());
    }
    Ok(Json(status_body(until, now)))
}
