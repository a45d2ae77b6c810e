//! `GET /api/users/me/blocks`: whom the bearer has blocked.

use axum::Json;
use axum::extract::State;
use vocab::UserId;
use wire::Wire;
use wire::body::{BlockBody, Page};

use crate::extract::Caller;
use crate::refused::Answer;
use crate::responses::ForPeople;
use crate::state::ApiState;
use crate::users::user_body;

/// Whom the bearer has blocked
#[utoipa::path(
    get, path = "/api/users/me/blocks", operation_id = "listBlocks", tag = "users",
    responses(
        (status = 200, description = "The newest block first", body = Page<BlockBody>, example = json!({
            "items": [{
                "user": {"id": "01941f29-7c00-7aaa-8bbb-000000000009", "identifier": "eve@example.com", "name": "Eve"},
                "createdAt": "2025-01-10T14:30:00.000Z",
            }],
            "nextCursor": null,
        })),
        ForPeople,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(State(state): State<ApiState>, caller: Caller) -> Answer<Page<BlockBody>> {
    let blocks = state.store.blocks_since(caller.user).await?;
    let ids: Vec<UserId> = blocks.iter().map(|(user, _)| *user).collect();
    let users = state.store.users(&ids).await?;
    let items = blocks
        .iter()
        .filter_map(|(blocked, since)| {
            let user = users.iter().find(|user| user.id == *blocked)?;
            Some(BlockBody { user: user_body(user, None), created_at: Wire(*since) })
        })
        .collect();
    Ok(Json(Page { items, next_cursor: None }))
}
