//! `DELETE /api/users/me/blocks/{userId}`: calls from somebody again.

use axum::extract::State;
use axum::http::StatusCode;
use vocab::UserId;

use crate::extract::{Caller, InPath};
use crate::refused::Refused;
use crate::responses::{ForPeople, OfUser};
use crate::state::ApiState;

/// Lift a block
#[utoipa::path(
    delete, path = "/api/users/me/blocks/{userId}", operation_id = "unblockUser", tag = "users",
    params(("userId" = String, Path, format = Uuid, description = "Whom")),
    responses((status = 204, description = "Not blocked, or no longer"), ForPeople, OfUser),
    security(("bearer" = [])),
)]
pub(crate) async fn unblock(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(user): InPath<UserId>,
) -> Result<StatusCode, Refused> {
    state.store.delete_block(caller.user, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
