//! `DELETE /api/conversations/{conversationId}/members/{userId}`: leaving, and being removed.

use axum::extract::State;
use axum::http::StatusCode;
use store::{Conversation, ConversationKind, MemberRole};
use vocab::{ConversationId, UserId};
use wire::{Code, Failure};

use crate::conversations::of_member;
use crate::extract::{Caller, InPath};
use crate::refused::Refused;
use crate::responses::{ForPeople, OfMember};
use crate::state::ApiState;

/// Remove a member from a group
///
/// Everybody may leave, the owner may remove others. Who is removed leaves a running call too.
/// When the last owner leaves, the member who joined first becomes the owner.
#[utoipa::path(
    delete, path = "/api/conversations/{conversationId}/members/{userId}", operation_id = "removeMember", tag = "conversations",
    params(
        ("conversationId" = String, Path, format = Uuid, description = "Which"),
        ("userId" = String, Path, format = Uuid, description = "Whom"),
    ),
    responses((status = 204, description = "Removed"), ForPeople, OfMember),
    security(("bearer" = [])),
)]
pub(crate) async fn remove_member(
    State(state): State<ApiState>,
    caller: Caller,
    InPath(id): InPath<ConversationId>,
    InPath(user): InPath<UserId>,
) -> Result<StatusCode, Refused> {
    state.accounts()?;
    let conversation = of_member(&state, id, caller.user).await?;
    if conversation.kind == ConversationKind::Direct {
        let detail = "The members of a direct conversation do not change.";
        return Err(Failure::new(Code::Forbidden, detail).into());
    }
    if user != caller.user && !is_owner(&conversation, caller.user) {
        return Err(Failure::new(Code::Forbidden, "Only an owner may remove others.").into());
    }
    conversation.member(user).ok_or(Code::UserNotFound)?;
    if let Some(heir) = heir(&conversation, user) {
        state.store.set_member_role(id, heir, MemberRole::Owner).await?;
    }
    state.store.remove_member(id, user, state.now()).await?;
    state.switchboard.member_removed(id, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn is_owner(conversation: &Conversation, user: UserId) -> bool {
    conversation.member(user).is_some_and(|member| member.role == MemberRole::Owner)
}

/// Who becomes the owner when this one, the last owner, goes.
fn heir(conversation: &Conversation, goes: UserId) -> Option<UserId> {
    let mut stay = conversation.members.iter().filter(|member| member.user != goes);
    let owned = stay.clone().any(|member| member.role == MemberRole::Owner);
    if owned { None } else { stay.next().map(|member| member.user) }
}
