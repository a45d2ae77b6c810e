//! `GET /api/users/me`: the bearer.

use axum::Json;
use axum::extract::State;
use wire::Code;
use wire::body::UserResponse;

use crate::extract::Caller;
use crate::refused::Answer;
use crate::responses::{ForPeople, OfUser};
use crate::state::ApiState;
use crate::users::own_body;

/// Who the bearer is
#[utoipa::path(
    get, path = "/api/users/me", operation_id = "getMe", tag = "users",
    responses(
        (status = 200, description = "The bearer", body = UserResponse, example = json!({
            "user": {"id": "01941f29-7c00-7aaa-8bbb-000000000001", "identifier": "ada@example.com", "name": "Ada"},
            "status": {"doNotDisturb": false, "until": null},
        })),
        ForPeople, OfUser,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn me(State(state): State<ApiState>, caller: Caller) -> Answer<UserResponse> {
    let user = state.store.user(caller.user).await?.ok_or(Code::UserNotFound)?;
    Ok(Json(own_body(&user, state.now())))
}
