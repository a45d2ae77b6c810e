//! `PATCH /api/users/me`: another display name.

use auth::DisplayName;
use axum::Json;
use axum::extract::State;
use wire::body::{UpdateUserRequest, UserResponse};
use wire::{Code, Failure};

use crate::extract::{Body, Caller};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfUser, WithBody};
use crate::state::ApiState;
use crate::users::own_body;

/// Change the display name
#[utoipa::path(
    patch, path = "/api/users/me", operation_id = "renameMe", tag = "users",
    request_body(content = UpdateUserRequest, example = json!({"name": "Ada L."})),
    responses(
        (status = 200, description = "The bearer now", body = UserResponse, example = json!({
            "user": {"id": "01941f29-7c00-7aaa-8bbb-000000000001", "identifier": "ada@example.com", "name": "Ada L."},
            "status": {"doNotDisturb": false, "until": null},
        })),
        ForPeople, WithBody, OfUser,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn rename(
    State(state): State<ApiState>,
    caller: Caller,
    Body(request): Body<UpdateUserRequest>,
) -> Answer<UserResponse> {
    state.accounts()?;
    let name = DisplayName::parse(&request.name);
    let name = name.map_err(|rule| Failure::field("name", rule.to_string()))?;
    if !state.store.rename_user(caller.user, name.as_str()).await? {
        return Err(Code::UserNotFound.into());
    }
    let user = state.store.user(caller.user).await?.ok_or(Code::UserNotFound)?;
    Ok(Json(own_body(&user, state.now())))
}
