//! `POST /api/conversations`: a new conversation.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use store::{ConversationKind, Created, MemberRole, NewConversation};
use vocab::{ConversationId, UserId};
use wire::Failure;
use wire::body::{self, ConversationResponse, CreateConversationRequest};

use crate::conversations::{MAX_MEMBERS, check_present, response, title};
use crate::extract::{Body, Caller};
use crate::refused::Refused;
use crate::responses::{ForPeople, OfUser, WithBody};
use crate::state::{ApiState, random_id_bytes};

/// Create a conversation
///
/// There is one direct conversation of the same two people: asking again answers 200 with it.
#[utoipa::path(
    post, path = "/api/conversations", operation_id = "createConversation", tag = "conversations",
    request_body(content = CreateConversationRequest, example = json!({
        "kind": "group", "title": "Team", "memberIds": ["01941f29-7c00-7aaa-8bbb-000000000002"],
    })),
    responses(
        (status = 201, description = "The new conversation", body = ConversationResponse),
        (status = 200, description = "The direct conversation these two have", body = ConversationResponse),
        ForPeople, WithBody, OfUser,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    Body(request): Body<CreateConversationRequest>,
) -> Result<(StatusCode, Json<ConversationResponse>), Refused> {
    state.accounts()?;
    let me = caller.user;
    let mut others: Vec<UserId> = request.member_ids.iter().map(|id| id.0).collect();
    others.retain(|user| *user != me);
    others.sort_unstable();
    others.dedup();
    let title = title(request.title.as_deref())?;
    let (kind, title, role) = match request.kind {
        body::ConversationKind::Direct if others.len() != 1 => {
            let message = "a direct conversation has exactly one other member";
            return Err(Failure::field("memberIds", message).into());
        }
        body::ConversationKind::Direct => (ConversationKind::Direct, None, MemberRole::Member),
        body::ConversationKind::Group => (ConversationKind::Group, title, MemberRole::Owner),
    };
    if others.is_empty() || others.len() >= MAX_MEMBERS {
        let message = format!("a conversation has 2 to {MAX_MEMBERS} members");
        return Err(Failure::field("memberIds", message).into());
    }
    check_present(&state, &others).await?;
    let now = state.now();
    let members = std::iter::once((me, role))
        .chain(others.into_iter().map(|user| (user, MemberRole::Member)))
        .collect();
    let id = ConversationId::new(now, random_id_bytes());
    let new = NewConversation { id, kind, title, created_by: Some(me), members };
    let (status, conversation) = match state.store.create_conversation(&new, now).await? {
        Created::New(conversation) => (StatusCode::CREATED, conversation),
        Created::Existing(conversation) => (StatusCode::OK, conversation),
    };
    Ok((status, Json(response(&state, &conversation, Some(me)).await?)))
}
