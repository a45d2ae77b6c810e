//! `POST /api/conversations/{conversationId}/members`: further members.

use axum::Json;
use axum::extract::State;
use vocab::{ConversationId, UserId};
use wire::body::{AddMembersRequest, ConversationResponse};
use wire::{Code, Failure};

use crate::conversations::{MAX_MEMBERS, check_present, of_owner, response};
use crate::extract::{Body, Caller, InPath};
use crate::refused::Answer;
use crate::responses::{ForPeople, OfMember, WithBody};
use crate::state::ApiState;

/// Add members to a group
#[utoipa::path(
    post, path = "/api/conversations/{conversationId}/members", operation_id = "addMembers", tag = "conversations",
    params(("conversationId" = String, Path, format = Uuid, description = "Which")),
    request_body(content = AddMembersRequest, example = json!({"userIds": ["01941f29-7c00-7aaa-8bbb-000000000003"]})),
    responses(
        (status = 200, description = "The conversation now", body = ConversationResponse),
        ForPeople, WithBody, OfMember,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn add_members(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(id): InPath<ConversationId>,
    Body(request): Body<AddMembersRequest>,
) -> Answer<ConversationResponse> {
    state.accounts()?;
    let conversation = of_owner(&state, id, caller.user).await?;
    let mut users: Vec<UserId> = request.user_ids.iter().map(|user| user.0).collect();
    users.retain(|user| conversation.member(*user).is_none());
    users.sort_unstable();
    users.dedup();
    if conversation.members.len() + users.len() > MAX_MEMBERS {
        let message = format!("a conversation has at most {MAX_MEMBERS} members");
        return Err(Failure::field("userIds", message).into());
    }
    check_present(&state, &users).await?;
    let changed = state.store.add_members(id, &users, state.now()).await?;
    let conversation = changed.ok_or(Code::ConversationNotFound)?;
    Ok(Json(response(&state, &conversation, Some(caller.user)).await?))
}
