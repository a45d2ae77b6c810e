//! `GET /api/users`: people to call.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use store::User;
use vocab::UserId;
use wire::Failure;
use wire::body::{Page, UserBody, UserSearchQuery};

use crate::extract::{Caller, InQuery};
use crate::refused::{Answer, Refused};
use crate::responses::ForPeople;
use crate::settings::Identities;
use crate::state::ApiState;
use crate::users::user_body;

/// Shorter texts are looked for among those who share a conversation only.
const SEARCHED_EVERYWHERE: usize = 2;
const USUAL_LIMIT: u32 = 50;

/// Find people
///
/// With embedded accounts a text of two or more characters is looked for among everybody,
/// otherwise among those who share a conversation with the bearer. Blocked people are left out.
#[utoipa::path(
    get, path = "/api/users", operation_id = "searchUsers", tag = "users", params(UserSearchQuery),
    responses(
        (status = 200, description = "People", body = Page<UserBody>, example = json!({
            "items": [{"id": "01941f29-7c00-7aaa-8bbb-000000000002", "identifier": "bob@example.com", "name": "Bob", "online": true}],
            "nextCursor": null,
        })),
        ForPeople,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn search(
    State(state): State<ApiState>,
    caller: Caller,
    InQuery(query): InQuery<UserSearchQuery>,
) -> Answer<Page<UserBody>> {
    if query.cursor.is_some() {
        return Err(Failure::field("cursor", "is not a cursor of this list").into());
    }
    let limit = usize::try_from(query.limit.unwrap_or(USUAL_LIMIT)).unwrap_or(usize::MAX);
    let text = query.search.as_deref().unwrap_or_default().trim().to_lowercase();
    let embedded = matches!(state.identities.as_ref(), Identities::Embedded(_));
    let found = if embedded && text.chars().count() >= SEARCHED_EVERYWHERE {
        // Some more, because blocked ones are left out.
        let more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(100);
        state.store.search_users(&text, more, caller.user).await?
    } else {
        contacts(&state, caller.user, &text).await?
    };
    let hidden = hidden(&state, caller.user, &found).await?;
    let items = found
        .iter()
        .filter(|user| !hidden.contains(&user.id))
        .take(limit)
        .map(|user| user_body(user, Some(state.switchboard.is_online(user.id))))
        .collect();
    Ok(Json(Page { items, next_cursor: None }))
}

/// Those who share a conversation with the viewer and match, by name.
async fn contacts(state: &ApiState, viewer: UserId, text: &str) -> Result<Vec<User>, Refused> {
    let ids: Vec<UserId> = state.store.contacts(viewer).await?.into_iter().collect();
    let mut found = state.store.users(&ids).await?;
    let matches = |value: &str| value.to_lowercase().contains(text);
    found.retain(|user| {
        user.deleted_at.is_none() && (matches(&user.name) || matches(&user.identifier))
    });
    found.sort_by_key(|user| (user.name.to_lowercase(), user.id));
    Ok(found)
}

/// Those whom the viewer blocked, or who blocked the viewer.
async fn hidden(
    state: &ApiState,
    viewer: UserId,
    found: &[User],
) -> Result<BTreeSet<UserId>, Refused> {
    let ids: Vec<UserId> = found.iter().map(|user| user.id).collect();
    let mut blocked = state.store.blocked_pairs(viewer, &ids).await?;
    blocked.by_caller.append(&mut blocked.by_callee);
    Ok(blocked.by_caller)
}
