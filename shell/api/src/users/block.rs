//! `PUT /api/users/me/blocks/{userId}`: no calls from somebody.

use axum::extract::State;
use axum::http::StatusCode;
use vocab::UserId;
use wire::{Code, Failure};

use crate::extract::{Caller, InPath};
use crate::refused::Refused;
use crate::responses::{ForPeople, OfUser};
use crate::state::ApiState;

/// Block somebody
///
/// Their calls no longer ring here, and they are not told.
#[utoipa::path(
    put, path = "/api/users/me/blocks/{userId}", operation_id = "blockUser", tag = "users",
    params(("userId" = String, Path, format = Uuid, description = "Whom")),
    responses((status = 204, description = "Blocked"), ForPeople, OfUser),
    security(("bearer" = [])),
)]
pub(crate) async fn block(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(user): InPath<UserId>,
) -> Result<StatusCode, Refused> {
    if user == caller.user {
        return Err(Failure::field("userId", "is the bearer").into());
    }
    state.store.user(user).await?.ok_or(Code::UserNotFound)?;
    state.store.put_block(caller.user, user, state.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
